/**
 * What lies at an address, in Memcheck's words ("Address 0x… is …"). Asked once for each new error.
 *
 * The order of the questions is the real tool's: a live block, a recently freed one, a data symbol, the stack, the heap's
 * own memory, a segment. A block brackets an address within the 24 bytes of its real red zone.
 */
import { baseName } from './source-name';
import type { AddressDescription } from '../../shared/report';
import type { Block, BlockTable } from '../heap/block-table';
import type { Placement } from '../heap/placement';
import type { CheckerMachine, MappedRange } from './checker-api';
import { grouped } from './wording';

const RED_ZONE_BYTES = 24;
const STACK_RED_ZONE_BYTES = 128n;

export interface HeapSight {
  readonly machine: CheckerMachine;
  readonly placement: Placement;
  readonly table: BlockTable;
}

function relative(offset: number, size: number): string {
  if (offset < 0) return `${grouped(-offset)} bytes before`;
  return offset >= size ? `${grouped(offset - size)} bytes after` : `${grouped(offset)} bytes inside`;
}

/** The block that brackets `address`: a live one if there is, otherwise a freed one that is still in quarantine. */
export function bracketingBlock(table: BlockTable, address: number): Block | null {
  const found = table.around(address, RED_ZONE_BYTES);
  return found.find((block) => block.freeStack < 0) ?? found[0] ?? null;
}

function describeBlock(head: string, block: Block, address: number, machine: CheckerMachine): AddressDescription {
  const isFreed = block.freeStack >= 0;
  const allocated = machine.stackOf(block.allocStack);
  return {
    text: `${head} ${relative(address - block.address, block.size)} a block of size ${grouped(block.size)} ${isFreed ? 'free\'d' : 'alloc\'d'}`,
    kind: isFreed ? 'freed' : 'block', blockId: block.blockId, blockSize: block.size,
    stacks: isFreed
      ? [{ label: '', stack: machine.stackOf(block.freeStack) }, { label: 'Block was alloc\'d at', stack: allocated }]
      : [{ label: '', stack: allocated }],
  };
}

function rangeOf(machine: CheckerMachine, va: bigint): MappedRange | undefined {
  return machine.ranges().find((range) => va >= range.low && va < range.high);
}

/** Nothing when the address is not on the stack. */
function describeStack(head: string, va: bigint, machine: CheckerMachine, range: MappedRange | undefined): AddressDescription | null {
  if (range?.kind !== 'stack') return null;
  const text = `${head} on thread 1's stack`;
  const pointer = machine.stackPointer();
  if (va < pointer - STACK_RED_ZONE_BYTES) return { text: `${text}\n${String(pointer - va)} bytes below stack pointer`, kind: 'stack', stacks: [] };
  const frame = machine.callFrameAt(va);
  return { text: frame === null ? text : `${text}\nin frame #${frame.index}, created by ${frame.fn} (${baseName(frame.file)}:${frame.line})`, kind: 'stack', stacks: [] };
}

function describeSegment(head: string, va: bigint, machine: CheckerMachine, range: MappedRange | undefined): AddressDescription {
  if (range === undefined || range.kind === 'guard') return { text: `${head} not stack'd, malloc'd or (recently) free'd`, kind: 'unknown', stacks: [] };
  if (range.executable) {
    const code = machine.codeAt(va);
    return { text: `${head} in the Text segment of ${range.path}`, kind: 'segment', stacks: code === null ? [] : [{ label: '', stack: [code] }] };
  }
  if (range.kind === 'data') return { text: `${head} in the Data segment of ${range.path}`, kind: 'segment', stacks: [] };
  if (range.kind === 'bss') return { text: `${head} in the BSS segment of ${range.path}`, kind: 'segment', stacks: [] };
  const permissions = `${range.readable ? 'r' : '-'}${range.writable ? 'w' : '-'}${range.executable ? 'x' : '-'}`;
  return { text: `${head} in a ${permissions} ${range.path === '' ? 'anonymous' : `mapped file ${range.path}`} segment`, kind: 'segment', stacks: [] };
}

/** @param va any 64-bit address */
export function describeAddress(sight: HeapSight, va: bigint): AddressDescription {
  const { machine } = sight;
  const head = `Address 0x${va.toString(16)} is`;
  const address = Number(va);
  const block = bracketingBlock(sight.table, address);
  if (block !== null) return describeBlock(head, block, address, machine);
  const symbol = machine.describeVariable(va);
  if (symbol?.kind === 'global') return { text: `${head} ${grouped(symbol.offset)} bytes inside data symbol "${symbol.name}"`, kind: 'global', stacks: [] };
  const range = rangeOf(machine, va);
  const stack = describeStack(head, va, machine, range);
  if (stack !== null) return stack;
  const place = sight.placement.describe(address);
  if (place !== null) {
    return { text: `${head} ${relative(place.offset, place.payloadBytes)} ${place.inUse ? 'a' : 'an unallocated'} block of size ${grouped(place.payloadBytes)} in arena "client"`, kind: 'arena', stacks: [] };
  }
  if (sight.placement.owns(address)) return { text: `${head} in a rwx anonymous segment`, kind: 'segment', stacks: [] };
  return describeSegment(head, va, machine, range);
}
