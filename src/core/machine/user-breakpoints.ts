/** The user's breakpoints: kept as lines, put into the code of every program that has them. */
import { placesOfLine } from './breakpoints';
import type { Pass } from './pass';

export interface SourceLine { readonly file: string; readonly line: number }

export class UserBreakpoints {
  lines: readonly SourceLine[] = [];

  constructor(private readonly pass: Pass) {}

  /** Replaces all of them; answers which of the lines have code. */
  set(lines: readonly SourceLine[]): readonly boolean[] {
    this.lines = lines;
    const places = this.places();
    this.apply();
    return places.map((indices) => indices.length > 0);
  }

  /** Puts them into the code as it is now; answers how many places they have there. */
  apply(): number {
    const { breakpoints } = this.pass.scheduler;
    breakpoints.removeAll('user');
    const places = this.places().flat();
    for (const index of places) breakpoints.add(index, 'user');
    return places.length;
  }

  /** Code indices of each line. */
  private places(): readonly (readonly number[])[] {
    const images = new Set([...this.pass.computer.processes].flatMap((process) => process.images.filter((image) => !image.isLibrary)));
    return this.lines.map(({ file, line }) => [...images].flatMap((image) => placesOfLine(image, file, line)));
  }
}
