/**
 * The state block as the rest of the kernel uses it: counters, the place of the running instruction, small arithmetic.
 */
import {
  CODE, CNT_EXTRA_CYCLES, ST_ARG0, ST_ARG1, ST_FUEL, ST_PC, ST_R, ST_VA,
} from "../memory-layout";

/** Bytes of an instruction and its shift. */
export const INSTRUCTION_SHIFT: u32 = 4;
/** All ones: "no page", "no tag". */
export const NONE: u64 = ~0;
export const PAGE_MASK: u64 = ~4095;

// @ts-ignore: decorator
@inline export function bump(counter: u32): void {
  store<u64>(counter, load<u64>(counter) + 1);
}
// @ts-ignore: decorator
@inline export function add(counter: u32, n: u64): void {
  store<u64>(counter, load<u64>(counter) + n);
}
// @ts-ignore: decorator
@inline export function chargeCycles(n: u64): void {
  add(CNT_EXTRA_CYCLES, n);
}

/**
 * Puts the running instruction in the state block, as every call out needs it. `ip` is the instruction's store address,
 * `limit` − `ip` is 16 times the fuel left before it.
 */
// @ts-ignore: decorator
@inline export function savePlace(ip: u32, r: u32, limit: u32): void {
  store<u32>(ST_PC, (ip - CODE) >> INSTRUCTION_SHIFT);
  store<u32>(ST_R, r);
  store<i32>(ST_FUEL, <i32>(limit - ip) >> INSTRUCTION_SHIFT);
}

// @ts-ignore: decorator
@inline export function low(va: u64): u32 { return <u32>va; }
// @ts-ignore: decorator
@inline export function high(va: u64): u32 { return <u32>(va >> 32); }
// @ts-ignore: decorator
@inline export function join(lowHalf: u32, highHalf: u32): u64 { return <u64>lowHalf | <u64>highHalf << 32; }

export function setVa(va: u64): void { store<u64>(ST_VA, va); }
export function setArgs(value: u64): void {
  store<u32>(ST_ARG0, low(value));
  store<u32>(ST_ARG1, high(value));
}
