/**
 * The typing rules of the LLVM language reference that constants and instructions share. Each function returns what is
 * wrong, or null.
 */
import type { BinaryOp, CastOp, Type, Value } from './module';
import { isFirstClass, isFloat, scalarOf } from './type-table';

export function isIntegerLike(type: Type): boolean { return scalarOf(type).kind === 'integer'; }
export function isPointerLike(type: Type): boolean { return scalarOf(type).kind === 'pointer'; }

/** Memory can hold it: its size is known. */
export function isSized(type: Type): boolean {
  return isFirstClass(type) && !(type.kind === 'struct' && type.opaque) && type.kind !== 'token';
}

function sameShape(a: Type, b: Type): boolean {
  if (a.kind !== 'vector' || b.kind !== 'vector') return a.kind !== 'vector' && b.kind !== 'vector';
  return a.count === b.count;
}

export function binaryProblem(op: BinaryOp, type: Type, left: Type, right: Type): string | null {
  if (left !== type || right !== type) return `${op} of different types`;
  const float = op.startsWith('f');
  return (float ? isFloat(type) : isIntegerLike(type)) ? null : `${op} of ${type.kind}`;
}

const FLOAT_BITS: Readonly<Record<string, number>> = { half: 16, bfloat: 16, float: 32, double: 64, x86_fp80: 80, fp128: 128, ppc_fp128: 128 };

/** Bits of a type without padding, for bitcast; null for aggregates. */
function bitsOf(type: Type): number | null {
  switch (type.kind) {
    case 'integer': return type.width;
    case 'pointer': return 64;
    case 'vector': { const bits = bitsOf(type.element); return bits === null ? null : bits * type.count; }
    default: return FLOAT_BITS[type.kind] ?? null;
  }
}

export function castProblem(op: CastOp, from: Type, to: Type): string | null {
  const bad = `${op} from ${from.kind} to ${to.kind}`;
  const a = scalarOf(from), b = scalarOf(to);
  if (op === 'bitcast') {
    if (!isFirstClass(from) || !isFirstClass(to) || isPointerLike(from) !== isPointerLike(to)) return bad;
    const bits = bitsOf(from);
    return bits !== null && bits === bitsOf(to) ? null : `${bad}: different sizes`;
  }
  if (!sameShape(from, to)) return bad;
  const widthA = bitsOf(a) ?? 0, widthB = bitsOf(b) ?? 0;
  const integers = a.kind === 'integer' && b.kind === 'integer', floats = isFloat(a) && isFloat(b);
  switch (op) {
    case 'trunc': return integers && widthA > widthB ? null : bad;
    case 'zext': case 'sext': return integers && widthA < widthB ? null : bad;
    case 'fptrunc': return floats && widthA > widthB ? null : bad;
    case 'fpext': return floats && widthA < widthB ? null : bad;
    case 'fptoui': case 'fptosi': return isFloat(a) && b.kind === 'integer' ? null : bad;
    case 'uitofp': case 'sitofp': return a.kind === 'integer' && isFloat(b) ? null : bad;
    case 'ptrtoint': case 'ptrtoaddr': return a.kind === 'pointer' && b.kind === 'integer' ? null : bad;
    case 'inttoptr': return a.kind === 'integer' && b.kind === 'pointer' ? null : bad;
    case 'addrspacecast': return a.kind === 'pointer' && b.kind === 'pointer' ? null : bad;
  }
}

/** operands: base, then indices; the first index steps over whole `source` objects. */
export function getElementPtrProblem(source: Type, operands: readonly Value[]): string | null {
  if (!isSized(source)) return `getelementptr over ${source.kind}`;
  const base = operands[0];
  if (!base || !isPointerLike(base.type)) return 'getelementptr without a pointer';
  let type = source;
  for (let i = 1; i < operands.length; i++) {
    const index = operands[i]!;
    if (!isIntegerLike(index.type)) return 'getelementptr with an index that is no integer';
    if (i === 1) continue;
    if (type.kind === 'array' || type.kind === 'vector') { type = type.element; continue; }
    if (type.kind !== 'struct') return `getelementptr into ${type.kind}`;
    const member = structIndex(index);
    const element: Type | undefined = member === null ? undefined : type.elements[member];
    if (!element) return 'getelementptr with a bad member of a struct';
    type = element;
  }
  return null;
}

function structIndex(index: Value): number | null {
  if (index.kind === 'integer' && index.value >= 0n && index.value < 1n << 31n) return Number(index.value);
  return index.kind === 'zero' ? 0 : null;
}

/** The pointer, or the vector of pointers if any operand is a vector. */
export function getElementPtrCount(operands: readonly Value[]): number | null {
  for (const { type } of operands) if (type.kind === 'vector') return type.count;
  return null;
}

export function extractElementProblem(result: Type, vector: Type, index: Type): string | null {
  if (vector.kind !== 'vector' || vector.element !== result) return `extractelement from ${vector.kind}`;
  return index.kind === 'integer' ? null : 'extractelement with a bad index';
}

export function insertElementProblem(result: Type, vector: Type, element: Type, index: Type): string | null {
  if (vector.kind !== 'vector' || vector !== result || vector.element !== element) return `insertelement into ${vector.kind}`;
  return index.kind === 'integer' ? null : 'insertelement with a bad index';
}

export function shuffleProblem(result: Type, left: Type, right: Type, mask: Value): string | null {
  if (left.kind !== 'vector' || left !== right) return 'shufflevector of different types';
  const m = mask.type;
  if (m.kind !== 'vector' || m.element.kind !== 'integer' || m.element.width !== 32) return 'shufflevector with a bad mask';
  if (!['zero', 'undef', 'poison', 'integer', 'aggregate', 'data'].includes(mask.kind)) return 'shufflevector with a mask that is no constant';
  return result.kind === 'vector' && result.element === left.element && result.count === m.count ? null : 'shufflevector with a bad result';
}

/** The type reached by extractvalue and insertvalue, or null. */
export function memberType(type: Type, indices: readonly number[]): Type | null {
  let current: Type = type;
  for (const index of indices) {
    const inner: Type | undefined = current.kind === 'struct' ? current.elements[index]
      : current.kind === 'array' && index < current.count ? current.element : undefined;
    if (!inner) return null;
    current = inner;
  }
  return indices.length > 0 ? current : null;
}
