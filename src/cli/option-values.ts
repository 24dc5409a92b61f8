/** Values of options: each parser takes the option's name and the text after "=", and throws UsageError in plain words. */
import { UsageError, suggestion } from './usage-error';

export function choice<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === text);
  if (found === undefined) throw new UsageError(`${name}=${text}: the value must be ${listOf(choices)}${suggestion(text, choices)}`);
  return found;
}

export function yesNo(name: string, text: string): boolean {
  return choice(name, text, ['yes', 'no']) === 'yes';
}

/** "all", "none", or a comma-separated subset. Keeps the order of `members`. */
export function subset<T extends string>(name: string, text: string, members: readonly T[]): readonly T[] {
  if (text === 'all') return members;
  if (text === 'none') return [];
  const asked = text.split(',').map((word) => {
    const found = members.find((member) => member === word);
    if (found === undefined) throw new UsageError(`${name}=${text}: "${word}" is not one of ${listOf([...members, 'all', 'none'])}${suggestion(word, [...members, 'all', 'none'])}`);
    return found;
  });
  return members.filter((member) => asked.includes(member));
}

export function integer(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) throw new UsageError(`${name}=${text}: the value must be a whole number from ${least} to ${most}`);
  return value;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** A number of bytes: "4096", "64K", "8M", "1G" (also "8MiB", "8MB": powers of two as well). */
export function size(name: string, text: string, least: number, most: number): number {
  const [, digits, unit] = /^(\d+)([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  const value = digits === undefined ? NaN : Number(digits) * (UNITS[(unit ?? '').toUpperCase()] ?? NaN);
  if (!(value >= least && value <= most)) {
    throw new UsageError(`${name}=${text}: the value must be a size from ${sizeText(least)} to ${sizeText(most)}, e.g. 4096, 64K, 8M, 1G`);
  }
  return value;
}

const MULTIPLES: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** A number of things that are not bytes: "5000000", "5M". */
export function count(name: string, text: string, least: number, most: number): number {
  const [, digits, unit] = /^(\d+)([KMGT]?)$/i.exec(text) ?? [];
  const value = digits === undefined ? NaN : Number(digits) * (MULTIPLES[(unit ?? '').toUpperCase()] ?? NaN);
  if (!(value >= least && value <= most)) throw new UsageError(`${name}=${text}: the value must be a whole number of at least ${least}, e.g. 5000000 or 5M`);
  return value;
}

function sizeText(bytes: number): string {
  for (const unit of ['T', 'G', 'M', 'K']) {
    const factor = UNITS[unit] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
