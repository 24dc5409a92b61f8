/** LLVM's intrinsic functions (llvm.*), by name. Bit and overflow arithmetic is in bit-intrinsics.ts. */
import { Intrinsic } from '../../core/intrinsics';
import { FBinary, FUnary, Op, REG_F } from '../../core/kernel/ops';
import type { CallInstruction, Type } from '../bitcode/module';
import { integerBinary } from './arithmetic';
import { lowerBitIntrinsic } from './bit-intrinsics';
import { copyVariadic, startVariadic } from './variadic';
import { lowerFloatClass } from './float-class';
import { bitsOf, piecesOf } from './layout';
import { callLibrary } from './library-calls';
import { copyBytes, fillBytes } from './memory';
import { NONE } from './mir';
import { immediate, inRegister, type Operand } from './operands';
import type { Selector } from './selector';
import { lowerReduction } from './vector-reductions';

/** Hints and markers without effect. */
const IGNORED = new Set(['assume', 'dbg', 'donothing', 'experimental', 'invariant', 'lifetime', 'prefetch', 'sideeffect', 'va_end', 'var']);

/** Base name: "llvm.memcpy.p0.p0.i64" → "memcpy"; "llvm.sadd.with.overflow.i32" → "sadd.with.overflow". */
function baseName(name: string): string {
  const parts = name.split('.').slice(1);
  const end = parts.findIndex((part, i) => i > 0 && /^(p\d+|[ivf]\d+\w*|bf16|x86|ppc|sl_\w+)$/.test(part));
  return (end < 0 ? parts : parts.slice(0, end)).join('.');
}

export function lowerLlvmIntrinsic(selector: Selector, call: CallInstruction, name: string): void {
  const base = baseName(name);
  if (IGNORED.has(base.split('.')[0])) return;
  if (lowerMemory(selector, call, base) || lowerMachine(selector, call, base) || lowerHint(selector, call, base)) return;
  if (lowerBitIntrinsic(selector, call, base) || lowerFloat(selector, call, base) || lowerReduction(selector, call, base)) return;
  selector.refuse(`the compiler's intrinsic ${name} is not supported`);
}

function lowerMemory(selector: Selector, call: CallInstruction, base: string): boolean {
  const [first, second, third] = call.operands;
  switch (base) {
    case 'memcpy': case 'memcpy.inline': copyBytes(selector, selector.slot(first), selector.slot(second), selector.slot(third), false); return true;
    case 'memmove': copyBytes(selector, selector.slot(first), selector.slot(second), selector.slot(third), true); return true;
    case 'memset': case 'memset.inline': fillBytes(selector, selector.slot(first), selector.slot(second), selector.slot(third)); return true;
    case 'va_start': startVariadic(selector, selector.slot(first)); return true;
    case 'va_copy': copyVariadic(selector, selector.slot(first), selector.slot(second)); return true;
    case 'ptrmask': selector.define(call, [integerBinary(selector, 'and', 64, selector.slot(first), selector.slot(second))]); return true;
    default: return false;
  }
}

/** The stack, control, and thread-local addresses. */
function lowerMachine(selector: Selector, call: CallInstruction, base: string): boolean {
  switch (base) {
    case 'stacksave': selector.defineRegister(call, selector.make(Op.STACKSAVE, {})); return true;
    case 'stackrestore': selector.emit(Op.STACKRESTORE, { b: selector.register(call.operands[0]) }); return true;
    case 'returnaddress': requireLevelZero(selector, call); selector.defineRegister(call, selector.make(Op.RETADDR, {})); return true;
    // The saved frame pointer lies just above the locals, where %rbp would point.
    case 'frameaddress': requireLevelZero(selector, call); selector.define(call, [{ kind: 'address', base: REG_F, displacement: 0n, late: null }]); return true;
    case 'trap': case 'debugtrap': case 'ubsantrap': selector.emit(Op.TRAP, {}); return true;
    case 'threadlocal.address': {
      // What stands for the variable is its distance from the base of FS.
      const [slot] = selector.slots(call.operands[0]);
      if (slot?.operand.kind !== 'address' || slot.operand.base !== NONE) selector.refuse('the address of a thread-local variable is not a constant distance');
      selector.define(call, [{ ...slot.operand, base: selector.make(Op.FSBASE, {}) }]);
      return true;
    }
    default: return false;
  }
}

function requireLevelZero(selector: Selector, call: CallInstruction): void {
  if (selector.known(call.operands[0]) !== 0n) selector.refuse('addresses of outer call frames (level above 0) are not supported');
}

function lowerHint(selector: Selector, call: CallInstruction, base: string): boolean {
  switch (base) {
    case 'expect': case 'expect.with.probability': case 'launder.invariant.group': case 'strip.invariant.group': case 'ssa.copy': case 'annotation': case 'ptr.annotation':
      selector.defineSlots(call, selector.slots(call.operands[0]));
      return true;
    case 'objectsize': {
      const wantsMinimum = selector.known(call.operands[1]) === 1n;
      selector.define(call, [immediate(wantsMinimum ? 0n : -1n, bitsOf(call.type))]);
      return true;
    }
    case 'is.constant': {
      const constant = selector.slots(call.operands[0]).every(slot => slot.operand.kind === 'immediate');
      selector.define(call, [immediate(constant ? 1n : 0n, 1)]);
      return true;
    }
    default: return false;
  }
}

// ---- floating point ----

const UNARY: ReadonlyMap<string, { readonly code: number; readonly extended: number }> = new Map([
  ['sqrt', { code: FUnary.SQRT as number, extended: Intrinsic.x87_sqrt as number }],
  ['fabs', { code: FUnary.ABS, extended: Intrinsic.x87_abs }],
  ['floor', { code: FUnary.FLOOR, extended: Intrinsic.x87_floor }],
  ['ceil', { code: FUnary.CEIL, extended: Intrinsic.x87_ceil }],
  ['trunc', { code: FUnary.TRUNC, extended: Intrinsic.x87_trunc }],
  ['rint', { code: FUnary.RINT, extended: Intrinsic.x87_rint }],
  ['nearbyint', { code: FUnary.RINT, extended: Intrinsic.x87_rint }],
  ['roundeven', { code: FUnary.RINT, extended: Intrinsic.x87_rint }],
  ['round', { code: FUnary.ROUND, extended: -1 }],
]);
const BINARY: ReadonlyMap<string, number> = new Map<string, number>([
  ['copysign', FBinary.COPYSIGN], ['minnum', FBinary.MINNUM], ['maxnum', FBinary.MAXNUM],
  ['minimumnum', FBinary.MINNUM], ['maximumnum', FBinary.MAXNUM],
]);
/** Done by the C library's function of the same name; others are named here. */
const LIBRARY: ReadonlyMap<string, string> = new Map([
  ...['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'sinh', 'cosh', 'tanh', 'pow', 'exp', 'exp2', 'exp10', 'log', 'log10', 'log2', 'fma',
    'ldexp', 'lround', 'llround', 'lrint', 'llrint', 'round', 'copysign'].map((name): [string, string] => [name, name]),
  ['minnum', 'fmin'], ['maxnum', 'fmax'], ['minimumnum', 'fmin'], ['maximumnum', 'fmax'],
]);

function lowerFloat(selector: Selector, call: CallInstruction, base: string): boolean {
  if (base === 'is.fpclass') { lowerFloatClass(selector, call); return true; }
  if (!UNARY.has(base) && !BINARY.has(base) && !LIBRARY.has(base) && base !== 'fmuladd') return false;
  const [first] = call.operands;
  const element = first.type.kind === 'vector' ? first.type.element : first.type;
  const each = piecesOf(element).length;
  const lists = call.operands.map(operand => selector.slots(operand));
  const results: Operand[] = [];
  for (let i = 0; i * each < lists[0].length; i++) {
    const operands = lists.map((list, k) => (list.length === lists[0].length ? list.slice(i * each, (i + 1) * each) : call.operands[k].type === first.type ? list : list.slice(0, 1)));
    results.push(...floatElement(selector, base, element, resultPieces(call.type), operands.map(list => list.map(slot => slot.operand))));
  }
  selector.define(call, results);
  return true;
}

function resultPieces(type: Type): number {
  return piecesOf(type.kind === 'vector' ? type.element : type).length;
}

function floatElement(selector: Selector, base: string, type: Type, results: number, operands: readonly (readonly Operand[])[]): Operand[] {
  const flat = operands.flat();
  const unary = UNARY.get(base);
  if (type.kind === 'x86_fp80') {
    if (unary !== undefined && unary.extended >= 0) return selector.intrinsic(unary.extended, flat, 2).map(inRegister);
    return library(selector, base, 'l', flat, results);
  }
  const wide = type.kind === 'double';
  if (!wide && type.kind !== 'float') selector.refuse(`arithmetic on values of type ${type.kind} is not supported`);
  const register = (operand: Operand): number => selector.toRegister({ operand });
  if (unary !== undefined) return [inRegister(selector.make(wide ? Op.FUN64 : Op.FUN32, { b: register(flat[0]), w2: unary.code }))];
  const binary = BINARY.get(base);
  if (binary !== undefined) return [inRegister(selector.make(wide ? Op.FBIN64 : Op.FBIN32, { b: register(flat[0]), c: register(flat[1]), w2: binary }))];
  if (base === 'fmuladd') {
    const product = selector.make(wide ? Op.FMUL64 : Op.FMUL32, { b: register(flat[0]), c: register(flat[1]) });
    return [inRegister(selector.make(wide ? Op.FADD64 : Op.FADD32, { b: product, c: register(flat[2]) }))];
  }
  return library(selector, base, wide ? '' : 'f', flat, results);
}

function library(selector: Selector, base: string, suffix: string, operands: readonly Operand[], results: number): Operand[] {
  const name = LIBRARY.get(base);
  if (name === undefined) return selector.refuse(`${base} of this type is not supported`);
  return callLibrary(selector, name + suffix, operands.map(operand => ({ operand })), results);
}
