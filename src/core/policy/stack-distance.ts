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
 * it meets one that is needed later, which is carried on. A segment tree over the depths, with the largest
 * next reference of each part, finds the next such place in O(log pages); their number is small (the record highs of a
 * sequence).
 */
import { NEVER, nextReferences } from './opt';
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

/** Mattson's stack for OPT. Depths are 1-based outside, 0-based inside. */
class OptStack {
  private readonly leaves: number;
  /** Node 1 is the root, leaves from index `leaves` on: the next reference of the page at that depth. 0: no page there. */
  private readonly latest: Uint32Array;
  private readonly pageAt: Int32Array;
  private readonly depthOf: Int32Array;
  private size = 0;

  constructor(pageCount: number) {
    this.leaves = 2 ** Math.ceil(Math.log2(Math.max(2, pageCount)));
    this.latest = new Uint32Array(2 * this.leaves);
    this.pageAt = new Int32Array(pageCount);
    this.depthOf = new Int32Array(pageCount).fill(-1);
  }

  /** References `page`, whose next reference is `next`; its depth before, 0 at its first reference. */
  reference(page: number, next: number): number {
    const { pageAt, latest, leaves } = this;
    const was = this.depthOf[page];
    const end = was < 0 ? this.size++ : was;
    if (end > 0) {
      let carried = pageAt[0], need = latest[leaves];
      for (let at = this.firstLater(1, end, need); at < end; at = this.firstLater(at + 1, end, need)) {
        const met = pageAt[at], metNeed = latest[leaves + at];
        this.put(at, carried, need);
        carried = met;
        need = metNeed;
      }
      this.put(end, carried, need);
    }
    this.put(0, page, next);
    return was + 1;
  }

  private put(depth: number, page: number, next: number): void {
    const { latest } = this;
    this.pageAt[depth] = page;
    this.depthOf[page] = depth;
    let node = this.leaves + depth;
    latest[node] = next;
    for (node >>>= 1; node > 0; node >>>= 1) {
      const left = latest[2 * node], right = latest[2 * node + 1];
      const larger = left > right ? left : right;
      if (latest[node] === larger) break;
      latest[node] = larger;
    }
  }

  /** The first depth in from <= depth < end whose page is needed later than `need`; `end` when there is none. */
  private firstLater(from: number, end: number, need: number): number {
    if (from >= end || need === NEVER) return end;
    const { latest, leaves } = this;
    let node = leaves + from;
    // Up and to the right until a part has one, then down to its first.
    for (;;) {
      if (latest[node] > need) break;
      while ((node & 1) === 1) node >>>= 1;
      if (node === 0) return end;
      node++;
    }
    while (node < leaves) node = latest[2 * node] > need ? 2 * node : 2 * node + 1;
    return Math.min(end, node - leaves);
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
