/**
 * A CheckerMachine made of plain arrays, for tests of heap and checker: no page tables, no kernel, a call stack that the
 * test sets by hand.
 */
import type { Stack, StackFrame } from '../../../shared/report';
import type { CheckerMachine, LiveRegister, MappedRange, RunningCopy, ShadeState } from '../checker-api';

const PAGE = 4096;
const STORE_BYTES = 64 * 1024 * 1024;
/** Pages begin here; A bits of a shadow page at p lie at p >>> 3, below. */
const FIRST_PAGE = 0x1000000;

export const HEAP_BASE = 0x4a40000;
export const DATA_BASE = 0x10c000;
export const DATA_BYTES = 2 * PAGE;
export const STACK_TOP = 0x1fff001000;
/** How far the stack may reach down. */
const STACK_SPAN = 0x1000_0000n;
export const STACK_BYTES = 4 * PAGE;

interface Page { readonly data: number; readonly shadow: number }

export function frame(fn: string, line: number, library = false): StackFrame {
  return {
    ip: `0x${(0x109000 + line * 16 + fn.length).toString(16)}`, fn, obj: library ? '/usr/lib/libc.so' : '/home/student/prog',
    file: library ? '' : 'prog.c', dir: library ? '' : '/home/student', line: library ? 0 : line, library,
  };
}

export class FakeMachine implements CheckerMachine {
  readonly bytes = new Uint8Array(STORE_BYTES);
  readonly words = new Uint32Array(this.bytes.buffer);
  private readonly pages = new Map<number, Page>();
  private nextPage = FIRST_PAGE;
  private nextBreak = HEAP_BASE;
  private readonly stacks: Stack[] = [];
  private readonly stackIds = new Map<string, number>();
  private count = 0;
  /** Innermost call frame first. */
  callStack: StackFrame[] = [frame('main', 1)];
  registers: LiveRegister[] = [];
  variables: { readonly low: number; readonly high: number; readonly name: string; readonly fn: string; readonly kind: 'local' | 'global'; readonly stale?: boolean }[] = [];
  extraRanges: MappedRange[] = [];
  stackPointerAt = STACK_TOP - STACK_BYTES;
  charged = 0;

  constructor() {
    this.map(DATA_BASE, DATA_BYTES, 2);
    this.map(STACK_TOP - STACK_BYTES, STACK_BYTES, 2);
  }

  /** Makes pages and shades them. */
  map(low: number, length: number, state: ShadeState): void {
    for (let at = low; at < low + length; at += PAGE) {
      this.pages.set(at, { data: this.nextPage, shadow: this.nextPage + PAGE });
      this.nextPage += 2 * PAGE;
    }
    this.shade(BigInt(low), length, state);
  }

  /** The word at `va`, defined and, where it was not, addressable. */
  poke64(va: number, value: number | bigint): void {
    const page = this.pageOf(va);
    const at = (page.data + va % PAGE) >>> 2;
    const bits = BigInt.asUintN(64, BigInt(value));
    this.words[at] = Number(bits & 0xffffffffn);
    this.words[at + 1] = Number(bits >> 32n);
    this.shade(BigInt(va), 8, 2);
  }

  private pageOf(va: number): Page {
    const base = va - va % PAGE;
    const page = this.pages.get(base);
    if (page !== undefined) return page;
    this.map(base, PAGE, 0);
    return this.pages.get(base) as Page;
  }

  instructions(): number { return ++this.count; }
  cycles(): number { return this.count; }
  chargeCycles(cycles: number): void { this.charged += cycles; }

  captureStack(limit: number): number {
    const stack = this.callStack.slice(0, limit);
    const key = JSON.stringify(stack);
    let id = this.stackIds.get(key);
    if (id === undefined) { id = this.stacks.push(stack) - 1; this.stackIds.set(key, id); }
    return id;
  }
  copy: RunningCopy | null = null;
  runningCopy(): RunningCopy | null { return this.copy; }
  stackOf(id: number): Stack { return this.stacks[id] as Stack; }
  stackAddresses(id: number): readonly number[] { return this.stackOf(id).map((each) => Number(each.ip)); }

  shade(va: bigint, length: number, state: ShadeState): void {
    for (let at = Number(va); at < Number(va) + length; at++) {
      if (state === 0 && at % PAGE === 0 && !this.pages.has(at)) { at += PAGE - 1; continue; }
      const page = this.pageOf(at);
      const shadow = page.shadow + at % PAGE;
      const bit = 1 << (shadow & 7);
      this.bytes[shadow >>> 3] = state === 0 ? (this.bytes[shadow >>> 3] as number) & ~bit : (this.bytes[shadow >>> 3] as number) | bit;
      this.bytes[shadow] = state === 2 ? 0 : 0xff;
    }
  }
  copyShadow(to: bigint, from: bigint, length: number): void {
    for (let n = 0; n < length; n++) {
      const source = this.pageOf(Number(from) + n).shadow + (Number(from) + n) % PAGE;
      const state = !this.isAddressable(from + BigInt(n)) ? 0 : this.bytes[source] === 0 ? 2 : 1;
      this.shade(to + BigInt(n), 1, state);
    }
  }
  isAddressable(va: bigint): boolean {
    const shadow = this.pageOf(Number(va)).shadow + Number(va) % PAGE;
    return ((this.bytes[shadow >>> 3] as number) & (1 << (shadow & 7))) !== 0;
  }

  copyMemory(to: bigint, from: bigint, length: number): boolean {
    for (let n = 0; n < length; n++) this.setByte(Number(to) + n, this.byteAt(Number(from) + n));
    return true;
  }
  fillMemory(to: bigint, byte: number, length: number): boolean {
    for (let n = 0; n < length; n++) this.setByte(Number(to) + n, byte);
    return true;
  }
  byteAt(va: number): number { return this.bytes[this.pageOf(va).data + va % PAGE] as number; }
  setByte(va: number, byte: number): void { this.bytes[this.pageOf(va).data + va % PAGE] = byte; }

  peek64(va: bigint): bigint | null {
    const page = this.pages.get(Number(va) - Number(va) % PAGE);
    if (page === undefined) return null;
    const at = (page.data + Number(va) % PAGE) >>> 2;
    return BigInt(this.words[at + 1] as number) << 32n | BigInt(this.words[at] as number);
  }
  pageData(va: bigint): { readonly data: number; readonly shadow: number } {
    return this.pages.get(Number(va) - Number(va) % PAGE) ?? { data: 0, shadow: 0 };
  }

  mapAnonymous(length: number): bigint { return this.sbrk(length); }
  unmap(va: bigint, length: number): void {
    for (let at = Number(va); at < Number(va) + length; at += PAGE) this.pages.delete(at);
  }
  sbrk(increment: number): bigint {
    const start = this.nextBreak;
    this.nextBreak += increment;
    return BigInt(start);
  }

  ranges(): readonly MappedRange[] {
    const range = (low: number, bytes: number, kind: MappedRange['kind']): MappedRange => ({
      low: BigInt(low), high: BigInt(low + bytes), kind, readable: true, writable: true, executable: false, path: kind === 'bss' ? '/home/student/prog' : '',
    });
    return [
      range(DATA_BASE, DATA_BYTES, 'bss'), range(HEAP_BASE, this.nextBreak - HEAP_BASE, 'heap'), ...this.extraRanges,
      range(STACK_TOP - STACK_BYTES, STACK_BYTES, 'stack'),
    ];
  }
  stackPointer(): bigint { return BigInt(this.stackPointerAt); }
  stackTop(): bigint { return BigInt(STACK_TOP); }
  stackBottom(): bigint { return BigInt(STACK_TOP) - STACK_SPAN; }
  liveRegisters(): readonly LiveRegister[] { return this.registers; }

  describeVariable(va: bigint): ReturnType<CheckerMachine['describeVariable']> {
    const found = this.variables.find((each) => Number(va) >= each.low && Number(va) < each.high);
    return found === undefined ? null : { name: found.name, fn: found.fn, kind: found.kind, offset: Number(va) - found.low, file: 'prog.c', line: 1, inScope: found.stale !== true };
  }
  callFrameAt(): ReturnType<CheckerMachine['callFrameAt']> { return { index: 0, fn: 'main', file: 'prog.c', line: 1 }; }
  codeAt(): StackFrame | null { return null; }
  memberPath(): string { return ''; }
  kernelMalloc(): bigint { return 0n; }
  kernelFree(): boolean { return false; }
  event(): number { return ++this.count; }
  isLibraryFrame(): boolean { return false; }
}
