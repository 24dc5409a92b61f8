/** Parsers of plain values, of which validate.ts builds those of payloads: each answers with the value or throws PayloadError with where it is wrong. */

export class PayloadError extends Error {
  override readonly name = 'PayloadError';
}

export const LIMITS = {
  sourceCharacters: 2_000_000,
  preferencesCharacters: 4_000_000,
  momentsCharacters: 4_000_000,
  exportCharacters: 64_000_000,
  stdinCharacters: 1_000_000,
  pathCharacters: 4_096,
  listItems: 10_000,
  pictureBytes: 64 * 1024,
  picturePixels: 640,
} as const;

export type Parser<T> = (value: unknown, at: string) => T;
export type Fields = Readonly<Record<string, unknown>>;

export function refuse(at: string, wanted: string): never {
  throw new PayloadError(`${at}: expected ${wanted}`);
}

export const text = (limit: number): Parser<string> => (value, at) =>
  typeof value === 'string' && value.length <= limit ? value : refuse(at, `text of at most ${limit} characters`);

export const integer = (low: number, high: number): Parser<number> => (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high ? value : refuse(at, `an integer from ${low} to ${high}`);

export const real = (low: number, high: number): Parser<number> => (value, at) =>
  typeof value === 'number' && value >= low && value <= high ? value : refuse(at, `a number from ${low} to ${high}`);

export const flag: Parser<boolean> = (value, at) => (typeof value === 'boolean' ? value : refuse(at, 'true or false'));

export const oneOf = <T extends string | number>(...choices: readonly T[]): Parser<T> => (value, at) =>
  choices.includes(value as T) ? (value as T) : refuse(at, `one of ${choices.join(', ')}`);

export const listOf = <T>(item: Parser<T>, limit: number = LIMITS.listItems): Parser<readonly T[]> => (value, at) =>
  Array.isArray(value) && value.length <= limit ? value.map((each: unknown, index) => item(each, `${at}[${index}]`)) : refuse(at, `a list of at most ${limit}`);

export const orNull = <T>(parser: Parser<T>): Parser<T | null> => (value, at) => (value === null || value === undefined ? null : parser(value, at));

export const nothing: Parser<null> = (value, at) => (value === null || value === undefined ? null : refuse(at, 'nothing'));

export const fields: Parser<Fields> = (value, at) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : refuse(at, 'an object');

/** Signature, length and name of the chunk IHDR. */
const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
/** A small PNG by its signature and the width and height in its first chunk (Portable Network Graphics, 5.2 and 11.2.1). */
export const picture: Parser<Uint8Array> = (value, at) => {
  const isSmall = value instanceof Uint8Array && value.length >= 33 && value.length <= LIMITS.pictureBytes;
  if (!isSmall || !PNG_START.every((byte, i) => value[i] === byte)) return refuse(at, `a PNG of at most ${LIMITS.pictureBytes} bytes`);
  const view = new DataView(value.buffer, value.byteOffset, value.length), width = view.getUint32(16), height = view.getUint32(20);
  return width >= 1 && width <= LIMITS.picturePixels && height >= 1 && height <= LIMITS.picturePixels ? value : refuse(at, `a picture of at most ${LIMITS.picturePixels} pixels a side`);
};
