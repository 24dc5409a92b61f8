/**
 * Variables by name and type: locals of call frames, globals of images, and the members of blocks that typed pointers
 * lead to. Reads guest memory without side effects; what is not resident reads as untouched.
 */
import type { DataSymbol, DebugType, Image, LocalVariable } from '../lir/lir';
import { frameBase, slotValue, stackPointer, walkCallFrames } from './call-frames';
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

/** A variable with the image whose types describe it: its own, or one with the type that the run gave it. */
export interface TypedPlace { readonly image: Image; readonly type: number; readonly va: bigint }

/**
 * Where a local variable lies in a call frame, and of what type it is there: the dimensions of a variable-length array
 * are read from the frame. Null while it has no place: optimised away, or an array that is not allocated yet (what its
 * slot holds then lies below the stack pointer).
 */
export function placeOfLocal(computer: Computer, process: Process, frame: Pick<CallFrame, 'window'>, image: Image, variable: LocalVariable): TypedPlace | null {
  const base = frameBase(computer, frame.window);
  if (variable.frameOffset !== null) return { image, type: variable.type, va: base + BigInt(variable.frameOffset) };
  if (variable.addressSlot === undefined) return null;
  const va = slotValue(computer, frame.window, variable.addressSlot);
  if (va < stackPointer(computer, frame.window) || va >= process.space.layout.stackTop) return null;
  if (variable.dimensions === undefined) return { image, type: variable.type, va };
  const counts = variable.dimensions.map((dimension) => {
    if ('count' in dimension) return dimension.count;
    return dimension.countOffset === null ? 0 : Number(process.port?.peek64(base + BigInt(dimension.countOffset)) ?? 0n);
  });
  return { ...withArrayType(image, variable.type, counts), va };
}

/** The image with one type more: the array type `id` with these counts. */
function withArrayType(image: Image, id: number, counts: readonly number[]): { readonly image: Image; readonly type: number } {
  const type = resolveType(image, id);
  if (type.kind !== 'array') return { image, type: id };
  const sizeBytes = counts.reduce((product, n) => product * n, sizeOfType(image, type.element));
  const { types } = image.debug;
  return { image: { ...image, debug: { ...image.debug, types: [...types, { ...type, counts, sizeBytes }] } }, type: types.length };
}

interface Holder { readonly index: number; readonly frame: CallFrame; /** The call frame that this one has called. */ readonly callee: CallFrame | null }

/** The call frame of the running thread whose stack frame holds `va` (what it allocated dynamically too), with its index in a stack trace. */
export function callFrameHolding(computer: Computer, va: bigint): Holder | null {
  let index = 0;
  let callee: CallFrame | null = null;
  let holder: Holder | null = null;
  walkCallFrames(computer, (pc, window, functionId, calling) => {
    if (va < stackPointer(computer, window)) return false;
    const size = computer.code.functionById(functionId)?.fn.frameBytes ?? 0;
    const frame = { pc, window, functionId, calling };
    if (va < frameBase(computer, window) + BigInt(size)) holder = { index, frame, callee };
    index++;
    callee = frame;
    return holder === null;
  });
  return holder;
}

/** The local or global variable that holds `va`, in the running process. */
export function findVariable(computer: Computer, process: Process, va: bigint): FoundVariable | null {
  return findLocal(computer, process, va) ?? findGlobal(process, va);
}

/** In the call frame that holds the address, or, for a struct passed by value, in the one that it called. */
function findLocal(computer: Computer, process: Process, va: bigint): FoundVariable | null {
  const holder = callFrameHolding(computer, va);
  if (holder === null) return null;
  return findIn(computer, process, holder.frame, va) ?? (holder.callee === null ? null : findIn(computer, process, holder.callee, va));
}

function findIn(computer: Computer, process: Process, frame: CallFrame, va: bigint): FoundVariable | null {
  const found = computer.code.functionById(frame.functionId);
  if (found === null) return null;
  const { image } = found.loaded;
  const { variables } = found.fn;
  const holding = (variable: LocalVariable): TypedPlace | null => {
    const place = placeOfLocal(computer, process, frame, image, variable);
    return place !== null && va >= place.va && va < place.va + BigInt(Math.max(1, sizeOfType(place.image, place.type))) ? place : null;
  };
  const visible = visibleLocals(variables, lineAt(found.loaded, frame.pc)).find((each) => holding(each) !== null);
  const variable = visible ?? variables.find((each) => holding(each) !== null);
  const place = variable === undefined ? null : holding(variable);
  if (variable === undefined || place === null) return null;
  return {
    name: variable.name, fn: found.fn.name, kind: 'local', offset: Number(va - place.va), image: place.image, type: place.type,
    file: image.debug.files[found.fn.file] ?? '', line: variable.line, inScope: visible !== undefined,
  };
}

/** Where a variable lies in a process: a thread-local one in its first thread's block. */
export function addressOfSymbol(process: Process, symbol: DataSymbol): bigint {
  return symbol.threadLocal ? BigInt.asUintN(64, (process.threads[0]?.fsBase ?? 0n) + symbol.va) : symbol.va;
}

function findGlobal(process: Process, va: bigint): FoundVariable | null {
  for (const { image } of process.images) {
    const symbol = image.symbols.find((candidate) => {
      const start = addressOfSymbol(process, candidate);
      return va >= start && va < start + BigInt(Math.max(1, candidate.sizeBytes));
    });
    if (symbol !== undefined) return globalOf(image, symbol, Number(va - addressOfSymbol(process, symbol)));
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
