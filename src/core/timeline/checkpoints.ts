/**
 * Checkpoints of a whole pass: the pages of its store (page-history.ts) and the image of everything else (core/image). A
 * restored pass goes on bit for bit as the first time.
 *
 * Taken and restored between quanta only. What the fast tables hold is exact but not part of the modelled state; both lie in
 * the store and come back with it.
 */
import { EventKind } from '../events/event-log';
import type { PassImages } from '../image/pass-image';
import type { ObjectImage } from '../image/encode';
import type { Pass } from '../machine/pass';
import { KeptPieces } from './kept-pieces';
import { PageHistory } from './page-history';
import type { RecordedSwap, SlotContents } from './recorded-swap';
import { usedRanges } from './used-pages';

/** About what an allocation or a free, a system call and a page fault cost beside the interpreter's instructions, measured as time. */
const HEAP_WORK = 100;
const CALL_WORK = 200;
const FAULT_WORK = 500;

export interface Checkpoint {
  readonly id: number;
  readonly instruction: number;
  /** Turns of the scheduler, entries of the input log that have happened. */
  readonly turn: number;
  readonly position: number;
  readonly cycle: number;
  /** Done up to then. */
  readonly work: number;
  readonly slots: SlotContents | null;
  readonly image: ObjectImage;
  /** Without the contents of large arrays, of which `arrayBytes` were looked at. */
  readonly imageBytes: number;
  readonly arrayBytes: number;
}

export class Checkpoints {
  private readonly pages: PageHistory;
  /** Ascending by instruction. */
  private readonly kept: Checkpoint[] = [];
  private imageBytes = 0;
  private readonly pieces = new KeptPieces();

  /** `images`: of this pass; whoever loads programs makes them known there. */
  constructor(private readonly pass: Pass, private readonly images: PassImages, private readonly swap: RecordedSwap | null) {
    const { computer } = pass;
    this.pages = new PageHistory(computer.store, computer.kernel, () => usedRanges(computer.store, computer.code));
  }

  get all(): readonly Checkpoint[] {
    return this.kept;
  }

  get usedBytes(): number {
    return this.pages.heldBytes + this.imageBytes + this.pieces.bytes + (this.swap?.keptBytes ?? 0);
  }

  /** What the machine has done so far, in instructions: what it does outside of the interpreter is worth so many of them. */
  work(): number {
    const { computer } = this.pass, { totals } = computer.events;
    const of = (kind: EventKind): number => totals[kind] ?? 0;
    return computer.instructions() + HEAP_WORK * (of(EventKind.Malloc) + of(EventKind.Free) + of(EventKind.Realloc))
      + CALL_WORK * of(EventKind.SystemCall) + FAULT_WORK * of(EventKind.Fault);
  }

  /** At any moment, behind the head too: its place is where its instruction belongs. @throws CannotImage */
  take(): Checkpoint {
    const { computer } = this.pass;
    const image = this.images.take();
    const imageBytes = image.content.length + image.headers.length, pieces = image.pieces ?? [];
    this.pieces.add(pieces);
    const { instruction, turn } = computer.stamp();
    const checkpoint = {
      id: this.pages.take(), instruction, turn, position: computer.input.position, cycle: computer.cycles(), work: this.work(), slots: this.swap?.contents() ?? null, image, imageBytes,
      arrayBytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
    };
    const at = this.kept.findIndex((other) => other.instruction > instruction);
    this.kept.splice(at < 0 ? this.kept.length : at, 0, checkpoint);
    this.imageBytes += imageBytes;
    return checkpoint;
  }

  /** Puts the pass back to the moment of a checkpoint. */
  restore(checkpoint: Checkpoint): void {
    this.pages.restore(checkpoint.id);
    this.images.restore(checkpoint.image);
    if (checkpoint.slots !== null) this.swap?.goTo(checkpoint.slots);
  }

  drop(checkpoint: Checkpoint): void {
    const at = this.kept.indexOf(checkpoint);
    if (at < 0) throw new Error('a checkpoint that is not kept');
    this.kept.splice(at, 1);
    this.imageBytes -= checkpoint.imageBytes;
    this.pieces.drop(checkpoint.image.pieces ?? []);
    this.pages.drop(checkpoint.id);
  }

  /** Host memory that one more look at all used pages costs. */
  get scannedBytes(): number {
    const { computer } = this.pass;
    return usedRanges(computer.store, computer.code).reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** The last one that `accepts` accepts; null when there is none. */
  last(accepts: (checkpoint: Checkpoint) => boolean): Checkpoint | null {
    for (let i = this.kept.length - 1; i >= 0; i--) {
      const checkpoint = this.kept[i] as Checkpoint;
      if (accepts(checkpoint)) return checkpoint;
    }
    return null;
  }
}
