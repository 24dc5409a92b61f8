/**
 * System calls in the event log: one record a call, stamped with the moment at which the program made it.
 *
 * A call that waits is one call however often its thread looks again; one that a signal handler interrupted is made, and
 * noted, again when it is restarted (SA_RESTART), as strace shows it under Linux.
 */
import { EventKind } from '../events/event-log';
import { Intrinsic } from '../intrinsics';
import { LEAVE_RETRY } from '../kernel-interface';
import * as layout from '../kernel/memory-layout';
import type { Computer } from './computer';

/** detail of EventKind.SystemCall. */
export const enum CallDetail { Returned, Waits }

/** Intrinsics of the machine that are none: setjmp and longjmp, Valgrind's requests, the note of a failed assert. */
const NO_CALLS: ReadonlySet<number> = new Set([Intrinsic.set_jump, Intrinsic.long_jump, Intrinsic.client_request, Intrinsic.assert_record]);

/** Makes the call and notes it. `id`: the intrinsic; for `process` its first argument says which call it is. */
export function asSystemCall(computer: Computer, id: number, argsAddress: number, resultAddress: number, isAgain: boolean, make: () => number): number {
  if (isAgain || NO_CALLS.has(id)) return make();
  const { store, current } = computer;
  const cycle = computer.cycles();
  const site = store.read32(layout.ST_PC) + 1;
  const call = id === Intrinsic.process ? store.read32(argsAddress) : 0;
  const answer = make();
  const returned = answer !== LEAVE_RETRY;
  const result = returned && resultAddress !== 0 ? resultAddress : 0;
  computer.events.append({
    cycle, instruction: computer.instructions(), processKey: current?.process.key ?? 0, threadKey: current?.key ?? 0, kind: EventKind.SystemCall,
    detail: returned ? CallDetail.Returned : CallDetail.Waits, access: 0, site,
    vaLow: result === 0 ? 0 : store.read32(result), vaHigh: result === 0 ? 0 : store.read32(result + 4), wordLow: id, wordHigh: call, b: 0, mappingId: 0,
  });
  return answer;
}
