/**
 * Definedness: V bits of results from V bits of operands, by Memcheck's rules (1 = undefined).
 *
 * UifU is the union; left(x) makes every bit above the lowest undefined one undefined (carries move upward); pcast makes
 * the whole value undefined when any bit is. All are branch-free: with defined operands they give 0.
 */

// @ts-ignore: decorator
@inline export function left64(v: u64): u64 { return v | (<u64>0 - v); }
// @ts-ignore: decorator
@inline export function left32(v: u32): u64 { return <u64><u32>(v | (<u32>0 - v)); }
// @ts-ignore: decorator
@inline export function pcast64(v: u64): u64 { return <u64>0 - u64(v != 0); }
// @ts-ignore: decorator
@inline export function pcast32(v: u64): u64 { return <u64><u32>(<u32>0 - u32(v != 0)); }
// @ts-ignore: decorator
@inline export function pcast1(v: u64): u64 { return u64(v != 0); }

/** And: a defined 0 on either side gives a defined 0. */
// @ts-ignore: decorator
@inline export function and64(b: u64, vb: u64, c: u64, vc: u64): u64 { return (vb | vc) & (b | vb) & (c | vc); }
/** Or: a defined 1 on either side gives a defined 1. */
// @ts-ignore: decorator
@inline export function or64(b: u64, vb: u64, c: u64, vc: u64): u64 { return (vb | vc) & (~b | vb) & (~c | vc); }
/** Equality: one differing pair of defined bits decides it. */
// @ts-ignore: decorator
@inline export function equality(b: u64, c: u64, v: u64): u64 { return v != 0 && ((b ^ c) & ~v) == 0 ? 1 : 0; }
/** Select by an undefined condition: what both sides agree on stays defined. */
export function selected(condition: u64, b: u64, vb: u64, c: u64, vc: u64, vSelected: u64): u64 {
  return condition & 1 ? vb | vc | (b ^ c) : vSelected;
}
