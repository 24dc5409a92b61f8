/**
 * The input log of one machine: written at the head, where things come from outside, and read behind it, where the machine
 * replays what it has done already.
 *
 *   recording (position = end) ── leaveHead, rewind ──▶ replaying (position ≤ end) ── arriveAtHead ──▶ recording
 *        ▲                                                      │
 *        └───────────────── forgetFuture ───────────────────────┘   something new comes from outside at a past moment
 *
 * A replay takes the entries strictly in their order; a difference from the first run is a bug of the simulator and throws.
 *
 * State of the past is `position` alone: a checkpoint keeps it, `rewind` puts it back. Everything else belongs to the head:
 * the entries, which all checkpoints share, and what came from the port and nobody has read (`unread`, `wanted`).
 */
import { DeviceStatus } from '../swap/swap-device';
import type { InputEntry, InputEvent, InputLog, Stamp } from './input-log';
import { ReplayAstray } from './replay-astray';

/** Where the recording ends, and what the scheduler must know to go on from there as if nobody had travelled. */
export interface Head extends Stamp {
  readonly cycle: number;
  /** Number of entries. */
  readonly position: number;
  readonly nextTick: number;
}

/** The log so far, what was asked of the port and not read, and how many bytes the reader who waits asked for. */
export interface HeldInput { readonly entries: readonly InputEntry[]; readonly unread: readonly (Uint8Array | null)[]; readonly wanted: number }

type Ask = (limit: number) => Uint8Array | null | 'wait';

export class TimelineInput implements InputLog {
  /** Shared by all checkpoints: written at the end, cut by forgetFuture. */
  readonly entries: InputEntry[];
  /** Entries that have happened; all of them at the head. */
  position = 0;
  isReplay = false;
  /** While replaying: where the recording ends. Null for a replay that never records (the second pass). */
  head: Head | null = null;
  /** Index of the first event from `position` on, as far as it was looked for. */
  private eventAt = 0;
  /** What came from the port and nobody has read yet, oldest first; null: end of file. */
  private unread: (Uint8Array | null)[] = [];
  /** Bytes that the reader who waits asked for. */
  private wanted = 1;

  constructor(private readonly ask: Ask, entries: InputEntry[] = []) {
    this.entries = entries;
    this.position = entries.length;
  }

  /** Replays what another machine has recorded, to its end. */
  static replay(entries: readonly InputEntry[]): TimelineInput {
    const input = new TimelineInput(() => null, [...entries]);
    input.isReplay = true;
    input.rewind(0);
    return input;
  }

  // ---- At the head ----------------------------------------------------------------------------------------------------

  note(event: InputEvent): void {
    if (!this.isReplay) this.record(event);
  }

  arrived(): boolean {
    if (this.isReplay) return false;
    if (this.unread.length > 0) return true;
    const answer = this.ask(this.wanted);
    if (answer === 'wait') return false;
    this.unread.push(answer);
    return true;
  }

  // ---- In both ways ---------------------------------------------------------------------------------------------------

  take(limit: number, at: Stamp): Uint8Array | null | 'wait' {
    if (this.isReplay) return this.takeAgain(limit, at);
    const answer = this.unread.length > 0 ? this.fromUnread(limit) : this.ask(limit);
    if (answer === 'wait') { this.wanted = limit; return answer; }
    const bytes = answer === null ? null : answer.slice(0, limit);
    this.record({ kind: 'stdin', instruction: at.instruction, turn: at.turn, bytes });
    return bytes;
  }

  settle(request: number, status: DeviceStatus, at: Stamp): DeviceStatus {
    if (!this.isReplay) {
      if (status !== DeviceStatus.Ok) this.record({ kind: 'device', instruction: at.instruction, turn: at.turn, request, status });
      return status;
    }
    const entry = this.entries[this.position];
    if (entry?.kind !== 'device' || entry.request !== request) return DeviceStatus.Ok;
    this.position++;
    return entry.status;
  }

  // ---- Behind the head ------------------------------------------------------------------------------------------------

  /** The machine is about to go back: what happens next is read, until it arrives at the head again. */
  leaveHead(head: Head): void {
    if (this.isReplay) throw new Error('the machine is behind the head');
    this.head = head;
    this.isReplay = true;
    this.rewind(this.entries.length);
  }

  /** `position` as a checkpoint kept it. */
  rewind(position: number): void {
    if (!this.isReplay || position > this.entries.length) throw new Error('the input log is not replayed, or is shorter');
    this.position = position;
    this.eventAt = position;
  }

  /** All entries have happened and the machine stands where the recording ended. */
  arriveAtHead(): void {
    if (this.position !== this.entries.length) throw new ReplayAstray(`${String(this.entries.length - this.position)} entries have not happened`);
    this.isReplay = false;
    this.head = null;
  }

  /**
   * What was recorded after the present moment did not happen: from here on the machine records. Standard input that had been
   * read since comes again, before what else there is.
   */
  forgetFuture(): void {
    this.unread.unshift(...readIn(this.entries.splice(this.position)));
    this.isReplay = false;
    this.head = null;
  }

  get nextEvent(): InputEvent | null {
    if (!this.isReplay) return null;
    if (this.eventAt < this.position) this.eventAt = this.position;
    for (;;) {
      const entry = this.entries[this.eventAt];
      if (entry === undefined) return null;
      if (entry.kind !== 'stdin' && entry.kind !== 'device') return entry;
      this.eventAt++;
    }
  }

  isDue(at: Stamp): boolean {
    const event = this.nextEvent;
    if (event === null || event.instruction > at.instruction || (event.instruction === at.instruction && event.turn > at.turn)) return false;
    if (event.instruction !== at.instruction || event.turn !== at.turn || this.eventAt !== this.position) {
      throw new ReplayAstray(`"${event.kind}" happened at ${momentText(event)} as entry ${String(this.eventAt)}, now it is ${momentText(at)} and entry ${String(this.position)} comes next`);
    }
    return true;
  }

  due(at: Stamp): InputEvent | null {
    if (!this.isDue(at)) return null;
    const event = this.nextEvent;
    this.position++;
    return event;
  }

  // ---- In files -------------------------------------------------------------------------------------------------------

  /** What a machine needs that goes on from the present moment; behind the head as after `forgetFuture`. */
  held(): HeldInput {
    return { entries: this.entries.slice(0, this.position), unread: [...readIn(this.entries.slice(this.position)), ...this.unread], wanted: this.wanted };
  }

  /** Takes over what another one held: at the very beginning only. */
  adopt({ entries, unread, wanted }: HeldInput): void {
    if (this.entries.length > 0 || this.isReplay) throw new Error('the input log is not empty');
    this.entries.push(...entries);
    this.position = entries.length;
    this.unread = [...unread];
    this.wanted = wanted;
  }

  private record(entry: InputEntry): void {
    this.entries.push(entry);
    this.position = this.entries.length;
  }

  private takeAgain(limit: number, at: Stamp): Uint8Array | null | 'wait' {
    const entry = this.entries[this.position];
    if (entry?.kind !== 'stdin' || entry.instruction > at.instruction || (entry.instruction === at.instruction && entry.turn > at.turn)) return 'wait';
    if (entry.instruction !== at.instruction || entry.turn !== at.turn || (entry.bytes !== null && entry.bytes.length > limit)) {
      throw new ReplayAstray(`input ${String(this.position)} was read at ${momentText(entry)}, now at ${momentText(at)}`);
    }
    this.position++;
    return entry.bytes;
  }

  private fromUnread(limit: number): Uint8Array | null {
    const bytes = this.unread.shift() ?? null;
    if (bytes === null || bytes.length <= limit) return bytes;
    this.unread.unshift(bytes.slice(limit));
    return bytes.slice(0, limit);
  }
}

/** Standard input that entries hold. End of file is not kept: the port tells of it again. */
function readIn(entries: readonly InputEntry[]): Uint8Array[] {
  return entries.flatMap((entry) => (entry.kind === 'stdin' && entry.bytes !== null && entry.bytes.length > 0 ? [entry.bytes] : []));
}

function momentText({ instruction, turn }: Stamp): string {
  return `instruction ${String(instruction)}, turn ${String(turn)}`;
}
