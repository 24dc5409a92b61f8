/**
 * The input log: everything that comes from outside, stamped with the instruction count (DESIGN section 3,
 * "Determinism"). A machine that replays the log runs exactly as the first one did, without asking anybody.
 */
export interface InputEntry {
  readonly instruction: number;
  /** null: end of file. */
  readonly bytes: Uint8Array | null;
}

export interface InputRecord {
  readonly entries: readonly InputEntry[];
  /** The program was ended from outside after this many instructions; -1: it was not. */
  readonly stoppedAt: number;
}

export interface InputLog {
  /** Standard input for a read of up to `limit` bytes at this instruction. */
  take(limit: number, instruction: number): Uint8Array | null | 'wait';
}

/** Asks the port and writes down what it answered. */
export class RecordingInput implements InputLog {
  readonly entries: InputEntry[] = [];
  stoppedAt = -1;

  constructor(private readonly ask: (limit: number) => Uint8Array | null | 'wait') {}

  take(limit: number, instruction: number): Uint8Array | null | 'wait' {
    const answer = this.ask(limit);
    if (answer === 'wait') return answer;
    const bytes = answer === null ? null : answer.slice(0, limit);
    this.entries.push({ instruction, bytes });
    return bytes;
  }
}

/** Gives back what was written down; a difference from the first run is a bug of the simulator. */
export class ReplayedInput implements InputLog {
  private next = 0;

  constructor(private readonly record: InputRecord) {}

  take(limit: number, instruction: number): Uint8Array | null | 'wait' {
    const entry = this.record.entries[this.next];
    if (entry === undefined) return 'wait';
    if (entry.instruction !== instruction || (entry.bytes !== null && entry.bytes.length > limit)) {
      throw new Error(`replay went astray: input ${String(this.next)} was read at instruction ${String(entry.instruction)}, now at ${String(instruction)}`);
    }
    this.next++;
    return entry.bytes;
  }
}
