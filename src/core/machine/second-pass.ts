/**
 * The second pass: a fresh computer replays the input log in the precise loop, watched by the explainer
 * (checker/explain.ts), until the same moment as the first pass; then each loss record gets its explanation.
 *
 * Many blocks take time before the replay begins, and whoever runs the machine wants to answer in between: with more than
 * LARGE_PLAN blocks the plan, the fresh computer and the replay are calls of `run` of their own.
 *
 * The kernel reports a store when the value points into the hull of the watched blocks, or when the filter says that the
 * word may hold such a pointer already. Every word that is seen to hold one is entered into the filter here.
 */
import { createWatcher } from '../checker/explain';
import type { WatchPlan, Watcher } from '../checker/explain';
import { explainRecords } from '../checker/explained-records';
import { GuestWords } from '../checker/guest-words';
import { Op, NO_REGISTER } from '../kernel/ops';
import * as layout from '../kernel/memory-layout';
import type { Program } from '../lir/lir';
import type { RunConfig } from '../../shared/config';
import type { LossRecord } from '../../shared/report';
import type { WatchListener } from './call-outs';
import { currentWindow, slotValue } from './call-frames';
import type { Computer } from './computer';
import type { InputRecord } from './input-log';
import { Pass } from './pass';
import type { Process } from './process';
import { ReplayAstray } from './replay-astray';
import { TimelineInput } from './timeline-input';

const FILTER_BITS = layout.WATCH_FILTER_BYTES * 8;

/** Some 30 ms of planning and of building. */
const LARGE_PLAN = 10_000;

export class SecondPass {
  private plan: WatchPlan | null = null;
  private replay: Replay | null = null;

  /**
   * @param programs what the first pass had loaded, in order; the leaks of the first one are explained
   * @param makePlan called once, in the first `run`
   */
  constructor(
    private readonly config: RunConfig, private readonly kernel: WebAssembly.Module, private readonly programs: readonly Program[],
    private readonly input: InputRecord, private readonly makePlan: () => WatchPlan, private readonly records: readonly LossRecord[],
  ) {}

  /** Runs on; true when the replay has reached its end. */
  run(instructions: number): boolean {
    if (this.plan === null) {
      this.plan = this.makePlan();
      if (this.plan.targets.length > LARGE_PLAN) return false;
    }
    if (this.replay === null) {
      this.replay = new Replay(this.config, this.kernel, this.programs, this.input, this.plan);
      if (this.plan.targets.length > LARGE_PLAN) return false;
    }
    return this.replay.run(instructions);
  }

  /** The records with their explanations; call when `run` has answered true. */
  explained(): readonly LossRecord[] {
    if (this.replay === null) throw new Error('the second pass has not run');
    return explainRecords(this.records, this.replay.watcher);
  }
}

class Replay {
  private readonly pass: Pass;
  readonly watcher: Watcher;

  constructor(config: RunConfig, kernel: WebAssembly.Module, programs: readonly Program[], input: InputRecord, plan: WatchPlan) {
    const silent = { output: () => undefined, input: () => null };
    const options = { precise: true, stopAt: input.stoppedAt, endsWith: -1, ended: () => undefined };
    this.pass = new Pass(config, silent, TimelineInput.replay(input.entries), kernel, options);
    const processes = programs.map((program) => this.pass.load(program));
    const process = processes[0];
    if (process?.port == null || process.heap === null) throw new Error('nothing to explain');
    options.endsWith = process.key;
    const { computer } = this.pass;
    computer.store.write64(layout.ST_WATCH_LOW, plan.low);
    computer.store.write64(layout.ST_WATCH_HIGH, plan.high);
    this.watcher = createWatcher(process.port, process.heap, plan);
    this.pass.callOuts.watch = new WatchBridge(computer, process, this.watcher, plan);
  }

  run(instructions: number): boolean {
    const outcome = this.pass.scheduler.run(instructions);
    if (outcome === 'blocked' || outcome === 'deadlock') throw new ReplayAstray('nobody can go on in the second pass');
    return outcome === 'ended';
  }
}

/** From the kernel's watch call outs to the explainer. */
class WatchBridge implements WatchListener {
  private readonly words: GuestWords | null;

  constructor(private readonly computer: Computer, private readonly process: Process, private readonly watcher: Watcher, private readonly plan: WatchPlan) {
    this.words = process.port === null ? null : new GuestWords(process.port, false);
  }

  stored(va: bigint): void {
    if (!this.applies) return;
    const value = this.computer.store.read64(layout.ST_ARG0);
    if (value >= this.plan.low && value < this.plan.high) this.enter(Number(va));
    this.watcher.stored(va, value);
    this.after();
  }

  rangeWritten(va: bigint, length: number): void {
    if (!this.applies) return;
    this.markRange(va, length);
    this.watcher.rangeWritten(va, length);
    this.after();
  }

  framePopped(low: bigint, length: number): void {
    if (!this.applies) return;
    this.watcher.framePopped(low, length, this.returned());
    this.after();
  }

  heapCalled(moved: bigint, length: number): void {
    if (!this.applies) return;
    if (moved !== 0n) this.markRange(moved, length);
    this.after();
  }

  private get applies(): boolean {
    return this.computer.current?.process === this.process;
  }

  private after(): void {
    this.computer.store.write64(layout.ST_WATCH_STACK, this.watcher.lowestStackLocation());
  }

  private markRange(va: bigint, length: number): void {
    const low = Number(va & ~7n);
    const high = Math.ceil((Number(va) + length) / 8) * 8;
    this.words?.each(low, high, Number(this.plan.low), Number(this.plan.high), (_value, at) => { this.enter(at); });
  }

  /** Enters the word at `va` into the kernel's filter. */
  private enter(va: number): void {
    const bit = Math.floor(va / 8) % FILTER_BITS;
    const { bytes } = this.computer.store;
    const at = layout.WATCH_FILTER + (bit >>> 3);
    bytes[at] = (bytes[at] ?? 0) | (1 << (bit & 7));
  }

  /** What the return in progress hands back. */
  private returned(): bigint | null {
    const { store } = this.computer;
    const at = layout.CODE + store.read32(layout.ST_PC) * layout.INSTRUCTION_BYTES;
    const op: Op = store.view.getUint16(at, true);
    if (op === Op.RETI) return store.read64(at + 8);
    const register = store.view.getUint16(at + 4, true);
    return op === Op.RET && register !== NO_REGISTER ? slotValue(this.computer, currentWindow(this.computer), register) : null;
  }
}
