/**
 * Damaged bitcode gives a BitcodeError or a module, never anything else, and never takes long: every truncation, and
 * seeded bit flips in modules at -O0 and -O2. A module that comes out must survive a walk over all of it.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures, runClang } from './clang.fixture';
import { BitcodeError, type BitcodeModule } from './module';
import { Printer } from './print.fixture';
import { readBitcode } from './reader';

const SMALL = 'int g = 3; struct s { struct s *n; int a[4]; }; int f(struct s *p, int k) { for (; p; p = p->n) k += p->a[k & 3]; return k > g ? k : f(p, k); }\n';
/** Far above what a file of some kilobytes takes, far below what a person would call a hang. */
const LIMIT_MS = 2_000;

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return (t ^ t >>> 14) >>> 0;
  };
}

/** Follows every operand once, as a consumer would. */
function walk(module: BitcodeModule): void {
  const printer = new Printer(module);
  for (const global of [...module.globals, ...module.aliases]) printer.global(global);
  for (const fn of module.functions) {
    printer.header(fn);
    printer.body(fn);
  }
}

/** 'module', or the error's message; fails the test for anything else. */
function outcome(bytes: Uint8Array, what: string): string {
  const start = performance.now();
  try {
    walk(readBitcode(bytes));
    return 'module';
  } catch (error) {
    if (!(error instanceof BitcodeError)) throw new Error(`${what}: ${String(error)}`, { cause: error });
    expect(error.message, what).toMatch(/^[a-z]/);
    return error.message;
  } finally {
    expect(performance.now() - start, what).toBeLessThan(LIMIT_MS);
  }
}

describe('damaged bitcode', () => {
  let small: Uint8Array;
  const samples: (readonly [string, Uint8Array])[] = [];

  beforeAll(async () => {
    small = await runClang('small.c', SMALL, 0, 'bitcode', true);
    samples.push(['small.c', small]);
    for (const name of ['structs.c', 'control.c', 'variadic.c', 'vectors.c', 'linkage.c', 'atomics.c'])
      samples.push([name, await runClang(name, fixtures.get(name)!, name === 'control.c' ? 2 : 0, 'bitcode')]);
  });

  it('every truncation of a small module is refused', () => {
    expect(outcome(small, 'whole')).toBe('module');
    for (let length = 0; length < small.length; length++) {
      const result = outcome(small.slice(0, length), `${length} bytes`);
      // The symbol table at the end is not read, so a file may lack some of it when a whole word boundary remains.
      if (length < small.length - 512) expect(result, `${length} bytes`).not.toBe('module');
    }
  });

  it('thousands of bit flips', () => {
    const random = mulberry32(1), seen = new Set<string>();
    for (let round = 0; round < 6_000; round++) {
      const [name, original] = samples[round % samples.length]!, bytes = original.slice();
      const flips = 1 + random() % 3, places: number[] = [];
      for (let i = 0; i < flips; i++) {
        const bit = random() % (bytes.length * 8);
        places.push(bit);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
      }
      seen.add(outcome(bytes, `${name}, bits ${places.join()}`).replace(/\d+/g, '#'));
    }
    expect(seen.has('module')).toBe(true); // most of a module is names and numbers that may be anything
    expect(seen.size).toBeGreaterThan(30);
  });

  it('runs of random bytes', () => {
    const random = mulberry32(7);
    for (let round = 0; round < 1_000; round++) {
      const [name, original] = samples[round % samples.length]!, bytes = original.slice();
      const start = random() % bytes.length, end = Math.min(bytes.length, start + 1 + random() % 64);
      for (let i = start; i < end; i++) bytes[i] = random();
      outcome(bytes, `${name}, bytes ${start} to ${end}`);
    }
  });

  it('files of something else', () => {
    expect(outcome(new Uint8Array(), 'empty')).toBe('bitcode: this is not LLVM bitcode');
    expect(outcome(new TextEncoder().encode('int main(void) { return 0; }'), 'C')).toBe('bitcode: this is not LLVM bitcode');
    expect(outcome(Uint8Array.of(0x42, 0x43, 0xc0, 0xde), 'only the magic number')).toMatch(/string table is missing/);
  });
});

describe('what the simulated system does not support', () => {
  it('names it', async () => {
    const asmGoto = await runClang('a.c', 'int f(int x) { __asm__ goto("" : : "r"(x) : : out); return 1; out: return 2; }', 0, 'bitcode');
    expect(outcome(asmGoto, 'asm goto')).toMatch(/asm goto is not supported/);
    const ifunc = await runClang('a.c', 'static int one(void) { return 1; } static void *pick(void) { return (void *)one; } int chosen(void) __attribute__((ifunc("pick")));', 0, 'bitcode');
    expect(outcome(ifunc, 'ifunc')).toMatch(/ifunc/);
  });
});
