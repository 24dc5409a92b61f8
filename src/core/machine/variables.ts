/**
 * Variables by name and type: locals of call frames, globals of images, and the members of blocks that typed pointers
 * lead to. Reads guest memory without side effects; what is not resident reads as untouched.
 */
import type { DataSymbol, DebugType, Image, LocalVariable } from '../lir/lir';
import { frameBase, walkCallFrames } from './call-frames';
import type { CallFrame } from './call-frames';
import type { LoadedImage } from './code-area';
import type { Computer } from './computer';
import type { Process } from './process';

export interface FoundVariable {
  readonly name: string; readonly fn: string; readonly kind: 'local' | 'global'; readonly offset: number;
  readonly file: string; readonly line: number;
  readonly image: Image; readonly type: number;
  /** False when the lexical block of the variable has ended: what is in it is left over. */
  readonly inScope: boolean;
}

/** Bytes of a debug type; 0 for incomplete ones. */
export function sizeOfType(image: Image, id: number): number {
  const type = image.debug.types[id];
  if (type === undefined) return 0;
  switch (type.kind) {
    case 'base': case 'pointer': case 'array': case 'struct': case 'union': case 'enum': return type.sizeBytes;
    case 'typedef': case 'const': case 'volatile': case 'restrict': case 'atomic': return sizeOfType(image, type.target);
    default: return 0;
  }
}

/** The type behind typedefs and qualifiers. */
export function resolveType(image: Image, id: number): DebugType {
  let type = image.debug.types[id];
  while (type !== undefined && (type.kind === 'typedef' || type.kind === 'const' || type.kind === 'volatile' || type.kind === 'restrict' || type.kind === 'atomic')) {
    type = image.debug.types[type.target];
  }
  return type ?? { kind: 'void' };
}

/** Locals of a function that live at a line: parameters, and variables whose lexical block holds the line. */
export function visibleLocals(variables: readonly LocalVariable[], line: number): readonly LocalVariable[] {
  const alive = variables.filter((variable) => variable.isParameter || line === 0 || (line >= variable.scopeFirstLine && line <= variable.scopeLastLine));
  const innermost = new Map<string, LocalVariable>();
  for (const variable of alive) innermost.set(variable.name, variable);
  return alive.filter((variable) => innermost.get(variable.name) === variable);
}

/** Line at which a call frame stands; 0 unknown. */
export function lineAt(loaded: LoadedImage, pc: number): number {
  return loaded.image.debug.line[pc - loaded.codeBase] ?? 0;
}

/** The call frame of the running thread whose stack frame holds `va`, with its index in a stack trace. */
export function callFrameHolding(computer: Computer, va: bigint): { readonly index: number; readonly frame: CallFrame } | null {
  let index = 0;
  let holder: { readonly index: number; readonly frame: CallFrame } | null = null;
  walkCallFrames(computer, (pc, window, functionId, calling) => {
    const base = frameBase(computer, window);
    if (va < base) return false;
    const size = computer.code.functionById(functionId)?.fn.frameBytes ?? 0;
    if (va < base + BigInt(size)) holder = { index, frame: { pc, window, functionId, calling } };
    index++;
    return holder === null;
  });
  return holder;
}

/** The local or global variable that holds `va`, in the running process. */
export function findVariable(computer: Computer, process: Process, va: bigint): FoundVariable | null {
  return findLocal(computer, va) ?? findGlobal(process, va);
}

function findLocal(computer: Computer, va: bigint): FoundVariable | null {
  const holder = callFrameHolding(computer, va);
  if (holder === null) return null;
  const found = computer.code.functionById(holder.frame.functionId);
  if (found === null) return null;
  const { image } = found.loaded;
  const offset = Number(va - frameBase(computer, holder.frame.window));
  const line = lineAt(found.loaded, holder.frame.pc);
  const holds = (variable: LocalVariable): boolean =>
    variable.frameOffset !== null && offset >= variable.frameOffset && offset < variable.frameOffset + Math.max(1, sizeOfType(image, variable.type));
  const visible = visibleLocals(found.fn.variables, line).find(holds);
  const variable = visible ?? found.fn.variables.find(holds);
  if (variable === undefined) return null;
  return {
    name: variable.name, fn: found.fn.name, kind: 'local', offset: offset - (variable.frameOffset ?? 0), image, type: variable.type,
    file: image.debug.files[found.fn.file] ?? '', line: variable.line, inScope: visible !== undefined,
  };
}

function findGlobal(process: Process, va: bigint): FoundVariable | null {
  for (const { image } of process.images) {
    const symbol = image.symbols.find((candidate) => va >= candidate.va && va < candidate.va + BigInt(Math.max(1, candidate.sizeBytes)));
    if (symbol !== undefined) return globalOf(image, symbol, Number(va - symbol.va));
  }
  return null;
}

function globalOf(image: Image, symbol: DataSymbol, offset: number): FoundVariable {
  return { name: symbol.name, fn: '', kind: 'global', offset, image, type: symbol.type, file: image.debug.files[symbol.file] ?? '', line: symbol.line, inScope: true };
}

/** Member path within a value of a type: ".next", "[3].name", "" at the value itself. */
export function pathInType(image: Image, id: number, offset: number): string {
  const type = resolveType(image, id);
  if (type.kind === 'struct' || type.kind === 'union') {
    for (const member of type.members) {
      const start = Math.floor(member.offsetBits / 8);
      const size = Math.max(1, sizeOfType(image, member.type));
      if (offset >= start && offset < start + size) return `.${member.name}${pathInType(image, member.type, offset - start)}`;
    }
    return '';
  }
  if (type.kind === 'array') {
    const count = type.counts.reduce((product, n) => product * n, 1);
    const elementBytes = count > 0 ? type.sizeBytes / count : 0;
    if (elementBytes <= 0) return '';
    const flat = Math.floor(offset / elementBytes);
    const indexes: number[] = [];
    let rest = flat;
    for (const n of [...type.counts].reverse()) { indexes.unshift(rest % n); rest = Math.floor(rest / n); }
    return indexes.map((i) => `[${String(i)}]`).join('') + pathInType(image, type.element, offset - flat * elementBytes);
  }
  return '';
}
