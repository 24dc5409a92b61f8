/**
 * The stream to the window: status and work on snapshots (newest wins) and console output, in batches of bounded size. The next batch leaves
 * only when the window has answered the last one, so a busy window never makes a queue grow, and the machine never
 * waits for the screen. After a rest a message leaves at once, with whatever was pushed in the same turn; batches of a
 * busy machine keep their distance. Used by index.ts; knows of Electron only the shape of a port.
 *
 *   idle ──push──▶ scheduled ──flush──▶ waiting ──acknowledge──▶ idle (or scheduled, when more has come)
 */
import type { AutosaveState } from '../shared/autosave';
import type { StreamAck, StreamBatch, StreamMessage } from '../shared/ipc';
import type { SnapshotActivity } from '../shared/snapshot-info';
import type { StatusSnapshot } from '../shared/views';

export interface StreamPort {
  postMessage(message: StreamBatch): void;
}

type Output = Extract<StreamMessage, { type: 'output' }>;

/** At most one batch in this time: one per frame of a 60 Hz screen. */
const BATCH_INTERVAL_MS = 16;
/** Characters of output in one batch. */
export const BATCH_CHARACTERS = 64 * 1024;
/** Characters of output kept while the window is busy; the oldest beyond it are dropped and counted. */
export const BACKLOG_CHARACTERS = 512 * 1024;

export class StreamHub {
  private port: StreamPort | null = null;
  private status: StatusSnapshot | null = null;
  private statusSent = true;
  /** undefined: sent. */
  private activity: SnapshotActivity | null | undefined;
  private autosave: AutosaveState | null = null;
  private autosaveSent = true;
  private cleared = false;
  private output: Output[] = [];
  private backlog = 0;
  private batch = 0;
  private waiting = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private sentAt = -Infinity;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A window (again): it gets the last status and what output is still queued. */
  attach(port: StreamPort): void {
    this.port = port;
    this.waiting = false;
    this.statusSent = this.status === null;
    this.autosaveSent = this.autosave === null;
    this.schedule();
  }

  detach(): void {
    this.port = null;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  push(message: StreamMessage): void {
    if (message.type === 'status') {
      this.status = message.status;
      this.statusSent = false;
    } else if (message.type === 'autosave') {
      this.autosave = message.state;
      this.autosaveSent = false;
    } else if (message.type === 'cleared') {
      this.output = [];
      this.backlog = 0;
      this.cleared = true;
    } else if (message.type === 'snapshot') {
      this.activity = message.activity;
    } else {
      this.append(message);
    }
    this.schedule();
  }

  acknowledge(ack: StreamAck): void {
    if (ack.batch !== this.batch) return;
    this.waiting = false;
    this.schedule();
  }

  private append(message: Output): void {
    const last = this.output.at(-1);
    if (last && last.stream === message.stream && last.pid === message.pid && message.droppedBytes === 0 && last.text.length + message.text.length <= BATCH_CHARACTERS) {
      this.output[this.output.length - 1] = { ...last, text: last.text + message.text };
    } else {
      this.output.push(message);
    }
    this.backlog += message.text.length;
    while (this.backlog > BACKLOG_CHARACTERS && this.output.length > 1) {
      const [oldest, next] = this.output as [Output, Output];
      this.output.splice(0, 2, { ...next, droppedBytes: next.droppedBytes + oldest.droppedBytes + Buffer.byteLength(oldest.text) });
      this.backlog -= oldest.text.length;
    }
  }

  private get pending(): boolean {
    return !this.statusSent || !this.autosaveSent || this.cleared || this.activity !== undefined || this.output.length > 0;
  }

  private schedule(): void {
    if (!this.port || this.waiting || this.timer || !this.pending) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.flush();
    }, Math.max(0, this.sentAt + BATCH_INTERVAL_MS - this.now()));
  }

  private flush(): void {
    if (!this.port || !this.pending) return;
    const messages: StreamMessage[] = [];
    if (this.cleared) messages.push({ type: 'cleared' });
    this.cleared = false;
    for (let characters = 0; this.output.length > 0 && characters < BATCH_CHARACTERS;) {
      const next = this.output.shift() as Output;
      characters += next.text.length;
      this.backlog -= next.text.length;
      messages.push(next);
    }
    if (!this.statusSent && this.status) messages.push({ type: 'status', status: this.status });
    this.statusSent = true;
    if (!this.autosaveSent && this.autosave) messages.push({ type: 'autosave', state: this.autosave });
    this.autosaveSent = true;
    if (this.activity !== undefined) messages.push({ type: 'snapshot', activity: this.activity });
    this.activity = undefined;
    this.batch++;
    this.sentAt = this.now();
    this.waiting = true;
    this.port.postMessage({ batch: this.batch, messages });
  }
}
