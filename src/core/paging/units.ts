/**
 * The quantities of paging, as types of their own.
 *
 * A virtual page number (Vpn) has at most 52 bits and travels as a JS number; an address inside the core is a
 * (low, high) pair of u32 where the path is warm and a bigint at borders.
 * Kernel-half addresses are not canonical-extended here: their vpn is simply va >> 12, unsigned.
 */
export type Vpn = number;
export type Pfn = number;

export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 4096;
const PAGES_PER_HIGH = 1048576;

export function vpnOf(low: number, high: number): Vpn {
  return (high >>> 0) * PAGES_PER_HIGH + (low >>> PAGE_SHIFT);
}
export function vpnOfVa(va: bigint): Vpn {
  return Number(va >> 12n);
}
/** First page at or above `va`. */
export function vpnCeil(va: bigint): Vpn {
  return Number((va + 4095n) >> 12n);
}
export function vaOf(vpn: Vpn): bigint {
  return BigInt(vpn) << 12n;
}
/** Low and high words of a page's address. */
export function lowOf(vpn: Vpn): number {
  return ((vpn % PAGES_PER_HIGH) << PAGE_SHIFT) >>> 0;
}
export function highOf(vpn: Vpn): number {
  return Math.floor(vpn / PAGES_PER_HIGH);
}
export function pagesFor(bytes: number): number {
  return Math.ceil(bytes / PAGE_SIZE);
}
export function hex(va: bigint): string {
  return '0x' + va.toString(16);
}
export function vaFromPair(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Bits 63…47 (56 with five levels) are all equal: the address is canonical (Intel SDM vol. 1, 3.3.7.1). */
export function isCanonical(high: number, levels: number): boolean {
  const top = levels === 5 ? high >> 24 : high >> 15;
  return top === 0 || top === -1;
}
export function isKernelHalf(high: number): boolean {
  return (high & 0x80000000) !== 0;
}
