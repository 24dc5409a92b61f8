/** Integer instructions of the twin: mathematics on BigInt, cut to the width afterwards. */

export type Width = 1 | 8 | 16 | 32 | 64;

const unsigned = (width: number, x: bigint): bigint => BigInt.asUintN(width, x);
const signed = (width: number, x: bigint): bigint => BigInt.asIntN(width, x);

/** In the order of the opcodes ADD32… (groups of four: 32, 32I, 64, 64I). null: division by zero, or overflow of a signed one. */
const ARITHMETIC: readonly ((width: number, b: bigint, c: bigint) => bigint | null)[] = [
  (_, b, c) => b + c,
  (_, b, c) => b - c,
  (_, b, c) => b * c,
  (_, b, c) => b & c,
  (_, b, c) => b | c,
  (_, b, c) => b ^ c,
  (w, b, c) => b << c % BigInt(w),
  (w, b, c) => b >> c % BigInt(w),
  (w, b, c) => signed(w, b) >> c % BigInt(w),
  (w, b, c) => (divides(w, b, c) ? signed(w, b) / signed(w, c) : null),
  (_, b, c) => (c === 0n ? null : b / c),
  (w, b, c) => (divides(w, b, c) ? signed(w, b) % signed(w, c) : null),
  (_, b, c) => (c === 0n ? null : b % c),
];

function divides(width: number, b: bigint, c: bigint): boolean {
  return c !== 0n && !(signed(width, c) === -1n && b === 1n << BigInt(width - 1));
}

/** In the order of EQ32…, and of the branches BEQ32…. */
const COMPARISONS: readonly ((width: number, b: bigint, c: bigint) => boolean)[] = [
  (_, b, c) => b === c,
  (_, b, c) => b !== c,
  (_, b, c) => b < c,
  (_, b, c) => b <= c,
  (_, b, c) => b > c,
  (_, b, c) => b >= c,
  (w, b, c) => signed(w, b) < signed(w, c),
  (w, b, c) => signed(w, b) <= signed(w, c),
  (w, b, c) => signed(w, b) > signed(w, c),
  (w, b, c) => signed(w, b) >= signed(w, c),
];

export function arithmetic(group: number, width: 32 | 64, b: bigint, c: bigint): bigint | null {
  const result = ARITHMETIC[group]!(width, unsigned(width, b), unsigned(width, c));
  return result === null ? null : unsigned(width, result);
}

export function compare(group: number, width: 32 | 64, b: bigint, c: bigint): boolean {
  return COMPARISONS[group]!(width, unsigned(width, b), unsigned(width, c));
}

/** Sign-extends the low `from` bits to `to` bits, the rest zero. */
export function signExtend(x: bigint, from: number, to: number): bigint { return unsigned(to, signed(from, x)); }

export function byteSwap(x: bigint, width: number): bigint {
  let result = 0n;
  for (let k = 0; k < width / 8; k++) result = result << 8n | x >> BigInt(8 * k) & 0xffn;
  return result;
}

export function bitCount(x: bigint): bigint {
  let count = 0n;
  for (let rest = x; rest !== 0n; rest >>= 1n) count += rest & 1n;
  return count;
}

export function trailingZeros(x: bigint, width: number): bigint {
  let count = 0n;
  while (count < BigInt(width) && (x >> count & 1n) === 0n) count++;
  return count;
}

export function leadingZeros(x: bigint, width: number): bigint {
  let count = 0n;
  while (count < BigInt(width) && (x >> BigInt(width) - 1n - count & 1n) === 0n) count++;
  return count;
}
