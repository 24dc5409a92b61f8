/**
 * The slots of a swap area: which are free, how many entries name each, which frame caches it, and what must come back.
 *
 * A slot is free when no entry names it and no frame caches it. State is kept in chunks of 65,536 slots that are made on
 * first use. Slots are handed out as Linux does (mm/swapfile.c): one after the other within a cluster of 256, so that pages that
 * leave together lie together; then in the first cluster that is wholly free; and when there is none, wherever one is free.
 */
import type { Pfn, Vpn } from '../paging/units';

const CHUNK_SHIFT = 16;
const CHUNK_SLOTS = 1 << CHUNK_SHIFT;
export const CLUSTER_SLOTS = 256;
const BAD = 0xffff;

interface Chunk {
  readonly counts: Uint16Array;
  readonly checksums: Uint32Array;
  /** pfn + 1 of the frame that caches the slot. */
  readonly cached: Uint32Array;
  /** Eviction clock when the page left (working-set.ts). */
  readonly shadows: Uint32Array;
  /** seed × 2 + 1 of a pattern page, 0: bytes on the device. */
  readonly patterns: Uint32Array;
  readonly owners: Uint32Array;
  readonly vpns: Float64Array;
}

export class SlotMap {
  private readonly chunks: (Chunk | undefined)[];
  private readonly clusterUsed: Uint16Array;
  private next = 0;
  private clusterEnd = 0;
  private emptyClusters: number;
  private scan = 0;
  private used = 0;
  private bad = 0;

  constructor(readonly slotCount: number) {
    this.chunks = new Array<Chunk | undefined>(Math.ceil(slotCount / CHUNK_SLOTS)).fill(undefined);
    this.clusterUsed = new Uint16Array(Math.ceil(slotCount / CLUSTER_SLOTS));
    this.emptyClusters = this.clusterUsed.length;
  }

  get usedSlots(): number {
    return this.used;
  }
  /** Slots that failed and are not used again. */
  get badSlots(): number {
    return this.bad;
  }
  get freeSlots(): number {
    return this.slotCount - this.used - this.bad;
  }

  /** Takes a free slot for the page that frame `pfn` holds: the frame caches it, no entry names it yet. -1: none is free. */
  allocate(pfn: Pfn): number {
    const slot = this.findFree();
    if (slot < 0) return -1;
    this.chunk(slot).cached[slot & (CHUNK_SLOTS - 1)] = pfn + 1;
    this.take(slot);
    return slot;
  }

  isInUse(slot: number): boolean {
    const chunk = this.chunks[slot >>> CHUNK_SHIFT];
    if (chunk === undefined) return false;
    const at = slot & (CHUNK_SLOTS - 1);
    return (chunk.counts[at] !== 0 && chunk.counts[at] !== BAD) || chunk.cached[at] !== 0;
  }

  /** All slots in use whose content is bytes on the device, ascending. */
  inUse(): number[] {
    const found: number[] = [];
    this.chunks.forEach((chunk, index) => {
      if (chunk === undefined) return;
      for (let slot = index << CHUNK_SHIFT; slot < Math.min(this.slotCount, (index + 1) << CHUNK_SHIFT); slot++) {
        if (this.isInUse(slot) && this.pattern(slot) < 0) found.push(slot);
      }
    });
    return found;
  }

  isBad(slot: number): boolean {
    return this.chunks[slot >>> CHUNK_SHIFT]?.counts[slot & (CHUNK_SLOTS - 1)] === BAD;
  }

  /** Page-table entries that name the slot. */
  references(slot: number): number {
    const count = this.chunks[slot >>> CHUNK_SHIFT]?.counts[slot & (CHUNK_SLOTS - 1)] ?? 0;
    return count === BAD ? 0 : count;
  }

  addReference(slot: number): void {
    const chunk = this.chunk(slot);
    const at = slot & (CHUNK_SLOTS - 1);
    const count = chunk.counts[at] ?? 0;
    if (count >= BAD - 1) throw new Error(`slot ${String(slot)}: its count cannot grow`);
    if (count === 0 && chunk.cached[at] === 0) throw new Error(`slot ${String(slot)} is free and was named`);
    chunk.counts[at] = count + 1;
  }

  /** One entry fewer; answers how many are left. The slot is free when that is 0 and no frame caches it. */
  dropReference(slot: number): number {
    const chunk = this.chunk(slot);
    const at = slot & (CHUNK_SLOTS - 1);
    const count = chunk.counts[at] ?? 0;
    if (count === 0 || count === BAD) throw new Error(`slot ${String(slot)}: a reference too many was dropped`);
    chunk.counts[at] = count - 1;
    if (count === 1 && chunk.cached[at] === 0) this.give(slot);
    return count - 1;
  }

  /** Frame that caches the slot, or -1. */
  cached(slot: number): Pfn {
    return (this.chunks[slot >>> CHUNK_SHIFT]?.cached[slot & (CHUNK_SLOTS - 1)] ?? 0) - 1;
  }

  /** Frame `pfn` caches the slot, or no frame any more (-1). */
  setCached(slot: number, pfn: Pfn): void {
    const chunk = this.chunk(slot);
    const at = slot & (CHUNK_SLOTS - 1);
    chunk.cached[at] = pfn + 1;
    if (pfn < 0 && chunk.counts[at] === 0) this.give(slot);
  }

  /** A slot that could not be written, which no frame caches any more: never used again. */
  markBad(slot: number): void {
    this.give(slot);
    const chunk = this.chunk(slot);
    const at = slot & (CHUNK_SLOTS - 1);
    chunk.cached[at] = 0;
    chunk.counts[at] = BAD;
    this.bad++;
    const cluster = Math.floor(slot / CLUSTER_SLOTS);
    if (this.clusterUsed[cluster] === 0) this.emptyClusters--;
    this.clusterUsed[cluster] = (this.clusterUsed[cluster] ?? 0) + 1;
  }

  checksum(slot: number): number {
    return this.chunk(slot).checksums[slot & (CHUNK_SLOTS - 1)] ?? 0;
  }
  /** Seed of the pattern page in the slot; -1: its bytes are on the device. */
  pattern(slot: number): number {
    const value = this.chunk(slot).patterns[slot & (CHUNK_SLOTS - 1)] ?? 0;
    return value === 0 ? -1 : value >>> 1;
  }
  /** What the slot holds now: checksum, and the seed when it is a pattern (-1: bytes). */
  setContent(slot: number, checksum: number, seed: number): void {
    const chunk = this.chunk(slot);
    chunk.checksums[slot & (CHUNK_SLOTS - 1)] = checksum;
    chunk.patterns[slot & (CHUNK_SLOTS - 1)] = seed < 0 ? 0 : ((seed << 1) | 1) >>> 0;
  }

  shadow(slot: number): number {
    return this.chunk(slot).shadows[slot & (CHUNK_SLOTS - 1)] ?? 0;
  }
  setShadow(slot: number, value: number): void {
    this.chunk(slot).shadows[slot & (CHUNK_SLOTS - 1)] = value;
  }

  /** Process and page that the slot was written for: the first of those that name it. */
  setOwner(slot: number, processKey: number, vpn: Vpn): void {
    const chunk = this.chunk(slot);
    chunk.owners[slot & (CHUNK_SLOTS - 1)] = processKey;
    chunk.vpns[slot & (CHUNK_SLOTS - 1)] = vpn;
  }
  owner(slot: number): number {
    return this.chunk(slot).owners[slot & (CHUNK_SLOTS - 1)] ?? 0;
  }
  vpn(slot: number): Vpn {
    return this.chunk(slot).vpns[slot & (CHUNK_SLOTS - 1)] ?? 0;
  }

  /** Slots used in a cluster of 256, bad ones counted in. */
  usedInCluster(cluster: number): number {
    return this.clusterUsed[cluster] ?? 0;
  }

  /** Violations of the map's own invariants, as text. */
  check(): readonly string[] {
    const found: string[] = [];
    let used = 0;
    for (let cluster = 0; cluster < this.clusterUsed.length; cluster++) {
      let here = 0;
      for (let slot = cluster * CLUSTER_SLOTS; slot < Math.min(this.slotCount, (cluster + 1) * CLUSTER_SLOTS); slot++) {
        if (this.isInUse(slot)) { here++; used++; } else if (this.isBad(slot)) here++;
      }
      if (here !== this.clusterUsed[cluster]) found.push(`swap cluster ${String(cluster)} counts ${String(this.clusterUsed[cluster])} slots and has ${String(here)}`);
    }
    if (used !== this.used) found.push(`swap counts ${String(this.used)} slots in use and has ${String(used)}`);
    return found;
  }

  private findFree(): number {
    if (this.used + this.bad >= this.slotCount) return -1;
    while (this.next < this.clusterEnd) {
      const slot = this.next++;
      if (this.isFree(slot)) return slot;
    }
    if (this.emptyClusters > 0) {
      for (let cluster = 0; cluster < this.clusterUsed.length; cluster++) {
        if (this.clusterUsed[cluster] !== 0) continue;
        this.next = cluster * CLUSTER_SLOTS + 1;
        this.clusterEnd = Math.min(this.slotCount, (cluster + 1) * CLUSTER_SLOTS);
        return cluster * CLUSTER_SLOTS;
      }
      throw new Error('no swap cluster is empty, yet some are counted');
    }
    for (let tried = 0; tried < this.slotCount; tried++) {
      const slot = this.scan;
      this.scan = this.scan + 1 === this.slotCount ? 0 : this.scan + 1;
      if (this.isFree(slot)) return slot;
    }
    throw new Error('no swap slot is free, yet some are counted');
  }

  private isFree(slot: number): boolean {
    const chunk = this.chunks[slot >>> CHUNK_SHIFT];
    return chunk === undefined || (chunk.counts[slot & (CHUNK_SLOTS - 1)] === 0 && chunk.cached[slot & (CHUNK_SLOTS - 1)] === 0);
  }

  private take(slot: number): void {
    const cluster = Math.floor(slot / CLUSTER_SLOTS);
    if (this.clusterUsed[cluster] === 0) this.emptyClusters--;
    this.clusterUsed[cluster] = (this.clusterUsed[cluster] ?? 0) + 1;
    this.used++;
  }

  private give(slot: number): void {
    const cluster = Math.floor(slot / CLUSTER_SLOTS);
    const left = (this.clusterUsed[cluster] ?? 0) - 1;
    this.clusterUsed[cluster] = left;
    if (left === 0) this.emptyClusters++;
    this.used--;
  }

  private chunk(slot: number): Chunk {
    if (slot < 0 || slot >= this.slotCount) throw new Error(`slot ${String(slot)} of ${String(this.slotCount)}`);
    let chunk = this.chunks[slot >>> CHUNK_SHIFT];
    if (chunk === undefined) {
      const size = Math.min(CHUNK_SLOTS, this.slotCount - (slot >>> CHUNK_SHIFT) * CHUNK_SLOTS);
      chunk = {
        counts: new Uint16Array(size), checksums: new Uint32Array(size), cached: new Uint32Array(size), shadows: new Uint32Array(size),
        patterns: new Uint32Array(size), owners: new Uint32Array(size), vpns: new Float64Array(size),
      };
      this.chunks[slot >>> CHUNK_SHIFT] = chunk;
    }
    return chunk;
  }
}
