/**
 * Pipes (pipe(7)): 64 KiB of bytes between descriptors, a queue of readers and one of writers.
 *
 *   read:   empty → waits while somebody could write, else end of file
 *   write:  nobody could read → EPIPE and SIGPIPE; up to PIPE_BUF bytes go in at once or wait; more go in parts
 */
import { WaitQueue } from './wait-queue';

export const PIPE_BYTES = 65536;
/** Writes up to this size are never mixed with others' (PIPE_BUF). */
export const PIPE_BUF = 4096;

export class Pipe {
  private readonly content = new Uint8Array(PIPE_BYTES);
  private first = 0;
  /** Bytes in it. */
  count = 0;
  /** Open descriptions of each end. */
  readers = 0;
  writers = 0;
  readonly emptied = new WaitQueue();
  readonly filled = new WaitQueue();

  get room(): number {
    return PIPE_BYTES - this.count;
  }

  take(limit: number): Uint8Array {
    const length = Math.min(limit, this.count);
    const bytes = new Uint8Array(length);
    const upper = Math.min(length, PIPE_BYTES - this.first);
    bytes.set(this.content.subarray(this.first, this.first + upper));
    bytes.set(this.content.subarray(0, length - upper), upper);
    this.first = (this.first + length) % PIPE_BYTES;
    this.count -= length;
    return bytes;
  }

  /** `bytes` fit. */
  put(bytes: Uint8Array): void {
    const at = (this.first + this.count) % PIPE_BYTES;
    const upper = Math.min(bytes.length, PIPE_BYTES - at);
    this.content.set(bytes.subarray(0, upper), at);
    this.content.set(bytes.subarray(upper), 0);
    this.count += bytes.length;
  }
}
