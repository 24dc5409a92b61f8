/**
 * A light workload process at work: turns its script into touches, growth, sleep, forks and an end.
 *
 * Time is cut into ticks. At the beginning of a tick it is settled how many touches each statement makes in it (rate times
 * length, fractions carried over), and how far regions grow; then they are made, mixed at random but in exactly these
 * numbers; then the process sleeps until the tick is over. A process that comes late (others had the processor, its pages had
 * to be read from swap) begins the next tick at once and does not catch up: it is slower, as a program would be.
 *
 *   begin phase ─▶ [fork] ─▶ tick: grow, touch, sleep ─▶ … ─▶ end of phase ─▶ [exit] | next phase
 *
 * What it does depends on its script, its seed and the clock at the beginning of ticks, not on how `run` portions its fuel. The
 * machine is behind `WorkloadHost` (workload-process.ts), so that tests can stand in for it.
 */
import type { Workload } from '../machine/workload-port';
import type { PhaseScript, TouchScript, WorkloadScript } from './script';
import { TouchOrder, WorkloadRandom } from './touch-order';

/** Touches prepared at a time; a tick has about as many. */
export const BATCH_TOUCHES = 512;
const CYCLES_PER_SECOND = 3e9;
const CYCLES_PER_MILLISECOND = 3e6;
/** 1 ms and 1 s: no process wakes more often, or is asleep for longer without noticing the end of its phase. */
const SHORTEST_TICK = 3e6;
const LONGEST_TICK = 3e9;
const PAGES_PER_HIGH = 1048576;
const SHARE_BITS = 20;
const WRITE = 2;

/** What the machine does for a workload. Requests that end the time slice answer by leaving (see each). */
export interface WorkloadHost {
  cycles(): number;
  /** First page of each region. */
  readonly bases: readonly number[];
  /** Where touches are put, low and high words of each: 2 · BATCH_TOUCHES words, shared by all workloads of a machine. */
  readonly batch: Uint32Array;
  /** Makes touches [from, from + count) of the batch; fewer than `count`: it must leave now. */
  touch(from: number, count: number): number;
  /** Maps pages [from, to) of an anonymous region; false: refused. */
  grow(region: number, from: number, to: number): boolean;
  /** The process waits until `cycle` (Infinity: for a signal): `run` returns at once and is called again then. */
  sleep(cycle: number): void;
  /** Makes a child that goes on as `make` says; false: refused. */
  fork(make: (host: WorkloadHost) => LightWorkload): boolean;
  /** The process ends: `run` returns and is not called again. */
  exit(status: number): void;
}

interface Activity { readonly script: TouchScript; readonly order: TouchOrder; readonly writeShare: number; owed: number; left: number }
interface Growth { readonly region: number; readonly perSecond: number; readonly to: number; owed: number; refused: boolean }

export class LightWorkload implements Workload {
  private readonly random: WorkloadRandom;
  /** What was left of the batch when another process took it. */
  private kept: Uint32Array | null = null;
  private filled = 0;
  private done = 0;
  private readonly pages: number[];
  private activities: readonly Activity[] = [];
  private growths: readonly Growth[] = [];
  /** New pages of grown regions that are still to be written once: [first, last) pages, absolute. */
  /** Pages of reference strings that are still to come, in their order, absolute. */
  private references: number[] = [];
  private fresh: { first: number; readonly last: number }[] = [];
  private forksLeft = 0;
  private children = 0;
  private phaseEnd = 0;
  private tickCycles = 0;
  private tickEnd = 0;
  /** Length of the phase's first tick while that is still to come; 0 then. */
  private firstTick = 0;
  private touchesLeft = 0;
  private begun = false;

  /** `pages`: the regions' sizes when they differ from the script's (a forked child). */
  constructor(readonly script: WorkloadScript, private readonly seed: number, private readonly host: WorkloadHost, private phaseIndex = 0, pages: readonly number[] | null = null) {
    this.random = new WorkloadRandom(seed);
    this.pages = [...(pages ?? script.regions.map((region) => region.pages))];
  }

  get description(): string {
    const { phase } = this;
    const touches = phase.touches.map(({ region, perSecond }) => `${this.script.regions[region]?.name ?? ''} ${String(perSecond)}/s`);
    if (phase.refers.length > 0) return `${phase.name}: follows a reference string of ${String(phase.refers.reduce((sum, { pages }) => sum + pages.length, 0))} pages`;
    return `${phase.name}: ${touches.length === 0 ? 'sleeps' : `touches ${touches.join(', ')}`}`;
  }

  run(fuel: number): number {
    if (this.kept !== null) {
      this.host.batch.set(this.kept, 2 * this.done);
      this.kept = null;
    }
    const used = this.work(fuel);
    if (this.done < this.filled) this.kept = this.host.batch.slice(2 * this.done, 2 * this.filled);
    return used;
  }

  private work(fuel: number): number {
    let used = 0;
    while (used < fuel) {
      if (this.done === this.filled && !this.prepare()) return used;
      const wanted = Math.min(fuel - used, this.filled - this.done);
      const made = this.host.touch(this.done, wanted);
      this.done += made;
      used += made;
      if (made < wanted) return used;
    }
    return used;
  }

  private get phase(): PhaseScript {
    return this.script.phases[this.phaseIndex] as PhaseScript;
  }

  /** Fills the batch with what comes next; false: the process sleeps or has ended. */
  private prepare(): boolean {
    this.filled = 0;
    this.done = 0;
    for (;;) {
      if (!this.begun) this.beginPhase();
      if (this.forksLeft > 0) {
        this.forksLeft--;
        if (!this.forkChild()) this.forksLeft = 0;
        continue;
      }
      if (this.touchesLeft > 0 || this.fresh.length > 0 || this.references.length > 0) {
        this.fill();
        return true;
      }
      const now = this.host.cycles();
      if (now < this.tickEnd) {
        this.host.sleep(this.tickEnd);
        return false;
      }
      if (this.tickEnd >= this.phaseEnd) {
        if (this.endPhase()) return false;
      } else this.beginTick(now);
    }
  }

  private beginPhase(): void {
    const { phase } = this;
    this.begun = true;
    this.activities = phase.touches.map((script) => ({
      script, order: new TouchOrder(script.pattern, this.random), writeShare: Math.round((script.writePercent / 100) * 2 ** SHARE_BITS), owed: 0, left: 0,
    }));
    this.growths = phase.grows.map(({ region, pagesPerSecond, toPages }) => ({ region, perSecond: pagesPerSecond, to: toPages, owed: 0, refused: false }));
    this.forksLeft = phase.forks;
    this.references = phase.refers.flatMap(({ region, pages }) => pages.map((page) => (this.host.bases[region] ?? 0) + page));
    const now = this.host.cycles();
    this.phaseEnd = phase.milliseconds === 0 && phase.refers.length > 0 ? now : phase.milliseconds === 0 ? Infinity : now + phase.milliseconds * CYCLES_PER_MILLISECOND;
    const perSecond = [...this.activities.map(({ script }) => script.perSecond), ...this.growths.map((growth) => growth.perSecond)].reduce((sum, rate) => sum + rate, 0);
    this.tickCycles = perSecond === 0 ? Infinity : Math.min(LONGEST_TICK, Math.max(SHORTEST_TICK, Math.round((BATCH_TOUCHES / perSecond) * CYCLES_PER_SECOND)));
    // Processes of one kind do not march in step: the first tick is shorter, by chance.
    this.firstTick = this.tickCycles === Infinity ? 0 : 1 + this.random.below(this.tickCycles);
    this.tickEnd = this.tickCycles === Infinity ? this.phaseEnd : now;
  }

  /** True: the process has ended. */
  private endPhase(): boolean {
    const { exitStatus, next } = this.phase;
    if (exitStatus !== null) {
      this.host.exit(exitStatus);
      return true;
    }
    this.phaseIndex = next;
    this.begun = false;
    return false;
  }

  private beginTick(now: number): void {
    const start = now - this.tickEnd < this.tickCycles ? this.tickEnd : now;
    this.tickEnd = Math.min(this.phaseEnd, start + (this.firstTick || this.tickCycles));
    this.firstTick = 0;
    const seconds = (this.tickEnd - start) / CYCLES_PER_SECOND;
    for (const activity of this.activities) {
      activity.owed += activity.script.perSecond * seconds;
      activity.left = Math.floor(activity.owed);
      activity.owed -= activity.left;
      this.touchesLeft += activity.left;
    }
    for (const growth of this.growths) this.grow(growth, seconds);
  }

  private grow(growth: Growth, seconds: number): void {
    const from = this.pages[growth.region] ?? 0;
    if (growth.refused || from >= growth.to) return;
    growth.owed += growth.perSecond * seconds;
    const to = Math.min(growth.to, from + Math.floor(growth.owed));
    if (to === from) return;
    growth.owed -= to - from;
    if (!this.host.grow(growth.region, from, to)) {
      growth.refused = true;
      return;
    }
    this.pages[growth.region] = to;
    const base = this.host.bases[growth.region] ?? 0;
    this.fresh.push({ first: base + from, last: base + to });
  }

  private fill(): void {
    if (this.references.length > 0) {
      for (const vpn of this.references.splice(0, BATCH_TOUCHES)) this.put(vpn, WRITE);
      return;
    }
    while (this.filled < BATCH_TOUCHES) {
      const range = this.fresh[0];
      if (range === undefined) break;
      this.put(range.first++, WRITE);
      if (range.first === range.last) this.fresh.shift();
    }
    const { random, activities, host } = this;
    while (this.touchesLeft > 0 && this.filled < BATCH_TOUCHES) {
      let draw = activities.length === 1 ? 0 : random.below(this.touchesLeft);
      let index = 0;
      while (draw >= (activities[index] as Activity).left) draw -= (activities[index++] as Activity).left;
      const activity = activities[index] as Activity;
      const { region, withinPages } = activity.script;
      const pages = this.pages[region] as number;
      const page = activity.order.next(withinPages > 0 && withinPages < pages ? withinPages : pages);
      const bits = random.next();
      this.put((host.bases[region] as number) + page, (bits & 0xff8) | (bits >>> (32 - SHARE_BITS) < activity.writeShare ? WRITE : 0));
      activity.left--;
      this.touchesLeft--;
    }
  }

  private put(vpn: number, low: number): void {
    const at = 2 * this.filled++;
    this.host.batch[at] = ((vpn % PAGES_PER_HIGH) << 12) | low;
    this.host.batch[at + 1] = Math.floor(vpn / PAGES_PER_HIGH);
  }

  private forkChild(): boolean {
    const { childPhase } = this.phase;
    const seed = (Math.imul(this.seed, 31) + ++this.children) >>> 0;
    return this.host.fork((host) => new LightWorkload(this.script, seed, host, childPhase, this.pages));
  }
}
