/**
 * The same policies once more, as their descriptions read, with plain arrays and maps: slow, short, and written apart
 * from the engines, which are checked against them on faults and victims.
 */
import type { PolicyName, PolicySettings } from '../../../shared/policy';

export interface NaiveReference { readonly page: number; readonly store: boolean }
export interface NaiveStep { readonly hit: boolean; readonly victim: number | null }
/** Says what happens at reference i; called for 0, 1, 2, … */
type Model = (i: number) => NaiveStep;

const HIT: NaiveStep = { hit: true, victim: null };
const fault = (victim: number | null): NaiveStep => ({ hit: false, victim });
const without = (list: number[], page: number): void => { list.splice(list.indexOf(page), 1); };

/** Marsaglia's xorshift32, on BigInt. */
function generator(seed: number): (limit: number) => number {
  const word = (1n << 32n) - 1n;
  let x = ((BigInt(seed) + 1n) * 0x9e3779b1n) & word;
  if (x === 0n) x = 0x9e3779b9n;
  return (limit) => {
    x ^= (x << 13n) & word;
    x ^= x >> 17n;
    x ^= (x << 5n) & word;
    return Number((x * BigInt(limit)) >> 32n);
  };
}

function fifo(refs: readonly NaiveReference[], n: number): Model {
  const queue: number[] = [];
  return (i) => {
    const { page } = refs[i]!;
    if (queue.includes(page)) return HIT;
    const victim = queue.length === n ? queue.shift()! : null;
    queue.push(page);
    return fault(victim);
  };
}

/** Told as second chance: a queue of pages, each with a bit. */
function clock(refs: readonly NaiveReference[], n: number, s: PolicySettings): Model {
  const queue: { page: number; r: boolean }[] = [];
  return (i) => {
    const { page } = refs[i]!;
    const there = queue.find((one) => one.page === page);
    if (there) {
      there.r = true;
      return HIT;
    }
    let victim: number | null = null;
    while (queue.length === n) {
      const head = queue.shift()!;
      if (head.r) queue.push({ page: head.page, r: false });
      else victim = head.page;
    }
    queue.push({ page, r: s.clockLoadSetsR });
    return fault(victim);
  };
}

function nru(refs: readonly NaiveReference[], n: number, s: PolicySettings): Model {
  const frames: { page: number; r: boolean; m: boolean }[] = [];
  const draw = generator(s.seed), interval = s.nruInterval ?? 4 * n;
  return (i) => {
    const { page, store } = refs[i]!;
    if (i > 0 && i % interval === 0) for (const frame of frames) frame.r = false;
    const there = frames.find((one) => one.page === page);
    if (there) {
      there.r = true;
      there.m ||= store;
      return HIT;
    }
    if (frames.length < n) {
      frames.push({ page, r: true, m: store });
      return fault(null);
    }
    const classOf = (one: { r: boolean; m: boolean }): number => (one.r ? 2 : 0) + (one.m ? 1 : 0);
    const lowest = Math.min(...frames.map(classOf));
    const members = frames.filter((one) => classOf(one) === lowest);
    const chosen = frames.indexOf(members[draw(members.length)]!);
    const victim = frames[chosen]!.page;
    frames[chosen] = { page, r: true, m: store };
    return fault(victim);
  };
}

function lru(refs: readonly NaiveReference[], n: number): Model {
  const lastUse = new Map<number, number>();
  return (i) => {
    const { page } = refs[i]!;
    const hit = lastUse.has(page);
    let victim: number | null = null;
    if (!hit && lastUse.size === n) {
      victim = [...lastUse].reduce((a, b) => (b[1] < a[1] ? b : a))[0];
      lastUse.delete(victim);
    }
    lastUse.set(page, i);
    return hit ? HIT : fault(victim);
  };
}

function lfu(refs: readonly NaiveReference[], n: number): Model {
  const pages = new Map<number, { count: number; since: number }>();
  return (i) => {
    const { page } = refs[i]!;
    const there = pages.get(page);
    if (there) {
      pages.set(page, { count: there.count + 1, since: i });
      return HIT;
    }
    let victim: number | null = null;
    if (pages.size === n) {
      victim = [...pages].reduce((a, b) => (b[1].count < a[1].count || (b[1].count === a[1].count && b[1].since < a[1].since) ? b : a))[0];
      pages.delete(victim);
    }
    pages.set(page, { count: 1, since: i });
    return fault(victim);
  };
}

function random(refs: readonly NaiveReference[], n: number, s: PolicySettings): Model {
  const frames: number[] = [], draw = generator(s.seed);
  return (i) => {
    const { page } = refs[i]!;
    if (frames.includes(page)) return HIT;
    if (frames.length < n) {
      frames.push(page);
      return fault(null);
    }
    const chosen = draw(n), victim = frames[chosen]!;
    frames[chosen] = page;
    return fault(victim);
  };
}

/** Queues have their head (newest) at index 0. */
function twoQ(refs: readonly NaiveReference[], n: number, s: PolicySettings): Model {
  const a1in: number[] = [], a1out: number[] = [], am: number[] = [];
  const kin = Math.floor(s.twoQIn * n), kout = Math.floor(s.twoQOut * n);
  const reclaim = (): number | null => {
    if (a1in.length + am.length < n) return null;
    if (a1in.length > kin || am.length === 0) {
      const y = a1in.pop()!;
      a1out.unshift(y);
      if (a1out.length > kout) a1out.pop();
      return y;
    }
    return am.pop()!;
  };
  return (i) => {
    const { page } = refs[i]!;
    if (am.includes(page)) {
      without(am, page);
      am.unshift(page);
      return HIT;
    }
    if (a1in.includes(page)) return HIT;
    const ghost = a1out.includes(page);
    if (ghost) without(a1out, page);
    const victim = reclaim();
    (ghost ? am : a1in).unshift(page);
    return fault(victim);
  };
}

/** Figure 4 of the paper, word by word; index 0 is the MRU end. */
function arc(refs: readonly NaiveReference[], c: number): Model {
  const t1: number[] = [], t2: number[] = [], b1: number[] = [], b2: number[] = [];
  let p = 0;
  const replace = (x: number): number => {
    if (t1.length >= 1 && (t1.length > p || (b2.includes(x) && t1.length === p))) {
      const y = t1.pop()!;
      b1.unshift(y);
      return y;
    }
    const y = t2.pop()!;
    b2.unshift(y);
    return y;
  };
  return (i) => {
    const x = refs[i]!.page;
    for (const list of [t1, t2]) {
      if (!list.includes(x)) continue;
      without(list, x);
      t2.unshift(x);
      return HIT;
    }
    if (b1.includes(x)) {
      p = Math.min(c, p + (b1.length >= b2.length ? 1 : b2.length / b1.length));
      const victim = replace(x);
      without(b1, x);
      t2.unshift(x);
      return fault(victim);
    }
    if (b2.includes(x)) {
      p = Math.max(0, p - (b2.length >= b1.length ? 1 : b1.length / b2.length));
      const victim = replace(x);
      without(b2, x);
      t2.unshift(x);
      return fault(victim);
    }
    let victim: number | null = null;
    if (t1.length + b1.length === c) {
      if (t1.length < c) {
        b1.pop();
        victim = replace(x);
      } else {
        victim = t1.pop()!;
      }
    } else if (t1.length + t2.length + b1.length + b2.length >= c) {
      if (t1.length + t2.length + b1.length + b2.length === 2 * c) b2.pop();
      victim = replace(x);
    }
    t1.unshift(x);
    return fault(victim);
  };
}

function s3Fifo(refs: readonly NaiveReference[], n: number, s: PolicySettings): Model {
  interface Entry { page: number; freq: number }
  const small: Entry[] = [], main: Entry[] = [], ghost: number[] = [];
  const smallSize = Math.max(1, Math.floor(n * s.s3Small)), ghostSize = Math.floor(n * (1 - s.s3Small));
  const evict = (): number => {
    for (;;) {
      if (main.length > n - smallSize || small.length === 0) {
        const tail = main.shift()!;
        if (tail.freq === 0) return tail.page;
        main.push({ page: tail.page, freq: tail.freq - 1 });
      } else {
        // Once in S, it goes on until S gave a victim or is empty.
        while (small.length > 0) {
          const tail = small.shift()!;
          if (tail.freq > 1) {
            main.push({ page: tail.page, freq: 0 });
            continue;
          }
          ghost.push(tail.page);
          if (ghost.length > ghostSize) ghost.shift();
          return tail.page;
        }
      }
    }
  };
  return (i) => {
    const { page } = refs[i]!;
    const entry = [...small, ...main].find((one) => one.page === page);
    if (entry) {
      entry.freq = Math.min(3, entry.freq + 1);
      return HIT;
    }
    const known = ghost.includes(page);
    if (known) without(ghost, page);
    const victim = small.length + main.length === n ? evict() : null;
    (known ? main : small).push({ page, freq: 0 });
    return fault(victim);
  };
}

function opt(refs: readonly NaiveReference[], n: number): Model {
  /** In the order of loading. */
  const resident: number[] = [];
  return (i) => {
    const { page } = refs[i]!;
    if (resident.includes(page)) return HIT;
    let victim: number | null = null;
    if (resident.length === n) {
      let furthest = -1;
      for (const candidate of resident) {
        const next = refs.findIndex((one, k) => k > i && one.page === candidate);
        const when = next < 0 ? Infinity : next;
        if (when > furthest) {
          furthest = when;
          victim = candidate;
        }
      }
      without(resident, victim!);
    }
    resident.push(page);
    return fault(victim);
  };
}

export const NAIVE: Readonly<Record<PolicyName, (refs: readonly NaiveReference[], frames: number, settings: PolicySettings) => Model>> = {
  fifo, clock, nru, lru, lfu, random, '2q': twoQ, arc, 's3-fifo': s3Fifo, opt,
};
