/**
 * Replacement written apart, over plain lists of page numbers: what each policy must do, access by access. Knows nothing of
 * frames, tables or TLBs. The tests compare its faults and victims with those of the machine.
 */
import type { ReplacementPolicy } from '../../shared/config';

export interface NaivePage {
  /** Its slot holds a valid copy. */
  saved: boolean;
  accessed: boolean;
  dirty: boolean;
  age: number;
  referenced: boolean;
  workingSet: boolean;
  /** Eviction clock when it left; −1: it never left. */
  leftAt: number;
  leftAsWorkingSet: boolean;
}

export interface NaiveAccess { readonly fault: boolean; readonly victims: readonly number[] }

/** Pages of one process on `frames` frames, with swap enough for all. */
export class NaiveMachine {
  readonly pages = new Map<number, NaivePage>();
  /** All resident pages, the one that leaves first at index 0 (textbook policies). */
  queue: number[] = [];
  /** The two lists of the Linux policy, the tail first. */
  inactive: number[] = [];
  active: number[] = [];
  private clock = 1;
  private cost = 0;
  private random: number;
  private victims: number[] = [];

  /** `frameOf`: random draws frame numbers, so the naive machine is told where pages lie; `frameCount`: all of the machine's. */
  constructor(private readonly policy: ReplacementPolicy, private readonly frames: number, seed: number, private readonly frameCount: number, private readonly swappiness: number) {
    this.random = seed;
  }

  resident(): readonly number[] {
    return this.policy === 'linux' ? [...this.inactive, ...this.active] : this.queue;
  }

  /** `pageAt`: the page that a frame holds, −1 none (random only). */
  access(number: number, write: boolean, pageAt: (frame: number) => number): NaiveAccess {
    this.victims = [];
    const known = this.pages.get(number);
    const isResident = this.resident().includes(number);
    const page = known ?? { saved: false, accessed: false, dirty: false, age: 0, referenced: false, workingSet: false, leftAt: -1, leftAsWorkingSet: false };
    this.pages.set(number, page);
    if (!isResident) {
      if (this.resident().length >= this.frames) this.makeRoom(pageAt);
      page.age = 128;
      page.dirty = false;
      // Written to at once, the copy in swap is given up.
      if (write) page.saved = false;
      this.enter(number, page);
    }
    page.accessed = true;
    if (write) page.dirty = true;
    return { fault: !isResident, victims: this.victims };
  }

  tick(): void {
    for (const number of this.queue) {
      const page = this.page(number);
      if (this.policy === 'aging') page.age = (page.age >> 1) | (page.accessed ? 128 : 0);
      if (this.policy === 'aging' || this.policy === 'nru') page.accessed = false;
    }
  }

  private page(number: number): NaivePage {
    return this.pages.get(number) as NaivePage;
  }

  private enter(number: number, page: NaivePage): void {
    if (this.policy !== 'linux') { this.queue.push(number); return; }
    page.referenced = false;
    page.workingSet = false;
    const resident = this.resident().length;
    if (page.leftAt >= 0 && this.clock - page.leftAt <= resident) {
      this.clock++;
      page.workingSet = true;
      if (page.leftAsWorkingSet) this.charge(1, resident);
      this.active.push(number);
    } else this.inactive.push(number);
  }

  private leave(number: number): void {
    const page = this.page(number);
    page.saved = true;
    page.dirty = false;
    page.accessed = false;
    page.leftAt = this.clock;
    page.leftAsWorkingSet = page.workingSet;
    this.clock++;
    this.victims.push(number);
  }

  private makeRoom(pageAt: (frame: number) => number): void {
    if (this.policy === 'linux') { this.reclaimAsLinux(); return; }
    const index = this.choose(pageAt);
    const [gone] = this.queue.splice(index, 1);
    this.leave(gone as number);
  }

  private choose(pageAt: (frame: number) => number): number {
    switch (this.policy) {
      case 'clock':
        for (;;) {
          const oldest = this.page(this.queue[0] as number);
          if (!oldest.accessed) return 0;
          oldest.accessed = false;
          this.queue.push(this.queue.shift() as number);
        }
      case 'nru': return this.least((page) => (page.accessed ? 2 : 0) + (!page.saved || page.dirty ? 1 : 0));
      case 'aging': return this.least((page) => page.age);
      case 'random':
        for (;;) {
          const page = pageAt(this.draw() % this.frameCount);
          if (page >= 0) return this.queue.indexOf(page);
        }
      default: return 0;
    }
  }

  private least(valueOf: (page: NaivePage) => number): number {
    const values = this.queue.map((number) => valueOf(this.page(number)));
    return values.indexOf(Math.min(...values));
  }

  private draw(): number {
    let x = this.random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.random = x >>> 0;
    return this.random;
  }

  // ---- Linux: two lists, no file pages, one frame wanted ----------------------------------------------------------------

  private reclaimAsLinux(): void {
    for (let turn = 0; turn < 4 && this.victims.length === 0; turn++) {
      for (let priority = 12; priority >= 0 && this.victims.length === 0; priority--) this.pass(priority);
    }
  }

  private pass(priority: number): void {
    const part = (list: number[]): number => {
      const share = Math.floor(list.length / 2 ** priority);
      if (priority === 0) return share;
      const anonymous = Math.floor((this.swappiness * (2 * this.cost + 1)) / (2 * this.cost + 1));
      const file = Math.floor(((200 - this.swappiness) * (2 * this.cost + 1)) / (this.cost + 1));
      return Math.min(list.length, Math.ceil((share * anonymous) / (anonymous + file)));
    };
    let fromInactive = part(this.inactive);
    let fromActive = part(this.active);
    while (this.victims.length === 0 && ((fromInactive > 0 && this.inactive.length > 0) || fromActive > 0)) {
      for (let n = Math.min(32, fromInactive, this.inactive.length); n > 0 && this.victims.length === 0; n--) { fromInactive--; this.lookAtInactive(); }
      this.charge(this.written, this.resident().length);
      this.written = 0;
      if (this.victims.length > 0) break;
      const some = Math.min(32, fromActive);
      fromActive -= some;
      if (some > 0 && this.inactive.length < this.active.length) this.deactivate(some);
    }
    if (this.inactive.length < this.active.length) this.deactivate(32);
  }

  private written = 0;

  private lookAtInactive(): void {
    const number = this.inactive.shift() as number;
    const page = this.page(number);
    const { accessed, referenced } = page;
    page.accessed = false;
    page.referenced = accessed;
    if (accessed && referenced) {
      page.referenced = false;
      this.active.push(number);
      this.clock++;
      this.charge(1, this.resident().length);
    } else if (accessed) this.inactive.push(number);
    else {
      if (!page.saved || page.dirty) this.written++;
      this.leave(number);
    }
  }

  private deactivate(count: number): void {
    for (let n = Math.min(count, this.active.length); n > 0; n--) {
      const number = this.active.shift() as number;
      const page = this.page(number);
      page.accessed = false;
      page.referenced = false;
      page.workingSet = true;
      this.inactive.push(number);
    }
  }

  private charge(pages: number, size: number): void {
    this.cost += pages;
    if (this.cost * 4 > size) this.cost = Math.floor(this.cost / 2);
  }
}
