/**
 * What the kernel asks of the machine (KernelHost): faults, shadows, errors, intrinsics. Each call out finds ST_PC, ST_R
 * and the clock exact. Signals and endings are only asked for here; they happen when the kernel has left.
 */
import { EventKind } from '../events/event-log';
import { Intrinsic } from '../intrinsics';
import { ACCESS_FETCH, ACCESS_WRITE, CONTINUE, LEAVE_RETRY } from '../kernel-interface';
import type { KernelHost } from '../kernel-interface';
import * as layout from '../kernel/memory-layout';
import { CLEAR_PAGE_CYCLES } from '../paging/huge-pages';
import { FaultKind, FaultVerdict, isMajor } from '../paging/fault-handler';
import { vaFromPair, vpnOf } from '../paging/units';
import { killForMemory } from './oom';
import { currentWindow, isCall, stackPointer, walkCallFrames } from './call-frames';
import type { Computer, PendingSignal } from './computer';
import { findJump, leftByJump } from './jumps';
import { growRegisterStack } from './register-stack';
import { faultSignal, inWordsOf, trapSignal } from './signals';
import { callIntrinsic } from './system-calls';
import { segmentFault } from '../segmentation/segment-faults';

/** Call frames that are searched for the program's own one. */
const SITE_DEPTH = 32;

/** Told of what the precise loop sees during the second pass. */
export interface WatchListener {
  stored(va: bigint): void;
  rangeWritten(va: bigint, length: number): void;
  framePopped(low: bigint, length: number): void;
  /** Blocks may have come or gone; a reallocated block of `length` bytes lies at `moved` (0n: none). */
  heapCalled(moved: bigint, length: number): void;
}

export interface CallOutOptions {
  watch: WatchListener | null;
  /** Errors may have been recorded. */
  noteErrors(): void;
}

export function makeCallOuts(computer: Computer, options: CallOutOptions): KernelHost {
  return {
    pageFault: (low, high, access) => pageFault(computer, low, high, access),
    frameSlot: (pfn) => {
      const { frames } = computer.system;
      if (!computer.running.space.hasPatterns) return frames.slot(pfn);
      frames.setPattern(pfn, 0);
      return frames.field(pfn, layout.FD_SLOT);
    },
    shadowPage: (low, high, write) => {
      const { shadows } = computer.running.space;
      const vpn = vpnOf(low, high);
      if (write === 0) return shadows.page(vpn);
      if (write === 1) return shadows.writablePage(vpn);
      shadows.setPages(vpn, vpn + 1, (write - 2) as 0 | 1 | 2);
      return shadows.page(vpn);
    },
    invalidAccess: (low, high, size, write) => {
      computer.running.heap?.onInvalidAccess(vaFromPair(low, high), size, write !== 0);
      options.noteErrors();
    },
    badJump: (low, high) => badJump(computer, options, low, high),
    stackSmashed: (_low, _high, what) => {
      computer.running.smashed ??= { what: what === 0 ? 'return address' : 'saved frame pointer', value: computer.store.read64(layout.ST_VA), site: computer.store.read32(layout.ST_PC) };
      return CONTINUE;
    },
    arithmeticTrap: (kind) => {
      computer.ask({ kind: 'signal', signal: trapSignal(kind, computer.code.vaOf(computer.store.read32(layout.ST_PC)), computer.config.machine.profile) });
      return LEAVE_RETRY;
    },
    intrinsic: (id, args, result) => {
      if (options.watch !== null && id === Intrinsic.long_jump) {
        const jump = findJump(computer, computer.store.read64(args), 1);
        const left = jump === null ? null : leftByJump(computer, jump);
        if (left !== null && left.length > 0) options.watch.framePopped(left.low, left.length);
      }
      const errorsBefore = computer.errorEvents;
      const { mayWait } = computer;
      computer.mayWait = false;
      const answer = callIntrinsic(computer, id, args, result);
      computer.mayWait = mayWait;
      if (computer.errorEvents !== errorsBefore) options.noteErrors();
      if (options.watch !== null && id <= Intrinsic.malloc_usable_size) {
        options.watch.heapCalled(id === Intrinsic.realloc && result !== 0 ? computer.store.read64(result) : 0n, computer.store.readCount(args + 16));
      }
      return answer;
    },
    registerStackFull: () => {
      growRegisterStack(computer);
      return LEAVE_RETRY;
    },
    watch: (low, high, kind) => {
      const { watch } = options;
      if (watch === null) return;
      const length = computer.store.read32(layout.ST_ARG0);
      if (kind === 0) watch.stored(vaFromPair(low, high));
      else if (kind === 1) watch.rangeWritten(vaFromPair(low, high), length);
      else watch.framePopped(vaFromPair(low, high), length);
    },
    heapGrow: (bytes) => growHeap(computer, bytes),
  };
}

function pageFault(computer: Computer, low: number, high: number, access: number): number {
  const segmentReason: layout.SegmentFault = computer.store.read32(layout.ST_SEGMENT_FAULT);
  if (segmentReason !== layout.SegmentFault.None) return segmentFault(computer, low, high, access, segmentReason, ownSite(computer) + 1);
  const process = computer.running;
  const { faults, config } = computer;
  computer.system.reclaim.background();
  const began = computer.cycles();
  let verdict = faults.handle(process.space, low, high, access);
  let killed: PendingSignal | null = null;
  while (verdict === FaultVerdict.OutOfMemory && killed === null) {
    killed = killForMemory(computer);
    if (killed === null) verdict = faults.handle(process.space, low, high, access);
  }
  const { last } = faults;
  if (verdict === FaultVerdict.StackOverflow && !isStackAccess(computer, low, high)) verdict = FaultVerdict.NoMapping;
  const resolved = verdict === FaultVerdict.Resolved;
  // While one process waits for a device another runs; inside a system call the kernel waits with it.
  const sleeps = resolved && last.waitCycles > 0 && computer.mayWait && computer.request === null;
  if (resolved || !computer.probing) {
    computer.chargeCycles(config.machine.costs.minorFaultCycles + (last.pages - 1) * CLEAR_PAGE_CYCLES + (sleeps ? 0 : last.waitCycles));
    const seq = computer.events.append({
      cycle: began, instruction: computer.instructions(), processKey: process.key, threadKey: computer.current?.key ?? 0,
      kind: EventKind.Fault, detail: resolved ? last.kind : FaultKind.Invalid, access, site: ownSite(computer) + 1,
      vaLow: low, vaHigh: high, wordLow: last.pte, wordHigh: last.pteHigh, b: computer.cycles() - began + (sleeps ? last.waitCycles : 0), mappingId: last.mappingId,
    });
    if (resolved && last.kind === FaultKind.SwapIn && computer.system.swap.device.lastMicroseconds > 0) computer.realTimes.set(seq, computer.system.swap.device.lastMicroseconds);
    if (last.first && resolved && !process.space.hasPatterns) process.space.firstFaults.setRange(last.firstPage, last.firstPage + last.pages, seq);
    if (!process.space.hasPatterns) for (const vpn of last.around) process.space.firstFaults.set(vpn, seq);
  }
  if (resolved) {
    if (isMajor(last.kind)) process.majorFaults++; else process.minorFaults++;
    computer.system.writeBack.tick();
    // Somebody became ready (the out-of-memory killer woke it): the scheduler looks now, not when the fuel happens to be used up.
    if (!sleeps) return computer.reschedule && computer.mayWait ? LEAVE_RETRY : CONTINUE;
    if (computer.processes.living > 1) computer.system.reclaim.awaited(process.key, last.pfn);
    computer.ask({ kind: 'sleep', reason: 'device', untilCycle: computer.cycles() + last.waitCycles });
    return LEAVE_RETRY;
  }
  if (!computer.probing || verdict === FaultVerdict.OutOfMemory) {
    const what = (access & ACCESS_FETCH) !== 0 ? 'instruction fetch' : (access & ACCESS_WRITE) !== 0 ? 'write' : 'read';
    computer.ask({ kind: 'signal', signal: killed ?? inWordsOf(config.machine.profile, verdict, what, faultSignal(verdict, vaFromPair(low, high), what, config.machine.stackLimitBytes)) });
  }
  return LEAVE_RETRY;
}

/** Where the program itself stands: its innermost call frame outside the C library; the library's own before main. */
function ownSite(computer: Computer): number {
  if (computer.running.program === null) return -1;
  const innermost = computer.store.read32(layout.ST_PC);
  let own = -1;
  let depth = 0;
  walkCallFrames(computer, (pc) => {
    if (computer.code.imageAt(pc)?.isLibrary === false) own = pc;
    return own < 0 && ++depth < SITE_DEPTH;
  });
  return own < 0 ? innermost : own;
}

/** The access is the stack's own: at or above SP less the red zone, or the links that a call pushes. */
function isStackAccess(computer: Computer, low: number, high: number): boolean {
  if (isCall(computer.code.opAt(computer.store.read32(layout.ST_PC)))) return true;
  return vaFromPair(low, high) >= stackPointer(computer, currentWindow(computer)) - 128n;
}

/** Valgrind counts the lowest 64 MiB as mapped without permissions, so that a jump there is one to a place that may not be executed. */
const RESERVED_BELOW = 0x400_0000n;

function badJump(computer: Computer, options: CallOutOptions, low: number, high: number): number {
  const va = vaFromPair(low, high);
  const isMapped = va < RESERVED_BELOW || (va < computer.running.space.layout.stackTop && computer.running.space.vmas.find(vpnOf(low, high)) !== null);
  computer.jumpTarget = va;
  try {
    computer.running.heap?.onInvalidJump(va);
    options.noteErrors();
  } finally {
    computer.jumpTarget = null;
  }
  const explanation = va === 0n
    ? 'A null function pointer was called.'
    : 'Control went to an address that is not the beginning of a function: a wrong function pointer, or an overwritten return address.';
  computer.ask({ kind: 'signal', signal: { signal: 11, code: isMapped ? 'SEGV_ACCERR' : 'SEGV_MAPERR', address: va, cause: isMapped ? 'Bad permissions for mapped region' : 'Access not within mapped region', explanation, stackOverflow: false, fatal: false, jumpTarget: va } });
  return LEAVE_RETRY;
}

/** The kernel's first-fit heap grows by moving the program break. */
function growHeap(computer: Computer, bytes: number): number {
  const { space } = computer.running;
  const end = computer.store.read64(layout.ST_HEAP_END);
  if (end !== space.brk) return 0;
  const wanted = space.brk + BigInt(bytes);
  return space.setBreak(wanted, computer.checking ? 0 : 2) === wanted ? 1 : 0;
}
