/**
 * The way of a program's output to the window: whole and in order, at the pace of a fast terminal.
 *
 * A program can write faster than any window can show. Text leaves in pieces of at most PIECE_BYTES, one piece a tick;
 * what waits is bounded, because the machine rests while `full` is true (simulated time does not see that). Used by
 * machine-runner.ts.
 */

/** One tick's share: with a tick of 16 ms, 4 MB/s. */
export const PIECE_BYTES = 64 * 1024;
/** Beyond this the machine rests. One quantum may overshoot it. */
export const FULL_BYTES = 1024 * 1024;

type Stream = 'stdout' | 'stderr';
/** The process that wrote. */
export interface Writer { readonly pid: number; readonly name: string }
interface Piece { readonly stream: Stream; readonly bytes: Uint8Array; readonly writer: Writer }

export class ConsoleOutput {
  private queue: Piece[] = [];
  private waitingBytes = 0;
  /** A character may be split between two writes. */
  private readonly decoders = new Map<string, InstanceType<typeof TextDecoder>>();

  constructor(private readonly send: (stream: Stream, text: string, writer: Writer) => void) {}

  get full(): boolean { return this.waitingBytes >= FULL_BYTES; }
  get empty(): boolean { return this.queue.length === 0; }

  /** A process wrote; the bytes are copied. */
  write(stream: Stream, bytes: Uint8Array, { pid, name }: Writer): void {
    if (bytes.byteLength === 0) return;
    this.queue.push({ stream, bytes: bytes.slice(), writer: { pid, name } });
    this.waitingBytes += bytes.byteLength;
  }

  /** Sends one tick's share. */
  flush(): void {
    let left = PIECE_BYTES;
    let text = '';
    let stream: Stream = 'stdout';
    let writer: Writer = { pid: 0, name: '' };
    while (left > 0) {
      const next = this.queue[0];
      if (!next) break;
      if ((next.stream !== stream || next.writer.pid !== writer.pid) && text !== '') {
        this.send(stream, text, writer);
        text = '';
      }
      ({ stream, writer } = next);
      const part = next.bytes.subarray(0, left);
      text += this.decoder(stream, writer).decode(part, { stream: true });
      left -= part.byteLength;
      this.waitingBytes -= part.byteLength;
      if (part.byteLength === next.bytes.byteLength) this.queue.shift();
      else this.queue[0] = { stream, writer, bytes: next.bytes.subarray(part.byteLength) };
    }
    if (text !== '') this.send(stream, text, writer);
  }

  private decoder(stream: Stream, { pid }: Writer): InstanceType<typeof TextDecoder> {
    const key = `${stream}${String(pid)}`;
    let decoder = this.decoders.get(key);
    if (decoder === undefined) {
      decoder = new TextDecoder();
      this.decoders.set(key, decoder);
    }
    return decoder;
  }

  /** Forgets what waits (a new run begins). */
  clear(): void {
    this.queue = [];
    this.waitingBytes = 0;
    this.decoders.clear();
  }
}
