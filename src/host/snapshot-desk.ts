/**
 * Saving the machine at hand to a file, and opening a file in its place: one at a time, in slices, in the machine's thread. Used by
 * machine.worker.ts.
 *
 *   free ──save, open──▶ busy (the machine stands still) ──done, failed, cancel──▶ free (it goes on as it was, or is another one)
 *
 * While the desk is busy, queries are answered; what would move the machine waits (`whenFree`), in order, or takes the place of a save that
 * nobody asked for just now. `cancel` lets the machine go at once: work that was cancelled never takes effect, whatever it still reads.
 */
import type { Machine } from '../core/machine/machine-api';
import { baseName } from '../shared/quantities';
import type { SnapshotActivity, SnapshotFailure, SnapshotSaved } from '../shared/snapshot-info';
import type { MachineOpened, SnapshotLabelling } from './machine-protocol';
import type { MachineRunner } from './machine-runner';
import { SESSION_SECTION, sessionToBytes, type SavedSession } from './saved-session';
import { saveSnapshot, SnapshotFileError } from './snapshot-file';
import { snapshotFailure, type LoadingWork, type SnapshotMachine } from './snapshot-machine';
import type { SwapFile } from './swap-file';

export interface SnapshotDeskOptions {
  readonly runner: Pick<MachineRunner, 'hold' | 'savable' | 'session' | 'open'>;
  readonly codec: () => WebAssembly.Module;
  /** Of this installation. */
  readonly version: () => string;
  readonly load: (path: string, timelineBytes: number, work: LoadingWork) => Promise<SnapshotMachine>;
  /** A machine that was opened has taken the place of the one before; this is its swap file. */
  readonly replaced: (swap: SwapFile | null) => void;
  /** What to show of the work; null: nothing, any more. */
  readonly onActivity: (activity: SnapshotActivity | null) => void;
}

interface Job { readonly abort: AbortController; readonly release: () => void; /** Gives way. */ readonly background: boolean }

export class SnapshotDesk {
  private job: Job | null = null;
  /** The last job's end, its disk work included. */
  private settled: Promise<unknown> = Promise.resolve();
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly options: SnapshotDeskOptions) {}

  /** Saves the machine at hand, with what the window shows beside it. */
  save(path: string, { title, savedAt, picture, background }: SnapshotLabelling): Promise<SnapshotSaved> {
    const { runner } = this.options;
    return this.perform(async (signal, tell) => {
      const machine = runner.savable;
      if (typeof machine === 'string') return { ok: false, cancelled: false, message: machine };
      const session = runner.session();
      const parts = machine.snapshotParts({ title: title ?? titleOf(machine, session), savedAt, engineVersion: this.options.version(), picture });
      const whole = { ...parts, sections: [...parts.sections, { name: SESSION_SECTION, bytes: sessionToBytes(session) }] };
      const { fileBytes } = await saveSnapshot(path, whole, this.options.codec(), { signal, onProgress: (progress) => { tell({ stage: 'saving', ...progress }); } });
      return { ok: true, fileBytes };
    }, background);
  }

  /** Opens a file. Until its machine is there and sound, nothing changes. */
  open(path: string, timelineBytes: number): Promise<MachineOpened | SnapshotFailure> {
    const { runner, load, replaced } = this.options;
    return this.perform(async (signal, onActivity) => {
      const { machine, about, session, notices, swap } = await load(path, timelineBytes, { signal, onActivity });
      if (signal.aborted) {
        swap?.close();
        throw cancelled();
      }
      runner.open(machine, session);
      replaced(swap);
      return { ok: true, info: about.info, config: machine.config, session, notices };
    });
  }

  /** Gives up what is under way, if anything. */
  cancel(): void {
    this.job?.abort.abort();
    this.free();
  }

  /** Now, or once the work under way is over. A save in the background is given up for it. */
  whenFree(work: () => void): void {
    if (this.job?.background === true) this.cancel();
    if (this.job === null) work();
    else this.waiting.push(work);
  }

  /** All disk work is over. */
  async quiet(): Promise<void> {
    await this.settled;
  }

  private async perform<Done extends object>(work: (signal: AbortSignal, tell: (activity: SnapshotActivity) => void) => Promise<Done | SnapshotFailure>, background = false): Promise<Done | SnapshotFailure> {
    if (this.job !== null) throw new Error('two snapshots at once');
    const job: Job = this.job = { abort: new AbortController(), release: this.options.runner.hold(), background };
    const { signal } = job.abort;
    // Work that was cancelled still ends its slice.
    const tell = (activity: SnapshotActivity): void => { if (!background && this.job === job) this.options.onActivity(activity); };
    const outcome = this.settled.then(() => {
      if (signal.aborted) throw cancelled();
      return work(signal, tell);
    }).catch((error: unknown) => snapshotFailure(signal.aborted ? cancelled() : error));
    this.settled = outcome.catch(() => { /* whoever asked hears of it */ });
    try {
      return await outcome;
    } finally {
      if (this.job === job) this.free();
    }
  }

  private free(): void {
    const { job } = this;
    if (job === null) return;
    this.job = null;
    job.release();
    this.options.onActivity(null);
    // One of them may begin other work: then the rest waits for that.
    while (this.job === null) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      next();
    }
  }
}

const cancelled = (): SnapshotFileError => new SnapshotFileError('cancelled', 'Cancelled.');

/** The file that the user looks at, or the mix. */
function titleOf(machine: Machine, { program }: SavedSession): string {
  return program === null ? machine.config.programName : baseName(program.file);
}
