/**
 * Translation units and what their symbols resolve to.
 *
 * Rules of a linker (System V gABI chapter 4, "Symbol Table"): one strong definition of an external name; weak ones give
 * way to it; common symbols merge, the largest size wins; internal and private names stay in their unit. The program's
 * own definitions come before the library's; names of the machine's intrinsics come last.
 */
import type { Image, Va } from '../../core/lir/lir';
import type { Alias, BitcodeModule, FunctionValue, GlobalValue, GlobalVariable } from '../bitcode/module';
import { errorAt, type Place } from './errors';
import { intrinsicNumber } from './intrinsic-names';
import type { Diagnostic } from '../../shared/diagnostics';
import { sizeOf } from './layout';

/** One bitcode module among those that are linked. */
export interface Unit { readonly module: BitcodeModule; readonly symbols: SymbolTable }

type Definition = FunctionValue | GlobalVariable | Alias;
interface Entry { readonly unit: Unit; readonly value: Definition }

export type Target =
  | { readonly kind: 'own'; readonly unit: Unit; readonly value: Definition }
  | { readonly kind: 'libraryFunction'; readonly index: number; readonly va: Va }
  | { readonly kind: 'libraryData'; readonly va: Va }
  | { readonly kind: 'intrinsic'; readonly id: number }
  | { readonly kind: 'undefined'; readonly weak: boolean };

function isDefinition(value: GlobalValue): boolean {
  switch (value.kind) {
    case 'global': return value.initializer !== null && value.linkage !== 'available_externally';
    case 'function': return !value.declaration && value.linkage !== 'available_externally';
    case 'alias': return true;
  }
}

function isLocal(value: GlobalValue): boolean {
  return value.linkage === 'internal' || value.linkage === 'private';
}

type Strength = 'strong' | 'weak' | 'common';

function strengthOf(value: GlobalValue): Strength {
  switch (value.linkage) {
    case 'common': return 'common';
    case 'weak': case 'weak_odr': case 'linkonce': case 'linkonce_odr': case 'extern_weak': return 'weak';
    default: return 'strong';
  }
}

/** All symbols of the units of one image. */
export class SymbolTable {
  readonly units: readonly Unit[];
  readonly errors: Diagnostic[] = [];
  private readonly named = new Map<string, Entry>();

  constructor(modules: readonly BitcodeModule[], private readonly library: Image | null, placeOf: (value: GlobalValue) => Place) {
    this.units = modules.map(module => ({ module, symbols: this }));
    for (const unit of this.units)
      for (const value of definitionsOf(unit.module))
        if (!isLocal(value)) this.enter(unit, value, placeOf);
  }

  private enter(unit: Unit, value: Definition, placeOf: (value: GlobalValue) => Place): void {
    const old = this.named.get(value.name);
    if (old !== undefined && !wins(value, old.value)) {
      if (strengthOf(value) === 'strong' && strengthOf(old.value) === 'strong') this.duplicate(value, old.value, placeOf);
      return;
    }
    this.named.set(value.name, { unit, value });
  }

  private duplicate(value: Definition, old: Definition, placeOf: (value: GlobalValue) => Place): void {
    const first = placeOf(old);
    const where = first.line > 0 ? `, first defined at ${first.file}:${first.line}` : '';
    this.errors.push(errorAt(placeOf(value), `duplicate definition of \`${value.name}\`${where}`));
  }

  /** What a global value of a unit stands for. */
  resolve(unit: Unit, value: GlobalValue): Target {
    if (isLocal(value) && isDefinition(value)) return { kind: 'own', unit, value };
    const entry = this.named.get(value.name);
    if (entry !== undefined) return { kind: 'own', unit: entry.unit, value: entry.value };
    const exported = this.library?.exports.get(value.name);
    if (exported !== undefined && this.library !== null)
      return exported.kind === 'function'
        ? { kind: 'libraryFunction', index: exported.index, va: this.library.functions[exported.index].va }
        : { kind: 'libraryData', va: exported.va };
    const id = intrinsicNumber(value.name);
    if (id !== undefined) return { kind: 'intrinsic', id };
    return { kind: 'undefined', weak: value.linkage === 'extern_weak' };
  }

  /** The winning definition of an external name in this image. */
  find(name: string): Entry | undefined {
    return this.named.get(name);
  }

  /** True when this definition is the one that its name stands for. */
  isWinner(value: Definition): boolean {
    return isLocal(value) || this.named.get(value.name)?.value === value;
  }
}

function wins(value: Definition, old: Definition): boolean {
  const rank: { readonly [S in Strength]: number } = { weak: 0, common: 1, strong: 2 };
  const a = strengthOf(value), b = strengthOf(old);
  if (a === 'common' && b === 'common' && value.kind === 'global' && old.kind === 'global')
    return sizeOf(value.valueType) > sizeOf(old.valueType);
  return rank[a] > rank[b];
}

/** Definitions of a module in order: functions, variables, aliases. */
export function definitionsOf(module: BitcodeModule): Definition[] {
  return [...module.functions, ...module.globals, ...module.aliases].filter(isDefinition);
}

/** True for names that other units may use. */
export function isExternal(value: GlobalValue): boolean {
  return !isLocal(value);
}
