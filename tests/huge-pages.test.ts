/**
 * Huge pages with real programs: explicit and transparent ones, what munmap, mprotect, madvise and fork do to them, khugepaged, and
 * the two examples that gain from them. Expected outputs follow Linux's manuals (mmap(2), madvise(2)).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from '../src/core/machine/machine';
import type { Machine } from '../src/core/machine/machine-api';
import { compileUnits, linkProgram } from '../src/host/engine';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig, type PagingConfig } from '../src/shared/config';
import { PATHS, prepareTools, type Tools } from './engine.fixture';

let tools: Tools;
beforeAll(async () => { tools = await prepareTools(); }, 240_000);

const HEAD = '#define _GNU_SOURCE\n#include <errno.h>\n#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/mman.h>\n#include <sys/wait.h>\n#include <unistd.h>\n#define MIB (1024l * 1024)\n'
  + 'static char *get(long bytes, int more) { return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | more, -1, 0); }\n';

interface Options { readonly paging?: Partial<PagingConfig>; readonly frames?: number; readonly tool?: 'none' | 'memcheck'; readonly levels?: 4 | 5; readonly machine?: Partial<MachineConfig> }

async function run(text: string, options: Options = {}): Promise<{ readonly machine: Machine; readonly out: string }> {
  const compiled = await compileUnits(tools.clang, [[{ path: 'p.c', text }]], { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] });
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  let out = '';
  const machine = createMachine({
    machine: { ...DEFAULT_MACHINE, ...options.machine, frameCount: options.frames ?? 65_536, levels: options.levels ?? 4, paging: { ...DEFAULT_MACHINE.paging, ...options.paging } },
    check: { ...DEFAULT_CHECK, tool: options.tool ?? 'none' }, programName: './p', args: [], environment: [], stdout: 'pipe', pid: 500, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: (_stream, bytes) => { out += Buffer.from(bytes).toString('latin1'); }, input: () => null }, tools.engine.kernel);
  machine.load(linkProgram(tools.engine, compiled.bitcode ?? [], compiled.sources));
  for (let i = 0; i < 2000; i++) if (machine.run(5_000_000) !== 'quantum') break;
  expect(machine.sanityCheck()).toEqual([]);
  return { machine, out };
}
function counters(machine: Machine) { return machine.query('tlb', null).value.counters; }

describe('MAP_HUGETLB', () => {
  it('takes pages of the pool, refuses what the pool cannot promise, and wants aligned ends', async () => {
    const { out, machine } = await run(`${HEAD}
int main(void) {
  char *a = get(3 * MIB, MAP_HUGETLB), *b = get(2 * MIB, MAP_HUGETLB | MAP_HUGE_2MB), *c = get(2 * MIB, MAP_HUGETLB);
  printf("%d %d %d %s\\n", a != MAP_FAILED, b != MAP_FAILED, c == MAP_FAILED, strerror(errno));
  printf("aligned %d\\n", (unsigned long)a % (2 * MIB) == 0);
  a[0] = 1; a[4 * MIB - 1] = 2; b[MIB] = 3;
  printf("munmap of a part: %d %d\\n", munmap(a, 4096), errno == EINVAL);
  printf("mprotect of a part: %d\\n", mprotect(a + MIB, MIB, PROT_READ));
  printf("discard: %d\\n", madvise(a, 2 * MIB, MADV_DONTNEED));
  printf("mprotect of a page: %d\\n", mprotect(a, 2 * MIB, PROT_READ));
  printf("%d %d\\n", a[0], a[4 * MIB - 1]);
  printf("munmap: %d\\n", munmap(b, 2 * MIB));
  c = get(2 * MIB, MAP_HUGETLB);
  printf("again: %d, empty: %d\\n", c != MAP_FAILED, c[MIB]);
  printf("1 GiB: %d\\n", get(1, MAP_HUGETLB | MAP_HUGE_1GB) == MAP_FAILED);
  printf("16 KiB pages: %d %d\\n", get(1, MAP_HUGETLB | (14 << MAP_HUGE_SHIFT)) == MAP_FAILED, errno == EINVAL);
  return 0;
}`, { paging: { reserved2MPages: 3 } });
    expect(out.split('\n')).toEqual(['1 1 1 Cannot allocate memory', 'aligned 1', 'munmap of a part: -1 1', 'mprotect of a part: -1', 'discard: -1', 'mprotect of a page: 0', '1 2', 'munmap: 0', 'again: 1, empty: 0', '1 GiB: 1', '16 KiB pages: 1 1', '']);
    expect(counters(machine).hugeFaults).toBe(4);
  });

  it('a page of 1 GiB is one entry, under the checker and with 5 levels too', async () => {
    const { out, machine } = await run(`${HEAD}
int main(void) {
  char *a = get(1024 * MIB, MAP_HUGETLB | MAP_HUGE_1GB);
  if (a == MAP_FAILED) return 1;
  for (long i = 0; i < 1024; i++) a[i * MIB] = (char)i;
  long sum = 0;
  for (long i = 0; i < 1024; i++) sum += a[i * MIB];
  printf("%ld\\n", sum);
  return 0;
}`, { frames: 3 * 262_144, paging: { reserved1GPages: 1 }, tool: 'memcheck', levels: 5 });
    expect(out).toBe('-512\n');
    const { arrays } = machine.query('tlb', null).value;
    const l2 = arrays.find((array) => array.id === 'l2');
    expect([...l2?.level ?? []].filter((level) => level === 3)).toHaveLength(1);
    expect(counters(machine).hugeFaults).toBe(1);
  });

  it('after fork the child keeps its copy; a pool too small for it ends in SIGBUS', async () => {
    const text = `${HEAD}
int main(void) {
  char *a = get(2 * MIB, MAP_HUGETLB);
  a[5] = 7;
  pid_t child = fork();
  if (child == 0) { a[5]++; printf("child %d\\n", a[5]); fflush(stdout); _exit(0); }
  int status;
  waitpid(child, &status, 0);
  printf("parent %d, signal %d\\n", a[5], WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  return 0;
}`;
    expect((await run(text, { paging: { reserved2MPages: 2 } })).out).toBe('child 8\nparent 7, signal 0\n');
    expect((await run(text, { paging: { reserved2MPages: 1 } })).out).toBe('parent 7, signal 7\n');
  });
});

describe('transparent huge pages', () => {
  const SUM = 'static long sum(char *a, long n) { long s = 0; for (long i = 0; i < n; i += 512) s += a[i]; return s; }\n';

  it('survive munmap, mprotect, discarding and fork of parts with their contents', async () => {
    const { out, machine } = await run(`${HEAD}${SUM}
int main(void) {
  char *a = get(8 * MIB, 0);
  for (long i = 0; i < 8 * MIB; i += 512) a[i] = (char)(i / 4096);
  long before = sum(a, 2 * MIB);
  munmap(a + 2 * MIB + 8192, 4096);
  mprotect(a + 4 * MIB, 4096, PROT_READ);
  madvise(a + 6 * MIB, 4096, MADV_DONTNEED);
  printf("%d %d %d\\n", sum(a, 2 * MIB) == before, a[4 * MIB] == (char)1024, a[6 * MIB + 512]);
  pid_t child = fork();
  if (child == 0) { a[100] = 99; _exit(a[100] + (a[512 * 9] != 1)); }
  int status;
  waitpid(child, &status, 0);
  printf("%d %d\\n", WEXITSTATUS(status), a[100]);
  return 0;
}`, { paging: { transparentHugePages: 'always' } });
    expect(out).toBe('1 1 0\n99 0\n');
    expect(counters(machine)).toMatchObject({ hugeFaults: 4, hugeSplits: 4 });
  });

  it('madvise decides in mode "madvise"; MADV_COLLAPSE works in any mode', async () => {
    const { out, machine } = await run(`${HEAD}${SUM}
int main(void) {
  char *a = get(4 * MIB, 0), *b = get(4 * MIB, 0);
  madvise(a, 2 * MIB, MADV_HUGEPAGE);
  for (long i = 0; i < 4 * MIB; i += 4096) { a[i] = 1; b[i] = 2; }
  printf("%d\\n", madvise(b, 2 * MIB, MADV_COLLAPSE));
  printf("%ld %ld\\n", sum(a, 4 * MIB), sum(b, 4 * MIB));
  return 0;
}`, { paging: { transparentHugePages: 'madvise' } });
    expect(out).toBe('0\n1024 2048\n');
    expect(counters(machine)).toMatchObject({ hugeFaults: 1, hugePromotions: 1, hugeSplits: 0 });
  });

  it('khugepaged promotes a heap that grew page by page, at the same moments in every run', async () => {
    const text = `${HEAD}
int main(void) {
  char *blocks[400];
  for (int i = 0; i < 400; i++) { blocks[i] = malloc(20000); memset(blocks[i], i, 20000); }
  long sum = 0;
  for (int round = 0; round < 40; round++) for (int i = 0; i < 400; i++) for (int k = 0; k < 20000; k += 512) sum += blocks[i][k];
  printf("%ld\\n", sum);
  return 0;
}`;
    const paging = { transparentHugePages: 'always', khugepagedScanCycles: 1_000_000 } as const;
    const runs = [await run(text, { paging }), await run(text, { paging })] as const;
    const plain = await run(text);
    expect(runs[0].out).toBe(plain.out);
    expect(counters(runs[0].machine).hugePromotions).toBeGreaterThan(1);
    expect(runs[0].machine.ramHash()).toBe(runs[1].machine.ramHash());
    expect(counters(runs[0].machine)).toEqual(counters(runs[1].machine));
    expect(counters(runs[0].machine).walks).toBeLessThan(counters(plain.machine).walks / 2);
  });
});

describe('memory pressure', () => {
  it.each(['linux', 'clock', 'random'] as const)('splits huge pages, swaps their parts and loses nothing: policy %s', async (policy) => {
    const { out, machine } = await run(`${HEAD}
int main(void) {
  long *a = (long *)get(24 * MIB, 0), wrong = 0;
  for (long page = 0; page < 6144; page++) a[page * 512 + page % 512] = page * 3 + 1;
  for (int round = 0; round < 2; round++) for (long page = 0; page < 6144; page++) {
    if (a[page * 512 + page % 512] != page * 3 + 1 + round) wrong++;
    a[page * 512 + page % 512]++;
  }
  printf("wrong %ld\\n", wrong);
  return 0;
}`, { frames: 4608, paging: { transparentHugePages: 'always', khugepagedScanCycles: 3_000_000 }, machine: { memory: { ...DEFAULT_MACHINE.memory, policy }, swap: { ...DEFAULT_MACHINE.swap, slotCount: 8192, device: 'nvme' } } });
    expect(out).toBe('wrong 0\n');
    expect(counters(machine).hugeSplits).toBeGreaterThan(2);
    expect(machine.counters().majorFaults).toBeGreaterThan(100);
  });
});

describe('examples', () => {
  it.each(['lookup-table', 'guest-memory'])('%s: with huge pages the same output, a thousandth of the walks, fewer cycles', async (name) => {
    const text = readFileSync(join(PATHS.resources, 'examples', `${name}.c`), 'utf8');
    const small = await run(text);
    const huge = await run(text, { paging: { transparentHugePages: 'madvise' } });
    expect(huge.out).toBe(small.out);
    const [before, after] = [counters(small.machine), counters(huge.machine)];
    expect(after.walks * 1000).toBeLessThan(before.walks);
    expect(after.translationCycles * 1000).toBeLessThan(before.translationCycles);
    expect(after.cycles).toBeLessThan(before.cycles * 0.6);
    expect(after.hugeFaults).toBe(8);
    // Reach: 512 times as much with as many entries.
    const reach = (machine: Machine): number => {
      const l2 = machine.query('tlb', null).value.arrays.find((array) => array.id === 'l2');
      return Math.max(...[...l2?.level ?? []].map((level) => 512 ** (level - 1)));
    };
    expect([reach(small.machine), reach(huge.machine)]).toEqual([1, 512]);
  });
});
