/**
 * When the machine is saved by itself. It hears every status of the machine and decides by what saving costs:
 *
 *   paused, ended     once it has stood still for a moment, so that stepping on is not held up
 *   running           at most every so many seconds, and so seldom that saving takes a small part of the time
 *   in the past       not: what was recorded after that moment would be lost
 *   takes too long    not: the first try is given up, and why is said
 *
 * Saving gives way to whatever the user wants of the machine (snapshot-desk.ts) and is tried again later. Called by main, which also
 * asks for recovery; knows nothing of Electron.
 */
import { AUTOSAVE_MOST_MS, AUTOSAVE_SECONDS, type AutosaveSettings, type AutosaveState, type LostMachine } from '../shared/autosave';
import type { SnapshotFailure, SnapshotOpened, SnapshotSaved } from '../shared/snapshot-info';
import type { StreamMessage } from '../shared/ipc';
import type { StatusSnapshot } from '../shared/views';
import { STARTING_PROCESSES } from './machine-protocol';
import type { AutosaveFolder } from './autosave-folder';

export interface AutosaveOptions {
  readonly folder: AutosaveFolder;
  readonly save: (path: string) => Promise<SnapshotSaved>;
  /** Gives up what is being saved. */
  readonly cancel: () => Promise<void>;
  readonly open: (path: string, timelineBytes: number) => Promise<SnapshotOpened>;
  readonly onState: (state: AutosaveState) => void;
  /** Of saving and removing beside the machine, which must not stop anything. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds of a clock that never goes back, and the date as ISO 8601. */
  readonly now?: () => number;
  readonly date?: () => string;
}

/** How long a machine stands still before it is saved. */
export const SETTLE_MS = 1_500;
/** Saving a running machine takes at most about one part in so many of its time. */
const SHARE = 20;
/** After a failure the next try comes so late; the second in a row is said. */
const RETRY_MS = 30_000;
/** At the end nobody waits longer than this. */
const CLOSE_LIMIT_MS = 5_000;
/** A machine that stands again and again is not saved more often than this many times what it takes. */
const STANDING_SHARE = 3;
/** How far saving this machine has proved too slow. */
type Slow = 'never' | 'running' | 'always';
const SLOW_WORDS: Readonly<Record<Slow, string>> = {
  never: '',
  running: `Saving this machine takes more than ${String(AUTOSAVE_MOST_MS.running / 1_000)} seconds: it is saved only when it has paused or ended.`,
  always: `Saving this machine takes more than ${String(AUTOSAVE_MOST_MS.standing / 1_000)} seconds: it is not saved by itself. Save it as a snapshot.`,
};

export class Autosave {
  private settings: AutosaveSettings = { enabled: false, seconds: AUTOSAVE_SECONDS.usual, keep: false };
  private status: StatusSnapshot | null = null;
  /** The state of the machine that the file has; '' : none of the machine at hand. */
  private savedKey = '';
  private runningSince = 0;
  private savedTime = -Infinity;
  private tookMs = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private dueKey = '';
  private saving: Promise<void> | null = null;
  private isClosing = false;
  private lost: readonly LostMachine[] = [];
  private last: AutosaveState['last'] = null;
  private failure = '';
  private slow: Slow = 'never';
  private failures = 0;

  constructor(private readonly options: AutosaveOptions) {}

  /** At the start: what an earlier session left is found. */
  async begin(): Promise<void> {
    const { folder } = this.options;
    await folder.prepare();
    await folder.setAsideCurrent();
    this.lost = await folder.lost();
    this.tell();
  }

  configure(settings: AutosaveSettings): void {
    this.settings = settings;
    this.failures = 0;
    this.failure = '';
    this.plan();
    this.tell();
  }

  get state(): AutosaveState {
    return { folder: this.options.folder.path, last: this.last, refusal: this.refusal(), failed: this.failures > 1, lost: this.lost, notices: this.options.folder.notices };
  }

  /** Everything that goes to the window passes by here. */
  hear(message: StreamMessage): void {
    if (message.type === 'cleared') this.forget();
    if (message.type !== 'status') return;
    const before = this.refusal(), wasRunning = this.status?.state === 'running';
    this.status = message.status;
    if (message.status.state === 'running' && !wasRunning) this.runningSince = this.now();
    this.plan();
    if (this.refusal() !== before) this.tell();
  }

  /** Another machine takes the place of the one at hand. */
  private forget(): void {
    this.savedKey = '';
    this.slow = 'never';
    this.tookMs = 0;
  }

  /** The machine's thread ended by itself: what was saved last is offered. */
  async machineLost(): Promise<void> {
    const { folder } = this.options;
    if (!await folder.hasCurrent()) return;
    await folder.setAsideCurrent();
    this.forget();
    this.lost = await folder.lost();
    this.tell();
  }

  /** Puts a lost machine in the place of the one at hand. One that cannot be opened is set aside. */
  async recover(id: string, timelineBytes: number): Promise<SnapshotOpened> {
    const { folder, open } = this.options;
    const path = await folder.fileOf(id);
    if (path === null) return missing();
    const opened = await open(path, timelineBytes);
    if (opened.ok) await folder.adopt(id);
    else if (!opened.cancelled) await folder.setAside(id, opened.message);
    await this.refresh();
    return opened;
  }

  async discard(id: string): Promise<void> {
    await this.options.folder.discard(id);
    await this.refresh();
  }

  /** Pagewise ends as it should. A machine that is to be reopened is saved once more, when that is quickly done. */
  async close(): Promise<void> {
    const { enabled, keep } = this.settings;
    const isKept = keep && enabled;
    const limit = setTimeout(() => void this.options.cancel().catch(this.options.onError), isKept ? CLOSE_LIMIT_MS : 0);
    this.isClosing = true;
    this.cancelTimer();
    await this.saving;
    if (isKept && this.isWanted()) await this.saveNow();
    clearTimeout(limit);
    await this.options.folder.close(isKept);
  }

  private async refresh(): Promise<void> {
    this.lost = await this.options.folder.lost();
    this.tell();
  }

  /** When to save next, if at all. */
  private plan(): void {
    const { status } = this;
    if (this.saving !== null || this.isClosing) return;
    if (status === null || !this.isWanted()) return this.cancelTimer();
    const now = this.now(), patience = this.failures === 0 ? 0 : this.savedTime + RETRY_MS - now;
    if (status.state === 'running') {
      const distance = Math.max(this.settings.seconds * 1_000, this.tookMs * SHARE);
      return this.saveAt(Math.max(patience, this.runningSince + this.settings.seconds * 1_000 - now, this.savedTime + distance - now), 'running');
    }
    this.saveAt(Math.max(SETTLE_MS, patience, this.savedTime + this.tookMs * STANDING_SHARE - now), keyOf(status));
  }

  /** `why`: a timer for the same reason goes on. */
  private saveAt(milliseconds: number, why: string): void {
    if (this.timer !== null && this.dueKey === why) return;
    this.cancelTimer();
    this.dueKey = why;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.isWanted()) void this.saveNow();
    }, Math.max(0, milliseconds));
  }

  private cancelTimer(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  /** There is a machine, and the file does not have it as it stands. */
  private isWanted(): boolean {
    const { status } = this;
    if (!this.settings.enabled || status === null || !isMachine(status)) return false;
    if (this.slow === 'always' || (this.slow === 'running' && status.state === 'running')) return false;
    return status.timeline?.travelling !== true && status.timeline?.atHead !== false && keyOf(status) !== this.savedKey;
  }

  private refusal(): string {
    if (!this.settings.enabled || this.status === null) return '';
    return this.slow === 'never' ? this.failure : SLOW_WORDS[this.slow];
  }

  private saveNow(): Promise<void> {
    return this.saving ??= this.perform().catch(this.options.onError).finally(() => {
      this.saving = null;
      this.plan();
      this.tell();
    });
  }

  private async perform(): Promise<void> {
    const begun = this.now(), key = this.status === null ? '' : keyOf(this.status), isRunning = this.status?.state === 'running';
    let isSlow = false;
    const limit = setTimeout(() => {
      isSlow = true;
      void this.options.cancel().catch(this.options.onError);
    }, isRunning ? AUTOSAVE_MOST_MS.running : AUTOSAVE_MOST_MS.standing);
    const saved = await this.options.save(this.options.folder.current).finally(() => { clearTimeout(limit); });
    this.savedTime = this.now();
    if (saved.ok) {
      this.tookMs = this.savedTime - begun;
      this.savedKey = key;
      this.failures = 0;
      this.failure = '';
      this.last = { savedAt: this.date(), fileBytes: saved.fileBytes, tookMs: Math.round(this.tookMs) };
    } else if (isSlow && saved.cancelled) {
      this.slow = isRunning ? 'running' : 'always';
    } else if (!saved.cancelled) {
      this.failures++;
      this.failure = `The machine could not be saved by itself: ${saved.message}`;
    }
  }

  private now(): number {
    return this.options.now?.() ?? performance.now();
  }

  private date(): string {
    return this.options.date?.() ?? new Date().toISOString();
  }

  private tell(): void {
    this.options.onState(this.state);
  }
}

/** There is one, and all of it. */
function isMachine({ state, message }: StatusSnapshot): boolean {
  return (state === 'running' || state === 'paused' || state === 'exited') && !message.startsWith(STARTING_PROCESSES);
}

/** Two machines that stand with the same key are the same. */
function keyOf({ state, epoch, counters }: StatusSnapshot): string {
  return `${state} ${String(epoch)} ${String(counters.instructions)}`;
}

function missing(): SnapshotFailure {
  return { ok: false, cancelled: false, message: 'This machine is not there any more.' };
}
