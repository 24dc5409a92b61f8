/**
 * Debug information of an image: files, source lines, types and variables, from LLVM's metadata (which follows DWARF).
 */
import type { DebugMember, DebugType, LocalVariable } from '../../core/lir/lir';
import type { FunctionValue, GlobalValue, Value } from '../bitcode/module';
import type { BitSize, DICompositeType, DIDerivedType, DIFile, DIGlobalVariable, DILocalScope, DILocalVariable, DILocation, DIScope, DISubprogram, DISubrange, DIType, MetadataNode } from '../bitcode/metadata-nodes';
import { NOWHERE, type Place } from './errors';
import type { SourceLine } from './mir';

/** DWARF tags and encodings (DWARF 5, section 7). */
const TAG = { array: 0x01, enumeration: 0x04, member: 0x0d, pointer: 0x0f, structure: 0x13, typedef: 0x16, union: 0x17, const: 0x26, volatile: 0x35, restrict: 0x37, atomic: 0x47 } as const;
const ENCODING = { boolean: 2, complex: 3, float: 4, signed: 5, signedChar: 6, unsignedChar: 8 } as const;
const FLAG_BIT_FIELD = 1 << 19;
/** Made by the compiler (the length of a variable-length array). */
const FLAG_ARTIFICIAL = 1 << 6;

/** At an offset from F, or where a window slot points. */
export type VariablePlace = Pick<LocalVariable, 'frameOffset' | 'addressSlot'>;

export class DebugBuilder {
  readonly files: string[] = [];
  readonly types: DebugType[] = [];
  directory = '';
  private readonly fileNumbers = new Map<string, number>();
  private readonly typeNumbers = new Map<DIType, number>();
  private readonly lines = new Map<DILocation, SourceLine>();
  private voidType = -1;

  // ---- places ----

  fileNumber(file: DIFile | null): number {
    const name = file?.filename?.value ?? '';
    let number = this.fileNumbers.get(name);
    if (number === undefined) {
      number = this.files.push(name) - 1;
      this.fileNumbers.set(name, number);
    }
    return number;
  }

  noteDirectory(file: DIFile | null): void {
    if (this.directory === '') this.directory = file?.directory?.value ?? '';
  }

  /** Source line of an instruction; null when the compiler gave none (no location, or line 0). */
  lineOf(location: DILocation | null): SourceLine | null {
    if (location === null || location.line === 0) return null;
    let line = this.lines.get(location);
    if (line === undefined) {
      line = { line: location.line, column: location.column, file: this.fileNumber(scopeFile(location.scope)) };
      this.lines.set(location, line);
    }
    return line;
  }

  placeOf(line: SourceLine | null): Place {
    return line === null ? NOWHERE : { file: this.files[line.file], line: line.line, column: line.column };
  }

  /** Where a function or variable is defined. */
  definitionPlace(value: GlobalValue): Place {
    const node = value.kind === 'function' ? subprogramOf(value) : value.kind === 'global' ? globalVariableOf(value.attachments.map(a => a.node)) : null;
    if (node === null) return NOWHERE;
    return { file: this.files[this.fileNumber(node.file)], line: node.line, column: 0 };
  }

  // ---- types ----

  /** Id of a type; null is void. */
  typeNumber(type: DIType | null): number {
    if (type === null) {
      if (this.voidType < 0) this.voidType = this.types.push({ kind: 'void' }) - 1;
      return this.voidType;
    }
    const known = this.typeNumbers.get(type);
    if (known !== undefined) return known;
    // The number is taken first: types may refer to themselves.
    const number = this.types.push({ kind: 'void' }) - 1;
    this.typeNumbers.set(type, number);
    this.types[number] = this.convert(type);
    return number;
  }

  private convert(type: DIType): DebugType {
    switch (type.kind) {
      case 'DIBasicType': return { kind: 'base', name: text(type.name), sizeBytes: bytes(type.size), encoding: encodingOf(type.encoding) };
      case 'DIDerivedType': return this.convertDerived(type);
      case 'DICompositeType': return this.convertComposite(type);
      case 'DISubroutineType': {
        const list = type.types?.operands ?? [];
        const parameters = list.slice(1);
        const variadic = parameters.length > 0 && parameters[parameters.length - 1] === null;
        const named = variadic ? parameters.slice(0, -1) : parameters;
        return { kind: 'function', result: this.typeNumber(asType(list[0] ?? null)), parameters: named.map(node => this.typeNumber(asType(node))), variadic };
      }
    }
  }

  private convertDerived(type: DIDerivedType): DebugType {
    const target = this.typeNumber(type.baseType);
    switch (type.tag) {
      case TAG.pointer: return { kind: 'pointer', target, sizeBytes: 8 };
      case TAG.typedef: return { kind: 'typedef', name: text(type.name), target };
      case TAG.const: return { kind: 'const', target };
      case TAG.volatile: return { kind: 'volatile', target };
      case TAG.restrict: return { kind: 'restrict', target };
      case TAG.atomic: return { kind: 'atomic', target };
      default: return { kind: 'typedef', name: text(type.name), target };
    }
  }

  private convertComposite(type: DICompositeType): DebugType {
    const sizeBytes = bytes(type.size);
    const elements = type.elements?.operands ?? [];
    switch (type.tag) {
      case TAG.array: {
        const counts = elements.flatMap(node => (node?.kind === 'DISubrange' ? [subrangeCount(node)] : []));
        return { kind: 'array', element: this.typeNumber(type.baseType), counts, sizeBytes };
      }
      case TAG.enumeration: {
        const values = elements.flatMap(node => (node?.kind === 'DIEnumerator' ? [{ name: text(node.name), value: node.value }] : []));
        return { kind: 'enum', name: text(type.name), sizeBytes, values };
      }
      default: {
        const members = elements.flatMap(node => (node?.kind === 'DIDerivedType' && node.tag === TAG.member ? [this.member(node)] : []));
        return { kind: type.tag === TAG.union ? 'union' : 'struct', name: text(type.name), sizeBytes, members };
      }
    }
  }

  private member(node: DIDerivedType): DebugMember {
    return {
      name: text(node.name), type: this.typeNumber(node.baseType), offsetBits: bits(node.offset),
      bitSize: (node.flags & FLAG_BIT_FIELD) !== 0 ? bits(node.size) : 0,
    };
  }

  // ---- variables ----

  /**
   * Parameters and local variables of a function, in the order of their declarations. `placeOf` tells where in memory
   * a value that is a variable's address points; null when it is nowhere.
   */
  variables(fn: FunctionValue, placeOf: (address: Value) => VariablePlace | null): LocalVariable[] {
    const scopes = scopeLines(fn);
    const found = new Map<DILocalVariable, VariablePlace | null>();
    /** Variables of the compiler's own: the counts of variable-length arrays. */
    const hidden = new Map<MetadataNode, number | null>();
    for (const block of fn.blocks)
      for (const instruction of block.instructions)
        for (const record of instruction.records) {
          if (record.kind === 'label' || record.location.inlinedAt !== null) continue;
          const isPlain = record.kind === 'declare' && record.expression.elements.length === 0;
          const place = isPlain && record.value.kind === 'value' ? placeOf(record.value.value) : null;
          if ((record.variable.flags & FLAG_ARTIFICIAL) !== 0) {
            hidden.set(record.variable, place?.frameOffset ?? null);
            continue;
          }
          if (place !== null || !found.has(record.variable)) found.set(record.variable, place);
        }
    return [...found].map(([variable, place]) => {
      const lines = variable.scope === null ? undefined : scopes.get(variable.scope);
      const dimensions = dimensionsOf(variable.type, hidden);
      return {
        name: text(variable.name), type: this.typeNumber(variable.type), frameOffset: place?.frameOffset ?? null,
        ...(place?.addressSlot === undefined ? {} : { addressSlot: place.addressSlot }), ...(dimensions === null ? {} : { dimensions }), isParameter: variable.arg > 0, line: variable.line,
        scopeFirstLine: lines?.first ?? variable.line, scopeLastLine: lines?.last ?? variable.line,
      };
    });
  }
}

export function subprogramOf(fn: FunctionValue): DISubprogram | null {
  const node = fn.attachments.find(attachment => attachment.kind === 'dbg')?.node;
  return node?.kind === 'DISubprogram' ? node : null;
}

export function globalVariableOf(nodes: readonly MetadataNode[]): DIGlobalVariable | null {
  for (const node of nodes) if (node.kind === 'DIGlobalVariableExpression') return node.var;
  return null;
}

/** First and last line of each scope of a function: where it opens, and the last line of code in it. */
function scopeLines(fn: FunctionValue): Map<DIScope, { first: number; last: number }> {
  const scopes = new Map<DIScope, { first: number; last: number }>();
  const subprogram = subprogramOf(fn);
  const note = (scope: DIScope, line: number): void => {
    const known = scopes.get(scope);
    const opens = scope.kind === 'DISubprogram' || scope.kind === 'DILexicalBlock' ? scope.line : line;
    if (known === undefined) scopes.set(scope, { first: Math.min(opens || line, line), last: Math.max(opens, line) });
    else { known.first = Math.min(known.first, line); known.last = Math.max(known.last, line); }
  };
  for (const block of fn.blocks)
    for (const instruction of block.instructions) {
      const { location } = instruction;
      if (location === null || location.line === 0 || location.inlinedAt !== null) continue;
      for (let scope: DIScope | null = location.scope; scope !== null && isLocalScope(scope); scope = scope === subprogram ? null : scope.scope)
        note(scope, location.line);
    }
  return scopes;
}

function isLocalScope(scope: DIScope): scope is DILocalScope {
  return scope.kind === 'DISubprogram' || scope.kind === 'DILexicalBlock' || scope.kind === 'DILexicalBlockFile';
}

function scopeFile(scope: DILocalScope): DIFile | null {
  return scope.file;
}

function text(node: { readonly value: string } | null): string {
  return node?.value ?? '';
}

function asType(node: MetadataNode | null): DIType | null {
  switch (node?.kind) {
    case 'DIBasicType': case 'DIDerivedType': case 'DICompositeType': case 'DISubroutineType': return node;
    default: return null;
  }
}

/** A size that is computed at run time (a variable-length array) counts as 0. */
function bits(size: BitSize): number {
  if (typeof size === 'number') return size;
  return size.kind === 'value' && size.value.kind === 'integer' ? Number(size.value.value) : 0;
}

function bytes(size: BitSize): number {
  return Math.ceil(bits(size) / 8);
}

/** The dimensions of a variable-length array; null for any other type. */
function dimensionsOf(type: DIType | null, hidden: ReadonlyMap<MetadataNode, number | null>): LocalVariable['dimensions'] | null {
  if (type?.kind !== 'DICompositeType' || type.tag !== TAG.array) return null;
  const ranges = (type.elements?.operands ?? []).flatMap((node) => (node?.kind === 'DISubrange' ? [node] : []));
  if (!ranges.some(({ count }) => count?.kind === 'DILocalVariable')) return null;
  return ranges.map((range) => (range.count?.kind === 'DILocalVariable' ? { countOffset: hidden.get(range.count) ?? null } : { count: subrangeCount(range) }));
}

function subrangeCount(node: DISubrange): number {
  return node.count !== null && node.count.kind === 'value' && node.count.value.kind === 'integer' ? Number(node.count.value.value) : 0;
}

function encodingOf(encoding: number): 'signed' | 'unsigned' | 'float' | 'bool' | 'char' | 'uchar' {
  switch (encoding) {
    case ENCODING.boolean: return 'bool';
    case ENCODING.complex: case ENCODING.float: return 'float';
    case ENCODING.signed: return 'signed';
    case ENCODING.signedChar: return 'char';
    case ENCODING.unsignedChar: return 'uchar';
    default: return 'unsigned';
  }
}
