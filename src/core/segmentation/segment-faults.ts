/**
 * What the system does when the segment unit refuses an access (kernel/as/segments.ts): the stack's segment grows, anything else
 * is a signal, explained by the checks of protection.ts one by one. With translation off: code that was overwritten.
 *
 * Called from the machine's pageFault call out while ST_SEGMENT_FAULT says why.
 */
import { EventKind } from '../events/event-log';
import { ACCESS_FETCH, ACCESS_WRITE, CONTINUE, LEAVE_RETRY } from '../kernel-interface';
import { SegmentFault } from '../kernel/memory-layout';
import { FaultKind } from '../paging/fault-handler';
import { hex, vaFromPair, vpnOf } from '../paging/units';
import type { Computer, PendingSignal } from '../machine/computer';
import type { Process } from '../machine/process';
import { textContent } from '../machine/text-content';
import { PagedSegmentSpace } from './paged-segment-space';
import { checkAccess } from './protection';
import type { AccessOutcome, SegmentAccess } from './protection';
import { SEGMENT_INDEX, STACK_END_PAGE, selectorOf } from './segment-table';
import { SegmentedSpace } from './segmented-space';

const SIGSEGV = 11;
const SIGBUS = 7;
const SIGILL = 4;
/** Pages that a stack segment grows by at least. */
const STACK_STEP_PAGES = 8;

/** `site`: where the program stands, code index + 1. */
export function segmentFault(computer: Computer, low: number, high: number, access: number, reason: SegmentFault, site: number): number {
  const process = computer.running;
  const va = vaFromPair(low, high);
  if (reason === SegmentFault.VerifyText) {
    const other = overwrittenText(computer, process, va);
    if (other === '') return CONTINUE;
    return refuse(computer, low, high, access, site, { signal: SIGILL, code: 'ILL_ILLOPC', address: va, cause: 'Illegal opcode', explanation: other, stackOverflow: false, fatal: false });
  }
  if (reason === SegmentFault.Limit && growStack(computer, process, low, high, access, site)) return CONTINUE;
  return refuse(computer, low, high, access, site, signalFor(computer, process, va, access, reason));
}

/** Outcome of the checks for an access through the descriptor tables of a process. */
export function explainAccess(computer: Computer, process: Process, va: bigint, access: SegmentAccess, sizeBytes: number): AccessOutcome | null {
  const { descriptors } = computer.homes;
  const space = process.space;
  if (descriptors === null) return null;
  const ldt = space instanceof SegmentedSpace || space instanceof PagedSegmentSpace ? descriptors.ldt(space.segments.ldt) : null;
  const selector = Number((va >> 32n) & 0xffffn);
  return checkAccess(descriptors.gdt(), ldt, { selector, offset: Number(va & 0xffffffffn), sizeBytes, access, cpl: 3, stack: selector === selectorOf(SEGMENT_INDEX.stack) });
}

function signalFor(computer: Computer, process: Process, va: bigint, access: number, reason: SegmentFault): PendingSignal {
  const word: SegmentAccess = (access & ACCESS_FETCH) !== 0 ? 'execute' : (access & ACCESS_WRITE) !== 0 ? 'write' : 'read';
  const done = word === 'execute' ? 'instruction fetch' : word;
  if (reason === SegmentFault.BeyondRam) {
    const end = BigInt(computer.system.frames.frameCount) * 4096n;
    return { signal: SIGBUS, code: 'BUS_ADRERR', address: va, cause: 'Non-existent physical address', explanation: `The ${done} at ${hex(va)} found no memory: RAM ends at ${hex(end)}.`, stackOverflow: false, fatal: false };
  }
  const segv = (code: string, cause: string, explanation: string, stackOverflow = false): PendingSignal => ({ signal: SIGSEGV, code, address: va, cause, explanation, stackOverflow, fatal: false });
  if (va >> 48n !== 0n) return segv('SI_KERNEL', 'General Protection Fault', `${hex(va)} is no far pointer: a selector and an offset have 48 bits.`);
  const outcome = explainAccess(computer, process, va, word, 1);
  const failed = outcome?.steps.at(-1);
  if (outcome === null || failed === undefined || failed.passed) {
    // The access crosses the limit although its first byte lies inside.
    return segv('SEGV_MAPERR', 'General Protection Fault', `The ${done} at ${pointerText(va)} reaches beyond the limit of its segment.`);
  }
  const stackOverflow = failed.name === 'limit' && outcome.exception === '#SS';
  const place = failed.name === 'selector' ? (va < 4096n ? 'a null pointer' : pointerText(va)) : `${pointerText(va)}${segmentName(process, va)}`;
  const code = failed.name === 'type' || failed.name === 'privilege' || failed.name === 'present' ? 'SEGV_ACCERR' : 'SEGV_MAPERR';
  const sentence = `The ${done} at ${place} raised ${outcome.exception ?? '#GP'}(${String(outcome.errorCode)}): ${failed.text}`;
  return segv(code, outcome.exception === '#GP' ? 'General Protection Fault' : outcome.exception === '#NP' ? 'Segment Not Present' : 'Stack-Segment Fault', sentence, stackOverflow);
}

/** Selector and offset, "0x1f:0x2040". */
export function pointerText(va: bigint): string {
  return `${hex((va >> 32n) & 0xffffn)}:${hex(va & 0xffffffffn)}`;
}

function segmentName(process: Process, va: bigint): string {
  const { space } = process;
  if (!(space instanceof SegmentedSpace) && !(space instanceof PagedSegmentSpace)) return '';
  const record = space.segments.find(Number(va >> 12n));
  return record === null ? '' : ` (segment ${record.name})`;
}

/** The access lies in the stack's segment, below what it has: within the limit of stacks the segment grows down to it. */
function growStack(computer: Computer, process: Process, low: number, high: number, access: number, site: number): boolean {
  const { space } = process;
  if (high !== selectorOf(SEGMENT_INDEX.stack) || !(space instanceof SegmentedSpace || space instanceof PagedSegmentSpace)) return false;
  const page = low >>> 12;
  const limitPages = Math.floor(computer.config.machine.stackLimitBytes / 4096);
  const current = space.segments.records.get(SEGMENT_INDEX.stack)?.firstPage ?? 0;
  if (page >= current || STACK_END_PAGE - page > limitPages) return false;
  const wanted = Math.max(STACK_END_PAGE - limitPages, Math.min(page, current - STACK_STEP_PAGES));
  const began = computer.cycles();
  if (!space.growStack(wanted)) return false;
  computer.chargeCycles(computer.config.machine.costs.minorFaultCycles);
  process.minorFaults++;
  log(computer, process, low, high, access, site, FaultKind.StackGrowth, computer.cycles() - began);
  return true;
}

function refuse(computer: Computer, low: number, high: number, access: number, site: number, signal: PendingSignal): number {
  if (computer.probing) return LEAVE_RETRY;
  const began = computer.cycles();
  computer.chargeCycles(computer.config.machine.costs.minorFaultCycles);
  log(computer, computer.running, low, high, access, site, FaultKind.Invalid, computer.cycles() - began);
  computer.ask({ kind: 'signal', signal });
  return LEAVE_RETRY;
}

function log(computer: Computer, process: Process, low: number, high: number, access: number, site: number, kind: FaultKind, cost: number): void {
  computer.events.append({
    cycle: computer.cycles() - cost, instruction: computer.instructions(), processKey: process.key, threadKey: computer.current?.key ?? 0,
    kind: EventKind.Fault, detail: kind, access, site, vaLow: low, vaHigh: high, wordLow: 0, wordHigh: 0, b: cost, mappingId: process.space.vmas.find(vpnOf(low, high))?.mappingId ?? 0,
  });
}

/** Why the page of code at `va` is no longer what was loaded; '' when it is. */
function overwrittenText(computer: Computer, process: Process, va: bigint): string {
  const loaded = process.images.find((image) => va >= image.textLow && va < image.textHigh);
  if (loaded === undefined) return '';
  const { frames, store } = computer.system;
  const page = va & ~4095n;
  const offset = Number(page - loaded.textLow);
  const content = textContent(loaded.image).subarray(offset, offset + 4096);
  const slot = frames.slot(Number(page >> 12n));
  for (let i = 0; i < content.length; i++) {
    if (store.bytes[slot + i] !== content[i]) return `The code at ${hex(page + BigInt(i))} was overwritten: RAM there no longer holds the instructions of ${process.name}. Without translation and protection any program can write there, and so can the loader of another one.`;
  }
  return '';
}

