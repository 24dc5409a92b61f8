/**
 * A test bench for the kernel: a store, frames, page tables and shadows made as simply as they can be, and a host that maps a
 * page where a test allowed it. Used by the kernel's tests only.
 */
import { readFileSync } from 'node:fs';
import { ensureKernel } from '../../../scripts/build-kernel.mjs';
import type { KernelExports, KernelHost } from '../kernel-interface';
import { CONTINUE, LEAVE_RETRY, ACCESS_WRITE } from '../kernel-interface';
import { assemble } from './assemble';
import type { Instruction } from './assemble';
import { instantiateKernel } from './instantiate';
import * as layout from './memory-layout';
import { NO_REGISTER } from './ops';

const P = 1n;
const RW = 2n;
const US = 4n;

let compiled: Promise<WebAssembly.Module> | null = null;
/** The kernel module, built when needed, compiled once. */
export function kernelModule(): Promise<WebAssembly.Module> {
  compiled ??= ensureKernel().then(({ path }) => new WebAssembly.Module(readFileSync(path)));
  return compiled;
}

export interface BenchOptions {
  readonly check?: boolean;
  readonly levels?: 4 | 5;
  readonly l1d?: readonly [sets: number, ways: number];
  readonly l1i?: readonly [sets: number, ways: number];
  readonly l2?: readonly [sets: number, ways: number];
}

export interface TestFunction {
  readonly code: readonly Instruction[];
  readonly frame?: number;
  readonly window?: number;
  readonly params?: number;
}

export const TEXT_VA = 0x555555554000n;
export const STACK_TOP = 0x7ffffffff000n;
export const DATA_VA = 0x600000000000n;

export class Bench {
  readonly memory = new WebAssembly.Memory({ initial: layout.STORE_PAGES, maximum: layout.STORE_PAGES });
  readonly view = new DataView(this.memory.buffer);
  readonly bytes = new Uint8Array(this.memory.buffer);
  kernel: KernelExports;
  /** What the kernel called out, in order, as short texts. */
  readonly log: string[] = [];
  /** Pages that may be mapped on a fault: page address → writable. Data and stack ranges are allowed from the start. */
  readonly readOnly = new Set<bigint>();
  allows: (va: bigint, access: number) => boolean = (va) => (va >= DATA_VA && va < DATA_VA + (1n << 32n)) || (va >= STACK_TOP - (8n << 20n) && va < STACK_TOP) || (va >= TEXT_VA && va < TEXT_VA + (1n << 20n));
  /** Answers INTRINSIC ids of the machine. */
  onIntrinsic: (id: number, args: number, result: number) => number = () => CONTINUE;
  onSmash: (what: number) => number = () => CONTINUE;
  onWatch: (va: bigint, kind: number, value: bigint) => void = () => undefined;
  readonly shadows = new Map<bigint, number>();
  private readonly host: KernelHost;
  private nextPage: number = layout.POOL;
  private nextPfn = 1;
  private readonly section: number;
  private nextCode = 0;
  private functions = 0;
  readonly levels: number;

  constructor(private readonly module: WebAssembly.Module, options: BenchOptions = {}) {
    const { view } = this;
    this.levels = options.levels ?? 4;
    this.host = {
      pageFault: (low, high, access) => this.pageFault(va64(low, high), access),
      frameSlot: (pfn) => { this.giveSlot(pfn); return this.slotAt(pfn); },
      shadowPage: (low, high, write) => this.shadowPage(va64(low, high), write),
      invalidAccess: (low, high, size, write) => { this.log.push(`invalid ${write ? 'write' : 'read'} ${String(size)} at ${hex(va64(low, high))}`); },
      badJump: (low, high) => { this.log.push(`bad jump ${hex(va64(low, high))}`); return LEAVE_RETRY; },
      stackSmashed: (_low, _high, what) => { this.log.push(`smashed ${String(what)} ${hex(view.getBigUint64(layout.ST_VA, true))}`); return this.onSmash(what); },
      arithmeticTrap: (kind) => { this.log.push(`trap ${String(kind)}`); return LEAVE_RETRY; },
      intrinsic: (id, args, result) => this.onIntrinsic(id, args, result),
      registerStackFull: () => { this.log.push('register stack full'); return LEAVE_RETRY; },
      watch: (low, high, kind) => { this.onWatch(va64(low, high), kind, view.getBigUint64(layout.ST_ARG0, true)); },
      heapGrow: (bytes) => { this.log.push(`heap grows by ${String(bytes)}`); return 1; },
    };
    this.kernel = instantiateKernel(module, this.memory, this.host);
    this.put(layout.ST_LEVELS, this.levels);
    this.put(layout.ST_CHECK, options.check ? 1 : 0);
    this.put(layout.ST_ASID, 1);
    for (const [at, [sets, ways]] of [[layout.GEO_L1D_SETS, options.l1d ?? [16, 4]], [layout.GEO_L1I_SETS, options.l1i ?? [16, 4]], [layout.GEO_L2_SETS, options.l2 ?? [128, 12]]] as const) {
      this.put(at, sets);
      this.put(at + 4, ways);
    }
    this.put(layout.COST_L2_HIT, 7);
    this.put(layout.COST_WALK_READ, 25);
    this.put(layout.COST_STACK_FRAME, 3);
    const directory = this.page();
    this.section = this.page();
    for (let k = 1; k < 256; k++) this.page();
    this.put(layout.ST_FRAME_SECTIONS, directory);
    this.put(directory, this.section);
    this.put(layout.ST_CR3, this.frame());
    const constant = (v: number, a: number): number => {
      const page = this.page();
      this.bytes.fill(v, page, page + 4096);
      this.bytes.fill(a, page >>> 3, (page >>> 3) + 512);
      return page;
    };
    this.put(layout.ST_SHADOW_NOACCESS, constant(0xff, 0));
    this.put(layout.ST_SHADOW_UNDEFINED, constant(0xff, 0xff));
    this.put(layout.ST_SHADOW_DEFINED, constant(0, 0xff));
    this.put(layout.ST_TEXT_MAPS, layout.TEXT_LOOKUP);
    this.put(layout.ST_TEXT_MAP_COUNT, 1);
    view.setBigUint64(layout.TEXT_LOOKUP, TEXT_VA, true);
    view.setBigUint64(layout.TEXT_LOOKUP + 8, TEXT_VA + (1n << 20n), true);
    this.put(layout.TEXT_LOOKUP + 20, layout.TEXT_LOOKUP + 64);
    const registers = this.page();
    for (let k = 1; k < 512; k++) this.page();
    this.put(layout.ST_R_BASE, registers);
    this.put(layout.ST_R_LIMIT, registers + 400 * 4096);
    this.put(layout.ST_R, registers);
    view.setBigUint64(layout.ST_STACK_LOW, STACK_TOP, true);
    this.kernel.reset();
  }

  /** A new kernel goes on with the store as it is. */
  replaceKernel(): void {
    this.kernel = instantiateKernel(this.module, this.memory, this.host);
  }

  put(at: number, value: number): void { this.view.setUint32(at, value, true); }
  get(at: number): number { return this.view.getUint32(at, true); }
  count(at: number): number { return Number(this.view.getBigUint64(at, true)); }

  /** A fresh pool page. */
  page(): number {
    const page = this.nextPage;
    this.nextPage += 4096;
    return page;
  }
  /** A fresh frame with a slot; its number. */
  frame(): number {
    const pfn = this.nextPfn++;
    this.put(this.section + pfn * layout.FRAME_BYTES, this.page());
    return pfn;
  }
  /** Gives a frame outside the bump allocator's a slot, and its section when it has none. */
  giveSlot(pfn: number): void {
    const at = this.get(layout.ST_FRAME_SECTIONS) + (pfn >>> layout.FRAME_SECTION_SHIFT) * 4;
    if (this.get(at) === 0) {
      this.put(at, this.page());
      for (let k = 1; k < 256; k++) this.page();
    }
    this.put(this.get(at) + (pfn & ((1 << layout.FRAME_SECTION_SHIFT) - 1)) * layout.FRAME_BYTES, this.page());
  }
  slot(pfn: number): number { return this.get(this.section + pfn * layout.FRAME_BYTES); }
  /** Slot of a frame of any section. */
  slotAt(pfn: number): number {
    const section = this.get(this.get(layout.ST_FRAME_SECTIONS) + (pfn >>> layout.FRAME_SECTION_SHIFT) * 4);
    return this.get(section + (pfn & ((1 << layout.FRAME_SECTION_SHIFT) - 1)) * layout.FRAME_BYTES);
  }

  /** Entry address of `va` at `level`, making the tables above it. */
  entry(va: bigint, level: number): number {
    let table = this.get(layout.ST_CR3);
    for (let l = this.levels; ; l--) {
      const at = this.slot(table) + Number((va >> BigInt(l * 9 + 3)) & 511n) * 8;
      if (l === level) return at;
      if (!(this.view.getBigUint64(at, true) & P)) this.view.setBigUint64(at, (BigInt(this.frame()) << 12n) | P | RW | US, true);
      table = Number(this.view.getBigUint64(at, true) >> 12n);
    }
  }
  /** Maps the page of `va` to a fresh frame. */
  map(va: bigint, flags = P | RW | US): number {
    const pfn = this.frame();
    this.view.setBigUint64(this.entry(va, 1), (BigInt(pfn) << 12n) | flags, true);
    return pfn;
  }

  private pageFault(va: bigint, access: number): number {
    if (!this.allows(va, access)) { this.log.push(`fault ${hex(va)} ${String(access)}`); return LEAVE_RETRY; }
    const page = va & ~4095n;
    const readOnly = this.readOnly.has(page) || (va >= TEXT_VA && va < TEXT_VA + (1n << 20n));
    const old = this.view.getBigUint64(this.entry(va, 1), true);
    if (old & P && access === ACCESS_WRITE && readOnly) { this.log.push(`fault ${hex(va)} ${String(access)}`); return LEAVE_RETRY; }
    this.map(page, readOnly ? P | US : P | RW | US);
    return CONTINUE;
  }

  private shadowPage(va: bigint, write: number): number {
    const page = va & ~4095n;
    const constant = [layout.ST_SHADOW_NOACCESS, layout.ST_SHADOW_UNDEFINED, layout.ST_SHADOW_DEFINED].map((at) => this.get(at));
    const old = this.shadows.get(page) ?? (constant[0] as number);
    let now = old;
    if (write >= 2) now = constant[write - 2] as number;
    else if (write === 1 && constant.includes(old)) {
      now = this.page();
      this.bytes.copyWithin(now, old, old + 4096);
      this.bytes.copyWithin(now >>> 3, old >>> 3, (old >>> 3) + 512);
    }
    this.shadows.set(page, now);
    return now;
  }

  /** Loads functions behind each other, each at a multiple of 4 instructions; ids from 0 in order. Returns their first indices. */
  load(functions: readonly TestFunction[]): number[] {
    return functions.map((fn) => {
      const first = this.nextCode;
      this.bytes.set(assemble(fn.code), layout.CODE + first * 16);
      this.nextCode = (first + fn.code.length + 3) & ~3;
      const at = layout.FUNCTIONS + this.functions * layout.FUNCTION_BYTES;
      this.put(at + layout.FN_PC, first);
      this.put(at + layout.FN_FRAME, fn.frame ?? 32);
      this.put(at + layout.FN_WINDOW, fn.window ?? 32);
      this.put(at + layout.FN_PARAMS, fn.params ?? 0);
      this.view.setBigUint64(at + layout.FN_VA, TEXT_VA + BigInt(first) * 4n, true);
      this.put(layout.TEXT_LOOKUP + 64 + first, ++this.functions);
      return first;
    });
  }
  /** Id of the function that was loaded last. */
  get lastFunction(): number { return this.functions - 1; }
  /** Continues loading at this code index. */
  loadAt(index: number): void { this.nextCode = index; }

  /** Window of the first call frame. */
  get window(): number { return this.get(layout.ST_R_BASE); }

  /** Makes the first call frame of function `id` and puts the program counter at its start. */
  start(id = 0): void {
    const at = layout.FUNCTIONS + id * layout.FUNCTION_BYTES;
    const r = this.window;
    const f = STACK_TOP - 64n - BigInt(this.get(at + layout.FN_FRAME));
    this.put(r + layout.REC_RETURN, layout.RETURN_TO_HOST);
    this.view.setUint16(r + layout.REC_RESULT, NO_REGISTER, true);
    this.put(r + layout.REC_CALLER, 0);
    this.put(r + layout.REC_FUNCTION, id);
    this.setRegister(1, f);
    this.setRegister(2, f);
    this.put(layout.ST_R, r);
    this.put(layout.ST_PC, this.get(at + layout.FN_PC));
  }
  setRegister(n: number, value: bigint, v = 0n): void {
    this.view.setBigUint64(this.window + n * 16, BigInt.asUintN(64, value), true);
    this.view.setBigUint64(this.window + n * 16 + 8, v, true);
  }
  register(n: number): bigint { return this.view.getBigUint64(this.window + n * 16, true); }
  vBits(n: number): bigint { return this.view.getBigUint64(this.window + n * 16 + 8, true); }
  instructions(): number { return Number(this.view.getBigUint64(layout.ST_INSTRUCTIONS, true)); }

  /** Guest bytes without side effects on statistics. */
  read(va: bigint, size: number): bigint {
    let value = 0n;
    for (let k = size - 1; k >= 0; k--) value = (value << 8n) | BigInt(this.bytes[this.peek(va + BigInt(k))] ?? 0);
    return value;
  }
  write(va: bigint, bytes: Uint8Array): void {
    bytes.forEach((byte, k) => { this.bytes[this.peek(va + BigInt(k))] = byte; });
  }
  /** Store address of a guest byte; maps its page first. */
  peek(va: bigint): number {
    const at = this.kernel.peek(...split(va));
    if (at !== 0) return at;
    this.map(va & ~4095n);
    return this.kernel.peek(...split(va));
  }
  shade(va: bigint, length: number, state: number): void { this.kernel.shade(...split(va), length, 0, state); }
  /** V byte of a guest byte, or -1 when it is not addressable. */
  shadowByte(va: bigint): number {
    const page = this.shadows.get(va & ~4095n) ?? this.get(layout.ST_SHADOW_NOACCESS);
    const s = page + Number(va & 4095n);
    return ((this.bytes[s >>> 3] ?? 0) >> (s & 7)) & 1 ? (this.bytes[s] ?? 0) : -1;
  }
}

export function split(va: bigint): [number, number] {
  return [Number(va & 0xffffffffn), Number((va >> 32n) & 0xffffffffn)];
}
export function va64(low: number, high: number): bigint { return (BigInt(high) << 32n) | BigInt(low); }
export function hex(value: bigint): string { return `0x${value.toString(16)}`; }

/** Deterministic 64-bit random numbers (splitmix). */
export function randomSource(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
}
