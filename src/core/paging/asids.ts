/**
 * Tags of the TLBs (PCID, 12 bits; 0 is the kernel's): 4,095 for any number of address spaces, by generations as on
 * arm64. A space gets a tag when it is first switched to; when none is left a new generation begins: everything cached
 * goes once, and each space gets a new tag at its next switch.
 *
 * Called by address-space.ts and by context switches.
 */
export interface TaggedSpace {
  /** Its tag, 0 when it has none; good only in its generation. */
  asid: number;
  asidGeneration: number;
  readonly processKey?: number;
}

const LAST = 4095;

export class Asids {
  private generation = 1;
  private next = 1;
  private free: number[] = [];
  /** Told when translations of a space are invalidated: of one page, or of all (vpn −1). */
  invalidated: (space: TaggedSpace, vpn: number) => void = () => undefined;
  /** How often all tags were used up. */
  rollovers = 0;

  constructor(private readonly caches: { invalidateAsid(asid: number): void; invalidateAll(): void }) {}

  /** The tag that the space runs under from now on. */
  use(space: TaggedSpace): number {
    if (space.asidGeneration === this.generation) return space.asid;
    let asid = this.free.pop();
    if (asid === undefined) {
      if (this.next > LAST) this.rollOver();
      asid = this.next++;
    }
    space.asid = asid;
    space.asidGeneration = this.generation;
    return asid;
  }

  /** Its tag while it has one; 0: the caches hold nothing of this space. */
  current(space: TaggedSpace): number {
    return space.asidGeneration === this.generation ? space.asid : 0;
  }

  /** Everything that the caches hold of a space goes. */
  flush(space: TaggedSpace): void {
    if (this.current(space) === 0) return;
    this.caches.invalidateAsid(space.asid);
    this.invalidated(space, -1);
  }

  /** The space is no more: its tag may be given to another. */
  release(space: TaggedSpace): void {
    if (this.current(space) === 0) return;
    this.caches.invalidateAsid(space.asid);
    this.free.push(space.asid);
    space.asidGeneration = 0;
    space.asid = 0;
  }

  private rollOver(): void {
    this.generation++;
    this.rollovers++;
    this.next = 1;
    this.free = [];
    this.caches.invalidateAll();
  }
}
