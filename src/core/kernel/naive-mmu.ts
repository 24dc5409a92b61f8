/**
 * The translation model again, as plainly as it can be said: lists in order of use, BigInt addresses, no fast path. The oracle of the
 * kernel's MMU in tests; written from the rules at the head of as/mmu.ts, not from the kernel's code.
 */
export interface NaiveGeometry { readonly l1d: readonly [number, number]; readonly l1i: readonly [number, number]; readonly l2: readonly [number, number] }
export interface NaiveCounts { access: number; fetch: number; l1dMiss: number; l1iMiss: number; l2Hit: number; l2Miss: number; walk: number; walkReads: number; pscHit: number }

interface Translation { readonly page: bigint; readonly shift: bigint; readonly asid: number; readonly writable: boolean; readonly executable: boolean; readonly user: boolean; dirty: boolean }

/** A set-associative array; each set is a list, most recently used first. */
class Lists {
  private readonly sets: Translation[][];
  constructor(setCount: number, private readonly ways: number) { this.sets = Array.from({ length: setCount }, () => []); }
  private setOf(page: bigint, shift: bigint): Translation[] {
    return this.sets[Number((page >> shift) % BigInt(this.sets.length))] as Translation[];
  }
  find(va: bigint, asid: number): Translation | null {
    for (const shift of [12n, 21n, 30n]) {
      const page = (va >> shift) << shift;
      const hit = this.setOf(page, shift).find((t) => t.page === page && t.shift === shift && t.asid === asid);
      if (hit) return hit;
    }
    return null;
  }
  use(t: Translation): void {
    const set = this.setOf(t.page, t.shift);
    const at = set.indexOf(t);
    if (at >= 0) set.splice(at, 1);
    set.unshift(t);
    if (set.length > this.ways) set.pop();
  }
  remove(keep: (t: Translation) => boolean): void { for (const set of this.sets) set.splice(0, set.length, ...set.filter(keep)); }
}

const PSC_ENTRIES: readonly number[] = [0, 0, 32, 4, 4, 4];

export class NaiveMmu {
  readonly counts: NaiveCounts = { access: 0, fetch: 0, l1dMiss: 0, l1iMiss: 0, l2Hit: 0, l2Miss: 0, walk: 0, walkReads: 0, pscHit: 0 };
  asid = 1;
  /** CR0.WP. */
  writeProtect = true;
  /** "level:prefix" of the entries whose A bit, and whose D bit, an access has set. (The tables given must have none set.) */
  readonly accessed = new Set<string>();
  readonly dirty = new Set<string>();
  /** Names the tables in the two sets above, for models with several roots. */
  root = '';
  private readonly l1d: Lists;
  private readonly l1i: Lists;
  private readonly l2: Lists;
  /** Per level: keys "asid:prefix", most recently used first. */
  private readonly psc: string[][] = [[], [], [], [], [], []];

  /** `entry(va, level)`: the page-table entry at that level, 0n when a table above is missing. */
  constructor(geometry: NaiveGeometry, private readonly levels: number, private readonly entry: (va: bigint, level: number) => bigint) {
    this.l1d = new Lists(...geometry.l1d);
    this.l1i = new Lists(...geometry.l1i);
    this.l2 = new Lists(...geometry.l2);
  }

  /** One access of `size` bytes; false when it faults (some page), counting then only the pages before. */
  access(va: bigint, size: number, write: boolean, supervisor = false): boolean {
    if (!this.translate(va, write, false, supervisor)) return false;
    const last = va + BigInt(size - 1);
    if (last >> 12n !== va >> 12n && !this.translate((last >> 12n) << 12n, write, false, supervisor)) return false;
    this.counts.access++;
    return true;
  }
  fetch(va: bigint): boolean {
    if (!this.translate(va, false, true)) return false;
    this.counts.fetch++;
    return true;
  }

  private translate(va: bigint, write: boolean, fetch: boolean, supervisor = false): boolean {
    const l1 = fetch ? this.l1i : this.l1d;
    const allowed = (t: Translation): boolean => (supervisor
      ? !write || t.writable || !this.writeProtect
      : t.user && (!write || t.writable) && (!fetch || t.executable));
    const hit = l1.find(va, this.asid);
    if (hit) {
      if (!allowed(hit)) return this.fault(va);
      l1.use(hit);
      if (write && !hit.dirty) { hit.dirty = true; this.dirty.add(this.leafKey(va, hit)); }
      return true;
    }
    const second = this.l2.find(va, this.asid);
    if (second) {
      if (!allowed(second)) return this.fault(va);
      this.miss(fetch);
      this.counts.l2Hit++;
      this.l2.use(second);
      const first = { ...second };
      l1.use(first);
      if (write && !first.dirty) { first.dirty = true; this.dirty.add(this.leafKey(va, first)); }
      return true;
    }
    const found = this.walk(va);
    if (!found || !allowed(found.translation)) return this.fault(va);
    this.miss(fetch);
    this.counts.l2Miss++;
    this.counts.walk++;
    this.counts.walkReads += found.start - found.leaf + 1;
    if (found.start < this.levels) {
      this.counts.pscHit++;
      this.usePsc(va, found.start + 1);
    }
    for (let level = found.start; level > found.leaf; level--) this.usePsc(va, level);
    for (let level = found.start; level >= found.leaf; level--) this.accessed.add(`${this.root}${String(level)}:${String(va >> BigInt(level * 9 + 3))}`);
    if (write) { found.translation.dirty = true; this.dirty.add(this.leafKey(va, found.translation)); }
    this.l2.use({ ...found.translation });
    l1.use({ ...found.translation });
    return true;
  }
  private leafKey(va: bigint, t: Translation): string { return `${this.root}${String((Number(t.shift) - 3) / 9)}:${String(va >> t.shift)}`; }
  private miss(fetch: boolean): void { if (fetch) this.counts.l1iMiss++; else this.counts.l1dMiss++; }

  private walk(va: bigint): { start: number; leaf: number; translation: Translation } | null {
    const top = this.levels === 5 ? 56n : 47n;
    if (BigInt.asUintN(64, BigInt.asIntN(Number(top) + 1, va)) !== va) return null;
    let start = this.levels;
    for (let level = this.levels; level >= 2; level--) if (this.psc[level]?.includes(this.key(va, level))) start = level - 1;
    let writable = true;
    let executable = true;
    let user = true;
    for (let level = this.levels; level >= 1; level--) {
      const e = this.entry(va, level);
      if (!(e & 1n)) return null;
      user &&= (e & 4n) !== 0n;
      writable &&= (e & 2n) !== 0n;
      executable &&= e >> 63n === 0n;
      if (level === 1 || (level <= 3 && e & 0x80n)) {
        const shift = BigInt(level * 9 + 3);
        return { start, leaf: level, translation: { page: (va >> shift) << shift, shift, asid: this.asid, writable, executable, user, dirty: this.dirty.has(`${this.root}${String(level)}:${String(va >> shift)}`) } };
      }
    }
    return null;
  }
  private key(va: bigint, level: number): string { return `${String(this.asid)}:${String(va >> BigInt(level * 9 + 3))}`; }
  private usePsc(va: bigint, level: number): void {
    const list = this.psc[level] as string[];
    const key = this.key(va, level);
    const at = list.indexOf(key);
    if (at >= 0) list.splice(at, 1);
    list.unshift(key);
    if (list.length > (PSC_ENTRIES[level] ?? 0)) list.pop();
  }

  private drop(va: bigint): void {
    const other = (t: Translation): boolean => t.asid !== this.asid || (va >> t.shift) << t.shift !== t.page;
    for (const array of [this.l1d, this.l1i, this.l2]) array.remove(other);
  }
  private fault(va: bigint): boolean {
    this.drop(va);
    for (let level = 2; level <= 5; level++) this.psc[level] = (this.psc[level] as string[]).filter((key) => key !== this.key(va, level));
    return false;
  }
  /** Everything of one address space, or of all, goes. */
  invalidate(asid: number | 'all'): void {
    for (const array of [this.l1d, this.l1i, this.l2]) array.remove((t) => asid !== 'all' && t.asid !== asid);
    for (let level = 2; level <= 5; level++) this.psc[level] = (this.psc[level] as string[]).filter((key) => asid !== 'all' && !key.startsWith(`${String(asid)}:`));
  }
  invalidatePage(va: bigint): void {
    this.drop(va);
    for (let level = 2; level <= 5; level++) this.psc[level] = (this.psc[level] as string[]).filter((key) => !key.startsWith(`${String(this.asid)}:`));
  }
}
