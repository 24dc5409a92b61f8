/**
 * Immutable graphs that images refer into instead of holding them: the programs of a machine with their library. Numbered
 * in the order of adding, each graph from its root on, so that equal graphs added in the same order have equal numbers.
 */
import { eachPart } from './skeleton';

export class Externals {
  private readonly members: object[] = [];
  private readonly numbers = new Map<object, number>();

  /** Adds a graph; what was added before keeps its number. */
  add(root: object): void {
    let next = this.members.length;
    const enter = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || this.numbers.has(value)) return;
      this.numbers.set(value, this.members.length);
      this.members.push(value);
    };
    enter(root);
    for (; next < this.members.length; next++) eachPart(this.members[next] as object, enter);
  }

  /** −1: not of these graphs. */
  numberOf(value: object): number {
    return this.numbers.get(value) ?? -1;
  }

  at(number: number): object | undefined {
    return this.members[number];
  }
}
