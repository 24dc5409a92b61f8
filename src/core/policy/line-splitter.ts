/** Cuts chunks of bytes into lines for the readers of traces. The end of a line is LF; a CR before it is left out. */
const LF = 10, CR = 13;
/** No trace has lines like this: it is some other file. */
const LONGEST_LINE = 1 << 20;

export class LineSplitter {
  /** 1-based number of the line that is being read. */
  line = 1;
  private rest = new Uint8Array(0);

  /** @param use takes bytes[from .. to) of one line */
  constructor(private readonly use: (bytes: Uint8Array, from: number, to: number) => void, private readonly tooLong: () => never) {}

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.rest.length > 0) {
      bytes = new Uint8Array(this.rest.length + chunk.length);
      bytes.set(this.rest);
      bytes.set(chunk, this.rest.length);
    }
    let from = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
      this.emit(bytes, from, end);
      from = end + 1;
    }
    this.rest = bytes.slice(from);
    if (this.rest.length > LONGEST_LINE) this.tooLong();
  }

  /** The last line may have no end. */
  finish(): void {
    if (this.rest.length > 0) this.emit(this.rest, 0, this.rest.length);
    this.rest = new Uint8Array(0);
  }

  private emit(bytes: Uint8Array, from: number, end: number): void {
    this.use(bytes, from, end > from && bytes[end - 1] === CR ? end - 1 : end);
    this.line++;
  }
}
