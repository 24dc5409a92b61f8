/**
 * Checkpoints of the store's memory, for time travel: the part that knows pages and nothing of what they mean. Whoever takes
 * checkpoints of a machine keeps the TypeScript state beside it.
 *
 * A checkpoint shows each used page of the store. Pages lie in chunks of 1 MiB, and a checkpoint is a sorted list of leaves, one a chunk; a leaf
 * has hash and content (page-slabs.ts) of its 256 pages. Leaves never change: a checkpoint shares those in which nothing changed with
 * the checkpoint before it, and so do new leaves the contents that stayed. A chunk of zeros has no leaf.
 *
 *   checkpoint 7 ──▶ [leaf 0] [leaf 64] [leaf 512] [leaf 513]          each leaf: 256 × hash, 256 × page id
 *   checkpoint 8 ──▶    │      (same)   [leaf 512'] (same)             512' shares all page ids with 512 but the changed ones
 *
 * `take` hashes the used pages (kernel/as/page-hash.ts) and copies those whose hash differs from that in the base: the checkpoint that the
 * store was last equal to. Any base gives the right result; a near one costs the least. `restore` hashes too, since
 * the machine has run on since the base, and writes the pages whose hash differs from the target's. So nothing has to be
 * noted while the machine runs.
 *
 * Rules of calling:
 *  1. The machine stands between quanta: what the kernel holds outside of the store (its globals) lives for one call only.
 *  2. What lies outside of the used ranges is zero. So `restore` comes before the page pool (and the code area) are put back:
 *     pages beyond their old high water are emptied by it, as a pool needs that hands out fresh pages as zeros.
 *  3. Used ranges only grow from a take or a restore to the next one. Asserted, by the number of pages.
 *  4. After a restore the checkpoints behind it show a future that may not come: whoever goes on differently drops them.
 */
import type { PageHasher } from '../kernel-interface';
import * as layout from '../kernel/memory-layout';
import { PAGE_BYTES } from '../store/store';
import type { Store, StoreRange } from '../store/store';
import { PageSlabs, ZEROS } from './page-slabs';
import { CHUNK_PAGES, usedChunks } from './used-pages';
import type { UsedChunk } from './used-pages';

/** Words of a leaf: two of hash for each page, then the page ids. */
const HASH_WORDS = 2 * CHUNK_PAGES;
const LEAF_WORDS = 3 * CHUNK_PAGES;
/** What the directory of a checkpoint takes for each leaf: a reference. */
const LINK_BYTES = 8;

interface Leaf {
  readonly chunk: number;
  readonly words: Uint32Array;
  /** Checkpoints that show it. */
  references: number;
}

interface Checkpoint {
  /** Ascending by chunk. */
  readonly leaves: readonly Leaf[];
  /** Pages in use then. */
  readonly pages: number;
}

const NOTHING: Checkpoint = { leaves: [], pages: 0 };
/** What a chunk without a leaf shows. */
const NO_WORDS = new Uint32Array(LEAF_WORDS);

export class PageHistory {
  private readonly slabs = new PageSlabs();
  /** By id, ascending. */
  private readonly checkpoints = new Map<number, Checkpoint>();
  private base = NOTHING;
  private nextId = 1;
  private leafCount = 0;
  private linkCount = 0;
  /** Pages in use at the last take or restore. */
  private leastPages = 0;
  private readonly results: Uint32Array;
  /** Hashes of the chunk that is looked at; unused pages have 0, the hash of zeros. */
  private readonly present = new Uint32Array(HASH_WORDS);

  /** `usedRanges`: the used ranges of the store as they are now (used-pages.ts has those of a machine). */
  constructor(private readonly store: Store, private readonly hasher: PageHasher, private readonly usedRanges: () => readonly StoreRange[]) {
    this.results = store.words.subarray(layout.PAGE_HASHES / 4, layout.PAGE_HASHES / 4 + HASH_WORDS);
  }

  /** Bytes that the checkpoints need: pages, leaves and directories. 0 without checkpoints. */
  get usedBytes(): number {
    return this.slabs.usedBytes + this.tableBytes;
  }

  /** As usedBytes, with what the slabs hold free besides. */
  get heldBytes(): number {
    return this.slabs.heldBytes + this.tableBytes;
  }

  has(id: number): boolean {
    return this.checkpoints.has(id);
  }

  /** Takes a checkpoint of all used pages. Answers its id: ids ascend and are never used again. */
  take(): number {
    const { chunks, pages } = this.used();
    const leaves: Leaf[] = [];
    let at = 0;
    for (const chunk of chunks) {
      at = indexOfChunk(this.base.leaves, chunk.index, at);
      const before = this.base.leaves[at];
      const leaf = this.leafOf(chunk, before?.chunk === chunk.index ? before : null);
      if (leaf !== null) leaves.push(leaf);
    }
    const id = this.nextId++;
    this.base = { leaves, pages };
    this.checkpoints.set(id, this.base);
    this.linkCount += leaves.length;
    this.leastPages = pages;
    return id;
  }

  /** Puts the store back to a checkpoint: pages that differ are written, pages that were not in use then are emptied. */
  restore(id: number): void {
    const target = this.find(id);
    let at = 0;
    for (const chunk of this.used().chunks) {
      const next = indexOfChunk(target.leaves, chunk.index, at);
      for (; at < next; at++) this.writeUnused(target.leaves[at] as Leaf);
      const leaf = target.leaves[at];
      this.hashChunk(chunk);
      if (leaf?.chunk !== chunk.index) this.write(chunk.index, NO_WORDS);
      else {
        this.write(chunk.index, leaf.words);
        at++;
      }
    }
    for (; at < target.leaves.length; at++) this.writeUnused(target.leaves[at] as Leaf);
    this.base = target;
    this.leastPages = target.pages;
  }

  /** Forgets a checkpoint and frees what no other one shows. */
  drop(id: number): void {
    const gone = this.find(id);
    this.checkpoints.delete(id);
    for (const leaf of gone.leaves) this.releaseLeaf(leaf);
    this.linkCount -= gone.leaves.length;
    if (this.base === gone) this.base = this.nearest(id);
  }

  private get tableBytes(): number {
    return this.leafCount * LEAF_WORDS * 4 + this.linkCount * LINK_BYTES;
  }

  private find(id: number): Checkpoint {
    const checkpoint = this.checkpoints.get(id);
    if (checkpoint === undefined) throw new Error(`page history: there is no checkpoint ${String(id)}`);
    return checkpoint;
  }

  /** The checkpoint before `id`, else the one behind it. */
  private nearest(id: number): Checkpoint {
    let before: Checkpoint | null = null;
    for (const [other, checkpoint] of this.checkpoints) {
      if (other > id) return before ?? checkpoint;
      before = checkpoint;
    }
    return before ?? NOTHING;
  }

  private used(): { readonly chunks: readonly UsedChunk[]; readonly pages: number } {
    const used = usedChunks(this.usedRanges());
    if (used.pages < this.leastPages) throw new Error(`page history: ${String(used.pages)} pages are in use, but ${String(this.leastPages)} were: the pool was put back before the store`);
    return used;
  }

  /** Hashes the used pages of a chunk into `present`. */
  private hashChunk(chunk: UsedChunk): void {
    const { present, results } = this;
    present.fill(0);
    for (const { first, last } of chunk.spans) {
      this.hasher.hashPages((chunk.index * CHUNK_PAGES + first) * PAGE_BYTES, last - first, layout.PAGE_HASHES);
      for (let i = 0, to = 2 * first; to < 2 * last; i++, to++) present[to] = results[i] as number;
    }
  }

  /** The leaf of a chunk as it is now: `before` itself when nothing changed, null when all is zero. */
  private leafOf(chunk: UsedChunk, before: Leaf | null): Leaf | null {
    this.hashChunk(chunk);
    const { present } = this;
    const known = before?.words ?? NO_WORDS;
    if (present.every((word, i) => word === known[i])) {
      if (before !== null) before.references++;
      return before;
    }
    if (present.every((word) => word === 0)) return null;
    const words = new Uint32Array(LEAF_WORDS);
    words.set(present);
    for (let page = 0; page < CHUNK_PAGES; page++) words[HASH_WORDS + page] = this.contentOf(chunk.index, page, known, words);
    this.leafCount++;
    return { chunk: chunk.index, words, references: 1 };
  }

  /** Id of a page's content, with a reference more: as before where its hash is, as the page below it where both are equal. */
  private contentOf(chunk: number, page: number, known: Uint32Array, words: Uint32Array): number {
    const low = words[2 * page];
    const high = words[2 * page + 1];
    if (low === 0 && high === 0) return ZEROS;
    let id = ZEROS;
    if (low === known[2 * page] && high === known[2 * page + 1]) id = known[HASH_WORDS + page] as number;
    else if (page > 0 && low === words[2 * page - 2] && high === words[2 * page - 1]) id = words[HASH_WORDS + page - 1] as number;
    else return this.slabs.keep(this.store.bytes, (chunk * CHUNK_PAGES + page) * PAGE_BYTES);
    this.slabs.share(id);
    return id;
  }

  private releaseLeaf(leaf: Leaf): void {
    if (--leaf.references > 0) return;
    this.leafCount--;
    for (let at = HASH_WORDS; at < LEAF_WORDS; at++) this.slabs.release(leaf.words[at] as number);
  }

  /** Writes a leaf to a chunk that is not in use: all its pages are zero. */
  private writeUnused(leaf: Leaf): void {
    this.present.fill(0);
    this.write(leaf.chunk, leaf.words);
  }

  /** Writes those pages of a leaf whose hash is not the one in `present`. */
  private write(chunk: number, words: Uint32Array): void {
    const { present, store } = this;
    for (let page = 0; page < CHUNK_PAGES; page++) {
      if (words[2 * page] === present[2 * page] && words[2 * page + 1] === present[2 * page + 1]) continue;
      this.slabs.copyTo(words[HASH_WORDS + page] as number, store.bytes, (chunk * CHUNK_PAGES + page) * PAGE_BYTES);
    }
  }
}

/** First index from `from` on whose leaf is not of a lower chunk. */
function indexOfChunk(leaves: readonly Leaf[], chunk: number, from: number): number {
  let at = from;
  while (at < leaves.length && (leaves[at] as Leaf).chunk < chunk) at++;
  return at;
}
