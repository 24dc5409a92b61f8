/**
 * The timeline of a machine: records checkpoints while it runs, and takes it to other moments (the words
 * are in shared/timeline.ts). The machine itself is put back, so that every query answers for the moment where it stands.
 *
 *   at the head ── begin, run … ──▶ behind the head ── begin, run …; play; step ──▶ at the head
 *                                        └── branch: something new comes from outside; the future is forgotten
 *
 * Called by machine.ts, between quanta.
 */
import { CannotImage } from '../image/encode';
import type { PassImages } from '../image/pass-image';
import { Travel } from '../machine/advance';
import type { Pass } from '../machine/pass';
import { ReplayAstray } from '../machine/replay-astray';
import type { Stepper } from '../machine/stepper';
import type { Head, TimelineInput } from '../machine/timeline-input';
import type { DeviceStatus } from '../swap/swap-device';
import type { Moment, TimelineInfo, TravelOutcome, TravelTarget, TravelUnit } from '../../shared/timeline';
import { Checkpoints } from './checkpoints';
import type { Checkpoint } from './checkpoints';
import { EventMoments } from './event-moments';
import type { EventUnit } from './event-moments';
import { Journeys } from './journey';
import type { Search, Way } from './journey';
import type { RecordedSwap } from './recorded-swap';
import { Recorder } from './recorder';
import { searchBreakpoint, searchCall, searchLine, searchWrite } from './searches';

/** How the machine puts the user's breakpoints into the code. */
export interface TimelineOwner { setUserBreakpoints(): number }

const FOUND: TravelOutcome = { found: true, message: '' };
const WORDS: Readonly<Record<TravelUnit, string>> = {
  instruction: 'instruction', line: 'line', call: 'call', fault: 'page fault', allocation: 'allocation or free', 'system-call': 'system call',
};

const missing = (message: string): TravelOutcome => ({ found: false, message });

export class Timeline {
  private readonly travel: Travel;
  private readonly checkpoints: Checkpoints;
  private readonly recorder: Recorder;
  private readonly journeys: Journeys;
  private journey: Way<TravelOutcome> | null = null;
  private outcome: TravelOutcome | null = null;
  /** Where the recording ended for good; null: it has not. */
  private closed: Head | null = null;
  /** Events of the whole recording, while the machine is behind the head. */
  private events: EventMoments | null = null;

  /** Why nothing is recorded any more. */
  private failure = '';

  constructor(
    private readonly pass: Pass, images: PassImages, input: TimelineInput, private readonly swap: RecordedSwap | null, private readonly stepper: Stepper,
    private readonly owner: TimelineOwner, budgetBytes: number,
  ) {
    this.travel = new Travel(pass, input);
    this.checkpoints = new Checkpoints(pass, images, swap);
    this.recorder = new Recorder(this.checkpoints, budgetBytes);
    this.journeys = new Journeys(pass, this.travel, this.checkpoints, swap, this.recorder);
  }

  get isPast(): boolean {
    return !this.journeys.isAtHead;
  }

  /** The first moment that can be gone to. */
  private get beginning(): number {
    return this.checkpoints.all[0]?.instruction ?? 0;
  }

  get isTravelling(): boolean {
    return this.journey !== null;
  }

  /** Why there is no moment to go to; empty: there are some. */
  get refusal(): string {
    return this.failure === '' && this.checkpoints.all.length === 0 ? 'Nothing has run yet.' : this.failure;
  }

  /** Host memory that checkpoints may take from now on. */
  setBudget(budgetBytes: number): void {
    // A journey may be on its way from a checkpoint: then the next one taken thins them out.
    this.recorder.setBudget(budgetBytes, this.journey === null);
  }

  /** The machine stands at the head, between quanta: a checkpoint is taken when it is time. */
  record(): void {
    this.keep(() => { this.recorder.note(); });
  }

  /** A snapshot has filled the machine. The state right after loading the programs may have been recorded before: then its past can be seen. */
  adopted(): void {
    this.keep(() => { this.recorder.pinned = this.recorder.mark(); });
  }

  /** A state that no checkpoint can hold ends the recording, not the run. */
  private keep(checkpoint: () => void): void {
    if (this.failure !== '') return;
    try {
      checkpoint();
    } catch (error) {
      if (!(error instanceof CannotImage)) throw error;
      this.failure = `The run is no longer recorded: ${error.message}. Only the present can be seen.`;
      this.recorder.forgetAll();
      this.swap?.stopKeeping();
    }
  }

  /** All processes have ended: what comes now belongs to no moment of the recording. */
  close(): void {
    this.closed = this.travel.stampOfHead();
  }

  /** Begins a journey; one under way ends where it is. */
  begin(target: TravelTarget): void {
    if (!this.isPast) this.events = new EventMoments(this.pass.computer.events);
    this.stepper.cancel();
    this.journey = this.way(target);
  }

  /** Runs the journey on for about so many instructions; true when it is over. */
  run(budget: number): boolean {
    const { journey } = this;
    if (journey === null) return true;
    this.journeys.budget = budget;
    const step = this.replay(() => journey.next());
    if (step === null || step.done !== true) return false;
    this.finish(step.value);
    return true;
  }

  /** Ends a journey where it is. */
  cancel(): void {
    if (this.journey !== null) this.finish(missing('The journey was ended on its way.'));
  }

  /** Plays on behind the head: to the head, or to a breakpoint of the user. */
  play(budget: number): 'head' | 'breakpoint' | 'budget' {
    const advance = this.replay(() => this.travel.advance('head', { budget, stopAtBreakpoints: true }));
    if (advance === null) return 'budget';
    if (advance === 'overshot') {
      // The state is of no use: a journey, which can put an earlier one back, goes the rest of the way.
      this.begin({ kind: 'head' });
      return 'budget';
    }
    if (!this.isPast) this.swap?.arriveAtHead();
    return advance === 'arrived' ? 'head' : advance;
  }

  /** Steps behind the head; as Stepper.step. */
  step(how: 'into' | 'over' | 'out', budget: number): 'step' | 'breakpoint' | 'head' | 'budget' {
    const outcome = this.replay(() => this.travel.within(() => this.stepper.step(how, budget)));
    if (outcome === null) return 'budget';
    if (outcome === 'step' || outcome === 'breakpoint') return outcome;
    if (outcome === 'quantum') return 'budget';
    if (outcome === 'overshot') {
      this.begin({ kind: 'head' });
      return 'budget';
    }
    // The step may have been the end of all processes: the recording has nothing after it.
    if (outcome !== 'halted' && outcome !== 'ended') throw new Error(`a step behind the head ended with "${outcome}"`);
    this.stepper.cancel();
    this.travel.arrived();
    this.swap?.arriveAtHead();
    return 'head';
  }

  /** Something new happens at this moment: what was recorded after it did not. Answers how the swap device took what it holds now. */
  branch(): DeviceStatus | 0 {
    if (!this.isPast) return 0;
    this.cancel();
    this.travel.branch();
    this.pass.computer.events.forgetFuture();
    const { now } = this.journeys;
    this.recorder.forgetAfter((checkpoint) => checkpoint.instruction >= now);
    this.closed = null;
    return this.swap?.forgetFuture() ?? 0;
  }

  info(): TimelineInfo {
    const { computer } = this.pass;
    const now: Moment = { instruction: this.journeys.now, cycle: computer.cycles() };
    const head = this.travel.head;
    const first = this.checkpoints.all[0];
    return {
      enabled: this.failure === '', message: this.failure, start: { instruction: first?.instruction ?? 0, cycle: first?.cycle ?? 0 }, now,
      head: head === null ? now : { instruction: head.instruction, cycle: head.cycle }, atHead: head === null,
      travelling: this.journey !== null, outcome: this.outcome,
      checkpoints: this.checkpoints.all.length, usedBytes: this.checkpoints.usedBytes, budgetBytes: this.recorder.budgetBytes,
    };
  }

  /**
   * What `run` answers. Null: what came before the moment of a snapshot file cannot be replayed here; it is forgotten, and a journey
   * back to that moment has begun.
   */
  private replay<T>(run: () => T): T | null {
    try {
      return run();
    } catch (error) {
      const { all } = this.checkpoints, filled = this.recorder.pinned;
      if (!(error instanceof ReplayAstray) || filled === null || all.indexOf(filled) <= 0) throw error;
      const earlier = new Set(all.slice(0, all.indexOf(filled)));
      this.recorder.forget((checkpoint) => earlier.has(checkpoint));
      this.endSearch();
      this.journey = this.backToFile(filled);
      return null;
    }
  }

  private * backToFile({ instruction }: Checkpoint): Way<TravelOutcome> {
    yield* this.journeys.goTo(instruction === this.travel.head?.instruction ? 'head' : instruction);
    return missing('What came before the moment of the snapshot cannot be replayed: another build of Pagewise made it. Moments after it can be seen.');
  }

  private finish(outcome: TravelOutcome): void {
    this.journey = null;
    this.outcome = outcome;
    this.endSearch();
    this.owner.setUserBreakpoints();
  }

  /** A search that did not come to its end leaves its watches. */
  private endSearch(): void {
    this.stepper.cancel();
    this.pass.callOuts.watch = null;
    this.pass.computer.guestWritten = null;
  }

  private * way(target: TravelTarget): Way<TravelOutcome> {
    const { journeys } = this;
    switch (target.kind) {
      case 'head': return yield* this.goTo('head');
      case 'start': return yield* this.goTo(this.beginning);
      case 'instruction': return yield* this.goTo(Math.max(target.instruction, this.beginning));
      case 'cycle': return yield* this.toCycle(target.cycle);
      case 'previous-breakpoint': {
        const set = (): void => { this.owner.setUserBreakpoints(); };
        if (this.owner.setUserBreakpoints() === 0) return missing('There is no breakpoint: set one with F9, then run backwards to it.');
        return yield* this.back(searchBreakpoint(this.pass, set), 'The program was at no breakpoint before this moment.');
      }
      case 'last-write':
        return yield* this.back(searchWrite(this.pass, BigInt(target.va), target.length), `No store wrote ${target.va} before this moment: it has what the system put there.`);
      case 'step': return yield* target.direction === 'back' ? this.stepBack(target.unit, target.over) : this.stepForward(target.unit, target.over);
    }
    throw new Error(`an unknown journey from ${String(journeys.now)}`);
  }

  private * goTo(goal: number | 'head'): Way<TravelOutcome> {
    this.leave();
    yield* this.journeys.goTo(goal);
    return FOUND;
  }

  /** The first moment at which the clock has reached a cycle. */
  private * toCycle(cycle: number): Way<TravelOutcome> {
    const head = this.travel.head ?? this.travel.stampOfHead();
    if (cycle >= head.cycle) return yield* this.goTo('head');
    const from = this.checkpoints.last((checkpoint) => checkpoint.cycle < cycle) ?? this.checkpoints.all[0];
    const to = this.checkpoints.all.find((checkpoint) => checkpoint.cycle >= cycle);
    if (from === undefined) return missing('Nothing is recorded.');
    // The clock never goes back: halve the distance until the instruction is known.
    let low = from.instruction;
    let high = Math.min(to?.instruction ?? Infinity, head.instruction);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      yield* this.goTo(middle);
      if (this.pass.computer.cycles() < cycle) low = middle; else high = middle;
    }
    return yield* this.goTo(high);
  }

  private * stepBack(unit: TravelUnit, over: boolean): Way<TravelOutcome> {
    const { now } = this.journeys;
    if (unit === 'instruction') return now > this.beginning ? yield* this.goTo(now - 1) : missing('This is the beginning.');
    if (unit === 'line') return yield* this.back(searchLine(this.pass, over), 'This is the first line of the program.');
    if (unit === 'call') {
      const search = searchCall(this.pass);
      return search === null ? missing('Nothing called the function that runs here.') : yield* this.back(search, 'Its call was not found.');
    }
    return yield* this.toEvent(unit, 'back');
  }

  private * stepForward(unit: TravelUnit, over: boolean): Way<TravelOutcome> {
    if (!this.isPast) return missing('This is the end of the recording: let the program run on.');
    if (unit === 'instruction') return yield* this.goTo(this.journeys.now + 1);
    if (unit === 'line' || unit === 'call') {
      const how = unit === 'call' ? 'out' : over ? 'over' : 'into';
      for (;;) {
        const step = this.step(how, this.journeys.budget);
        if (step !== 'budget') return FOUND;
        yield undefined;
      }
    }
    return yield* this.toEvent(unit, 'forward');
  }

  private * toEvent(unit: EventUnit, direction: 'back' | 'forward'): Way<TravelOutcome> {
    const at = this.events?.nearest(unit, direction, this.journeys.now, this.pass.computer.current?.process.key ?? 0) ?? -1;
    if (at < this.beginning) return missing(`There is no ${WORDS[unit]} of this process ${direction === 'back' ? 'before' : 'after'} this moment.`);
    return yield* this.goTo(at);
  }

  /** To the last moment before the present one that a search finds; back here when there is none. */
  private * back(search: Search, none: string): Way<TravelOutcome> {
    const { now } = this.journeys;
    const wasAtHead = !this.isPast;
    this.leave();
    const found = yield* this.journeys.lastBefore(now, search);
    yield* this.journeys.goTo(found >= 0 ? found : wasAtHead ? 'head' : now);
    return found >= 0 ? FOUND : missing(none);
  }

  private leave(): void {
    if (this.isPast) return;
    this.travel.leaveHead(this.closed ?? this.travel.stampOfHead());
    this.swap?.leaveHead();
  }
}
