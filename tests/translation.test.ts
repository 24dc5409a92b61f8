/**
 * Ways of translation: the same C programs under paging, with translation off, under segments and under segments above pages; two
 * programs in one untranslated memory; what each mode detects.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../src/core/lir/lir';
import { createMachine } from '../src/core/machine/machine';
import type { Machine } from '../src/core/machine/machine-api';
import { compileUnits, linkProgram, type Engine } from '../src/host/engine';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig, type TranslationMode } from '../src/shared/config';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import { prepareTools } from './engine.fixture';

const CONFORMANCE = resolve(import.meta.dirname, 'conformance');

let engine: Engine;
let clang: ClangRunner;
const compiled = new Map<string, Promise<Program>>();

beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
}, 240_000);

function compile(text: string, optimise: 0 | 1 | 2 = 0): Promise<Program> {
  const key = `${String(optimise)} ${text}`;
  let program = compiled.get(key);
  if (program === undefined) {
    program = (async () => {
      const units = await compileUnits(clang, [[{ path: 'p.c', text }]], { optimise, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
      expect(units.bitcode, units.text).not.toBeNull();
      return linkProgram(engine, units.bitcode ?? [], units.sources);
    })();
    compiled.set(key, program);
  }
  return program;
}

interface Options { readonly tool?: 'memcheck' | 'none'; readonly machine?: Partial<MachineConfig>; readonly input?: Uint8Array; readonly args?: readonly string[] }
interface Run { readonly machine: Machine; readonly text: () => string }

async function load(translation: TranslationMode, programs: readonly Program[], options: Options = {}): Promise<Run> {
  let text = '';
  let at = 0;
  const input = options.input ?? new Uint8Array(0);
  const machine = createMachine({
    machine: { ...DEFAULT_MACHINE, translation, ...options.machine }, check: { ...DEFAULT_CHECK, tool: options.tool ?? 'none' },
    programName: './p', args: options.args ?? [], environment: ['HOME=/'], stdout: 'pipe', pid: 500, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, {
    output: (_stream, bytes) => { text += Buffer.from(bytes).toString('latin1'); },
    input: (limit) => {
      const part = input.subarray(at, at + limit);
      at += part.length;
      return part.length === 0 ? null : part;
    },
  }, engine.kernel);
  for (const program of programs) machine.load(program);
  return { machine, text: () => text };
}

function finish(machine: Machine): void {
  for (let i = 0; i < 100_000; i++) {
    const reason = machine.run(200_000);
    if (reason === 'exited' || reason === 'limit') return;
  }
  throw new Error('the program does not end');
}

async function run(translation: TranslationMode, source: string, options: Options = {}) {
  const { machine, text } = await load(translation, [await compile(source)], options);
  finish(machine);
  expect(machine.sanityCheck()).toEqual([]);
  return { result: machine.result(), counters: machine.counters(), text: text() };
}

describe('the same program in every mode', () => {
  it.each(['aggregates', 'bank', 'file-records', 'function-tables', 'hash-table', 'jumps', 'long-jumps', 'recursion', 'sorting', 'thread-locals', 'trees', 'word-count', 'strings'])('%s', async (name) => {
    const source = readFileSync(resolve(CONFORMANCE, `${name}.c`), 'utf8');
    const stdin = resolve(CONFORMANCE, `${name}.stdin`);
    const options: Options = { ...(existsSync(stdin) ? { input: readFileSync(stdin) } : {}), args: ['one', 'two words'] };
    const reference = await run('paging', source, options);
    expect(reference.text).not.toBe('');
    for (const mode of ['none', 'segmentation', 'segmentation-paging'] as const) {
      const { text, result, counters } = await run(mode, source, options);
      expect(text, mode).toBe(reference.text);
      expect(result.exitStatus, mode).toBe(reference.result.exitStatus);
      if (mode !== 'segmentation-paging') expect([counters.l1dMisses, counters.l1iMisses, counters.l2Hits, counters.l2Misses, counters.walks, counters.walkReads], mode).toEqual([0, 0, 0, 0, 0, 0]);
      else expect(counters.walks).toBeGreaterThan(0);
    }
  }, 120_000);
});

const COUNT = `
#include <stdio.h>
static volatile long counter;
int main(int argc, char **argv) {
  (void)argc; (void)argv;
  for (long i = 0; i < 2000000; i++) counter++;
  printf("%ld\\n", counter);
  return 0;
}`;

describe('two programs in one memory', () => {
  it('are safe under every kind of translation', async () => {
    const program = await compile(COUNT, 1);
    for (const mode of ['paging', 'segmentation', 'segmentation-paging'] as const) {
      const { machine, text } = await load(mode, [program, program]);
      finish(machine);
      expect(text(), mode).toBe('2000000\n2000000\n');
    }
  });

  it('overwrite each other\'s data without translation', async () => {
    const program = await compile(COUNT, 1);
    const { machine, text } = await load('none', [program, program]);
    finish(machine);
    // Both count in the same word: what is printed belongs to neither.
    expect(text().split('\n')).not.toContain('2000000');
    const again = await load('none', [program, program]);
    finish(again.machine);
    expect(again.text()).toBe(text());
    expect(again.machine.ramHash()).toBe(machine.ramHash());
  });

  it('another program\'s code over one\'s own is an illegal instruction, explained', async () => {
    const { machine } = await load('none', [await compile(COUNT, 1), await compile(COUNT.replace('counter++', 'counter += 3'), 0)]);
    finish(machine);
    expect(machine.result().ending).toMatchObject({ kind: 'signal', name: 'SIGILL', explanation: expect.stringContaining('was overwritten') as string });
  });
});

describe('what cannot be loaded', () => {
  it('a program that makes numbers of addresses while it is linked, anywhere but under paging', async () => {
    const program = await compile('#include <stdint.h>\nstatic int x; int main(void) { return (int)(unsigned)(uintptr_t)&x; }');
    await expect(load('none', [program])).rejects.toThrow(/cannot be moved to another address/);
  });
  it('a program larger than memory without translation', async () => {
    const program = await compile('static char large[3000000]; int main(void) { return large[5]; }');
    await expect(load('none', [program], { machine: { frameCount: 700 } })).rejects.toThrow(/need \d+ KiB of RAM from address 0 on; the machine has 2800 KiB/);
  });
});

describe('what a mode detects', () => {
  const NULL_WRITE = 'int main(void) { *(volatile int *)0 = 7; return *(volatile int *)0; }';
  it('nothing, without translation: address 0 is memory like any other', async () => {
    const { result } = await run('none', NULL_WRITE);
    expect(result.exitStatus).toBe(7);
  });
  it('an address beyond RAM', async () => {
    const { result } = await run('none', 'int main(void) { return *(volatile int *)0x40000000; }');
    expect(result.ending).toMatchObject({ name: 'SIGBUS', explanation: expect.stringContaining('RAM ends at 0x40000000') as string });
  });
  it.each([
    ['a null pointer', NULL_WRITE, /Selector 0x0 is null/, 'General Protection Fault'],
    ['an offset beyond the limit', 'int a[4] = {1}; int main(int c, char **v) { (void)v; return a[c * 5000]; }', /#GP\(0\): Valid offsets are 0x0 to 0x[0-9a-f]+; offset 0x[0-9a-f]+ is not/, 'General Protection Fault'],
    ['a write to code', 'int main(void) { *(volatile char *)main = 1; return 0; }', /code, execute\/read, accessed\) does not allow to write/, 'General Protection Fault'],
    ['a write to constants', 'int main(void) { *(volatile char *)"abc" = 1; return 0; }', /data, read only(, accessed)?\) does not allow to write/, 'General Protection Fault'],
    ['a selector beyond the table', 'int main(void) { return *(volatile char *)0xffff00000000; }', /beyond its limit/, 'General Protection Fault'],
    ['a descriptor of the kernel', 'int main(void) { return *(volatile char *)0x001800000000; }', /DPL 0: the program has too little privilege/, 'General Protection Fault'],
    ['a stack without end', 'int f(int n) { volatile char a[500]; a[0] = (char)n; return f(n + 1) + a[0]; } int main(void) { return f(0); }', /#SS\(0\).*expand-down/, 'Stack-Segment Fault'],
  ])('%s', async (_name, source, explanation, cause) => {
    for (const mode of ['segmentation', 'segmentation-paging'] as const) {
      const { result } = await run(mode, source);
      expect(result.ending, mode).toMatchObject({ kind: 'signal', name: 'SIGSEGV', cause, explanation: expect.stringMatching(explanation) as string });
    }
  });
  it('an access that begins inside the limit and ends beyond it', async () => {
    const { result } = await run('segmentation', 'char a[3] = {1}; int main(void) { return *(volatile int *)(a + 1); }');
    expect(result.ending).toMatchObject({ name: 'SIGSEGV' });
  });
});

describe('segments in physical memory', () => {
  const GROW = `
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
int depth(int n) { char a[3000]; memset(a, n, sizeof a); return n == 0 ? a[0] : depth(n - 1) + a[2999] - a[0]; }
int main(void) {
  char *blocks[6];
  long sum = 0;
  for (int i = 0; i < 6; i++) { blocks[i] = malloc(300000); memset(blocks[i], i + 1, 300000); }
  for (int i = 0; i < 6; i += 2) free(blocks[i]);
  char *large = malloc(900000);
  if (large == NULL) return 1;
  memset(large, 9, 900000);
  for (int i = 1; i < 6; i += 2) for (int k = 0; k < 300000; k++) sum += blocks[i][k];
  char *small = malloc(100000);
  memset(small, 3, 100000);
  for (int i = 0; i < 100000; i++) sum += small[i];
  for (int i = 0; i < 900000; i++) sum += large[i];
  printf("%ld %d\\n", sum, depth(200));
  return 0;
}`;
  it.each(['first', 'best', 'worst', 'next'] as const)('%s fit: growth, compaction and moves keep every byte', async (segmentFit) => {
    const expected = (await run('paging', GROW)).text;
    expect(expected).toMatch(/^\d+ 0\n$/);
    for (const frameCount of [262_144, 1500]) {
      const { text, result } = await run('segmentation', GROW, { machine: { segmentFit, frameCount } });
      expect(result.exitStatus).toBe(0);
      expect(text).toBe(expected);
    }
  });
  it('memcheck reports what it reports under paging', async () => {
    const source = '#include <stdlib.h>\nint main(void) { char *a = malloc(10); a[10] = 1; a = malloc(20); return a[3]; }';
    const kinds = async (mode: TranslationMode) => {
      const { result } = await run(mode, source, { tool: 'memcheck' });
      return { errors: result.errors.map(({ kind, what }) => [kind, what]), leaks: result.leaks?.records.map(({ kind, bytes, blocks }) => [kind, bytes, blocks]) };
    };
    const paging = await kinds('paging');
    expect(paging.errors.length).toBeGreaterThan(0);
    for (const mode of ['none', 'segmentation', 'segmentation-paging'] as const) expect(await kinds(mode), mode).toEqual(paging);
  });
  it('compaction in the middle of a run moves every segment and changes nothing else', async () => {
    const program = await compile(GROW);
    const reference = await load('segmentation', [program], { machine: { segmentFit: 'worst' } });
    finish(reference.machine);
    const { machine, text } = await load('segmentation', [program], { machine: { segmentFit: 'worst' } });
    for (let i = 0; i < 20; i++) {
      machine.run(100_000);
      if (machine.state !== 'exited') expect(machine.changeSegments({ kind: 'compact' }).ok).toBe(true);
      expect(machine.sanityCheck()).toEqual([]);
      expect(machine.query('segments', { processKey: 0 }).value?.memory?.numbers.external).toBe(0);
    }
    finish(machine);
    expect(text()).toBe(reference.text());
    expect(machine.counters().accesses).toBe(reference.machine.counters().accesses);
  });
  it('an edited descriptor takes effect at the next access; the second pass repeats it', async () => {
    const source = '#include <stdlib.h>\nvolatile int table[3000];\nint main(void) { char *lost = malloc(5); lost = 0; for (int k = 0; k < 100000; k++) for (int i = 0; i < 3000; i++) table[i] += k; return lost != 0; }';
    const { machine } = await load('segmentation', [await compile(source)], { tool: 'memcheck' });
    machine.run(50_000);
    const rows = machine.query('segments', { processKey: 0 }).value?.ldt?.rows ?? [];
    const data = rows.find((row) => row.name === 'data');
    expect(data?.limitBytes).toBe(3000 * 4 - 1);
    // Limit 0x7ff, everything else as it was.
    const bits = ((BigInt(`0x${data?.bits ?? '0'}`) & ~0x000f_0000_0000_ffffn) | 0x7ffn).toString(16).padStart(16, '0');
    expect(machine.changeSegments({ kind: 'descriptor', processKey: 0, table: 'ldt', index: data?.index ?? 0, bits })).toEqual({ ok: true, message: '' });
    finish(machine);
    const { ending, leaks } = machine.result();
    expect(ending).toMatchObject({ name: 'SIGSEGV', explanation: expect.stringMatching(/Valid offsets are 0x0 to 0x7ff; offset 0x[0-9a-f]+ is not/) as string });
    expect(leaks?.records.map((record) => [record.kind, record.bytes, record.explanation === null])).toEqual([['definite', 5, false]]);
  });
  it('an unaligned base is refused', async () => {
    const { machine } = await load('segmentation', [await compile(COUNT, 1)]);
    machine.run(1000);
    expect(machine.changeSegments({ kind: 'descriptor', processKey: 0, table: 'ldt', index: 3, bits: '0040f2123456ffff' })).toMatchObject({ ok: false, message: expect.stringContaining('multiple of 0x1000') as string });
  });
});
