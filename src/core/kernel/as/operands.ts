/**
 * What the cases of the interpreter loop are made of: instruction fields, registers with their V bits, loads and stores by the fast
 * tables. C and P are the variant, see interpreter.ts. Everything here is inlined into the loop.
 */
import { FAST_READ, FAST_WRITE, ST_LOAD_VALUE, ST_LOAD_VBITS, ST_WATCH_HIGH } from "../memory-layout";
import { slowLoad, slowStore, watchStore } from "./access";
import { fastOffset } from "./shadow";
import { NONE, PAGE_MASK, savePlace } from "./state";
import { equality as equalityV, selected } from "./values";

@unmanaged export class Instruction { op: u16; a: u16; b: u16; c: u16; w2: i32; w3: i32; }

// @ts-ignore: decorator
@inline export function imm(i: Instruction): u64 { return load<u64>(changetype<u32>(i), offsetof<Instruction>("w2")); }
// @ts-ignore: decorator
@inline export function target(i: Instruction): u32 { return changetype<u32>(i) + (<u32>i.w3 << 4); }
// @ts-ignore: decorator
@inline export function get(r: u32, n: u32): u64 { return load<u64>(r + (n << 4)); }
// @ts-ignore: decorator
@inline export function get32(r: u32, n: u32): u32 { return load<u32>(r + (n << 4)); }
// @ts-ignore: decorator
@inline export function getF64(r: u32, n: u32): f64 { return load<f64>(r + (n << 4)); }
// @ts-ignore: decorator
@inline export function getF32(r: u32, n: u32): f32 { return load<f32>(r + (n << 4)); }
/** V bits of a register; 0 without checking. */
// @ts-ignore: decorator
@inline export function vOf<C>(r: u32, n: u32): u64 {
  if (sizeof<C>() == 1) return 0;
  return load<u64>(r + (n << 4), 8);
}
/** Register a of the instruction. */
// @ts-ignore: decorator
@inline export function put<C>(r: u32, i: Instruction, value: u64, v: u64): void {
  const p = r + (<u32>i.a << 4);
  store<u64>(p, value);
  if (sizeof<C>() > 1) store<u64>(p, v, 8);
}

/** V bits after a shift by a count that may be undefined. */
// @ts-ignore: decorator
@inline export function shifted<C>(v: u64, count: u64, all: u64): u64 {
  if (sizeof<C>() == 1) return 0;
  return count ? all : v;
}
// @ts-ignore: decorator
@inline export function equality<C>(b: u64, c: u64, v: u64): u64 {
  if (sizeof<C>() == 1) return 0;
  return v ? equalityV(b, c, v) : 0;
}
// @ts-ignore: decorator
@inline export function selectedV<C>(r: u32, i: Instruction): u64 {
  if (sizeof<C>() == 1) return 0;
  const vb = vOf<C>(r, i.b), vc = vOf<C>(r, i.c), v = get32(r, i.w2) & 1 ? vb : vc;
  return vOf<C>(r, i.w2) & 1 ? selected(1, get(r, i.b), vb, get(r, i.c), vc, v) : v;
}
// @ts-ignore: decorator
@inline export function signExtend(x: u64, bits: u32): u64 { const n: u64 = 64 - <u64>bits; return <u64>(<i64>(x << n) >> <i64>n); }
// @ts-ignore: decorator
@inline export function lowBits(n: u32): u64 { return n ? NONE >> (64 - <u64>n) : 0; }
// @ts-ignore: decorator
@inline export function dividesS32(b: u32, c: u32): bool { return c != 0 && !(c == 0xffffffff && b == 0x80000000); }
// @ts-ignore: decorator
@inline export function dividesS64(b: u64, c: u64): bool { return c != 0 && !(c == NONE && b == 0x8000000000000000); }

/** A bits of an aligned access of sizeof<T> at shadow address s: all set? */
// @ts-ignore: decorator
@inline export function isAddressable<T>(s: u32): bool {
  if (sizeof<T>() == 8) return load<u8>(s >> 3) == 0xff;
  const mask: u32 = (1 << <u32>sizeof<T>()) - 1;
  return (<u32>load<u8>(s >> 3) >> (s & 7) & mask) == mask;
}

/** Load into register a: the fast entry of the page, or the slow path. False: leave and retry. */
// @ts-ignore: decorator
@inline export function loadInto<T, C>(va: u64, i: Instruction, r: u32, limit: u32): bool {
  const e = FAST_READ + fastOffset(va);
  if (load<u64>(e) == (va & (PAGE_MASK | <u64>(sizeof<T>() - 1)))) {
    if (sizeof<C>() == 1) {
      put<C>(r, i, <u64>load<T>(load<u32>(e, 8) + <u32>va), 0);
      return true;
    }
    const s = load<u32>(e, 12) + <u32>va;
    if (isAddressable<T>(s)) {
      put<C>(r, i, <u64>load<T>(load<u32>(e, 8) + <u32>va), <u64>load<T>(s));
      return true;
    }
  }
  if (!slowLoad<C>(va, sizeof<T>(), changetype<u32>(i), r, limit)) return false;
  put<C>(r, i, load<u64>(ST_LOAD_VALUE), vLoaded<C>());
  return true;
}
// @ts-ignore: decorator
@inline export function vLoaded<C>(): u64 {
  if (sizeof<C>() == 1) return 0;
  return load<u64>(ST_LOAD_VBITS);
}

/** Store of the low sizeof<T> bytes of a value. False: leave and retry. */
// @ts-ignore: decorator
@inline export function storeFrom<T, C, P>(va: u64, value: u64, v: u64, i: Instruction, r: u32, limit: u32): bool {
  const e = FAST_WRITE + fastOffset(va);
  let done = false;
  if (load<u64>(e) == (va & (PAGE_MASK | <u64>(sizeof<T>() - 1)))) {
    if (sizeof<C>() == 1) {
      store<T>(load<u32>(e, 8) + <u32>va, <T>value);
      done = true;
    } else {
      const s = load<u32>(e, 12) + <u32>va;
      if (isAddressable<T>(s)) {
        store<T>(load<u32>(e, 8) + <u32>va, <T>value);
        store<T>(s, <T>v);
        done = true;
      }
    }
  }
  if (!done && !slowStore<C>(va, sizeof<T>(), value, v, changetype<u32>(i), r, limit)) return false;
  if (sizeof<P>() > 1) {
    if (load<u64>(ST_WATCH_HIGH)) {
      savePlace(changetype<u32>(i), r, limit);
      watchStore(va, sizeof<T>());
    }
  }
  return true;
}
