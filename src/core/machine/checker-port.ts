/**
 * What one process's heap and checker may ask of the machine (CheckerMachine in checker/checker-api.ts). Warm paths:
 * captureStack, shade, copyMemory, event.
 */
import type { CheckerMachine, LiveRegister, MappedRange, RunningCopy, ShadeState, StackId } from '../checker/checker-api';
import { EventKind, liveHigh } from '../events/event-log';
import { Intrinsic } from '../intrinsics';
import * as layout from '../kernel/memory-layout';
import { Op } from '../kernel/ops';
import { liveRegistersAt } from '../lir/liveness';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from '../paging/vma';
import { pagesFor, vaOf, vpnOfVa } from '../paging/units';
import type { Image, Va } from '../lir/lir';
import type { Stack, StackFrame } from '../../shared/report';
import { BlockTypes } from './block-types';
import { currentWindow, slotValue, stackPointer, walkCallFrames } from './call-frames';
import type { Computer } from './computer';
import { translate } from './guest-memory';
import { logRange } from './memory-calls';
import type { Process } from './process';
import { copyShadow } from './shadow-copy';
import type { StackTable } from './stacks';
import { callFrameHolding, findVariable, pathInType } from './variables';

/** Requests from here on get a mapping of their own when the checker is off (M_MMAP_THRESHOLD of glibc). */
const MMAP_THRESHOLD_BYTES = 128 * 1024;
const MMAP_HEADER_BYTES = 16;
/** Ranges longer than this are shaded page by page here, not byte by byte in the kernel. */
const LONG_SHADE_BYTES = 64 * 1024;
const EVENT_KINDS = { malloc: EventKind.Malloc, free: EventKind.Free, realloc: EventKind.Realloc, error: EventKind.Error, 'leak-check': EventKind.LeakCheck } as const;

export class CheckerPort implements CheckerMachine {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  private arenaEnd: Va;
  private readonly mapped = new Map<Va, number>();
  private readonly live = new Map<number, readonly number[]>();
  private readonly blockTypes: BlockTypes;

  constructor(private readonly computer: Computer, private readonly process: Process, private readonly stacks: StackTable) {
    this.bytes = computer.store.bytes;
    this.words = computer.store.words;
    this.arenaEnd = process.space.layout.arenaStart;
    this.blockTypes = new BlockTypes(computer, process);
  }

  /** The port of a forked process. */
  fork(child: Process): CheckerPort {
    const port = new CheckerPort(this.computer, child, this.stacks);
    port.arenaEnd = this.arenaEnd;
    for (const [va, length] of this.mapped) port.mapped.set(va, length);
    return port;
  }

  instructions(): number { return this.computer.instructions(); }
  cycles(): number { return this.computer.cycles(); }
  chargeCycles(cycles: number): void { this.computer.chargeCycles(cycles); }

  captureStack(limit: number): StackId { return this.stacks.capture(limit); }
  stackOf(id: StackId): Stack { return this.stacks.rowsOf(id); }
  stackAddresses(id: StackId): readonly number[] { return this.stacks.addresses(id); }

  runningCopy(): RunningCopy | null {
    const { store } = this.computer;
    const at = layout.CODE + store.read32(layout.ST_PC) * layout.INSTRUCTION_BYTES;
    if (store.view.getUint16(at, true) !== (Op.INTRINSIC as number)) return null;
    const id = store.read32(at + 8);
    if (id !== (Intrinsic.memcpy as number) && id !== (Intrinsic.memmove as number) && id !== (Intrinsic.memset as number)) return null;
    const first = store.view.getUint16(at + 4, true);
    const window = currentWindow(this.computer);
    const argument = (n: number): Va => slotValue(this.computer, window, first + n);
    return id === (Intrinsic.memset as number)
      ? { kind: 'set', to: argument(0), from: 0n, length: argument(2) }
      : { kind: 'copy', to: argument(0), from: argument(1), length: argument(2) };
  }

  shade(va: Va, length: number, state: ShadeState): void {
    if (length <= 0) return;
    const start = Number(va);
    if (length < LONG_SHADE_BYTES) { this.shadeBytes(start, length, state); return; }
    const first = Math.ceil(start / 4096);
    const last = Math.floor((start + length) / 4096);
    if (first * 4096 > start) this.shadeBytes(start, first * 4096 - start, state);
    this.process.space.shade(first, last, state);
    if (last * 4096 < start + length) this.shadeBytes(last * 4096, start + length - last * 4096, state);
  }

  copyShadow(to: Va, from: Va, length: number): void {
    copyShadow(this.process.space, Number(to), Number(from), length);
    this.computer.kernel.clearFast();
  }

  isAddressable(va: Va): boolean {
    if (va >= this.process.space.layout.stackTop) return false;
    const at = Number(va);
    const shadow = this.process.space.shadows.page(Math.floor(at / 4096)) + (at % 4096);
    return (((this.bytes[shadow >>> 3] ?? 0) >>> (shadow & 7)) & 1) === 1;
  }

  copyMemory(to: Va, from: Va, length: number): boolean {
    let done = 0;
    while (done < length) {
      const source = translate(this.computer, from + BigInt(done), false);
      const target = source === 0 ? 0 : translate(this.computer, to + BigInt(done), true);
      if (target === 0) return false;
      const part = Math.min(length - done, 4096 - (source & 4095), 4096 - (target & 4095));
      this.bytes.copyWithin(target, source, source + part);
      done += part;
    }
    return true;
  }

  fillMemory(to: Va, byte: number, length: number): boolean {
    let done = 0;
    while (done < length) {
      const target = translate(this.computer, to + BigInt(done), true);
      if (target === 0) return false;
      const part = Math.min(length - done, 4096 - (target & 4095));
      this.bytes.fill(byte, target, target + part);
      done += part;
    }
    return true;
  }

  peek64(va: Va): bigint | null {
    if ((va & 4095n) <= 4088n) {
      const address = this.peekByte(va);
      return address === 0 ? this.wordOfFile(va) : this.computer.store.read64(address);
    }
    let value = 0n;
    for (let k = 0n; k < 8n; k++) {
      const address = this.peekByte(va + k);
      if (address === 0) return null;
      value |= BigInt(this.bytes[address] ?? 0) << (8n * k);
    }
    return value;
  }

  /** The word in the file behind a page that is not resident. */
  private wordOfFile(va: Va): bigint | null {
    if (va >= this.process.space.layout.stackTop) return null;
    const vpn = vpnOfVa(va);
    const vma = this.process.space.vmas.find(vpn);
    if (vma?.file == null) return null;
    const content = this.computer.system.pageCache.peek(vma.file, (vpn - vma.first + vma.filePage) * 4096 + Number(va & 4095n), 8);
    return content.length < 8 ? null : new DataView(content.buffer, content.byteOffset).getBigUint64(0, true);
  }

  pageData(va: Va): { readonly data: number; readonly shadow: number } {
    const page = va & ~4095n;
    const shadow = this.process.space.shadows.page(vpnOfVa(page));
    return { data: this.peekByte(page), shadow: shadow === this.computer.system.constantShadows[0] ? 0 : shadow };
  }

  mapAnonymous(length: number): Va {
    const { space } = this.process;
    const pages = pagesFor(length);
    const first = space.findGap(pages);
    if (first < 0 || !this.computer.system.commit.allows(pages)) return 0n;
    space.map({ first, last: first + pages, prot: PROT_READ | PROT_WRITE, kind: 'mmap', name: '', file: null, filePage: 0, growsDown: false, shared: false }, this.computer.checking ? 0 : 2);
    logRange(this.computer, EventKind.Map, vaOf(first), BigInt(length), PROT_READ | PROT_WRITE);
    return vaOf(first);
  }

  unmap(va: Va, length: number): void {
    this.process.space.unmap(vpnOfVa(va), vpnOfVa(va) + pagesFor(length));
    logRange(this.computer, EventKind.Unmap, va, BigInt(length), 0);
  }

  sbrk(increment: number): Va {
    const start = this.arenaEnd;
    const pages = pagesFor(increment);
    const end = start + BigInt(pages) * 4096n;
    const first = vpnOfVa(start);
    if (end > this.process.space.layout.arenaEnd || !this.process.space.canMap(first, pages) || !this.computer.system.commit.allows(pages)) return 0n;
    this.process.space.map({ first, last: first + pages, prot: PROT_READ | PROT_WRITE, kind: 'heap', name: '[heap]', file: null, filePage: 0, growsDown: false, shared: false }, 0);
    this.arenaEnd = end;
    logRange(this.computer, EventKind.Break, end, BigInt(increment), 0);
    return start;
  }

  ranges(): readonly MappedRange[] {
    return this.process.space.vmas.all().map((vma) => ({
      low: vaOf(vma.first), high: vaOf(vma.last), kind: vma.kind,
      readable: (vma.prot & PROT_READ) !== 0, writable: (vma.prot & PROT_WRITE) !== 0, executable: (vma.prot & PROT_EXEC) !== 0,
      path: vma.file?.path ?? (vma.kind === 'bss' || vma.kind === 'library' ? vma.name : ''),
    }));
  }

  stackPointer(): Va { return stackPointer(this.computer, currentWindow(this.computer)); }
  stackTop(): Va { return this.process.space.layout.stackTop; }
  stackBottom(): Va { return this.process.space.layout.stackBottom; }

  liveRegisters(): readonly LiveRegister[] {
    const { computer } = this;
    const found: LiveRegister[] = [];
    walkCallFrames(computer, (pc, window, functionId, calling) => {
      const fn = computer.code.functionById(functionId);
      if (fn === null) return true;
      const local = pc - fn.loaded.codeBase;
      if (local < fn.fn.first || local >= fn.fn.first + fn.fn.instructionCount) return true;
      for (const register of this.liveAt(fn.loaded.image, fn.index, local, pc, calling)) {
        const at = window + 16 * register;
        found.push({ value: computer.store.read64(at), definedBits: ~computer.store.read64(at + 8) & 0xffff_ffff_ffff_ffffn, fn: fn.fn.name });
      }
      return true;
    });
    return found;
  }

  describeVariable(va: Va): { readonly name: string; readonly fn: string; readonly kind: 'local' | 'global'; readonly offset: number; readonly file: string; readonly line: number; readonly inScope: boolean } | null {
    return findVariable(this.computer, this.process, va);
  }

  callFrameAt(va: Va): { readonly index: number; readonly fn: string; readonly file: string; readonly line: number } | null {
    const holder = callFrameHolding(this.computer, va);
    const found = holder === null ? null : this.computer.code.functionById(holder.frame.functionId);
    if (holder === null || found === null) return null;
    const { fn, loaded } = found;
    return { index: holder.index, fn: fn.name, file: fn.line === 0 ? '' : loaded.image.debug.files[fn.file] ?? '', line: fn.line };
  }

  codeAt(va: Va): StackFrame | null {
    const index = this.computer.code.indexOf(this.process.images, va);
    return index < 0 || this.computer.code.functionAt(index) === null ? null : this.stacks.frameOf(index);
  }

  memberPath(va: Va): string {
    const variable = findVariable(this.computer, this.process, va);
    if (variable !== null) return variable.type < 0 ? '' : pathInType(variable.image, variable.type, variable.offset);
    const block = this.process.heap?.blockAt(va) ?? null;
    if (block === null) return '';
    const start = BigInt(block.va);
    return this.blockTypes.path(start, Number(va - start));
  }

  kernelMalloc(size: number): Va {
    if (size >= MMAP_THRESHOLD_BYTES) {
      const start = this.mapAnonymous(size + MMAP_HEADER_BYTES);
      if (start === 0n) return 0n;
      this.mapped.set(start + BigInt(MMAP_HEADER_BYTES), size + MMAP_HEADER_BYTES);
      return start + BigInt(MMAP_HEADER_BYTES);
    }
    const { kernel, store } = this.computer;
    if (!this.process.heapStarted) {
      const { brk } = this.process.space;
      kernel.heapInit(Number(brk & 0xffffffffn), Number(brk >> 32n));
      this.process.heapStarted = true;
    }
    return kernel.heapMalloc(size, 0) === 0 ? 0n : store.read64(layout.ST_VA);
  }

  kernelFree(va: Va): boolean {
    const own = this.mapped.get(va);
    if (own !== undefined) {
      this.mapped.delete(va);
      this.unmap(va - BigInt(MMAP_HEADER_BYTES), own);
      return true;
    }
    return this.computer.kernel.heapFree(Number(va & 0xffffffffn), Number(va >> 32n)) !== 0;
  }

  event(kind: 'malloc' | 'free' | 'realloc' | 'error' | 'leak-check', va: Va, a: number, b: number, liveBytes = 0): number {
    if (kind === 'error') this.computer.errorEvents++;
    return this.computer.log(EVENT_KINDS[kind], Number(va & 0xffffffffn), Number(va >> 32n), a, b, liveHigh(liveBytes), liveBytes % 4294967296);
  }

  isLibraryFrame(address: number): boolean {
    return this.computer.code.imageAt(address)?.isLibrary ?? false;
  }

  /** Liveness is asked anew for each call frame of a recursion: kept per place. */
  private liveAt(image: Image, index: number, local: number, pc: number, calling: boolean): readonly number[] {
    const key = pc * 2 + (calling ? 1 : 0);
    let live = this.live.get(key);
    if (live === undefined) {
      live = liveRegistersAt(image, index, local, calling);
      this.live.set(key, live);
    }
    return live;
  }

  private shadeBytes(start: number, length: number, state: ShadeState): void {
    this.computer.kernel.shade(start % 4294967296, Math.floor(start / 4294967296), length, 0, state);
  }

  private peekByte(va: Va): number {
    return va >= 1n << 48n ? 0 : this.process.space.peek(Number(va & 0xffffffffn), Number(va >> 32n));
  }
}
