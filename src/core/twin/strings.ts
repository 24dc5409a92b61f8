/**
 * Memory and string intrinsics of the twin, element by element in the access pattern that src/core/kernel/as/memory.ts
 * and strings.ts document. Every load and every store is one access and one cycle.
 */
import { Intrinsic } from '../intrinsics';
import type { TwinMemory } from './memory';

const NO_LIMIT = 1n << 64n;

/** Runs intrinsic `id` (memcpy … fill) on its arguments; the result. */
export function memoryIntrinsic(memory: TwinMemory, id: number, args: readonly bigint[]): bigint {
  const [a, b, c] = [args[0] ?? 0n, args[1] ?? 0n, args[2] ?? 0n];
  const m = new Strings(memory);
  switch (id) {
    case Intrinsic.memcpy: case Intrinsic.memmove: m.move(a, b, c); return a;
    case Intrinsic.copy: m.copyInLine(a, b, c); return a;
    case Intrinsic.memset: m.fill(a, b, c, false); return a;
    case Intrinsic.fill: m.fill(a, b, c, true); return a;
    case Intrinsic.strcpy: m.copyString(a, b); return a;
    case Intrinsic.memcmp: return m.compare(a, b, c);
    case Intrinsic.strcmp: return m.compareStrings(a, b, NO_LIMIT);
    case Intrinsic.strncmp: return m.compareStrings(a, b, c);
    case Intrinsic.memchr: return m.findByte(a, b & 0xffn, c);
    case Intrinsic.strchr: return m.findInString(a, b & 0xffn);
    case Intrinsic.strrchr: return m.findLast(a, b & 0xffn);
    case Intrinsic.strlen: return m.length(a, NO_LIMIT);
    case Intrinsic.strnlen: return m.length(a, b);
    default: throw new Error(`twin: intrinsic ${id} is not one of memory or strings`);
  }
}

/** Size of the next unit of what compilers emit in line. */
function inLineUnit(left: bigint): number { return left >= 8n ? 8 : left >= 4n ? 4 : left >= 2n ? 2 : 1; }

class Strings {
  constructor(private readonly memory: TwinMemory) {}

  private read(va: bigint, size = 1): bigint {
    this.memory.extraCycles++;
    return this.memory.load(va, size);
  }

  private write(va: bigint, size: number, value: bigint): void {
    this.memory.extraCycles++;
    this.memory.store(va, size, value);
  }

  move(to: bigint, from: bigint, n: bigint): void {
    if (to === from) return;
    const upward = to < from || to - from >= n, alike = ((to ^ from) & 7n) === 0n;
    const toBoundary = upward ? -from & 7n : from + n & 7n;
    let left = n;
    const place = (start: bigint): bigint => (upward ? start + n - left : start + left);
    const moveUnits = (unit: bigint, until: bigint): void => {
      for (const below = upward ? 0n : unit; left >= unit && left > until; left -= unit)
        this.write(place(to) - below, Number(unit), this.read(place(from) - below, Number(unit)));
    };
    if (alike) {
      moveUnits(1n, toBoundary < n ? n - toBoundary : 0n);
      moveUnits(8n, 0n);
    }
    if (((place(to) | place(from)) & 1n) === 0n) moveUnits(2n, 0n);
    moveUnits(1n, 0n);
  }

  copyInLine(to: bigint, from: bigint, n: bigint): void {
    if (to === from) return;
    for (let done = 0n; done < n;) {
      const unit = inLineUnit(n - done);
      this.write(to + done, unit, this.read(from + done, unit));
      done += BigInt(unit);
    }
  }

  fill(to: bigint, byte: bigint, n: bigint, inLine: boolean): void {
    const pattern = (byte & 0xffn) * 0x0101010101010101n;
    for (let done = 0n; done < n;) {
      const left = n - done, isAligned = (to + done & 7n) === 0n;
      const unit = inLine ? inLineUnit(left) : isAligned && left >= 8n ? 8 : 1;
      this.write(to + done, unit, pattern);
      done += BigInt(unit);
    }
  }

  compare(a: bigint, b: bigint, n: bigint): bigint {
    let words = ((a | b) & 7n) === 0n;
    for (let done = 0n; done < n;) {
      const unit = words && n - done >= 8n ? 8 : 1, x = this.read(a + done, unit), y = this.read(b + done, unit);
      if (x === y) done += BigInt(unit);
      else if (unit === 1) return BigInt.asUintN(32, x - y);
      else words = false;
    }
    return 0n;
  }

  /** −1, 0 or 1 as 32 bits. */
  compareStrings(a: bigint, b: bigint, limit: bigint): bigint {
    for (let done = 0n; done < limit; done++) {
      const x = this.read(a + done), y = this.read(b + done);
      if (x !== y) return x < y ? 0xffff_ffffn : 1n;
      if (x === 0n) break;
    }
    return 0n;
  }

  copyString(to: bigint, from: bigint): void {
    for (let done = 0n; ; done++) {
      const byte = this.read(from + done);
      this.write(to + done, 1, byte);
      if (byte === 0n) return;
    }
  }

  length(from: bigint, limit: bigint): bigint {
    for (let done = 0n; done < limit; done++) if (this.read(from + done) === 0n) return done;
    return limit;
  }

  findByte(from: bigint, byte: bigint, limit: bigint): bigint {
    for (let done = 0n; done < limit; done++) if (this.read(from + done) === byte) return from + done;
    return 0n;
  }

  findInString(from: bigint, byte: bigint): bigint {
    for (let va = from; ; va++) {
      const found = this.read(va);
      if (found === byte) return va;
      if (found === 0n) return 0n;
    }
  }

  findLast(from: bigint, byte: bigint): bigint {
    let last = 0n;
    for (let va = from; ; va++) {
      const found = this.read(va);
      if (found === byte) last = va;
      if (found === 0n) return last;
    }
  }
}
