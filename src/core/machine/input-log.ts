/**
 * The input log: everything that comes from outside, stamped with the instruction count (DESIGN section 3,
 * "Determinism"). A machine that replays the log runs exactly as the first one did, without asking anybody.
 *
 * Two sorts of entries. *Answers* are taken by the program itself at an instruction (standard input, the outcome of a
 * device): replay hands them out when the same instruction asks. *Events* happen to the machine between two
 * instructions (signals and configuration from the window, input that wakes a reader, the timer interrupt that ended a
 * slice): replay runs exactly to their instruction and lets them happen. Other modules add entries of their own:
 * extend `InputEntry`, and give events to `Scheduler.apply`.
 */
import type { Program } from '../lir/lir';
import type { SegmentChange } from '../../shared/views-segments';
import { DeviceStatus } from '../swap/swap-device';
import type { FieldChange } from './configure';
import type { WorkloadScript } from '../workload/script';

export type InputEvent =
  /** Segments were changed by hand. */
  | { readonly kind: 'segments'; readonly instruction: number; readonly change: SegmentChange }
  /** A signal sent from the window. */
  | { readonly kind: 'signal'; readonly instruction: number; readonly pid: number; readonly signal: number }
  /** Input is there for those who wait for it. */
  | { readonly kind: 'wake'; readonly instruction: number }
  /** The timer interrupt did something: a thread's slice was over, or a timer went off. */
  | { readonly kind: 'tick'; readonly instruction: number }
  /** The window steps a process: it gets the processor out of turn. */
  | { readonly kind: 'focus'; readonly instruction: number; readonly pid: number }
  | { readonly kind: 'nice'; readonly instruction: number; readonly pid: number; readonly nice: number }
  /** Fields of the configuration changed. */
  | { readonly kind: 'configure'; readonly instruction: number; readonly changes: readonly FieldChange[] }
  /** Light workload processes were started. */
  | { readonly kind: 'workloads'; readonly instruction: number; readonly script: WorkloadScript; readonly count: number }
  /** A further program was loaded. */
  | { readonly kind: 'load'; readonly instruction: number; readonly program: Program; readonly name: string; readonly args: readonly string[] };

export type InputAnswer =
  /** Standard input; null: end of file. */
  | { readonly kind: 'stdin'; readonly instruction: number; readonly bytes: Uint8Array | null }
  /** A request of the swap device, counted from 1, that failed. */
  | { readonly kind: 'device'; readonly instruction: number; readonly request: number; readonly status: DeviceStatus };

export type InputEntry = InputEvent | InputAnswer;

export interface InputRecord {
  readonly entries: readonly InputEntry[];
  /** The program was ended from outside after this many instructions; -1: it was not. */
  readonly stoppedAt: number;
}

export interface InputLog {
  /** Standard input for a read of up to `limit` bytes at this instruction. */
  take(limit: number, instruction: number): Uint8Array | null | 'wait';
  /** True when input has come for a reader that waits. */
  arrived(): boolean;
  /** Writes an event down, when the machine is not replayed. */
  note(event: InputEvent): void;
  /** Writes a failed request of the swap device down. */
  noteDevice(request: number, status: DeviceStatus, instruction: number): void;
  /** Replay: how a request of the swap device went the first time. */
  deviceStatus(request: number): DeviceStatus;
  /** Replay: instruction of the next event; -1 when there is none, or when nothing is replayed. */
  readonly nextEvent: number;
  /** Replay: takes the next event if it happens at this instruction. */
  due(instruction: number): InputEvent | null;
  readonly isReplay: boolean;
}

/** Asks the port and writes down what it answered. */
export class RecordingInput implements InputLog {
  readonly entries: InputEntry[] = [];
  readonly nextEvent = -1;
  readonly isReplay = false;
  stoppedAt = -1;
  /** What came for a reader that was asleep. */
  private staged: Uint8Array | null | undefined;
  private wanted = 1;

  constructor(private readonly ask: (limit: number) => Uint8Array | null | 'wait') {}

  take(limit: number, instruction: number): Uint8Array | null | 'wait' {
    const answer = this.staged === undefined ? this.ask(limit) : this.unstage(limit);
    if (answer === 'wait') { this.wanted = limit; return answer; }
    const bytes = answer === null ? null : answer.slice(0, limit);
    this.entries.push({ kind: 'stdin', instruction, bytes });
    return bytes;
  }

  arrived(): boolean {
    if (this.staged !== undefined) return true;
    const answer = this.ask(this.wanted);
    if (answer === 'wait') return false;
    this.staged = answer;
    return true;
  }

  note(event: InputEvent): void {
    this.entries.push(event);
  }

  noteDevice(request: number, status: DeviceStatus, instruction: number): void {
    this.entries.push({ kind: 'device', instruction, request, status });
  }

  deviceStatus(): DeviceStatus {
    return DeviceStatus.Ok;
  }

  due(): null {
    return null;
  }

  private unstage(limit: number): Uint8Array | null {
    const bytes = this.staged ?? null;
    this.staged = bytes !== null && bytes.length > limit ? bytes.slice(limit) : undefined;
    return bytes === null ? null : bytes.slice(0, limit);
  }
}

/** Gives back what was written down; a difference from the first run is a bug of the simulator. */
export class ReplayedInput implements InputLog {
  readonly isReplay = true;
  private nextAnswer = 0;
  private event = 0;
  private readonly deviceFailures = new Map<number, DeviceStatus>();

  constructor(private readonly record: InputRecord) {
    for (const entry of record.entries) if (entry.kind === 'device') this.deviceFailures.set(entry.request, entry.status);
    this.nextAnswer = this.seek(0, true);
    this.event = this.seek(0, false);
  }

  take(limit: number, instruction: number): Uint8Array | null | 'wait' {
    const entry = this.record.entries[this.nextAnswer];
    if (entry?.kind !== 'stdin' || this.event < this.nextAnswer) return 'wait';
    if (entry.instruction !== instruction || (entry.bytes !== null && entry.bytes.length > limit)) {
      throw new Error(`replay went astray: input ${String(this.nextAnswer)} was read at instruction ${String(entry.instruction)}, now at ${String(instruction)}`);
    }
    this.nextAnswer = this.seek(this.nextAnswer + 1, true);
    return entry.bytes;
  }

  arrived(): boolean {
    return false;
  }

  note(): void {
    // What is replayed was written down when it happened.
  }

  noteDevice(): void {
    // As note.
  }

  deviceStatus(request: number): DeviceStatus {
    return this.deviceFailures.get(request) ?? DeviceStatus.Ok;
  }

  get nextEvent(): number {
    return this.record.entries[this.event]?.instruction ?? -1;
  }

  due(instruction: number): InputEvent | null {
    const entry = this.record.entries[this.event];
    if (entry === undefined || entry.kind === 'stdin' || entry.kind === 'device' || entry.instruction > instruction || this.nextAnswer < this.event) return null;
    if (entry.instruction < instruction) throw new Error(`replay went astray: "${entry.kind}" happened at instruction ${String(entry.instruction)}, now it is ${String(instruction)}`);
    this.event = this.seek(this.event + 1, false);
    return entry;
  }

  /** Index of the next answer, or event, from `from` on. */
  private seek(from: number, answer: boolean): number {
    const { entries } = this.record;
    let index = from;
    const sort = (entry: InputEntry | undefined): 'answer' | 'device' | 'event' => (entry?.kind === 'stdin' ? 'answer' : entry?.kind === 'device' ? 'device' : 'event');
    while (index < entries.length && sort(entries[index]) !== (answer ? 'answer' : 'event')) index++;
    return index;
  }
}
