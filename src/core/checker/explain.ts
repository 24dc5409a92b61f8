/**
 * The second pass: why was the last pointer to each leaked block lost?
 *
 * How the machine drives it
 *   1. First pass: run to the end, `const leaks = heap.leakCheck()`.
 *   2. `const plan = watchPlan(machine, heap)`; nothing to watch when `plan.targets` is empty.
 *   3. Second pass: a fresh machine of the same configuration and input log, with its own heap service `heap2`;
 *      `const watcher = createWatcher(machine2, heap2, plan)`. Write plan.low / plan.high to ST_WATCH_LOW / ST_WATCH_HIGH
 *      and run with runPrecise. Block numbers and addresses are those of the first pass (the machine is deterministic).
 *   4. Each `watch` call out of the kernel becomes one call of `stored`, `rangeWritten` or `framePopped`; after each, and
 *      after each allocation call, write `watcher.lowestStackLocation()` to ST_WATCH_STACK.
 *   5. At the end `explainRecords(leaks.records, watcher)` (explained-records.ts) gives the records with explanation and
 *      sentence.
 *
 * The rule. A *holder* is an aligned word outside the block's own clique that holds a pointer to the block, or to a member
 * of its clique from which the block can be reached (a cycle is lost when the last pointer to any of it goes). For a block
 * that was only possibly lost, pointers to its first byte count alone: some interior pointer is still there. Each time the
 * last holder vanishes, the moment is noted; when a holder appears again, the note is dropped. What is noted at the end
 * is the loss. Left-over values of variables whose lexical block has ended are no holders in the program's sense: when
 * only those remain, that moment is noted already and counts before the moment at which they go too.
 *
 * Leaked blocks are never freed, so their addresses are disjoint and fixed for the whole pass: a sorted list serves.
 * Registers are no holders: a function's result that nobody stored is told apart by the value that `framePopped` gets.
 */
import type { LossCause, LossExplanation, Stack } from '../../shared/report';
import type { Block } from '../heap/block-table';
import type { HeapObserver, ObservableHeap } from '../heap/heap-service';
import type { CheckerMachine, WatchRequest } from './checker-api';
import { GuestWords } from './guest-words';
import type { BlockReach } from './leak-check';
import { findBlock, Reach } from './leak-check';
import { ownFrame } from './wording';

export interface WatchTarget extends WatchRequest {
  readonly findingId: number;
  readonly address: number;
  readonly size: number;
  /** An indirectly lost block is not watched: the block with this number, its clique's leader, explains it. 0: watched itself. */
  readonly leaderBlockId: number;
  /** Only pointers to the block's first byte count (possibly lost: some interior pointer is still there). */
  readonly startOnly: boolean;
  /** Own blocks from which this one can be reached: pointers to them keep this one alive. */
  readonly cycleBlockIds: readonly number[];
}

export interface WatchPlan {
  readonly targets: readonly WatchTarget[];
  /** Hull of the watched blocks: [low, high). */
  readonly low: bigint;
  readonly high: bigint;
}

export interface WatchOutcome extends LossExplanation {
  /** The pointer that vanished with a call frame was the function's return value, and nobody stored it. */
  readonly returnIgnored: boolean;
}

/** What happened to `count` blocks alike; the moment is that of the first of them. */
export interface CountedOutcome { readonly outcome: WatchOutcome; readonly count: number }

export interface Watcher {
  /** The aligned word at `va` was stored to and holds `value` now. */
  stored(va: bigint, value: bigint): void;
  /** [va, va + length) was written (memcpy, memset, narrow stores, system calls); call after the write. */
  rangeWritten(va: bigint, length: number): void;
  /** The call frame [low, low + length) is popped; `returned` is the value it hands back, null for none. Call while the frame still stands. */
  framePopped(low: bigint, length: number, returned: bigint | null): void;
  /** Lowest stack address that holds a watched pointer; 0n: none. */
  lowestStackLocation(): bigint;
  /** What happened to these blocks, different outcomes in the order of their first block; complete once the second pass has ended. */
  outcomesOf(blockIds: readonly number[]): readonly CountedOutcome[];
}

const STACK_FRAMES = 12;
const WORD = 8;
/** With more places than this, some is surely still in use. */
const LEFT_OVER_LIMIT = 4;

/** Members of the clique of `leader` from which the leader can be reached, by the pointers in memory now. */
function cycleMembers(words: GuestWords, blocks: readonly BlockReach[], leader: number, members: readonly number[]): number[] {
  const leading = (blocks[leader] as BlockReach).block;
  if (!members.some((index) => pointsInto(words, (blocks[index] as BlockReach).block, leading))) return [];
  const pointedFrom = new Map<number, number[]>();
  const inside = (index: number): boolean => index === leader || (index >= 0 && (blocks[index] as BlockReach).leader === leader);
  const from = (blocks[0] as BlockReach).block.address;
  for (const index of [leader, ...members]) {
    const { block } = blocks[index] as BlockReach;
    words.each(block.address, block.address + block.size, from, Number.MAX_SAFE_INTEGER, (value) => {
      const target = findBlock(blocks, value);
      if (!inside(target)) return;
      const sources = pointedFrom.get(target);
      if (sources === undefined) pointedFrom.set(target, [index]); else sources.push(index);
    });
  }
  const reaching = new Set<number>();
  const open = [leader];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const source of pointedFrom.get(index) ?? []) {
      if (source !== leader && !reaching.has(source)) { reaching.add(source); open.push(source); }
    }
  }
  return [...reaching];
}

function pointsInto(words: GuestWords, from: Block, to: Block): boolean {
  let found = false;
  words.each(from.address, from.address + from.size, to.address, to.address + Math.max(to.size, 1), () => { found = true; });
  return found;
}

/** What to watch in a second pass, for the leak check that `heap` made last. Call at the moment of that check. */
export function watchPlan(machine: CheckerMachine, heap: ObservableHeap): WatchPlan {
  const blocks = heap.lastScan()?.blocks ?? [];
  const membersOf = new Map<number, number[]>();
  blocks.forEach((each, index) => {
    if (each.leader < 0) return;
    const members = membersOf.get(each.leader);
    if (members === undefined) membersOf.set(each.leader, [index]); else members.push(index);
  });
  const words = new GuestWords(machine, false, true);
  const idOf = (index: number): number => (blocks[index] as BlockReach).block.blockId;
  const targets: WatchTarget[] = [];
  blocks.forEach(({ block, reach, leader, findingId }, index) => {
    if (reach === Reach.Reachable) return;
    const members = membersOf.get(index) ?? [];
    targets.push({
      blockId: block.blockId, address: block.address, size: block.size, findingId,
      ownBlockIds: members.map(idOf), leaderBlockId: leader < 0 ? 0 : idOf(leader), startOnly: reach === Reach.Possible,
      cycleBlockIds: members.length === 0 ? [] : cycleMembers(words, blocks, index, members).map(idOf),
    });
  });
  const first = targets[0];
  const last = targets[targets.length - 1];
  return {
    targets,
    low: first === undefined ? 0n : BigInt(first.address),
    high: last === undefined ? 0n : BigInt(last.address + Math.max(last.size, 1)),
  };
}

interface Loss { readonly cause: LossCause; readonly stack: Stack; readonly holder: string; readonly instruction: number; readonly returnIgnored: boolean }

/** A leaked block during the second pass. `keeps` is the watched block that a pointer to this one keeps alive: itself, or the leader of its cycle. */
interface Watched { readonly target: WatchTarget; keeps: Watched | null; isAllocated: boolean; holders: Set<number>; wasStored: boolean; loss: Loss | null }

/** Of blocks that nothing points to (yet): most of many have no holder for most of the time. */
const NO_HOLDERS: Set<number> = new Set();
const NO_STACK: Stack = [];

class PointerWatcher implements Watcher, HeapObserver {
  private readonly sorted: readonly Watched[];
  private readonly byId = new Map<number, Watched>();
  /** Word address → the watched block that the pointer there keeps alive. */
  private readonly holderOf = new Map<number, Watched>();
  private readonly onStack = new Set<number>();
  private lowest = 0;
  private readonly words: GuestWords;
  private readonly stackHigh: number;
  private readonly stackLow: number;
  /** The hull of the watched blocks. */
  private readonly low: number;
  private readonly high: number;

  constructor(private readonly machine: CheckerMachine, heap: ObservableHeap, plan: WatchPlan) {
    this.sorted = plan.targets.map((target) => ({ target, keeps: null, isAllocated: false, holders: NO_HOLDERS, wasStored: false, loss: null }));
    for (const watched of this.sorted) this.byId.set(watched.target.blockId, watched);
    for (const watched of this.sorted) {
      if (watched.target.leaderBlockId !== 0) continue;
      watched.keeps = watched;
      for (const blockId of watched.target.cycleBlockIds) { const member = this.byId.get(blockId); if (member !== undefined) member.keeps = watched; }
    }
    this.words = new GuestWords(machine, false);
    this.stackHigh = Number(machine.stackTop());
    this.stackLow = Number(machine.stackBottom());
    this.low = Number(plan.low);
    this.high = Number(plan.high);
    heap.observe(this);
  }

  // ---- Events -------------------------------------------------------------------------------------------------------

  stored(va: bigint, value: bigint): void {
    this.changed(Number(va), Number(value));
  }

  rangeWritten(va: bigint, length: number): void {
    const low = Number(va);
    this.rangeChanged(low - low % WORD, Math.ceil((low + length) / WORD) * WORD);
  }

  written(va: bigint, length: number): void { this.rangeWritten(va, length); }

  allocated(blockId: number): void {
    const watched = this.byId.get(blockId);
    if (watched !== undefined) watched.isAllocated = true;
  }

  freed(address: number, size: number): void {
    this.vanished(address, address + size, 'holder-freed', null);
  }

  framePopped(low: bigint, length: number, returned: bigint | null): void {
    const first = Number(low);
    this.vanished(first, first + length, 'frame-popped', returned === null ? null : Number(returned));
  }

  lowestStackLocation(): bigint { return BigInt(this.lowest); }

  // ---- Holders ------------------------------------------------------------------------------------------------------

  private find(value: number): Watched | null {
    if (value < this.low || value >= this.high) return null;
    let low = 0;
    let high = this.sorted.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const watched = this.sorted[middle] as Watched;
      const { address, size } = watched.target;
      if (value < address) high = middle - 1;
      else if (value >= address + Math.max(size, 1)) low = middle + 1;
      else return watched;
    }
    return null;
  }

  /** The watched block that a word with this value at this place keeps alive, null if none. */
  private kept(value: number, at: number): Watched | null {
    const to = this.find(value);
    if (to === null || !to.isAllocated || to.keeps === null) return null;
    const keeps = to.keeps;
    if (keeps.target.startOnly && value !== to.target.address) return null;
    const home = this.find(at);
    if (home !== null && home.isAllocated && (home === keeps || home.target.leaderBlockId === keeps.target.blockId)) return null;
    return keeps;
  }

  private reread(at: number): void {
    const value = this.machine.peek64(BigInt(at));
    this.changed(at, value === null ? 0 : Number(value));
  }

  /** The word at `at` was written and holds `value` now. */
  private changed(at: number, value: number): void {
    const now = this.kept(value, at);
    const before = this.holderOf.get(at) ?? null;
    if (now === before) return;
    if (before !== null) this.release(at, before, 'overwritten', null);
    if (now !== null) this.hold(at, now);
    this.settleLowest();
  }

  private rangeChanged(low: number, high: number): void {
    const found = new Set<number>();
    this.words.each(low, high, this.low, this.high, (_value, at) => { found.add(at); });
    for (const at of this.holdersIn(low, high)) found.add(at);
    for (const at of [...found].sort((a, b) => a - b)) this.reread(at);
  }

  private holdersIn(low: number, high: number): number[] {
    if (this.holderOf.size === 0) return [];
    if ((high - low) / WORD > this.holderOf.size) return [...this.holderOf.keys()].filter((at) => at >= low && at < high).sort((a, b) => a - b);
    const found: number[] = [];
    for (let at = Math.ceil(low / WORD) * WORD; at < high; at += WORD) if (this.holderOf.has(at)) found.push(at);
    return found;
  }

  private vanished(low: number, high: number, cause: LossCause, returned: number | null): void {
    for (const at of this.holdersIn(low, high)) {
      const watched = this.holderOf.get(at);
      if (watched !== undefined) this.release(at, watched, cause, returned);
    }
    this.settleLowest();
  }

  private hold(at: number, watched: Watched): void {
    this.holderOf.set(at, watched);
    if (watched.holders === NO_HOLDERS) watched.holders = new Set();
    watched.holders.add(at);
    watched.wasStored = true;
    watched.loss = null;
    if (at < this.stackLow || at >= this.stackHigh) return;
    this.onStack.add(at);
    if (this.lowest === 0 || at < this.lowest) this.lowest = at;
  }

  private release(at: number, watched: Watched, cause: LossCause, returned: number | null): void {
    this.holderOf.delete(at);
    this.onStack.delete(at);
    watched.holders.delete(at);
    if (watched.loss !== null || !this.areLeftOver(watched.holders)) return;
    const stack = this.machine.stackOf(this.machine.captureStack(STACK_FRAMES));
    const isReturned = cause === 'frame-popped' && returned !== null && this.find(returned)?.keeps === watched;
    const inLibrary = stack[0]?.library === true;
    watched.loss = {
      cause: isReturned && inLibrary ? 'never-stored' : cause,
      stack, holder: this.nameOf(BigInt(at)), instruction: this.machine.instructions(), returnIgnored: isReturned,
    };
  }

  /** True if all these places are variables whose lexical block has ended (or there is none). */
  private areLeftOver(places: ReadonlySet<number>): boolean {
    if (places.size > LEFT_OVER_LIMIT) return false;
    for (const at of places) {
      if (!this.onStack.has(at) || this.machine.describeVariable(BigInt(at))?.inScope !== false) return false;
    }
    return true;
  }

  private nameOf(va: bigint): string {
    const variable = this.machine.describeVariable(va);
    return variable === null ? this.machine.memberPath(va).replace(/^(?:->|\.)/u, '') : variable.name + this.machine.memberPath(va);
  }

  /** Searches anew only when the lowest place itself has gone. */
  private settleLowest(): void {
    if (this.lowest === 0 || this.onStack.has(this.lowest)) return;
    let lowest = 0;
    for (const at of this.onStack) if (lowest === 0 || at < lowest) lowest = at;
    this.lowest = lowest;
  }

  // ---- Outcomes -----------------------------------------------------------------------------------------------------

  outcomesOf(blockIds: readonly number[]): readonly CountedOutcome[] {
    const found: { outcome: WatchOutcome; count: number }[] = [];
    const alike = new Map<Stack, Map<string, { outcome: WatchOutcome; count: number }>>();
    for (const blockId of blockIds) {
      const watched = this.byId.get(blockId);
      if (watched === undefined) continue;
      const { leaderBlockId } = watched.target;
      const leader = leaderBlockId === 0 ? watched : this.byId.get(leaderBlockId);
      if (leader === undefined) continue;
      const loss = leader.loss ?? this.withoutLoss(leader);
      const key = leader === watched ? `${loss.cause}:${loss.returnIgnored ? 1 : 0}:${loss.holder}` : 'with its leader';
      let ofStack = alike.get(loss.stack);
      if (ofStack === undefined) { ofStack = new Map(); alike.set(loss.stack, ofStack); }
      const known = ofStack.get(key);
      if (known !== undefined) { known.count++; continue; }
      const first = { outcome: outcomeOf(leader === watched ? loss : { ...loss, cause: 'holder-lost', holder: '', returnIgnored: false }), count: 1 };
      ofStack.set(key, first);
      found.push(first);
    }
    return found;
  }

  private withoutLoss(watched: Watched): Loss {
    const cause: LossCause = !watched.wasStored ? 'never-stored' : this.isHeldByLeaked(watched) ? 'holder-lost' : 'unknown';
    return { cause, stack: NO_STACK, holder: '', instruction: 0, returnIgnored: false };
  }

  private isHeldByLeaked(watched: Watched): boolean {
    for (const at of watched.holders) if (this.find(at) !== null) return true;
    return false;
  }
}

function outcomeOf({ cause, stack, holder, instruction, returnIgnored }: Loss): WatchOutcome {
  return { ...placeOf(stack), cause, holder: cause === 'never-stored' ? '' : holder, instruction, stack, returnIgnored };
}

function placeOf(stack: Stack): { readonly file: string; readonly line: number; readonly fn: string } {
  const frame = ownFrame(stack) ?? stack[0];
  return frame === undefined ? { file: '', line: 0, fn: '' } : { file: frame.file, line: frame.line, fn: frame.fn };
}

/** Attaches itself to `heap` as its observer. */
export function createWatcher(machine: CheckerMachine, heap: ObservableHeap, plan: WatchPlan): Watcher {
  return new PointerWatcher(machine, heap, plan);
}
