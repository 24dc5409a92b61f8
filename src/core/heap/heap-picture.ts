/**
 * The strip of the heap in the Leaks view: blocks in address order and the arrows that point to them, from variables,
 * other blocks, registers and the rest of the stack.
 */
import type { BlockRow, HeapPicture, PointerRow } from '../../shared/views';
import type { CheckerMachine } from '../checker/checker-api';
import { GuestWords } from '../checker/guest-words';
import { rootRanges } from '../checker/leak-check';
import type { Block } from './block-table';

export interface PictureInput {
  readonly machine: CheckerMachine;
  readonly live: readonly Block[];
  readonly row: (block: Block) => BlockRow;
  readonly isHeap: (address: number) => boolean;
  readonly checked: boolean;
}

const POINTER_LIMIT = 2000;
/** With more live blocks than this, only pointers held by shown blocks are drawn: a view's answer must not take long. */
const HOLDERS_SCANNED = 20_000;

function containing(blocks: readonly Block[], address: number): Block | null {
  let low = 0;
  let high = blocks.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const block = blocks[middle] as Block;
    if (address < block.address) high = middle - 1;
    else if (address >= block.address + Math.max(block.size, 1)) low = middle + 1;
    else return block;
  }
  return null;
}

/** `limit` neighbours in address order, with the block numbered `around` in their middle (null: from the first). */
function choose(sorted: readonly Block[], limit: number, around: number | null): Block[] {
  const centre = around === null ? -1 : sorted.findIndex((block) => block.blockId === around);
  const first = centre < 0 ? 0 : Math.max(0, Math.min(centre - (limit >> 1), sorted.length - limit));
  return sorted.slice(first, first + limit);
}

function nameOfPlace(machine: CheckerMachine, va: bigint): Pick<PointerRow, 'fromKind' | 'fromName'> {
  const variable = machine.describeVariable(va);
  if (variable === null) {
    const frame = machine.callFrameAt(va);
    return { fromKind: 'stack', fromName: frame === null ? '' : frame.fn };
  }
  const name = variable.name + machine.memberPath(va);
  return variable.kind === 'global' ? { fromKind: 'global', fromName: name } : { fromKind: 'variable', fromName: `${variable.fn}: ${name}` };
}

export function heapPicture(input: PictureInput, limit: number, around: number | null): HeapPicture {
  const { machine } = input;
  const sorted = [...input.live].sort((a, b) => a.address - b.address);
  const shown = choose(sorted, limit, around);
  const first = shown[0];
  const last = shown[shown.length - 1];
  if (first === undefined || last === undefined) return { blocks: [], pointers: [], totalBlocks: 0 };
  const from = first.address;
  const to = last.address + Math.max(last.size, 1);
  const words = new GuestWords(machine, input.checked);
  const pointers: PointerRow[] = [];
  const add = (value: number, source: () => Omit<PointerRow, 'toBlockId' | 'interior'>): void => {
    const target = containing(shown, value);
    if (target !== null && pointers.length < POINTER_LIMIT) pointers.push({ ...source(), toBlockId: target.blockId, interior: value !== target.address });
  };
  for (const range of rootRanges(machine, input.isHeap)) {
    words.each(range.low, range.high, from, to, (value, at) => {
      add(value, () => ({ ...nameOfPlace(machine, BigInt(at)), fromBlockId: 0, fromVa: `0x${at.toString(16)}` }));
    });
  }
  for (const block of sorted.length > HOLDERS_SCANNED ? shown : sorted) {
    words.each(block.address, block.address + block.size, from, to, (value, at) => {
      add(value, () => ({ fromKind: 'block', fromName: machine.memberPath(BigInt(at)), fromBlockId: block.blockId, fromVa: `0x${at.toString(16)}` }));
    });
  }
  for (const register of machine.liveRegisters()) {
    add(Number(register.value), () => ({ fromKind: 'register', fromName: register.fn, fromBlockId: 0, fromVa: '' }));
  }
  return { blocks: shown.map(input.row), pointers, totalBlocks: sorted.length };
}
