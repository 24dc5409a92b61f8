/**
 * The leak check: which live blocks can the program still reach? Called by the heap service at exit and at any stop.
 *
 * The graph. Nodes are the live heap blocks and one root set. The root set is every readable and writable mapped range
 * outside the heap (data, bss, thread-local storage, stacks from the stack pointer up, private mappings) and the
 * registers that will still be read. An edge is a word that holds an address inside a block: a *start pointer* if it is
 * the block's first byte, otherwise an *interior pointer*. Only words count that are 8-aligned, wholly addressable and
 * wholly defined: anything else is rubbish that happens to look like a pointer. A block of size 0 contains its own start.
 *
 * The kinds (Memcheck manual, section 4.2.9, nine cases RRR … AAA BBB):
 *
 *   1  root ──▶ B                      B reachable
 *   2  root ──▶ A ──▶ B                both reachable
 *   3         B                        B definitely lost
 *   4         A ──▶ B                  A definitely, B indirectly lost
 *   5  root ··▶ B                      B possibly lost           (··▶ only an interior pointer)
 *   6  root ──▶ A ··▶ B                A reachable, B possibly lost
 *   7  root ··▶ A ──▶ B                both possibly lost
 *   8  root ··▶ A ··▶ B                both possibly lost
 *   9         A ··▶ B                  A definitely, B indirectly lost (interior or not)
 *
 * An interior pointer counts as a start pointer where a heuristic recognises it (leak-heuristics.ts).
 *
 * Phase 1, from the roots. A block reached by a chain of start pointers is reachable, a block reached otherwise is
 * possibly lost. A block that was possibly lost and is found by a chain of start pointers later is upgraded and scanned
 * again, since what it points to may be upgraded too: states only rise (unreached → possible → reachable), so this ends.
 *
 * Phase 2, among the rest. In address order each block still unreached becomes the leader of a clique: all that it
 * reaches and that is unreached becomes indirectly lost and adds its size to the leader's. A former leader that is
 * reached hands over its whole clique. So a list leaks as one definite record at its head, and of a cycle the block with
 * the lowest address is the leader. (Which block of a cycle leads is arbitrary; this choice is the real tool's.)
 *
 * Doubts kept, as the real tool has them: an integer that equals a heap address keeps a block alive; a pointer that is
 * stored scrambled or unaligned does not.
 */
import type { LeakHeuristic } from '../../shared/config';
import type { CheckerMachine } from './checker-api';
import type { Block } from '../heap/block-table';
import { heuristicReach } from './leak-heuristics';
import { GuestWords } from './guest-words';

/** States of a block, in the order in which loss records of equal size are listed. */
export const enum Reach { Reachable, Possible, Indirect, Unreached }

export interface BlockReach {
  readonly block: Block;
  reach: Reach;
  /** Set when only this heuristic made a reachable block reachable. */
  heuristic: LeakHeuristic | null;
  /** Index of the clique's leader for an indirectly lost block, otherwise -1. */
  leader: number;
  /** Bytes of the blocks that this leader lost with it. */
  indirectBytes: number;
  /** The finding whose loss record has this block; 0 before there are records. */
  findingId: number;
}

export interface LeakScan {
  /** By address. */
  readonly blocks: readonly BlockReach[];
}

export interface LeakScanInput {
  readonly machine: CheckerMachine;
  readonly blocks: readonly Block[];
  readonly heuristics: readonly LeakHeuristic[];
  /** True if only words that are wholly addressable and defined count (the checker is on). */
  readonly checked: boolean;
  /** True for memory in which only heap blocks live. */
  readonly isHeap: (address: number) => boolean;
}

const ALL_DEFINED = 2n ** 64n - 1n;

/** Index of the block that contains `address` in a list sorted by address, or -1. */
export function findBlock(blocks: readonly BlockReach[], address: number): number {
  let low = 0;
  let high = blocks.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const { address: start, size } = (blocks[middle] as BlockReach).block;
    if (address < start) high = middle - 1;
    else if (address >= start + (size === 0 ? 1 : size)) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** Ranges that the root scan reads: [low, high), readable, writable, not heap. */
export function rootRanges(machine: CheckerMachine, isHeap: (address: number) => boolean): { low: number; high: number; kind: string }[] {
  return machine.ranges()
    .filter((range) => range.readable && range.writable && range.kind !== 'guard' && !isHeap(Number(range.low)))
    .map((range) => ({ low: Number(range.low), high: Number(range.high), kind: range.kind }));
}

class Scanner {
  readonly found: BlockReach[];
  private readonly words: GuestWords;
  private readonly markStack: number[] = [];
  private readonly lowest: number;
  private readonly highest: number;

  constructor(private readonly input: LeakScanInput) {
    this.found = [...input.blocks].sort((a, b) => a.address - b.address)
      .map((block) => ({ block, reach: Reach.Unreached, heuristic: null, leader: -1, indirectBytes: 0, findingId: 0 }));
    const first = this.found[0]?.block;
    const last = this.found[this.found.length - 1]?.block;
    this.lowest = first === undefined ? 0 : first.address;
    this.highest = last === undefined ? 0 : last.address + Math.max(last.size, 1);
    this.words = new GuestWords(input.machine, input.checked, true);
  }

  scanRoots(): void {
    if (this.found.length === 0) return;
    for (const range of rootRanges(this.input.machine, this.input.isHeap)) {
      this.words.each(range.low, range.high, this.lowest, this.highest, (value) => { this.reached(value, true); });
      this.drain();
    }
    for (const register of this.input.machine.liveRegisters()) {
      if (register.definedBits !== ALL_DEFINED && this.input.checked) continue;
      const value = Number(register.value);
      if (value >= this.lowest && value < this.highest) this.reached(value, true);
    }
    this.drain();
  }

  private drain(): void {
    for (let index = this.markStack.pop(); index !== undefined; index = this.markStack.pop()) {
      const from = this.found[index] as BlockReach;
      const definite = from.reach === Reach.Reachable;
      this.eachWord(from.block, (value) => { this.reached(value, definite); });
    }
  }

  private eachWord(block: Block, visit: (value: number) => void): void {
    this.words.each(block.address, block.address + block.size, this.lowest, this.highest, visit);
  }

  /** A word that counts holds `address`; `definite`: it lies in a root or in a reachable block. */
  private reached(address: number, definite: boolean): void {
    const index = findBlock(this.found, address);
    if (index < 0) return;
    const to = this.found[index] as BlockReach;
    const isStart = address === to.block.address;
    if (to.reach === Reach.Reachable) {
      if (isStart && definite) to.heuristic = null;
      return;
    }
    const heuristic = isStart ? null : heuristicReach(this.words, to.block, address, this.input.heuristics, this.input.machine);
    if (definite && (isStart || heuristic !== null)) {
      to.reach = Reach.Reachable;
      to.heuristic = heuristic;
    } else if (to.reach === Reach.Unreached) {
      to.reach = Reach.Possible;
    } else {
      return;
    }
    this.markStack.push(index);
  }

  formCliques(): void {
    for (let leader = 0; leader < this.found.length; leader++) {
      if ((this.found[leader] as BlockReach).reach !== Reach.Unreached) continue;
      this.markStack.push(leader);
      for (let index = this.markStack.pop(); index !== undefined; index = this.markStack.pop()) {
        this.eachWord((this.found[index] as BlockReach).block, (value) => { this.joined(value, leader); });
      }
    }
    this.settleLeaders();
  }

  private joined(address: number, leader: number): void {
    const index = findBlock(this.found, address);
    if (index < 0 || index === leader) return;
    const to = this.found[index] as BlockReach;
    if (to.reach !== Reach.Unreached) return;
    to.reach = Reach.Indirect;
    to.leader = leader;
    (this.found[leader] as BlockReach).indirectBytes += to.block.size + to.indirectBytes;
    to.indirectBytes = 0;
    this.markStack.push(index);
  }

  /** Members of a clique whose leader joined a later clique follow it; paths are shortened on the way, as in a union-find. */
  private settleLeaders(): void {
    const at = (index: number): BlockReach => this.found[index] as BlockReach;
    for (let index = 0; index < this.found.length; index++) {
      let top = index;
      while (at(top).leader >= 0) top = at(top).leader;
      for (let each = index; each !== top;) {
        const next = at(each).leader;
        at(each).leader = top;
        each = next;
      }
    }
  }
}

/** Classifies every live block. Repeatable; changes nothing in the machine. */
export function scanForLeaks(input: LeakScanInput): LeakScan {
  const scanner = new Scanner(input);
  scanner.scanRoots();
  scanner.formCliques();
  return { blocks: scanner.found };
}
