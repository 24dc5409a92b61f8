/**
 * Text maps: between code indices, virtual addresses of code and function ids.
 */
import {
  CODE, FN_PC, FN_VA, FUNCTIONS, INSTRUCTION_BYTES, ST_TEXT_MAPS, ST_TEXT_MAP_COUNT, TEXT_MAP_BYTES,
} from "../memory-layout";

/** Offsets in a text map. */
const MAP_LOW: usize = 0;
const MAP_HIGH: usize = 8;
const MAP_FIRST: usize = 16;
const MAP_LOOKUP: usize = 20;
/** Bytes of code address per instruction, and log2 of the alignment of function entries. */
const VA_SHIFT: u64 = 2;
const ENTRY_SHIFT: u64 = 4;

// @ts-ignore: decorator
@inline function mapsEnd(): u32 { return load<u32>(ST_TEXT_MAPS) + load<u32>(ST_TEXT_MAP_COUNT) * TEXT_MAP_BYTES; }

/** Virtual address of the instruction at store address `ip`; 0 when no text map of the process has it. */
export function vaOfCode(ip: u32): u64 {
  const index = (ip - CODE) / INSTRUCTION_BYTES;
  for (let m = load<u32>(ST_TEXT_MAPS), end = mapsEnd(); m < end; m += TEXT_MAP_BYTES) {
    const first = load<u32>(m, MAP_FIRST), va = load<u64>(m, MAP_LOW) + (<u64>(index - first) << VA_SHIFT);
    if (index >= first && va < load<u64>(m, MAP_HIGH)) return va;
  }
  return 0;
}

/** True when the running process has code at `va`. */
export function isTextVa(va: u64): bool {
  for (let m = load<u32>(ST_TEXT_MAPS), end = mapsEnd(); m < end; m += TEXT_MAP_BYTES) {
    if (va >= load<u64>(m, MAP_LOW) && va < load<u64>(m, MAP_HIGH)) return true;
  }
  return false;
}

/** Id of the function that starts at `va`, or -1. */
export function functionAt(va: u64): i32 {
  for (let m = load<u32>(ST_TEXT_MAPS), end = mapsEnd(); m < end; m += TEXT_MAP_BYTES) {
    const low = load<u64>(m, MAP_LOW);
    if (va < low || va >= load<u64>(m, MAP_HIGH)) continue;
    if (va & ((1 << ENTRY_SHIFT) - 1)) return -1;
    return <i32>load<u32>(load<u32>(m, MAP_LOOKUP) + (<u32>(va - low >> ENTRY_SHIFT) << 2)) - 1;
  }
  return -1;
}

/** Store address of the instruction at `va`; 0 when there is none. */
export function codeAt(va: u64): u32 {
  if (va & ((1 << VA_SHIFT) - 1)) return 0;
  for (let m = load<u32>(ST_TEXT_MAPS), end = mapsEnd(); m < end; m += TEXT_MAP_BYTES) {
    const low = load<u64>(m, MAP_LOW);
    if (va >= low && va < load<u64>(m, MAP_HIGH)) return CODE + (load<u32>(m, MAP_FIRST) + <u32>(va - low >> VA_SHIFT)) * INSTRUCTION_BYTES;
  }
  return 0;
}

/** Virtual address of the code index `index` inside function `id`. */
// @ts-ignore: decorator
@inline export function vaInFunction(id: u32, index: u32): u64 {
  const f = FUNCTIONS + (id << 5);
  return load<u64>(f, FN_VA) + (<u64>(index - load<u32>(f, FN_PC)) << VA_SHIFT);
}
