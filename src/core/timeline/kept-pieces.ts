/** Which pieces of large arrays the images of checkpoints have, and what they take together: each counts once. */
export class KeptPieces {
  private readonly users = new Map<Uint8Array, number>();
  bytes = 0;

  add(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      const users = this.users.get(piece) ?? 0;
      if (users === 0) this.bytes += piece.length;
      this.users.set(piece, users + 1);
    }
  }

  drop(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      const users = (this.users.get(piece) ?? 0) - 1;
      if (users > 0) { this.users.set(piece, users); continue; }
      this.users.delete(piece);
      this.bytes -= piece.length;
    }
  }
}
