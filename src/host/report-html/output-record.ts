/**
 * What the processes wrote, for a report: whole when it is short, else its beginning and its end with the number of
 * characters between them. Bounded, whatever a program writes.
 */
export interface OutputPiece { readonly stream: 'stdout' | 'stderr'; readonly pid: number; readonly name: string; readonly text: string }
/** `left`: characters that are left out between head and tail. */
export interface OutputExcerpt { readonly head: readonly OutputPiece[]; readonly left: number; readonly tail: readonly OutputPiece[] }

export const HEAD_CHARACTERS = 48 * 1024;
export const TAIL_CHARACTERS = 16 * 1024;

export class OutputRecord {
  private head: OutputPiece[] = [];
  private headLength = 0;
  private tail: OutputPiece[] = [];
  private tailLength = 0;
  private left = 0;
  private readonly decoders = new Map<string, InstanceType<typeof TextDecoder>>();

  /** Bytes as a process wrote them; a character may be split between two writes. */
  writeBytes(stream: 'stdout' | 'stderr', bytes: Uint8Array, pid: number, name: string): void {
    const key = `${stream}${String(pid)}`;
    let decoder = this.decoders.get(key);
    if (decoder === undefined) this.decoders.set(key, decoder = new TextDecoder());
    this.write({ stream, pid, name, text: decoder.decode(bytes, { stream: true }) });
  }

  write(piece: OutputPiece): void {
    const room = HEAD_CHARACTERS - this.headLength;
    const first = piece.text.slice(0, room);
    this.headLength += first.length;
    append(this.head, piece, first);
    const rest = piece.text.slice(first.length);
    this.tailLength += rest.length;
    append(this.tail, piece, rest);
    // Cut now and then, not at every character.
    if (this.tailLength > 4 * TAIL_CHARACTERS) this.cut();
  }

  /** Characters that are not here were written at this place. */
  leaveOut(characters: number): void {
    this.left += characters;
  }

  /** What another record had. */
  adopt({ head, left, tail }: OutputExcerpt): void {
    this.clear();
    for (const piece of head) this.write(piece);
    this.leaveOut(left);
    for (const piece of tail) this.write(piece);
  }

  clear(): void {
    this.head = [];
    this.tail = [];
    this.headLength = this.tailLength = this.left = 0;
    this.decoders.clear();
  }

  excerpt(): OutputExcerpt {
    this.cut();
    return { head: [...this.head], left: this.left, tail: [...this.tail] };
  }

  /** Leaves the newest TAIL_CHARACTERS. */
  private cut(): void {
    let over = this.tailLength - TAIL_CHARACTERS;
    while (over > 0) {
      const first = this.tail[0];
      if (first === undefined) throw new Error('more characters than there are pieces');
      const gone = Math.min(over, first.text.length);
      if (gone === first.text.length) this.tail.shift();
      else this.tail[0] = { ...first, text: first.text.slice(gone) };
      over -= gone;
      this.left += gone;
      this.tailLength -= gone;
    }
  }
}

/** What one process writes to one stream without a break is one piece. */
function append(pieces: OutputPiece[], { stream, pid, name }: OutputPiece, text: string): void {
  if (text === '') return;
  const last = pieces.at(-1);
  if (last !== undefined && last.stream === stream && last.pid === pid && last.text.length < TAIL_CHARACTERS) pieces[pieces.length - 1] = { ...last, text: last.text + text };
  else pieces.push({ stream, pid, name, text });
}
