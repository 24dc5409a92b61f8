/**
 * Images of a pass (machine/pass.ts): its whole JavaScript state, without the store's bytes.
 *
 * Call `PassImages` right after the pass was made, before a program is loaded: what it holds then is its skeleton. Programs
 * are externals: add each before an image is made or read.
 */
import type { Program } from '../lir/lir';
import type { Pass } from '../machine/pass';
import { MACHINE_CLASSES } from './classes';
import { ImageDecoder } from './decode';
import { ImageEncoder } from './encode';
import type { ObjectImage } from './encode';
import { Externals } from './externals';
import { LargeArrays } from './large-arrays';
import { Skeleton } from './skeleton';

export class PassImages {
  readonly skeleton: Skeleton;
  readonly externals = new Externals();
  /** In the order of loading. */
  readonly programs: Program[] = [];
  private readonly large = new LargeArrays();
  private readonly encoder: ImageEncoder;

  constructor(private readonly pass: Pass) {
    const { computer } = pass;
    this.skeleton = new Skeleton({ pass }, pass.outside(), computer.store.memory.buffer);
    this.encoder = new ImageEncoder(this.skeleton, this.externals, MACHINE_CLASSES, computer.store.memory.buffer, this.large);
  }

  /** A program that images may refer to; in the order of loading. */
  know(program: Program): void {
    if (this.externals.numberOf(program) >= 0) return;
    this.programs.push(program);
    this.externals.add(program);
  }

  /** For this process only: long append-only records of events are kept by reference, and large arrays share what stayed the same. */
  take(): ObjectImage {
    const words = new Set<object>(this.pass.computer.events.words());
    return this.encoder.encode((value) => words.has(value));
  }

  /** With everything, for a file. Caches are emptied, so that equal machines have equal images. */
  takeWhole(): ObjectImage {
    this.pass.stacks.forgetRows();
    return new ImageEncoder(this.skeleton, this.externals, MACHINE_CLASSES, this.pass.computer.store.memory.buffer).encode();
  }

  /** `members`: the skeleton as the image has it, when another machine has made it. @throws ImageDamaged */
  restore(image: ObjectImage, members: Pick<Skeleton, 'members' | 'opaque'> | null = null): void {
    new ImageDecoder(this.skeleton, this.externals, MACHINE_CLASSES, this.pass.computer.store.memory.buffer, this.large).decode(image, members);
    this.pass.stacks.forgetRows();
  }
}
