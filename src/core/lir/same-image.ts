/**
 * Copies of the same program and library. A machine that comes out of a snapshot brings its programs and its C library along; what is
 * added later was linked against this process's copy of the library. Processes of the same file share its pages, as with a page cache
 * that knows files by their inode: so a machine takes the copy that it has already, when nothing tells the two apart.
 */
import type { Image, LirFunction, Program, Segment } from './lir';

/** The program as a machine takes it that knows `known`: one of those, or linked against the library of one, or as it is. */
export function knownProgram(program: Program, known: readonly Program[]): Program {
  const kin = known.filter((each) => isSameImage(each.library, program.library));
  const same = kin.find((each) => each.main === program.main && each.start === program.start && each.freeResources === program.freeResources && isSameImage(each.image, program.image));
  const library = kin[0]?.library ?? program.library;
  return same ?? (library === program.library ? program : { ...program, library });
}

/** In all that a run and its reports show: code, data, functions, lines. */
export function isSameImage(a: Image, b: Image): boolean {
  return a === b || (a.name === b.name && a.path === b.path && a.importBase === b.importBase && isSameBytes(a.code, b.code)
    && isSameList(a.segments, b.segments, isSameSegment) && isSameList(a.functions, b.functions, isSameFunction) && isSameList(a.callDescriptors, b.callDescriptors, isSameBytes)
    && a.tls.sizeBytes === b.tls.sizeBytes && a.tls.align === b.tls.align && a.tls.offset === b.tls.offset && isSameBytes(a.tls.content, b.tls.content)
    && isSameList(a.debug.files, b.debug.files, Object.is) && isSameList(a.debug.line, b.debug.line, Object.is) && isSameList(a.debug.file, b.debug.file, Object.is));
}

function isSameSegment(a: Segment, b: Segment): boolean {
  return a.kind === b.kind && a.va === b.va && a.sizeBytes === b.sizeBytes && isSameBytes(a.content, b.content);
}

function isSameFunction(a: LirFunction, b: LirFunction): boolean {
  return a.name === b.name && a.first === b.first && a.instructionCount === b.instructionCount && a.frameBytes === b.frameBytes && a.windowSlots === b.windowSlots
    && a.parameterSlots === b.parameterSlots && a.flags === b.flags;
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return isSameList(a, b, Object.is);
}

function isSameList<T>(a: ArrayLike<T>, b: ArrayLike<T>, isSame: (a: T, b: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!isSame(a[i] as T, b[i] as T)) return false;
  return true;
}
