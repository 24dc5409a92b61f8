import { beforeAll, describe, it } from 'vitest';
import { ins } from './assemble';
import type { Instruction } from './assemble';
import { FBinary, FUnary, Op } from './ops';
import { Bench, kernelModule, randomSource } from './test-bench';

let module: WebAssembly.Module;
beforeAll(async () => { module = await kernelModule(); });

const view = new DataView(new ArrayBuffer(8));
const bits = (x: number): bigint => { view.setFloat64(0, x); return view.getBigUint64(0); };
const number = (b: bigint): number => { view.setBigUint64(0, b); return view.getFloat64(0); };
const bits32 = (x: number): bigint => { view.setFloat32(0, x); return BigInt(view.getUint32(0)); };
const number32 = (b: bigint): number => { view.setUint32(0, Number(b)); return view.getFloat32(0); };
const NAN = 0xfff8000000000000n;
const isNaN64 = (b: bigint): boolean => (b & ~(1n << 63n)) > 0x7ff0000000000000n;
const isNaN32 = (b: bigint): boolean => (b & 0x7fffffffn) > 0x7f800000n;

const NUMBERS = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.49999, 2 ** 31, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31) - 0.5, 2 ** 32, 2 ** 63, -(2 ** 63), 2 ** 64, 1e300, 5e-324, Infinity, -Infinity, 0.49999999999999994, 4503599627370497.5];
const EDGES = [...NUMBERS.map(bits), 0x7ff8000000000000n, NAN, 0x7ff0000000000001n, 0xfff4deadbeef0000n, 0x7ffc000012345678n];
function* operands(edges: bigint[], width: number): Generator<[bigint, bigint]> {
  for (const b of edges) for (const c of edges) yield [b, c];
  const random = randomSource(77n);
  for (let k = 0; k < 500; k++) yield [BigInt.asUintN(width, random()), BigInt.asUintN(width, random())];
}
const EDGES32 = [...NUMBERS.map(bits32), 0x7fc00000n, 0xffc00000n, 0x7f800001n, 0xffa12345n];

function check(code: Instruction, oracle: (b: bigint, c: bigint) => bigint, width = 64): void {
  const bench = new Bench(module);
  bench.load([{ code: [code, ins(Op.RETI)] }]);
  for (const [b, c] of operands(width === 64 ? EDGES : EDGES32, width)) {
    bench.start();
    bench.setRegister(4, b);
    bench.setRegister(5, c);
    bench.kernel.run(10);
    const got = bench.register(3);
    if (got !== oracle(b, c)) throw new Error(`op ${String(code.op)} w2 ${String(code.w2)} of ${b.toString(16)} ${c.toString(16)}: ${got.toString(16)} instead of ${oracle(b, c).toString(16)}`);
  }
}
const abc = { a: 3, b: 4, c: 5 };
const QUIET = 0x0008000000000000n;
const QUIET32 = 0x400000n;
/** SSE's rule around a function on numbers. */
const sse = (f: (x: number, y: number) => number) => (b: bigint, c: bigint): bigint => {
  if (isNaN64(b)) return b | QUIET;
  if (isNaN64(c)) return c | QUIET;
  const r = f(number(b), number(c));
  return Number.isNaN(r) ? NAN : bits(r);
};
const sse32 = (f: (x: number, y: number) => number) => (b: bigint, c: bigint): bigint => {
  if (isNaN32(b)) return b | QUIET32;
  if (isNaN32(c)) return c | QUIET32;
  const r = Math.fround(f(number32(b), number32(c)));
  return Number.isNaN(r) ? 0xffc00000n : bits32(r);
};

describe('floating point', () => {
  it('arithmetic with SSE\'s NaNs', () => {
    for (const [op, op32, f] of [[Op.FADD64, Op.FADD32, (x, y) => x + y], [Op.FSUB64, Op.FSUB32, (x, y) => x - y], [Op.FMUL64, Op.FMUL32, (x, y) => x * y], [Op.FDIV64, Op.FDIV32, (x, y) => x / y]] as [Op, Op, (x: number, y: number) => number][]) {
      check(ins(op, abc), sse(f));
      check(ins(op32, abc), sse32(f), 32);
    }
  });
  it('comparisons', () => {
    check(ins(Op.FEQ64, abc), (b, c) => BigInt(number(b) === number(c)));
    check(ins(Op.FLT64, abc), (b, c) => BigInt(number(b) < number(c)));
    check(ins(Op.FLE64, abc), (b, c) => BigInt(number(b) <= number(c)));
    check(ins(Op.FLT32, abc), (b, c) => BigInt(number32(b) < number32(c)), 32);
    for (let predicate = 0; predicate < 16; predicate++) {
      const relation = (x: number, y: number): number => x < y ? 4 : x > y ? 2 : x === y ? 1 : 8;
      check(ins(Op.FCMP64, { ...abc, w2: predicate }), (b, c) => BigInt((relation(number(b), number(c)) & predicate) !== 0));
      check(ins(Op.FCMP32, { ...abc, w2: predicate }), (b, c) => BigInt((relation(number32(b), number32(c)) & predicate) !== 0), 32);
    }
  });
  it('sign operations touch nothing else', () => {
    check(ins(Op.FNEG64, { a: 3, b: 4 }), (b) => b ^ (1n << 63n));
    check(ins(Op.FNEG32, { a: 3, b: 4 }), (b) => b ^ 0x80000000n, 32);
    check(ins(Op.FUN64, { a: 3, b: 4, w2: FUnary.ABS }), (b) => BigInt.asUintN(63, b));
    check(ins(Op.FBIN64, { ...abc, w2: FBinary.COPYSIGN }), (b, c) => BigInt.asUintN(63, b) | (c >> 63n << 63n));
  });
  it('one-operand functions', () => {
    const even = (x: number): number => { const f = Math.floor(x); const d = x - f; const r = d < 0.5 ? f : d > 0.5 ? f + 1 : f % 2 === 0 ? f : f + 1; return r === 0 && (x < 0 || Object.is(x, -0)) ? -0 : r; };
    const away = (x: number): number => { const t = Math.trunc(x); const r = Math.abs(x - t) >= 0.5 ? t + Math.sign(x) : t; return r === 0 && (x < 0 || Object.is(x, -0)) ? -0 : r; };
    const functions: [FUnary, (x: number) => number][] = [[FUnary.SQRT, Math.sqrt], [FUnary.FLOOR, Math.floor], [FUnary.CEIL, Math.ceil], [FUnary.TRUNC, Math.trunc], [FUnary.RINT, even], [FUnary.ROUND, away]];
    for (const [f, oracle] of functions) {
      const one = (g: typeof sse, f1: (x: number) => number) => (b: bigint): bigint => g((x) => f1(x))(b, 0n);
      const guard = (x: number): number => Number.isFinite(x) ? oracle(x) : f === FUnary.SQRT ? Math.sqrt(x) : x;
      check(ins(Op.FUN64, { a: 3, b: 4, w2: f }), one(sse, guard));
      check(ins(Op.FUN32, { a: 3, b: 4, w2: f }), one(sse32, guard), 32);
    }
  });
  it('fmin and fmax prefer numbers', () => {
    const pick = (less: boolean) => (b: bigint, c: bigint): bigint => {
      if (isNaN64(b)) return isNaN64(c) ? b | QUIET : c;
      if (isNaN64(c)) return b;
      return (less ? number(b) < number(c) : number(b) > number(c)) ? b : c;
    };
    check(ins(Op.FBIN64, { ...abc, w2: FBinary.MINNUM }), pick(true));
    check(ins(Op.FBIN64, { ...abc, w2: FBinary.MAXNUM }), pick(false));
  });
  it('conversions', () => {
    const signed = (x: number, width: number): bigint => {
      const t = Math.trunc(x);
      const limit = 1n << BigInt(width - 1);
      if (!Number.isFinite(t) || BigInt(t) >= limit || BigInt(t) < -limit) return limit;
      return BigInt.asUintN(width, BigInt(t));
    };
    check(ins(Op.F64_SI32, { a: 3, b: 4 }), (b) => signed(number(b), 32));
    check(ins(Op.F64_SI64, { a: 3, b: 4 }), (b) => signed(number(b), 64));
    check(ins(Op.F64_UI32, { a: 3, b: 4 }), (b) => signed(number(b), 64) & 0xffffffffn);
    check(ins(Op.F64_UI64, { a: 3, b: 4 }), (b) => {
      const x = number(b);
      return x >= 2 ** 63 && x < 2 ** 64 ? BigInt(x) : signed(x, 64);
    });
    check(ins(Op.F32_SI32, { a: 3, b: 4 }), (b) => signed(number32(b), 32), 32);
    check(ins(Op.SI64_F64, { a: 3, b: 4 }), (b) => bits(Number(BigInt.asIntN(64, b))));
    check(ins(Op.UI64_F64, { a: 3, b: 4 }), (b) => bits(Number(b)));
    check(ins(Op.SI32_F32, { a: 3, b: 4 }), (b) => bits32(Number(BigInt.asIntN(32, b))));
    check(ins(Op.F32_F64, { a: 3, b: 4 }), (b) => isNaN32(b) ? ((b >> 31n) << 63n) | 0x7ff8000000000000n | ((b & 0x3fffffn) << 29n) : bits(number32(b)), 32);
    check(ins(Op.F64_F32, { a: 3, b: 4 }), (b) => isNaN64(b) ? ((b >> 63n) << 31n) | 0x7fc00000n | ((b >> 29n) & 0x3fffffn) : bits32(number(b)));
  });
});
