/**
 * Interior pointers that well-known programming techniques make and that count as start pointers
 * (Memcheck manual, --leak-check-heuristics). All lengths are 64-bit words.
 *
 *   | name                | the pointer is at        | and the block looks so                                            |
 *   |---------------------|--------------------------|-------------------------------------------------------------------|
 *   | stdstring           | start + 24               | words: length ≤ capacity, capacity + 1 + 24 = block size           |
 *   | length64            | start + 8                | first word = bytes that follow it                                 |
 *   | newarray            | start + 8                | first word = element count that divides the bytes that follow      |
 *   | multipleinheritance | an inner object          | first words of block and inner object both address virtual tables |
 */
import type { LeakHeuristic } from '../../shared/config';
import type { Block } from '../heap/block-table';
import type { CheckerMachine } from './checker-api';
import type { GuestWords } from './guest-words';

const WORD = 8;
/** Entries of a supposed virtual table that are looked at, and how many must address code. */
const TABLE_ENTRIES = 10;
const CODE_ENTRIES = 2;
const FIRST_PAGE = 4096;

function isStdString(words: GuestWords, block: Block, pointer: number): boolean {
  if (pointer !== block.address + 3 * WORD) return false;
  const length = words.valid(block.address);
  const capacity = words.valid(block.address + WORD);
  const references = words.valid(block.address + 2 * WORD);
  if (length === null || capacity === null || references === null) return false;
  return length <= capacity && capacity + 1 + 3 * WORD === block.size;
}

function isLength64(words: GuestWords, block: Block, pointer: number): boolean {
  return pointer === block.address + WORD && words.valid(block.address) === block.size - WORD;
}

function isNewArray(words: GuestWords, block: Block, pointer: number): boolean {
  if (pointer !== block.address + WORD) return false;
  const elements = words.valid(block.address);
  return elements !== null && elements > 0 && (block.size - WORD) % elements === 0;
}

function isVirtualTable(machine: CheckerMachine, address: number): boolean {
  if (address < FIRST_PAGE || address % WORD !== 0) return false;
  const ranges = machine.ranges();
  const table = ranges.find((range) => range.readable && range.path !== '' && Number(range.low) <= address && address < Number(range.high));
  if (table === undefined) return false;
  let codeEntries = 0;
  for (let at = address; at < Math.min(address + TABLE_ENTRIES * WORD, Number(table.high)); at += WORD) {
    const word = machine.peek64(BigInt(at));
    const entry = word === null ? 0 : Number(word);
    if (entry < FIRST_PAGE) continue;
    if (ranges.some((range) => range.executable && Number(range.low) <= entry && entry < Number(range.high))) codeEntries++;
    if (codeEntries === CODE_ENTRIES) return true;
  }
  return false;
}

function isMultipleInheritance(words: GuestWords, machine: CheckerMachine, block: Block, pointer: number): boolean {
  const inner = words.valid(pointer);
  const outer = words.valid(block.address);
  return inner !== null && outer !== null && isVirtualTable(machine, inner) && isVirtualTable(machine, outer);
}

/** The heuristic, of those that are on, by which an interior pointer into `block` counts as a start pointer; null if none does. */
export function heuristicReach(words: GuestWords, block: Block, pointer: number, on: readonly LeakHeuristic[], machine: CheckerMachine): LeakHeuristic | null {
  if (on.includes('stdstring') && isStdString(words, block, pointer)) return 'stdstring';
  if (on.includes('length64') && isLength64(words, block, pointer)) return 'length64';
  if (on.includes('newarray') && isNewArray(words, block, pointer)) return 'newarray';
  if (on.includes('multipleinheritance') && isMultipleInheritance(words, machine, block, pointer)) return 'multipleinheritance';
  return null;
}
