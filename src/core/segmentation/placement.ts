/**
 * Placement of segments in one physical memory: first, next, best and worst fit over a list of holes, compaction.
 *
 * Called by the machine's segmented address spaces (units of 4 KiB) and by the laboratory (units of its own). Pure data: who moves
 * the bytes is the caller, who is told of each move.
 *
 * The list of what lies in memory is sorted by address; holes are what is between. A search looks at holes in order of address
 * (next fit begins at the hole where the last search ended) and counts each that it looks at.
 */
export type Fit = 'first' | 'next' | 'best' | 'worst';

export interface Placed { readonly id: number; start: number; size: number }
export interface Hole { readonly start: number; readonly size: number }
export interface Move { readonly id: number; readonly from: number; readonly to: number; readonly size: number }

export interface FragmentationNumbers {
  readonly total: number;
  readonly used: number;
  readonly free: number;
  readonly holes: number;
  readonly largestHole: number;
  /** Part of the free memory that a request of the size of all of it could not get: 1 − largest hole / free; 0 when nothing is free. */
  readonly external: number;
}

export class Placement {
  private readonly placed: Placed[] = [];
  private rover = 0;
  private nextId = 1;
  /** Holes looked at by searches, all in all. */
  searched = 0;

  /** Memory [first, first + total) in units. */
  constructor(readonly first: number, readonly total: number, public fit: Fit) {}

  segments(): readonly Placed[] {
    return this.placed;
  }

  holes(): readonly Hole[] {
    const holes: Hole[] = [];
    let at = this.first;
    for (const { start, size } of this.placed) {
      if (start > at) holes.push({ start: at, size: start - at });
      at = start + size;
    }
    if (at < this.first + this.total) holes.push({ start: at, size: this.first + this.total - at });
    return holes;
  }

  /** Puts a segment of `size` units where the fit says; null when no hole is large enough. */
  place(size: number): Placed | null {
    if (size <= 0) throw new Error(`a segment of ${String(size)} units`);
    const hole = this.choose(this.holes(), size);
    if (hole === null) return null;
    return this.insert(hole.start, size);
  }

  /** Takes [start, start + size), which must be free. */
  insert(start: number, size: number): Placed {
    const segment: Placed = { id: this.nextId++, start, size };
    let at = this.placed.findIndex((other) => other.start > start);
    if (at < 0) at = this.placed.length;
    const before = this.placed[at - 1];
    const after = this.placed[at];
    if (start < this.first || start + size > this.first + this.total || (before !== undefined && before.start + before.size > start) || (after !== undefined && start + size > after.start)) {
      throw new Error(`units ${String(start)} to ${String(start + size)} are not free`);
    }
    this.placed.splice(at, 0, segment);
    this.rover = start + size;
    return segment;
  }

  free(id: number): void {
    this.placed.splice(this.indexOf(id), 1);
  }

  /** Free units right above and right below a segment. */
  roomAbove(id: number): number {
    const at = this.indexOf(id);
    const { start, size } = this.placed[at] as Placed;
    return (this.placed[at + 1]?.start ?? this.first + this.total) - (start + size);
  }
  roomBelow(id: number): number {
    const at = this.indexOf(id);
    const before = this.placed[at - 1];
    return (this.placed[at] as Placed).start - (before === undefined ? this.first : before.start + before.size);
  }

  /** Extends a segment into the free units next to it. */
  growUp(id: number, units: number): void {
    if (this.roomAbove(id) < units) throw new Error('a segment grows into its neighbour');
    (this.placed[this.indexOf(id)] as Placed).size += units;
  }
  growDown(id: number, units: number): void {
    if (this.roomBelow(id) < units) throw new Error('a segment grows into its neighbour');
    const segment = this.placed[this.indexOf(id)] as Placed;
    segment.start -= units;
    segment.size += units;
  }

  /** Gives the upper or lower `units` of a segment back. */
  shrinkUp(id: number, units: number): void {
    (this.placed[this.indexOf(id)] as Placed).size -= units;
  }

  /** Slides every segment down as far as it goes, in order of address: the holes become one. What moved, in order. */
  compact(): readonly Move[] {
    const moves: Move[] = [];
    let to = this.first;
    for (const segment of this.placed) {
      if (segment.start !== to) moves.push({ id: segment.id, from: segment.start, to, size: segment.size });
      segment.start = to;
      to += segment.size;
    }
    this.rover = to;
    return moves;
  }

  numbers(): FragmentationNumbers {
    const holes = this.holes();
    const free = holes.reduce((sum, hole) => sum + hole.size, 0);
    const largestHole = holes.reduce((most, hole) => Math.max(most, hole.size), 0);
    return { total: this.total, used: this.total - free, free, holes: holes.length, largestHole, external: free === 0 ? 0 : 1 - largestHole / free };
  }

  private indexOf(id: number): number {
    const at = this.placed.findIndex((segment) => segment.id === id);
    if (at < 0) throw new Error(`no segment ${String(id)} is placed`);
    return at;
  }

  private choose(holes: readonly Hole[], size: number): Hole | null {
    let order = holes;
    if (this.fit === 'next') {
      // A hole that the last search left a part of begins at the rover.
      const from = holes.findIndex((hole) => hole.start + hole.size > this.rover);
      if (from > 0) order = [...holes.slice(from), ...holes.slice(0, from)];
    }
    let chosen: Hole | null = null;
    for (const hole of order) {
      this.searched++;
      if (hole.size < size) continue;
      if (this.fit === 'first' || this.fit === 'next') return hole;
      if (chosen === null || (this.fit === 'best' ? hole.size < chosen.size : hole.size > chosen.size)) chosen = hole;
    }
    return chosen;
  }
}
