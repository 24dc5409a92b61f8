/** The one selection: from a finding, block, address, frame, fault or source line to all the others. */
import type { BlockRow, SelectionChain, SelectionQuery } from '../../shared/views';
import type { RunResult, Stack } from '../../shared/report';
import { EventKind, takeCount } from '../events/event-log';
import { hex, vaOf, vpnOfVa } from '../paging/units';
import type { Pass } from './pass';
import type { Process } from './process';
import { siteOf } from './fault-scan';
import { frameOwners } from './frame-owners';

interface Start {
  findingId: number | null; block: BlockRow | null; va: bigint | null; fault: number | null;
  line: { readonly file: string; readonly line: number } | null; blocks: number; faults: number;
}

const NOTHING: SelectionChain = { line: null, findingId: null, block: null, page: null, frame: null, fault: null, faultLine: null, counts: { blocks: 0, pages: 0, faults: 0 } };
const BLOCK_SCAN_LIMIT = 20_000;

export function selectionChain(pass: Pass, process: Process, result: RunResult, query: SelectionQuery): SelectionChain {
  const start: Start = { findingId: null, block: null, va: null, fault: null, line: null, blocks: 0, faults: 0 };
  if ('findingId' in query) fromFinding(process, result, query.findingId, start);
  else if ('blockId' in query) fromBlock(process.heap?.blockById(query.blockId) ?? null, start);
  else if ('va' in query) fromAddress(process, BigInt(query.va), start);
  else if ('pfn' in query) fromFrame(pass, process, query.pfn, start);
  else if ('fault' in query) fromFault(pass, process, query.fault, start);
  else fromLine(pass, process, query.file, query.line, start);
  return complete(pass, process, result, start);
}

function fromFinding(process: Process, result: RunResult, findingId: number, start: Start): void {
  start.findingId = findingId;
  const record = result.leaks?.records.find((each) => each.findingId === findingId);
  if (record !== undefined) {
    start.blocks = record.blocks;
    const blockId = record.blockIds[0];
    if (blockId !== undefined) fromBlock(process.heap?.blockById(blockId) ?? null, start);
    start.line = record.explanation !== null && record.explanation.line > 0 ? { file: record.explanation.file, line: record.explanation.line } : ownLine(record.stack);
    return;
  }
  const error = result.errors.find((each) => each.findingId === findingId);
  if (error === undefined) return;
  start.line = ownLine(error.stack);
  start.va = BigInt(error.address);
  const blockId = error.description?.blockId;
  start.block = blockId === undefined ? null : process.heap?.blockById(blockId) ?? null;
  start.blocks = start.block === null ? 0 : 1;
}

function fromBlock(block: BlockRow | null, start: Start): void {
  if (block === null) return;
  start.block = block;
  start.va = BigInt(block.va);
  start.blocks = Math.max(start.blocks, 1);
  if (block.findingId > 0) start.findingId ??= block.findingId;
  start.line ??= ownLine(block.allocatedAt);
}

function fromAddress(process: Process, va: bigint, start: Start): void {
  start.va = va;
  const block = process.heap?.blockAt(va) ?? null;
  if (block !== null) {
    fromBlock(block, start);
    start.va = va;
    return;
  }
  const onPage = process.heap?.blocksOnPage(va & ~4095n) ?? [];
  start.blocks = onPage.length;
}

function fromFrame(pass: Pass, process: Process, pfn: number, start: Start): void {
  const { list: owners } = frameOwners(pass.computer, pfn);
  const owner = owners.find((each) => each.processKey === process.key) ?? owners[0];
  if (owner !== undefined && owner.va !== '') fromAddress(process, BigInt(owner.va), start);
}

function fromFault(pass: Pass, process: Process, seq: number, start: Start): void {
  const event = pass.computer.events.find(seq);
  if (event?.kind !== EventKind.Fault) return;
  fromAddress(process, (BigInt(event.vaHigh) << 32n) | BigInt(event.vaLow), start);
  start.fault = seq;
  const site = siteOf(pass, event.site);
  if (site.line > 0) start.line = { file: site.file, line: site.line };
}

/** Blocks that the line allocated, else the first fault that happened there. */
function fromLine(pass: Pass, process: Process, file: string, line: number, start: Start): void {
  start.line = { file, line };
  const rows = process.heap?.blocks(0, BLOCK_SCAN_LIMIT, 'all').rows ?? [];
  const own = rows.filter((row) => row.allocatedAt.some((frame) => frame.line === line && sameFile(frame.file, file)));
  if (own[0] !== undefined) {
    fromBlock(own[0], start);
    start.line = { file, line };
    start.blocks = own.length;
  }
  pass.computer.events.memory.scan((words, at) => {
    if (((words[at + 8] ?? 0) & 0xffff) !== EventKind.Fault || words[at + 6] !== process.key) return;
    const site = siteOf(pass, words[at + 9] ?? 0);
    if (site.line !== line || !sameFile(site.file, file)) return;
    start.faults++;
    if (start.va === null) {
      start.fault = takeCount(words, at);
      start.va = (BigInt(words[at + 11] ?? 0) << 32n) | BigInt(words[at + 10] ?? 0);
    }
  });
}

function complete(pass: Pass, process: Process, result: RunResult, start: Start): SelectionChain {
  const { space } = process;
  const { va, block } = start;
  if (va === null || va >= 1n << 47n) {
    return { ...NOTHING, line: start.line, findingId: start.findingId, block, counts: { blocks: start.blocks, pages: 0, faults: start.faults } };
  }
  const vpn = vpnOfVa(va);
  const direct = space.directFrame(vpn);
  const found = direct >= 0 ? direct : space.tables.frameOf(vpn);
  const pfn = found < 0 ? null : found;
  const entry = space.tables.entryAddress(vpn);
  const isSwapped = pfn === null && entry !== 0 && pass.computer.store.read32(entry) !== 0;
  const mapped = space.vmas.find(vpn) !== null;
  const first = space.firstFaults.get(vpn);
  const fault = start.fault ?? (first > 0 ? first : null);
  const event = fault === null ? null : pass.computer.events.find(fault);
  const site = event === null ? null : siteOf(pass, event.site);
  const pages = block === null ? 1 : vpnOfVa(BigInt(block.va) + BigInt(Math.max(block.size, 1) - 1)) - vpnOfVa(BigInt(block.va)) + 1;
  const why = pfn !== null ? (pfn === pass.computer.system.zeroPfn ? 'resident: it shows the shared page of zeros' : 'resident') : isSwapped ? 'not resident: in a swap slot' : mapped ? 'not resident: never touched' : 'not mapped: no area holds this address';
  return {
    line: start.line, findingId: start.findingId ?? findingAt(result, va), block,
    page: { va: hex(vaOf(vpn)), resident: pfn !== null, why },
    frame: pfn, fault, faultLine: site !== null && site.line > 0 ? { file: site.file, line: site.line } : null,
    counts: { blocks: start.blocks, pages, faults: Math.max(start.faults, fault === null ? 0 : 1) },
  };
}

function findingAt(result: RunResult, va: bigint): number | null {
  return result.errors.find((error) => BigInt(error.address) === va)?.findingId ?? null;
}

function ownLine(stack: Stack): { readonly file: string; readonly line: number } | null {
  const frame = stack.find((each) => !each.library && each.line > 0);
  return frame === undefined ? null : { file: frame.file, line: frame.line };
}

function sameFile(a: string, b: string): boolean {
  return a === b || (a !== '' && a.slice(a.lastIndexOf('/') + 1) === b.slice(b.lastIndexOf('/') + 1));
}
