/** Virtual addresses at the border: hexadecimal text ("0x4a4b040") to bigint and back. Never a JavaScript number. */
export const PAGE_BYTES = 4096n;
/** One past the highest user address of the 48-bit layout (128 TiB). */
export const USER_TOP = 1n << 47n;

export function parseVa(text: string): bigint {
  return BigInt(text.startsWith('0x') || text.startsWith('0X') ? text : `0x${text}`);
}

export function formatVa(va: bigint): string {
  return `0x${va.toString(16)}`;
}

/** Start of the 4 KiB page of an address. */
export function pageOf(text: string): string {
  return formatVa(parseVa(text) & ~(PAGE_BYTES - 1n));
}

export function pageOffset(text: string): number {
  return Number(parseVa(text) & (PAGE_BYTES - 1n));
}

export function samePage(a: string, b: string): boolean {
  return parseVa(a) / PAGE_BYTES === parseVa(b) / PAGE_BYTES;
}

/** A user address that travelled as Float64 (exact below 2^53). */
export function vaOfNumber(value: number): string {
  return `0x${value.toString(16)}`;
}

/** "0000 5555 5555 4000": sixteen digits in groups of four, for places that explain an address. */
export function groupedVa(text: string): string {
  return parseVa(text).toString(16).padStart(16, '0').replace(/(.{4})(?=.)/g, '$1 ');
}
