/**
 * The machine with real programs: faults and their kinds, signals, limits, stepping, breakpoints, variables, queries,
 * isolation of two programs, replay, teardown. Compiled by Clang once per program.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from '../src/core/machine/machine';
import type { Machine, StopReason } from '../src/core/machine/machine-api';
import type { Program } from '../src/core/lir/lir';
import { compileUnits, linkProgram, type Engine } from '../src/host/engine';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig, type RunConfig } from '../src/shared/config';
import type { VariableRow } from '../src/shared/views';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import { prepareTools } from './engine.fixture';

let engine: Engine;
let clang: ClangRunner;
const compiledPrograms = new Map<string, Program>();

beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
}, 240_000);

async function compile(text: string): Promise<Program> {
  const known = compiledPrograms.get(text);
  if (known !== undefined) return known;
  const compiled = await compileUnits(clang, [[{ path: 'p.c', text }]], { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] });
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  const program = linkProgram(engine, compiled.bitcode ?? [], compiled.sources);
  compiledPrograms.set(text, program);
  return program;
}

interface Options {
  readonly tool?: 'memcheck' | 'none'; readonly machine?: Partial<MachineConfig>; readonly args?: readonly string[];
  readonly input?: (Uint8Array | null | 'wait')[]; readonly limits?: Partial<Pick<RunConfig, 'maxInstructions' | 'maxOutputBytes' | 'maxHeapBytes'>>;
}
interface Run { readonly machine: Machine; readonly out: { text: string } }

async function start(text: string, options: Options = {}): Promise<Run> {
  const out = { text: '' };
  const input = options.input ?? [];
  const machine = createMachine({
    machine: { ...DEFAULT_MACHINE, ...options.machine }, check: { ...DEFAULT_CHECK, tool: options.tool ?? 'memcheck' },
    programName: './p', args: options.args ?? [], environment: ['HOME=/'], stdout: 'pipe', pid: 500,
    maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0, ...options.limits,
  }, { output: (_stream, bytes) => { out.text += Buffer.from(bytes).toString('latin1'); }, input: () => input.shift() ?? null }, engine.kernel);
  machine.load(await compile(text));
  return { machine, out };
}

function finish(machine: Machine, quantum = 100_000): StopReason {
  for (let i = 0; i < 100_000; i++) {
    const reason = machine.run(quantum);
    if (reason !== 'quantum') return reason;
  }
  throw new Error('the program does not end');
}

async function ending(text: string, options: Options = {}) {
  const { machine, out } = await start(text, options);
  finish(machine);
  expect(machine.sanityCheck()).toEqual([]);
  return { ...machine.result(), out: out.text };
}

describe('signals', () => {
  it.each([
    ['a null pointer', 'int main(void) { return *(volatile int *)0; }', 11, 'SEGV_MAPERR', '0x0', /null pointer/],
    ['an unmapped page', 'int main(void) { return *(volatile char *)0x123456789000; }', 11, 'SEGV_MAPERR', '0x123456789000', /Nothing is mapped/],
    ['a constant', 'int main(void) { *(volatile char *)"abc" = 1; return 0; }', 11, 'SEGV_ACCERR', null, /rights/],
    ['the kernel half', 'int main(void) { return *(volatile char *)0xffff800000001000; }', 11, 'SEGV_MAPERR', '0xffff800000001000', /kernel/],
    ['a hole address', 'int main(void) { return *(volatile char *)0x8000000000001000; }', 11, 'SI_KERNEL', '0x0', /canonical/],
    ['division by zero', 'int main(int c, char **v) { (void)v; return 5 / (c - 1); }', 8, 'FPE_INTDIV', null, /divided/],
    ['trap', 'int main(void) { __builtin_trap(); }', 4, 'ILL_ILLOPC', null, /trap/],
    ['abort', '#include <stdlib.h>\nint main(void) { abort(); }', 6, '', '0x0', /^$/],
    ['a null function', 'int main(void) { void (*volatile f)(void) = 0; f(); return 0; }', 11, 'SEGV_ACCERR', '0x0', /null function pointer/],
  ])('%s', async (_name, text, signal, code, address, explanation) => {
    const result = await ending(text);
    expect(result.ending).toMatchObject({ kind: 'signal', signal, code, stackOverflow: false, explanation: expect.stringMatching(explanation) as string });
    if (address !== null) expect(result.ending).toMatchObject({ address });
    expect(result.exitStatus).toBe(128 + signal);
  });

  it('recursion without end is a stack overflow at the 8 MiB limit', async () => {
    const result = await ending('static int f(int n) { volatile char a[1000]; a[n % 1000] = 1; return f(n + 1) + a[3]; }\nint main(void) { return f(0); }');
    expect(result.ending).toMatchObject({ kind: 'signal', code: 'SEGV_MAPERR', stackOverflow: true });
    const address = result.ending.kind === 'signal' ? BigInt(result.ending.address) : 0n;
    expect(0x7fff_ffff_f000n - address).toBeGreaterThan(8n * 1024n * 1024n);
    expect(0x7fff_ffff_f000n - address).toBeLessThan(8n * 1024n * 1024n + 8192n);
  });

  it('handlers run, return, and the instruction is tried again', async () => {
    const result = await ending(`#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
static int n;
static void h(int s) { printf("%d ", s); if (++n == 4) exit(9); }
int main(void) { signal(SIGUSR1, h); signal(SIGSEGV, h); signal(SIGTERM, SIG_IGN); raise(SIGTERM); printf("r%d ", raise(SIGUSR1)); return *(volatile int *)0; }`, { tool: 'none' });
    expect(result.out).toBe('10 r0 11 11 11 ');
    expect(result.exitStatus).toBe(9);
  });

  it('an overwritten return address is obeyed and explained', async () => {
    const result = await ending('#include <string.h>\nstatic void f(const char *s) { char b[8]; strcpy(b, s); }\nint main(void) { f("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"); return 0; }', { tool: 'none' });
    expect(result.ending).toMatchObject({ kind: 'signal', signal: 11, address: '0x6161616161616161', explanation: expect.stringMatching(/return address|saved frame pointer/) as string });
  });

  it('a failed assertion is the explanation of its SIGABRT', async () => {
    const result = await ending('#include <assert.h>\nint main(int argc, char **argv) {\n  (void)argv;\n  assert(argc == 2);\n  return 0;\n}');
    expect(result.ending).toMatchObject({ signal: 6, explanation: expect.stringMatching(/p\.c:4: .*argc == 2/) as string });
    expect(result.out).toContain("Assertion `argc == 2' failed.");
  });

  it('the out-of-memory killer ends what needs more than the machine has', async () => {
    const result = await ending('#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) { char *p = malloc(1 << 20); memset(p, 1, 1 << 20); } }', { machine: { frameCount: 4096 }, tool: 'none' });
    expect(result.ending).toMatchObject({ kind: 'signal', signal: 9, explanation: expect.stringContaining('out-of-memory') as string });
  });
});

describe('limits', () => {
  it('output is cut at the exact byte', async () => {
    const result = await ending('#include <stdio.h>\nint main(void) { for (;;) puts("again"); }', { limits: { maxOutputBytes: 50 } });
    expect(result.out).toHaveLength(50);
    expect(result).toMatchObject({ ending: { kind: 'limit', limit: 'output' }, exitStatus: 125 });
  });
  it('instructions', async () => {
    const result = await ending('int main(void) { for (;;); }', { limits: { maxInstructions: 300_000 } });
    expect(result.ending).toMatchObject({ kind: 'limit', limit: 'instructions' });
  });
  it('heap', async () => {
    const result = await ending('#include <stdlib.h>\nint main(void) { for (;;) malloc(1000); }', { limits: { maxHeapBytes: 100_000 } });
    expect(result.ending).toMatchObject({ kind: 'limit', limit: 'heap' });
    expect(result.leaks?.summary.definite.blocks).toBeGreaterThan(90);
  });
});

describe('memory', () => {
  it.each([['memcheck' as const], ['none' as const]])('with overcommit 0, 100 GB are not promised by a machine of 1 GiB (%s)', async (tool) => {
    const result = await ending('#include <stdlib.h>\nint main(void) { char *p = malloc(100ul << 30); return p == NULL ? 0 : 1; }', { tool, machine: { memory: { ...DEFAULT_MACHINE.memory, overcommit: 0 } } });
    expect(result.exitStatus).toBe(0);
  });

  it.each([['memcheck' as const], ['none' as const]])('100 GB are given and touched in two places (%s)', async (tool) => {
    const result = await ending('#include <stdlib.h>\nint main(void) { char *p = malloc(100ul << 30); if (!p) return 1; p[0] = 1; p[70ul << 30] = 2; int ok = p[1] == 0; free(p); return ok ? 0 : 2; }', { tool });
    expect(result.exitStatus).toBe(0);
  });

  it('mmap, a private file mapping, mprotect and munmap', async () => {
    const result = await ending(`#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
  char *p = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  p[5000] = 'x';
  int fd = open("/data", O_CREAT | O_RDWR, 0644);
  write(fd, "hello file", 10);
  char *f = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  char b[16] = "";
  f[0] = 'J';
  lseek(fd, 0, SEEK_SET);
  read(fd, b, 10);
  printf("%.10s %s %d %d\\n", f, b, munmap(p + 4096, 4096), mprotect(p, 4096, PROT_READ));
  printf("%d %ld\\n", close(fd), (long)read(fd, b, 1));
  fflush(stdout);
  p[1] = 1;
  return 0;
}`, { tool: 'none' });
    expect(result.out).toBe('Jello file hello file 0 0\n0 -1\n');
    expect(result.ending).toMatchObject({ signal: 11, code: 'SEGV_ACCERR' });
  });

  it('faults have their kinds, and the first touch of a page is found', async () => {
    const { machine } = await start(`#include <stdlib.h>
static char bss[3 * 4096]; static char data[4096] = "data";
int main(void) {
  volatile char *b = bss; volatile char *h = malloc(5 * 4096); int sum = 0;
  sum += b[4096 * 1]; b[4096 * 1] = 1; h[4096 * 2] = 1; sum += data[0]; ((volatile char *)data)[1] = 2;
  volatile char deep[200000]; deep[0] = 1;
  free((void *)h);
  return sum == 'd' ? deep[0] - 1 : 9;
}`);
    expect(finish(machine)).toBe('exited');
    expect(machine.result().exitStatus).toBe(0);
    const filter = { sinceMain: true, kinds: [], fromCycle: 0, toCycle: 0, limit: 1000, cursor: 0 };
    const faults = machine.query('faults', { processKey: 1, filter }).value;
    const kindsAt = (line: number): number[] => [...faults.kind].filter((_, i) => faults.line[i] === line && faults.functions[faults.fn[i]!] === 'main');
    expect(kindsAt(5)).toEqual(expect.arrayContaining([0, 1, 3]));
    expect([...faults.kind]).toContain(4);
    const all = machine.query('faults', { processKey: 1, filter: { ...filter, sinceMain: false } }).value;
    expect([...all.kind]).toContain(2);
    expect(all.total).toBeGreaterThan(faults.total);
    expect(machine.counters().minorFaults).toBe(all.total);
    for (const vma of machine.query('vmas', { processKey: 1 }).value) {
      for (const page of machine.query('pages', { processKey: 1, mappingId: vma.mappingId, from: 0, count: 4096 }).value) {
        if (page.state === 'not-touched') continue;
        const i = [...all.seq].indexOf(page.firstFault);
        expect(i).toBeGreaterThanOrEqual(0);
        expect(Math.floor(all.va[i]! / 4096)).toBe(Number(BigInt(page.va) / 4096n));
      }
    }
  });
});

describe('determinism', () => {
  it('quanta of any size give one trace, hash and result', async () => {
    const text = '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { char l[64]; int n = 0; while (fgets(l, sizeof l, stdin)) n += atoi(l); void *p = malloc(n); printf("%d %d\\n", n, p != 0); return 0; }';
    const seen = new Set<string>();
    for (const quantum of [1, 997, 5_000_000]) {
      const { machine, out } = await start(text, { input: [Buffer.from('1\n2'), 'wait', Buffer.from('0\n'), null] });
      let reason = finish(machine, quantum);
      while (reason === 'blocked') reason = finish(machine, quantum);
      expect(out.text).toBe('21 1\n');
      const { counters, leaks } = machine.result();
      seen.add(JSON.stringify([machine.ramHash(), counters, leaks]));
      expect(leaks?.records[0]?.explanation).not.toBeNull();
    }
    expect(seen.size).toBe(1);
  });
});

describe('two programs', () => {
  it('run isolated by round robin, share the library, and give everything back', async () => {
    const text = (n: number): string => `#include <stdio.h>\nstatic int g = ${String(n)};\nint main(void) { for (int i = 0; i < 2000000; i++) g += ${String(n)}; printf("[${String(n)} %d]", g); fflush(stdout); return ${String(n)}; }`;
    const { machine, out } = await start(text(1), { tool: 'none' });
    const second = machine.load(await compile(text(2)));
    machine.run(5_000_000);
    machine.run(5_000_000);
    const rows = machine.query('processes', null).value;
    expect(rows.map((row) => row.pid)).toEqual([500, 501]);
    for (const row of rows) expect(row.cpuSeconds).toBeGreaterThan(0);
    const shared = machine.query('vmas', { processKey: second }).value.find((vma) => vma.kind === 'library' && vma.permissions === 'r-xp')!;
    const page = machine.query('pages', { processKey: second, mappingId: shared.mappingId, from: 0, count: 4096 }).value
      .map((each) => machine.query('frame', { pfn: Math.max(0, each.pfn) }).value).find((frame) => frame.kind === 'shared');
    expect(page?.owners).toHaveLength(2);
    expect(machine.sanityCheck()).toEqual([]);
    expect(finish(machine, 1_000_000)).toBe('exited');
    expect(out.text.split(']').sort().join(']')).toContain('[1 2000001');
    expect(out.text).toContain('[2 4000002]');
    expect(machine.query('processes', null).value.map((row) => row.exitStatus)).toEqual([1, 2]);
    const before = machine.query('status', null).value.usedFrames;
    machine.reclaim();
    const after = machine.query('status', null).value;
    expect(after.usedFrames).toBeLessThan(before);
    expect(after.message).toContain('frames were in use');
    expect(machine.sanityCheck()).toEqual([]);
    expect(machine.query('vmas', { processKey: second }).value).toEqual([]);
    expect(machine.query('callStack', { processKey: second }).value).toEqual([]);
  });
});

const DEBUGGED = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
enum colour { RED, GREEN = 5 };
struct point { int x; double y; unsigned flag : 3; int low : 4; char name[8]; enum colour c; struct point *next; };
static int counter = 3;
static int twice(int n) {
  int result = n * 2;
  counter++;
  return result;
}
int main(int argc, char **argv) {
  struct point p = { 1, 2.5, 5, -3, "abc", GREEN, 0 };
  const char *text = "hi \\"you\\"";
  int a[3] = { 7, 8, 9 };
  p.next = malloc(sizeof *p.next);
  memset(p.next, 0, sizeof *p.next);
  int t = twice(a[1]);
  p.x = t;
  printf("%s %d %d\\n", text, p.x, argc);
  free(p.next);
  return argv == 0;
}
`;

describe('system calls', () => {
  it('files, standard input, clock, arguments and environment', async () => {
    const result = await ending(`#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
int main(int argc, char **argv) {
  FILE *f = fopen("notes", "w+"); fputs("one two", f); rewind(f); char w[8]; fscanf(f, "%*s %7s", w); fclose(f);
  struct timespec a, b; clock_gettime(CLOCK_MONOTONIC, &a); struct timespec s = { 1, 500 }; nanosleep(&s, 0); clock_gettime(CLOCK_MONOTONIC, &b);
  printf("%s %d %s %s %d", w, argc, argv[2], getenv("HOME"), b.tv_sec - a.tv_sec >= 1);
  printf(" %d %d %d", remove("notes"), remove("notes"), (int)getpid());
  printf(" %ld %s\\n", (long)write(1, (void *)16, 4), isatty(1) ? "tty" : "pipe");
  return time(0) > 1000000000 ? 0 : 1;
}`, { args: ['-x', 'häß'] });
    expect(Buffer.from(result.out, 'latin1').toString('utf8')).toBe('two 3 häß / 1 0 -1 500 -1 pipe\n');
    expect(result.exitStatus).toBe(0);
  });

  it('client requests of valgrind', async () => {
    const result = await ending(`#include <stdlib.h>
int main(void) {
  volatile unsigned long request[6] = { 0x1001 }; unsigned long answer = 0;
  __asm__ volatile("rolq $3, %%rdi ; rolq $13, %%rdi\\n\\trolq $61, %%rdi ; rolq $51, %%rdi\\n\\txchgq %%rbx,%%rbx" : "=d"(answer) : "a"(request), "0"(answer) : "cc", "memory");
  return (int)answer;
}`);
    expect(result.exitStatus).toBe(1);
  });
});

describe('five levels', () => {
  it('run the same program with a longer walk', async () => {
    const text = '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { char *p = malloc(100000); p[50000] = 1; printf("%d\\n", p[50000]); free(p); return 0; }';
    const [four, five] = [await ending(text), await ending(text, { machine: { levels: 5 } })];
    expect(five.out).toBe(four.out);
    expect(five.counters.instructions).toBe(four.counters.instructions);
    expect(five.counters.walkReads).toBeGreaterThan(four.counters.walkReads);
  });
});

describe('debugger', () => {
  const location = (machine: Machine): string => {
    const at = machine.query('status', null).value.location;
    return at === null ? '' : `${at.fn}:${String(at.line)}`;
  };
  const step = (machine: Machine, how: 'into' | 'over' | 'out'): string => {
    for (;;) {
      const reason = machine.step(how, 100);
      if (reason !== 'quantum') return reason === 'step' ? location(machine) : reason;
    }
  };
  const find = (rows: readonly VariableRow[], name: string): VariableRow => {
    const row = rows.find((each) => each.name === name);
    if (row === undefined) throw new Error(`no variable ${name} among ${rows.map((each) => each.name).join(', ')}`);
    return row;
  };

  it('steps into, over and out by line', async () => {
    const { machine } = await start(DEBUGGED);
    expect(step(machine, 'into')).toBe('main:13');
    const lines = [step(machine, 'over'), step(machine, 'over'), step(machine, 'over'), step(machine, 'over'), step(machine, 'over')];
    expect(lines).toEqual(['main:14', 'main:15', 'main:16', 'main:17', 'main:18']);
    expect(step(machine, 'into')).toBe('twice:8');
    expect(step(machine, 'over')).toBe('twice:9');
    expect(machine.query('callStack', { processKey: 1 }).value.map((row) => row.fn)).toEqual(['twice', 'main']);
    expect(step(machine, 'out')).toBe('main:18');
    expect(step(machine, 'over')).toBe('main:19');
    expect(step(machine, 'over')).toBe('main:20');
    expect(step(machine, 'into')).toBe('main:21');
    expect(finish(machine)).toBe('exited');
    expect(machine.result().exitStatus).toBe(0);
  });

  it('leaves a busy line at full speed, and enters what it calls', async () => {
    const text = `static long sum;
static void add(int i) {
  sum += i;
}
int main(void) {
  for (int i = 0; i < 2000000; i++) sum += i & 3;
  for (int i = 0; i < 1000; i++) add(i);
  for (long n = 3000; n > 0; n--) { sum++; if (n == 1) add(1); }
  return (int)(sum & 1);
}
`;
    const { machine } = await start(text);
    machine.setBreakpoints([{ file: 'p.c', line: 6 }]);
    expect(finish(machine)).toBe('breakpoint');
    machine.setBreakpoints([]);
    expect(step(machine, 'over')).toBe('main:7');
    expect(machine.counters().instructions).toBeGreaterThan(4_000_000);
    expect(step(machine, 'over')).toBe('main:8');
    expect(step(machine, 'into')).toBe('add:3');
    expect(step(machine, 'out')).toBe('main:8');
    expect(step(machine, 'over')).toBe('main:9');
    expect(finish(machine)).toBe('exited');
  });

  it('shows variables without a fixed place: structs passed by value, arrays of variable length, aligned ones', async () => {
    const { machine } = await start(`#include <stdalign.h>
#include <string.h>
struct big { long numbers[5]; const char *name; };
static long take(struct big b, int n) {
  int squares[n];
  short grid[2][n];
  alignas(64) int wide = 77;
  for (int i = 0; i < n; i++) squares[i] = i * i;
  memset(grid, 0, sizeof grid);
  grid[1][2] = 5;
  return b.numbers[3] + squares[n - 1] + wide + grid[1][2];
}
int main(void) {
  struct big one = { { 1, 2, 3, 4, 5 }, "big" };
  return (int)take(one, 4);
}
`);
    machine.setBreakpoints([{ file: 'p.c', line: 5 }, { file: 'p.c', line: 11 }]);
    expect(finish(machine)).toBe('breakpoint');
    const early = machine.query('callStack', { processKey: 1 }).value[0]!.variables;
    expect(find(early, 'squares').value).toBe('<not allocated yet>');
    expect(find(early, 'n').value).toBe('4');
    expect(finish(machine)).toBe('breakpoint');
    const { variables } = machine.query('callStack', { processKey: 1 }).value[0]!;
    const b = find(variables, 'b');
    expect(find(b.children, 'numbers').value).toBe('{1, 2, 3, 4, 5}');
    expect(find(b.children, 'name').value).toContain('"big"');
    expect(find(variables, 'squares')).toMatchObject({ type: 'int[4]', value: '{0, 1, 4, 9}', sizeBytes: 16 });
    expect(find(variables, 'grid')).toMatchObject({ type: 'short[2][4]', sizeBytes: 16 });
    expect(find(variables, 'grid').children[6]?.value).toBe('5');
    expect(find(variables, 'wide')).toMatchObject({ type: 'int', value: '77' });
    expect(BigInt(find(variables, 'wide').va) % 64n).toBe(0n);
  });

  it('names variables without a fixed place when they lose the last pointer', async () => {
    const { machine } = await start(`#include <stdlib.h>
struct big { long numbers[5]; char *text; };
static void lose(struct big b, int n) {
  char *held[n];
  held[1] = malloc(5);
  b.text = malloc(7);
  held[1] = 0;
  b.text = 0;
}
int main(void) {
  struct big one = { { 0 }, 0 };
  lose(one, 3);
  return 0;
}
`);
    expect(finish(machine)).toBe('exited');
    const holders = machine.result().leaks?.records.map(({ explanation }) => [explanation?.holder, explanation?.line]);
    expect(holders).toEqual([['held[1]', 7], ['b.text', 8]]);
  });

  it('stops at breakpoints, shows variables by name and type, and the run stays the same', async () => {
    const plain = await start(DEBUGGED);
    finish(plain.machine);
    const { machine, out } = await start(DEBUGGED);
    expect(machine.setBreakpoints([{ file: 'p.c', line: 9 }, { file: 'p.c', line: 19 }, { file: 'p.c', line: 900 }])).toEqual([true, true, false]);
    expect(finish(machine)).toBe('breakpoint');
    expect(location(machine)).toBe('twice:9');
    const [inner, outer] = machine.query('callStack', { processKey: 1 }).value;
    expect(find(inner!.variables, 'n')).toMatchObject({ type: 'int', value: '8', defined: true });
    expect(find(inner!.variables, 'result')).toMatchObject({ value: '16' });
    const p = find(outer!.variables, 'p');
    expect(p.type).toBe('struct point');
    const member = (name: string): string => find(p.children, name).value;
    expect([member('x'), member('y'), member('flag'), member('low'), member('name'), member('c')]).toEqual(['1', '2.5', '5', '-3', '"abc"', 'GREEN']);
    expect(find(p.children, 'next')).toMatchObject({ type: 'struct point *', blockId: 1 });
    expect(find(p.children, 'next').children.map((row) => row.name)).toContain('next');
    expect(find(outer!.variables, 'text').value).toMatch(/^0x[0-9a-f]+ "hi \\"you\\""$/);
    expect(find(outer!.variables, 'a')).toMatchObject({ type: 'int[3]', value: '{7, 8, 9}' });
    expect(find(outer!.variables, 't').defined).toBe(false);
    expect(find(machine.query('globals', { processKey: 1 }).value, 'counter').value).toBe('3');
    expect(finish(machine)).toBe('breakpoint');
    expect(location(machine)).toBe('main:19');
    machine.setBreakpoints([]);
    expect(finish(machine)).toBe('exited');
    expect(out.text).toBe('hi "you" 16 1\n');
    expect(machine.ramHash()).toBe(plain.machine.ramHash());
    expect(machine.counters()).toEqual(plain.machine.counters());
  });
});

describe('one selection', () => {
  it('leads from a loss record to line, block, page, frame and first-touch fault, and back', async () => {
    const { machine } = await start('#include <stdlib.h>\n#include <string.h>\nint main(void) {\n  char *p = malloc(40);\n  strcpy(p, "x");\n  p = 0;\n  return p != 0;\n}');
    finish(machine);
    const record = machine.result().leaks!.records[0]!;
    expect(record).toMatchObject({ kind: 'definite', bytes: 40, explanation: { cause: 'overwritten', line: 6, holder: 'p' } });
    const chain = machine.query('chain', { processKey: 1, query: { findingId: record.findingId } }).value;
    expect(chain.line?.line).toBe(6);
    expect(chain.block).toMatchObject({ size: 40, state: 'lost-definite' });
    expect(chain.page?.resident).toBe(true);
    expect(chain.frame).toBeGreaterThan(0);
    expect(chain.faultLine?.line).toBe(5);
    expect(machine.query('chain', { processKey: 1, query: { pfn: chain.frame! } }).value.page?.va).toBe(chain.page?.va);
    expect(machine.query('chain', { processKey: 1, query: { fault: chain.fault! } }).value.frame).toBe(chain.frame);
    expect(machine.query('chain', { processKey: 1, query: { blockId: chain.block!.blockId } }).value.findingId).toBe(record.findingId);
    expect(machine.query('chain', { processKey: 1, query: { file: 'p.c', line: 4 } }).value.block?.blockId).toBe(chain.block?.blockId);
    const detail = machine.query('page', { processKey: 1, va: chain.page!.va }).value!;
    expect(detail.walk.map((each) => each.level)).toEqual([4, 3, 2, 1]);
    expect(detail.pfn).toBe(chain.frame);
    const offset = Number(BigInt(chain.block!.va) - BigInt(detail.va));
    expect(String.fromCharCode(detail.bytes[offset]!)).toBe('x');
    expect([detail.shadow[offset], detail.shadow[offset + 2], detail.shadow[offset + 40]]).toEqual([2, 1, 0]);
    expect(machine.query('frame', { pfn: chain.frame! }).value).toMatchObject({ kind: 'anonymous', owners: [{ pid: 500, va: detail.va }] });
  });
});

describe('pages beside frames', () => {
  it('are what the page tables say, window by window', async () => {
    const { machine } = await start('#include <stdlib.h>\nint main(void) { char *b = malloc(40 * 4096); for (int i = 0; i < 40; i += 3) b[i * 4096] = 1; return b[4096]; }');
    finish(machine);
    const { value: all } = machine.query('pageFrames', { processKey: 1, mappingId: 0, from: 0, count: 1000, find: '' });
    expect(all.total).toBe(all.va.length);
    expect([...all.va]).toEqual([...all.va].sort((a, b) => a - b));
    for (let i = 0; i < all.total; i++) {
      const page = machine.query('page', { processKey: 1, va: `0x${all.va[i]!.toString(16)}` }).value!;
      expect([page.pfn, page.mappingId, Number(page.dirty)]).toEqual([all.pfn[i], all.mappingId[i], all.dirty[i]]);
      expect(['resident', 'zero-page', 'file', 'swapped'][all.backing[i]!]).toBe(page.state);
    }
    const find = `0x${all.va[7]!.toString(16)}`;
    const { value: part } = machine.query('pageFrames', { processKey: 1, mappingId: 0, from: 5, count: 4, find });
    expect([...part.pfn]).toEqual([...all.pfn.slice(5, 9)]);
    expect([part.total, part.from, part.found]).toEqual([all.total, 5, 7]);
  });
});

describe('stop', () => {
  it('ends an endless program at once, and explains its leaks so far as the machine runs on', async () => {
    const { machine } = await start('#include <stdlib.h>\nint main(void) { malloc(5); for (;;); }');
    expect(machine.run(100_000)).toBe('quantum');
    machine.stop('Stop was pressed');
    expect(machine.result()).toMatchObject({ ending: { kind: 'stopped', reason: 'Stop was pressed' }, leaks: { summary: { definite: { blocks: 1 } } } });
    for (let quanta = 0; quanta < 100 && machine.run(10_000) !== 'exited'; quanta++) expect(machine.state).toBe('running');
    expect(machine.result().leaks?.records[0]?.explanation).toMatchObject({ cause: 'never-stored' });
    expect(machine.run(1000)).toBe('exited');
  });

  it('a second stop gives the explanation up', async () => {
    const { machine } = await start('#include <stdlib.h>\nint main(void) { malloc(5); for (;;); }');
    machine.run(100_000);
    machine.stop('Stop was pressed');
    machine.stop('Stop was pressed again');
    expect(machine.state).toBe('exited');
    expect(machine.result()).toMatchObject({ ending: { reason: 'Stop was pressed' }, leaks: { records: [{ explanation: null }] } });
  });
});
