/**
 * The image under construction: functions and their numbers, call descriptors, complaints. Selection asks it what names
 * stand for; emission appends to it.
 */
import type { Image } from '../../core/lir/lir';
import type { Diagnostic } from '../../shared/diagnostics';
import type { FunctionValue } from '../bitcode/module';
import type { DebugBuilder } from './debug-builder';
import { errorAt, type Place } from './errors';
import { definitionsOf, type SymbolTable, type Target, type Unit } from './unit';

export interface FunctionEntry { readonly unit: Unit; readonly fn: FunctionValue }

export class ImageBuilder {
  readonly functions: FunctionEntry[] = [];
  readonly errors: Diagnostic[] = [];
  /** Id 1 is element 0. */
  readonly callDescriptors: Uint8Array[] = [];
  readonly importBase: number;
  private readonly numbers = new Map<FunctionValue, number>();
  private readonly descriptorIds = new Map<string, number>();
  private readonly reported = new Set<string>();

  constructor(readonly symbols: SymbolTable, readonly debug: DebugBuilder, readonly library: Image | null) {
    this.importBase = library === null ? 0 : library.functions.length;
    this.errors.push(...symbols.errors);
    for (const unit of symbols.units)
      for (const value of definitionsOf(unit.module))
        if (value.kind === 'function' && symbols.isWinner(value)) {
          this.numbers.set(value, this.functions.length);
          this.functions.push({ unit, fn: value });
        }
  }

  /** Index in this image of a function that it defines. */
  indexOf(fn: FunctionValue): number | undefined {
    return this.numbers.get(fn);
  }

  /** Function id (for CALL) of a target in this image, through aliases; null if it is no function. */
  numberOf(target: Target & { kind: 'own' }): number | null {
    const { unit, value } = target;
    if (value.kind === 'function') {
      const index = this.numbers.get(value);
      return index === undefined ? null : this.importBase + index;
    }
    if (value.kind === 'global') return null;
    const aliased = value.target;
    if (aliased.kind !== 'function' && aliased.kind !== 'alias') return null;
    const next = unit.symbols.resolve(unit, aliased);
    return next.kind === 'own' ? this.numberOf(next) : null;
  }

  /** Function id of an external function by name: this image's, or the library's; null if there is none. */
  functionNumber(name: string): number | null {
    const own = this.symbols.find(name);
    if (own !== undefined) return this.numberOf({ kind: 'own', ...own });
    const exported = this.library?.exports.get(name);
    return exported?.kind === 'function' ? exported.index : null;
  }

  /** Id of the call descriptor with these argument classes. */
  callDescriptor(classes: readonly number[]): number {
    const key = classes.join();
    let id = this.descriptorIds.get(key);
    if (id === undefined) {
      id = this.callDescriptors.push(Uint8Array.from(classes));
      this.descriptorIds.set(key, id);
    }
    return id;
  }

  /** A linker's complaint about a name that nothing defines; once a name. */
  undefined(name: string, place: Place): void {
    if (this.reported.has(name)) return;
    this.reported.add(name);
    const where = place.line > 0 ? `, used at ${place.file}:${place.line}` : '';
    this.errors.push(errorAt(place, `undefined symbol \`${name}\`${where}; the C library of Pagewise has no such function or variable`));
  }

  fail(place: Place, message: string): void {
    this.errors.push(errorAt(place, message));
  }
}
