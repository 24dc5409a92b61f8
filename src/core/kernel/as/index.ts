/**
 * What the kernel exports: src/core/kernel-interface.ts (KernelExports) says what each does.
 */
import { ACCESS_FETCH } from "../../kernel-interface";
import {
  CNT_ACCESS, COUNTERS, COUNTERS_END, Leave, ST_ARG0, ST_ARG1, ST_CHECK, ST_FUEL, ST_INSTRUCTIONS, ST_LEAVE, ST_LOAD_VALUE,
  ST_PROGRESS, ST_PROGRESS_DATUM, ST_QUANTUM, ST_STOP_AT, ST_FETCH_PAGE,
} from "../memory-layout";
import { loadBytes, storeBytes } from "./access";
import { allocate, free, initHeap } from "./heap";
import { interpret } from "./interpreter";
import { clearFast as emptyFast, fetchVa, invalidate, invalidatePageAt, peekAt, resetMmu, translateData } from "./mmu";
import { hashRange } from "./page-hash";
import { replayTrace } from "./replay";
import { shadeRange } from "./shadow";
import { NONE, bump, join, setArgs } from "./state";
import { entryOf } from "./walk";
import { runTouches } from "./workload";

export function reset(): void {
  memory.fill(COUNTERS, 0, COUNTERS_END - COUNTERS);
  store<u64>(ST_INSTRUCTIONS, 0);
  store<u32>(ST_QUANTUM, 0);
  store<u32>(ST_FUEL, 0);
  store<u64>(ST_STOP_AT, NONE);
  store<u64>(ST_PROGRESS, 0);
  store<u64>(ST_PROGRESS_DATUM, 0);
  store<u32>(ST_FETCH_PAGE, 0xffffffff);
  resetMmu();
}

/** Instructions executed in all. */
function now(): u64 { return load<u64>(ST_INSTRUCTIONS) + <u64>(load<i32>(ST_QUANTUM) - load<i32>(ST_FUEL)); }

/** Opens a quantum: what the last one used is added to ST_INSTRUCTIONS. */
function beginQuantum(fuel: i32): void {
  store<u64>(ST_INSTRUCTIONS, now());
  store<i32>(ST_QUANTUM, fuel);
  store<i32>(ST_FUEL, fuel);
}

/** Closes it, so that ST_INSTRUCTIONS alone is the count between quanta. */
function endQuantum(reason: u32): u32 {
  beginQuantum(0);
  return reason;
}

export function run(fuel: i32): u32 {
  beginQuantum(fuel);
  return endQuantum(load<u32>(ST_CHECK) ? interpret<u16, u8>(fuel, -1) : interpret<u8, u8>(fuel, -1));
}

function precise(fuel: i32, replacement: i32): u32 {
  beginQuantum(fuel);
  return endQuantum(load<u32>(ST_CHECK) ? interpret<u16, u16>(fuel, replacement) : interpret<u8, u16>(fuel, replacement));
}

export function runPrecise(fuel: i32): u32 {
  const left = load<u64>(ST_STOP_AT) - now();
  if (load<u64>(ST_STOP_AT) <= now()) fuel = 0;
  else if (left < <u64>fuel) fuel = <i32>left;
  return precise(fuel, -1);
}

export function step(op: i32): u32 {
  const reason = precise(1, op);
  if (reason != Leave.Fuel) return reason;
  store<u32>(ST_LEAVE, Leave.Step);
  return Leave.Step;
}

export function translate(low: u32, high: u32, access: u32): u32 {
  const va = join(low, high);
  if (access == ACCESS_FETCH) return fetchVa(va);
  const at = translateData(va, access);
  if (at) bump(CNT_ACCESS);
  return at;
}
export function touchBatch(at: u32, count: u32): u32 { return runTouches(at, count); }
export function replay(at: u32, count: u32): u32 { return replayTrace(at, count); }
export function peek(low: u32, high: u32): u32 { return peekAt(join(low, high)); }
export function pteAddress(low: u32, high: u32, level: u32): u32 { return entryOf(join(low, high), level); }

export function invalidatePage(low: u32, high: u32): void { invalidatePageAt(join(low, high)); }
export function invalidateAsid(asid: u32): void { invalidate(asid, false); }
export function invalidateAll(): void { invalidate(0, true); }
export function clearFast(): void { emptyFast(); }

export function shade(low: u32, high: u32, lengthLow: u32, lengthHigh: u32, state: u32): void {
  const from = join(low, high);
  shadeRange(from, from + join(lengthLow, lengthHigh), state);
}

export function load64(low: u32, high: u32): u32 {
  if (!loadBytes<u8>(join(low, high), 8)) return 0;
  bump(CNT_ACCESS);
  setArgs(load<u64>(ST_LOAD_VALUE));
  return 1;
}
export function store64(low: u32, high: u32): u32 {
  if (!storeBytes<u8>(join(low, high), 8, join(load<u32>(ST_ARG0), load<u32>(ST_ARG1)), 0)) return 0;
  bump(CNT_ACCESS);
  return 1;
}
export function zeroPage(to: u32): void { memory.fill(to, 0, 4096); }
export function copyPage(to: u32, from: u32): void { memory.copy(to, from, 4096); }

/** FNV-1a (64 bits), a byte at a time. */
export function hash(from: u32, bytes: u32): void {
  let h: u64 = 0xcbf29ce484222325;
  for (const end = from + bytes; from < end; from++) h = (h ^ <u64>load<u8>(from)) * 0x100000001b3;
  setArgs(h);
}

export function hashPages(from: u32, pages: u32, to: u32): void { hashRange(from, pages, to); }

/** Checksum of a page, 32 bits: four lanes over its 64-bit words, folded. */
export function checksum(at: u32): u32 {
  let a: u64 = 0x811c9dc5cbf29ce4, b: u64 = 0x9e3779b97f4a7c15, c: u64 = 0x85ebca6bc2b2ae35, d: u64 = 0x27d4eb2f165667c5;
  for (const end = at + 4096; at < end; at += 32) {
    a = (a ^ load<u64>(at)) * LANE;
    b = (b ^ load<u64>(at, 8)) * LANE;
    c = (c ^ load<u64>(at, 16)) * LANE;
    d = (d ^ load<u64>(at, 24)) * LANE;
  }
  const h = ((a ^ rotl(b, 17)) * LANE ^ rotl(c, 31) ^ rotl(d, 47)) * LANE;
  return <u32>(h ^ h >> 32);
}
const LANE: u64 = 0x9fb21c651e98df25;

export function heapInit(low: u32, high: u32): void { initHeap(join(low, high)); }
export function heapMalloc(low: u32, high: u32): u32 { return allocate(join(low, high)) ? 1 : 0; }
export function heapFree(low: u32, high: u32): u32 { return free(join(low, high)) ? 1 : 0; }
