/**
 * Breakpoints: BREAK patched over the opcode of an instruction in the store, the original kept here. A place may be
 * wanted by the user, by the machine (entry of main) and by a step in progress at the same time.
 */
import { Op } from '../kernel/ops';
import type { CodeArea, LoadedImage } from './code-area';

export type BreakOwner = 'user' | 'main' | 'step';

interface Place { readonly op: number; readonly owners: Set<BreakOwner> }

export class Breakpoints {
  private readonly places = new Map<number, Place>();

  constructor(private readonly code: CodeArea) {}

  add(index: number, owner: BreakOwner): void {
    let place = this.places.get(index);
    if (place === undefined) {
      place = { op: this.code.opAt(index), owners: new Set() };
      this.places.set(index, place);
      this.code.setOpAt(index, Op.BREAK);
    }
    place.owners.add(owner);
  }

  remove(index: number, owner: BreakOwner): void {
    const place = this.places.get(index);
    if (place === undefined) return;
    place.owners.delete(owner);
    if (place.owners.size > 0) return;
    this.code.setOpAt(index, place.op);
    this.places.delete(index);
  }

  removeAll(owner: BreakOwner): void {
    for (const index of [...this.places.keys()]) this.remove(index, owner);
  }

  has(index: number, owner: BreakOwner): boolean {
    return this.places.get(index)?.owners.has(owner) ?? false;
  }

  /** The opcode that a BREAK hides, or -1 where there is none. */
  hidden(index: number): number {
    return this.places.get(index)?.op ?? -1;
  }

  /** The opcode as the program has it. */
  opAt(index: number): number {
    const hidden = this.hidden(index);
    return hidden < 0 ? this.code.opAt(index) : hidden;
  }
}

/**
 * Code indices where a source line begins: the first instruction of the line in each function that has it; where no
 * function has it, those of the next line below that has code. Empty: the file has no code from there on.
 */
export function placesOfLine(loaded: LoadedImage, file: string, line: number): readonly number[] {
  const { debug, functions } = loaded.image;
  const files = new Set(debug.files.flatMap((name, i) => (sameFile(name, file) ? [i] : [])));
  if (files.size === 0) return [];
  let best = Infinity;
  let places: number[] = [];
  for (const fn of functions) {
    let found = -1;
    let foundLine = Infinity;
    for (let i = fn.first; i < fn.first + fn.instructionCount; i++) {
      const here = debug.line[i] ?? 0;
      if (here >= line && here < foundLine && files.has(debug.file[i] ?? 0)) { found = i; foundLine = here; }
    }
    if (found < 0) continue;
    if (foundLine < best) { best = foundLine; places = []; }
    if (foundLine === best) places.push(loaded.codeBase + found);
  }
  return places;
}

function sameFile(a: string, b: string): boolean {
  return a === b || a.slice(a.lastIndexOf('/') + 1) === b.slice(b.lastIndexOf('/') + 1);
}
