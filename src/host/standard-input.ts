/** Standard input on its way from the window to the machine: what came and nobody has read, and whether more will. Used by machine-runner.ts. */

export interface HeldInput {
  /** Oldest first. */
  readonly unread: readonly Uint8Array[];
  readonly ended: boolean;
}

export class StandardInput {
  private pieces: Uint8Array[] = [];
  private hasEnded = false;

  /** A new run. `text`: all that there is; null: it comes from the console. */
  begin(text: string | null): void {
    this.pieces = text === null || text === '' ? [] : [new TextEncoder().encode(text)];
    this.hasEnded = text !== null;
  }

  give(bytes: Uint8Array): void {
    if (bytes.byteLength > 0) this.pieces.push(bytes);
  }

  end(): void {
    this.hasEnded = true;
  }

  /** The machine's input port. */
  take(limit: number): Uint8Array | null | 'wait' {
    const first = this.pieces[0];
    if (!first) return this.hasEnded ? null : 'wait';
    if (first.byteLength <= limit) this.pieces.shift();
    else this.pieces[0] = first.subarray(limit);
    return first.subarray(0, limit);
  }

  held(): HeldInput {
    return { unread: this.pieces.map((piece) => piece.slice()), ended: this.hasEnded };
  }

  adopt({ unread, ended }: HeldInput): void {
    this.pieces = [...unread];
    this.hasEnded = ended;
  }
}
