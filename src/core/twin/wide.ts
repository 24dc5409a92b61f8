/** 128-bit and x87 intrinsics of the twin: register values in, register values out (low before high). */
import { Intrinsic } from '../intrinsics';
import * as x87 from './extended';
import type { Extended } from './extended';

const LOW = (1n << 64n) - 1n;
const join = (low: bigint, high: bigint): bigint => high << 64n | low;
const split = (x: bigint): [bigint, bigint] => [x & LOW, x >> 64n & LOW];
const signed = (x: bigint): bigint => BigInt.asIntN(128, x);

/** Results of an i128_… intrinsic; null: #DE. */
export function wideIntrinsic(id: number, args: readonly bigint[]): [bigint, bigint] | null {
  const a = join(args[0]!, args[1]!), count = (args[2] ?? 0n) & 127n;
  switch (id) {
    case Intrinsic.i128_shl: return split(a << count);
    case Intrinsic.i128_lshr: return split(a >> count);
    case Intrinsic.i128_ashr: return split(signed(a) >> count);
  }
  const b = join(args[2]!, args[3]!);
  if (id === Number(Intrinsic.i128_mul)) return split(a * b);
  if (b === 0n) return null;
  switch (id) {
    case Intrinsic.i128_udiv: return split(a / b);
    case Intrinsic.i128_urem: return split(a % b);
  }
  if (signed(b) === -1n && a === 1n << 127n) return null;
  return split(id === Number(Intrinsic.i128_sdiv) ? signed(a) / signed(b) : signed(a) % signed(b));
}

const pair = ({ s, word }: Extended): bigint[] => [s, word];
const value = (args: readonly bigint[], at: number): Extended => ({ s: args[at]!, word: args[at + 1]! });

/** Results of an x87_… intrinsic, one or two registers. */
export function extendedIntrinsic(id: number, args: readonly bigint[]): bigint[] {
  switch (id) {
    case Intrinsic.x87_from_f32: return pair(x87.fromBinary(args[0]! & 0xffff_ffffn, 23, 8));
    case Intrinsic.x87_from_f64: return pair(x87.fromBinary(args[0]!, 52, 11));
    case Intrinsic.x87_from_i64: return pair(x87.fromInteger(BigInt.asIntN(64, args[0]!)));
    case Intrinsic.x87_from_u64: return pair(x87.fromInteger(args[0]!));
  }
  const a = value(args, 0);
  switch (id) {
    case Intrinsic.x87_neg: return [a.s, a.word ^ 0x8000n];
    case Intrinsic.x87_abs: return [a.s, a.word & 0x7fffn];
    case Intrinsic.x87_sqrt: return pair(x87.squareRoot(a));
    case Intrinsic.x87_floor: return pair(x87.toIntegral(a, 'down'));
    case Intrinsic.x87_ceil: return pair(x87.toIntegral(a, 'up'));
    case Intrinsic.x87_trunc: return pair(x87.toIntegral(a, 'zero'));
    case Intrinsic.x87_rint: return pair(x87.toIntegral(a, 'nearest'));
    case Intrinsic.x87_to_f32: return [x87.toBinary(a, 23, 8)];
    case Intrinsic.x87_to_f64: return [x87.toBinary(a, 52, 11)];
    case Intrinsic.x87_to_i64: return [x87.toSigned(a)];
    case Intrinsic.x87_to_u64: return [x87.toUnsigned(a)];
  }
  const b = value(args, 2);
  switch (id) {
    case Intrinsic.x87_add: return pair(x87.add(a, b));
    case Intrinsic.x87_sub: return pair(x87.subtract(a, b));
    case Intrinsic.x87_mul: return pair(x87.multiply(a, b));
    case Intrinsic.x87_div: return pair(x87.divide(a, b));
    case Intrinsic.x87_rem: return pair(x87.remainder(a, b));
    case Intrinsic.x87_compare: return [(x87.relation(a, b) & Number(args[4])) !== 0 ? 1n : 0n];
    default: throw new Error(`twin: intrinsic ${id} is unknown`);
  }
}
