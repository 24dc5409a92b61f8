/**
 * The twin's heap: first fit in the layout that src/core/kernel/as/heap.ts documents (headers of 16 bytes, boundary tags,
 * a doubly linked free list, youngest first), each header word read and written through the memory model; and malloc's
 * relatives as src/core/heap/heap-service.ts defines them without a checker. Where the layouts must agree they follow the
 * comment there; change both.
 */
import type { TwinMemory } from './memory';
import { PAGE, PROT_READ, PROT_WRITE } from './memory';

const HEADER = 16n, SMALLEST = 48n, IN_USE = 1n, BEFORE_IN_USE = 2n, FLAGS = 15n;
const GROWTH = 0x21000n;
/** From here on a request gets pages of its own, with a header of 16 bytes (src/core/machine/checker-port.ts). */
const OWN_MAPPING = 128n * 1024n;
const ADDRESS_SPACE = 1n << 47n;

export class TwinHeap {
  private base = 0n;
  private end = 0n;
  private firstFree = 0n;
  /** Live blocks: payload address → size asked for. */
  private readonly live = new Map<bigint, bigint>();
  /** Blocks with pages of their own → number of pages. */
  private readonly mapped = new Map<bigint, number>();
  /** Blocks moved up for their alignment → what the allocator gave. */
  private readonly alignedFrom = new Map<bigint, bigint>();

  constructor(private readonly memory: TwinMemory) {}

  // ---- what programs call ----

  malloc(size: bigint): bigint { return this.isNegative(size) ? 0n : this.allocate(size, 16n); }

  calloc(count: bigint, size: bigint): bigint {
    if (this.isNegative(count) || this.isNegative(size)) return 0n;
    const total = count * size, va = this.allocate(total, 16n);
    if (va !== 0n) this.memory.eachPart(va, Number(total), 'write', (bytes, at, part) => { bytes.fill(0, at, at + part); });
    return va;
  }

  memalign(alignment: bigint, size: bigint): bigint { return this.isNegative(size) ? 0n : this.allocate(size, alignment); }

  realloc(va: bigint, size: bigint): bigint {
    if (va === 0n) return this.malloc(size);
    if (size === 0n) { this.free(va); return 0n; }
    const old = this.live.get(va);
    if (this.isNegative(size) || old === undefined) return 0n;
    const made = this.allocate(size, 16n);
    if (made === 0n) return 0n;
    this.copy(made, va, old < size ? old : size);
    this.free(va);
    return made;
  }

  free(va: bigint): void {
    if (!this.live.delete(va)) return; // null, or not a block: without a checker nothing happens
    const given = this.alignedFrom.get(va) ?? va, pages = this.mapped.get(given);
    this.alignedFrom.delete(va);
    if (pages === undefined) { this.release(given - HEADER); return; }
    this.mapped.delete(given);
    const first = Number(given - HEADER >> 12n);
    this.memory.unmap(first, first + pages);
  }

  usableSize(va: bigint): bigint { return this.live.get(va) ?? 0n; }

  private isNegative(size: bigint): boolean { return BigInt.asIntN(64, size) < 0n; }

  private allocate(size: bigint, alignment: bigint): bigint {
    if (size >= ADDRESS_SPACE || alignment >= ADDRESS_SPACE) return 0n;
    const given = this.take(alignment > 16n ? size + alignment : size);
    if (given === 0n) return 0n;
    const va = alignment > 16n ? (given + alignment - 1n) / alignment * alignment : given;
    if (va !== given) this.alignedFrom.set(va, given);
    this.live.set(va, size);
    return va;
  }

  /** Page parts, source before target, as the machine's own copy goes. */
  private copy(to: bigint, from: bigint, length: bigint): void {
    for (let done = 0n; done < length;) {
      const source = from + done, target = to + done;
      const bytes = this.memory.kernelTranslate(source, 'read')!, into = this.memory.kernelTranslate(target, 'write')!;
      const part = Math.min(Number(length - done), PAGE - Number(source & 4095n), PAGE - Number(target & 4095n));
      for (let k = 0; k < part; k++) into[Number(target & 4095n) + k] = bytes[Number(source & 4095n) + k]!;
      done += BigInt(part);
    }
  }

  // ---- chunks ----

  private read(va: bigint): bigint { return this.memory.load(va, 8); }
  private write(va: bigint, value: bigint): void { this.memory.store(va, 8, value); }

  /** Payload address of a chunk for `asked` bytes; 0: no memory. */
  private take(asked: bigint): bigint {
    if (asked >= OWN_MAPPING) return this.takePages(asked);
    if (this.base === 0n) this.base = this.end = this.memory.brk;
    const rounded = asked + HEADER + 15n & ~15n, size = rounded < SMALLEST ? SMALLEST : rounded;
    let chunk = this.firstFree, whole = 0n;
    while (chunk !== 0n) {
      whole = this.read(chunk) & ~FLAGS;
      if (whole >= size) break;
      chunk = this.read(chunk + 16n);
    }
    if (chunk === 0n) {
      chunk = this.grow(size);
      if (chunk === 0n) return 0n;
      whole = this.read(chunk) & ~FLAGS;
    }
    this.unlink(chunk);
    const rest = whole - size;
    if (rest >= SMALLEST) {
      this.write(chunk + size, rest | BEFORE_IN_USE);
      this.write(chunk + size + 8n, 0n);
      this.write(chunk + whole - 8n, rest);
      this.link(chunk + size);
    } else this.write(chunk + whole, this.read(chunk + whole) | BEFORE_IN_USE);
    this.write(chunk, (rest >= SMALLEST ? size : whole) | IN_USE | BEFORE_IN_USE);
    this.write(chunk + 8n, asked);
    return chunk + HEADER;
  }

  private takePages(asked: bigint): bigint {
    const pages = Number(asked + HEADER + 4095n >> 12n), first = this.memory.findGap(pages);
    if (first < 0) return 0n;
    this.memory.map({ first, last: first + pages, prot: PROT_READ | PROT_WRITE, growsDown: false, file: null, filePage: 0 });
    const va = (BigInt(first) << 12n) + HEADER;
    this.mapped.set(va, pages);
    return va;
  }

  private grow(size: bigint): bigint {
    const wanted = size + HEADER + 4095n & ~4095n, bytes = wanted < GROWTH ? GROWTH : wanted, { end } = this, isEmpty = end === this.base;
    if (end !== this.memory.brk || this.memory.setBreak(end + bytes) !== end + bytes) return 0n;
    this.end = end + bytes;
    // What was the end mark becomes the header of the new chunk.
    const chunk = isEmpty ? end : end - HEADER, before = isEmpty ? BEFORE_IN_USE : this.read(chunk) & BEFORE_IN_USE;
    this.write(this.end - HEADER, IN_USE);
    this.write(this.end - 8n, 0n);
    return this.join(chunk, isEmpty ? bytes - HEADER : bytes, before !== 0n);
  }

  private release(chunk: bigint): void {
    const header = this.read(chunk);
    this.read(chunk + 8n); // the size asked for: proof that this is a chunk
    this.join(chunk, header & ~FLAGS, (header & BEFORE_IN_USE) !== 0n);
  }

  /** Makes a chunk free and joins it with free neighbours. */
  private join(start: bigint, bytes: bigint, isBeforeInUse: boolean): bigint {
    let chunk = start, size = bytes;
    if (!isBeforeInUse) {
      const before = this.read(chunk - 8n);
      chunk -= before;
      size += before;
      this.unlink(chunk);
    }
    const after = this.read(chunk + size);
    if ((after & IN_USE) === 0n) {
      this.unlink(chunk + size);
      size += after & ~FLAGS;
    }
    this.write(chunk, size | BEFORE_IN_USE);
    this.write(chunk + 8n, 0n);
    this.write(chunk + size - 8n, size);
    this.write(chunk + size, this.read(chunk + size) & ~BEFORE_IN_USE);
    this.link(chunk);
    return chunk;
  }

  private link(chunk: bigint): void {
    this.write(chunk + 16n, this.firstFree);
    this.write(chunk + 24n, 0n);
    if (this.firstFree !== 0n) this.write(this.firstFree + 24n, chunk);
    this.firstFree = chunk;
  }

  private unlink(chunk: bigint): void {
    const next = this.read(chunk + 16n), previous = this.read(chunk + 24n);
    if (previous !== 0n) this.write(previous + 16n, next); else this.firstFree = next;
    if (next !== 0n) this.write(next + 24n, previous);
  }
}
