/** Copies A and V bits between guest ranges of one address space, for realloc (Memcheck copies the shadows with the bytes). */
import type { AddressSpace } from '../paging/address-space';

const PAGE = 4096;

/** The ranges do not overlap. The caller clears the kernel's fast tables afterwards. */
export function copyShadow(space: AddressSpace, to: number, from: number, length: number): void {
  const { bytes } = space.system.store;
  let done = 0;
  while (done < length) {
    const part = Math.min(length - done, PAGE - ((from + done) % PAGE), PAGE - ((to + done) % PAGE));
    const target = space.shadows.writablePage(Math.floor((to + done) / PAGE)) + ((to + done) % PAGE);
    const source = space.shadows.page(Math.floor((from + done) / PAGE)) + ((from + done) % PAGE);
    bytes.copyWithin(target, source, source + part);
    copyBits(bytes, target, source, part);
    done += part;
  }
}

/** A bits of `count` bytes: whole bytes of bits where both sides allow it. */
function copyBits(bytes: Uint8Array, to: number, from: number, count: number): void {
  let k = 0;
  if (((to ^ from) & 7) === 0) {
    for (; k < count && ((to + k) & 7) !== 0; k++) copyBit(bytes, to + k, from + k);
    const whole = (count - k) >>> 3;
    bytes.copyWithin((to + k) >>> 3, (from + k) >>> 3, ((from + k) >>> 3) + whole);
    k += whole * 8;
  }
  for (; k < count; k++) copyBit(bytes, to + k, from + k);
}

function copyBit(bytes: Uint8Array, to: number, from: number): void {
  const bit = ((bytes[from >>> 3] ?? 0) >>> (from & 7)) & 1;
  const mask = 1 << (to & 7);
  bytes[to >>> 3] = ((bytes[to >>> 3] ?? 0) & ~mask) | (bit === 1 ? mask : 0);
}
