/**
 * Faults at every number of frames from one pass (R. L. Mattson, J. Gecsei, D. R. Slutz, I. L. Traiger, Evaluation
 * techniques for storage hierarchies, 1970). A policy is a stack algorithm when the pages that it keeps in n frames are always among those
 * that it keeps in n + 1. Then each reference has one stack distance d: it is a hit with d frames or more and a fault with fewer, so
 * a histogram of d gives the whole miss-ratio curve. LRU and OPT are stack algorithms; FIFO, Clock and most
 * others are not, which is what Belady's anomaly shows.
 *
 * LRU (B. T. Bennett, V. J. Kruskal, LRU Stack Processing, 1975): d is the number of different pages referenced since the
 * last reference to this page, itself included: ones in a Fenwick tree over time, one for the last reference to each
 * page. The tree has room for 2 * pages moments; when it is full, moments are renumbered. O(n log pages).
 *
 * OPT: the stack is kept in the order of priority that Mattson gives: the page referenced goes to the top from depth d, and
 * those above it move down as in one pass of a bubble sort by next reference: the page carried down stops where
 * it meets one that is needed later, which is carried on. Blocks of 64 depths and groups of 64 blocks know their latest
 * next reference, so that parts where nothing would change hands are skipped. In the worst case the cost is
 * O(n pages); with the locality of programs most references are near the top.
 */
import { nextReferences } from './opt';
import type { ReferenceTrace } from './trace';

/** `faults[n]`: faults with n frames, 0 <= n <= pageCount; more frames change nothing. */
export type FaultsByFrames = Float64Array;

/** Called now and then with the number of references done. */
export type Progress = (referencesDone: number) => void;

const REPORT_EVERY = 1 << 18;

export function lruFaultsByFrames(trace: ReferenceTrace, progress: Progress = () => {}): FaultsByFrames {
  const { references, pageCount } = trace;
  const hitsAt = new Float64Array(pageCount + 1);
  const moments = Math.max(16, 2 * pageCount);
  const tree = new Int32Array(moments + 1);
  /** Page at a moment, and the moment (1-based) of a page's last reference; 0: none. */
  const pageAt = new Int32Array(moments + 1);
  const lastAt = new Int32Array(pageCount);
  let now = 0, live = 0, top = -1;
  for (let i = 0; i < references.length; i++) {
    if (i % REPORT_EVERY === 0) progress(i);
    const page = references[i] >>> 1;
    if (page === top) {
      hitsAt[1]++;
      continue;
    }
    top = page;
    if (now === moments) now = renumber(tree, pageAt, lastAt, live);
    const last = lastAt[page];
    if (last === 0) {
      live++;
    } else {
      let upTo = 0;
      for (let node = last; node > 0; node -= node & -node) upTo += tree[node];
      hitsAt[live - upTo + 1]++;
      for (let node = last; node <= moments; node += node & -node) tree[node]--;
    }
    now++;
    for (let node = now; node <= moments; node += node & -node) tree[node]++;
    lastAt[page] = now;
    pageAt[now] = page;
  }
  return faultsFrom(hitsAt, references.length);
}

/** Gives the last references the moments 1 .. live in their order; the number of moments in use. */
function renumber(tree: Int32Array, pageAt: Int32Array, lastAt: Int32Array, live: number): number {
  let used = 0;
  for (let moment = 1; moment < pageAt.length; moment++) {
    const page = pageAt[moment];
    if (lastAt[page] !== moment) continue;
    used++;
    pageAt[used] = page;
    lastAt[page] = used;
  }
  if (used !== live) throw new Error(`LRU stack: ${used} pages found, ${live} expected`);
  tree.fill(0);
  for (let node = 1; node < tree.length; node++) {
    if (node <= used) tree[node]++;
    const parent = node + (node & -node);
    if (parent < tree.length) tree[parent] += tree[node];
  }
  return used;
}

export function optFaultsByFrames(trace: ReferenceTrace, progress: Progress = () => {}): FaultsByFrames {
  const { references, pageCount } = trace;
  const next = nextReferences(trace);
  const hitsAt = new Float64Array(pageCount + 1);
  const stack = new OptStack(pageCount);
  for (let i = 0; i < references.length; i++) {
    if (i % REPORT_EVERY === 0) progress(i);
    const depth = stack.reference(references[i] >>> 1, next[i]);
    if (depth > 0) hitsAt[depth]++;
  }
  return faultsFrom(hitsAt, references.length);
}

const BLOCK_BITS = 6;
const BLOCK = 1 << BLOCK_BITS;

/** Mattson's stack for OPT. Depths are 1-based outside, 0-based inside. */
class OptStack {
  private readonly pageAt: Int32Array;
  /** Next reference of the page at each depth, and the latest of each block and of each group of BLOCK blocks. */
  private readonly needAt: Uint32Array;
  private readonly latestInBlock: Uint32Array;
  private readonly latestInGroup: Uint32Array;
  private readonly depthOf: Int32Array;
  private size = 0;
  /** What is carried down. */
  private carried = 0;
  private need = 0;

  constructor(pageCount: number) {
    const blocks = (pageCount >>> BLOCK_BITS) + 1, groups = (blocks >>> BLOCK_BITS) + 1;
    this.pageAt = new Int32Array(blocks * BLOCK);
    this.needAt = new Uint32Array(blocks * BLOCK);
    this.latestInBlock = new Uint32Array(groups * BLOCK);
    this.latestInGroup = new Uint32Array(groups);
    this.depthOf = new Int32Array(pageCount).fill(-1);
  }

  /** References `page`, whose next reference is `next`; its depth before, 0 at its first reference. */
  reference(page: number, next: number): number {
    const was = this.depthOf[page];
    const end = was < 0 ? this.size++ : was;
    this.carried = page;
    this.need = next;
    const lastBlock = end >>> BLOCK_BITS;
    this.carryThrough(0, end, true);
    for (let block = 1; block < lastBlock; block++) {
      const startsGroup = (block & (BLOCK - 1)) === 0;
      if (startsGroup && block + BLOCK <= lastBlock && this.latestInGroup[block >>> BLOCK_BITS] <= this.need) block += BLOCK - 1;
      else if (this.latestInBlock[block] > this.need) this.carryThrough(block, end, false);
    }
    if (lastBlock > 0) this.carryThrough(lastBlock, end, false);
    return was + 1;
  }

  /** Carries down through one block, as far as `end`, where what is carried stays. `onTop`: what is carried now goes to the top in any case. */
  private carryThrough(block: number, end: number, onTop: boolean): void {
    const { pageAt, needAt, depthOf } = this;
    const from = block << BLOCK_BITS, past = from + BLOCK;
    let { carried, need } = this, latest = 0, at = from;
    if (onTop) {
      const metNeed = needAt[0], met = pageAt[0];
      needAt[0] = latest = need;
      pageAt[0] = carried;
      depthOf[carried] = 0;
      carried = met;
      need = metNeed;
      at = 1;
      if (end === 0) at = past;
    }
    for (const stop = end < past ? end : past; at < stop; at++) {
      const metNeed = needAt[at];
      if (metNeed > need) {
        const met = pageAt[at];
        needAt[at] = need;
        pageAt[at] = carried;
        depthOf[carried] = at;
        if (need > latest) latest = need;
        carried = met;
        need = metNeed;
      } else if (metNeed > latest) {
        latest = metNeed;
      }
    }
    if (at === end) {
      needAt[at] = need;
      pageAt[at] = carried;
      depthOf[carried] = at;
    }
    for (; at < past; at++) if (needAt[at] > latest) latest = needAt[at];
    this.carried = carried;
    this.need = need;
    const before = this.latestInBlock[block], group = block >>> BLOCK_BITS;
    this.latestInBlock[block] = latest;
    if (latest >= this.latestInGroup[group]) this.latestInGroup[group] = latest;
    else if (before === this.latestInGroup[group]) this.lowerGroup(group);
  }

  private lowerGroup(group: number): void {
    const { latestInBlock } = this;
    let latest = 0;
    for (let block = group << BLOCK_BITS, past = block + BLOCK; block < past; block++) if (latestInBlock[block] > latest) latest = latestInBlock[block];
    this.latestInGroup[group] = latest;
  }
}

function faultsFrom(hitsAt: Float64Array, references: number): FaultsByFrames {
  const faults = new Float64Array(hitsAt.length);
  let left = references;
  for (let frames = 0; frames < hitsAt.length; frames++) {
    left -= hitsAt[frames];
    faults[frames] = left;
  }
  return faults;
}
