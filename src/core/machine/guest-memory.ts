/**
 * Guest memory as system calls and allocators touch it: translated and counted page by page, never checked. Reading for
 * views is AddressSpace.peek, which has no side effects.
 */
import { ACCESS_READ, ACCESS_WRITE } from '../kernel-interface';
import type { Computer } from './computer';

const TWO_32 = 4294967296;

/**
 * Runs `body` with faults answered by "no" instead of a signal, as the kernel's own accesses to user memory are
 * (EFAULT).
 */
export function probing<T>(computer: Computer, body: () => T): T {
  computer.probing = true;
  try {
    return body();
  } finally {
    computer.probing = false;
  }
}

/** Store address of a guest byte for reading or writing; 0 when it faulted. `va` is below 2^53 or it is not mapped anyway. */
export function translate(computer: Computer, va: bigint, write: boolean): number {
  return computer.kernel.translate(Number(va & 0xffffffffn), Number((va >> 32n) & 0xffffffffn), write ? ACCESS_WRITE : ACCESS_READ);
}

/** Copies guest bytes out; null when a page faulted. */
export function readGuest(computer: Computer, va: bigint, length: number): Uint8Array | null {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const at = va + BigInt(done);
    const address = translate(computer, at, false);
    if (address === 0) return null;
    const part = Math.min(length - done, 4096 - (address & 4095));
    bytes.set(computer.store.bytes.subarray(address, address + part), done);
    done += part;
  }
  return bytes;
}

/** Copies bytes in; the number written before a page faulted. */
export function writeGuest(computer: Computer, va: bigint, bytes: Uint8Array): number {
  let done = 0;
  while (done < bytes.length) {
    const address = translate(computer, va + BigInt(done), true);
    if (address === 0) return done;
    const part = Math.min(bytes.length - done, 4096 - (address & 4095));
    computer.store.bytes.set(bytes.subarray(done, done + part), address);
    done += part;
  }
  computer.guestWritten?.(va, bytes.length);
  return done;
}

/** A C string of at most `limit` bytes as Latin-1 text; null when a page faulted before its end. */
export function readCString(computer: Computer, va: bigint, limit: number): string | null {
  let text = '';
  let at = va;
  while (text.length < limit) {
    const address = translate(computer, at, false);
    if (address === 0) return null;
    const end = Math.min((address & ~4095) + 4096 >>> 0, address + limit - text.length);
    for (let p = address; p < end; p++) {
      const byte = computer.store.bytes[p] ?? 0;
      if (byte === 0) return text;
      text += String.fromCharCode(byte);
    }
    at += BigInt(end - address);
  }
  return text;
}

/** An address given as (low, high) words as a JS number; addresses of the user half are exact. */
export function joined(low: number, high: number): number {
  return high * TWO_32 + low;
}
