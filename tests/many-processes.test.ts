/**
 * Several processes in one machine: isolation, limits, priorities, replay, results of each. Programs are written here; what
 * they must come to is computed beside them.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from '../src/core/machine/machine';
import type { Machine, StopReason } from '../src/core/machine/machine-api';
import type { Program } from '../src/core/lir/lir';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig } from '../src/shared/config';
import { parseWorkloads } from '../src/core/workload/script-parser';
import { compileUnits, linkProgram } from '../src/host/engine';
import { prepareTools, type Tools } from './engine.fixture';

let tools: Tools;
beforeAll(async () => { tools = await prepareTools(); });

async function compile(text: string): Promise<Program> {
  const options = { optimise: 0 as const, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] };
  const compiled = await compileUnits(tools.clang, [[{ path: 'main.c', text: `#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <signal.h>\n#include <errno.h>\n#include <unistd.h>\n#include <sys/wait.h>\n#include <sys/mman.h>\n${text}` }]], options);
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  return linkProgram(tools.engine, compiled.bitcode ?? [], compiled.sources);
}

interface Bench { readonly machine: Machine; readonly output: () => string }

function machineOf(tool: 'memcheck' | 'none', machine: Partial<MachineConfig> = {}, explainLeaks = false): Bench {
  const chunks: Uint8Array[] = [];
  const made = createMachine({
    machine: { ...DEFAULT_MACHINE, ...machine }, check: { ...DEFAULT_CHECK, tool, explainLeaks }, programName: './first', args: [], environment: [], stdout: 'pipe',
    pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: (_stream, bytes) => { chunks.push(bytes.slice()); }, input: () => null }, tools.engine.kernel);
  return { machine: made, output: () => Buffer.concat(chunks).toString('utf8') };
}

function finish(machine: Machine, quantum = 1_000_000, turns = 2000): StopReason {
  for (let i = 0; i < turns; i++) {
    const reason = machine.run(quantum);
    if (reason !== 'quantum') return reason;
  }
  return 'quantum';
}

const SPIN = (who: string, rounds: number): string => `
int main(void) {
  volatile unsigned sum = 0;
  for (int i = 0; i < ${String(rounds)}; i++) sum += i;
  printf("${who} %u\\n", sum);
  return 0;
}`;

describe('stepping', () => {
  const TWO = 'int main(void) { if (fork() == 0) { volatile int n = 0; while (n < 30000) n++; printf("child\\n"); } else printf("parent\\n"); return 0; }';

  it.each(['into', 'over', 'out'] as const)('%s: goes on with the next process when one is over', async (how) => {
    const { machine, output } = machineOf('memcheck');
    machine.load(await compile(TWO));
    for (let i = 0; i < 5000 && machine.state !== 'exited'; i++) machine.step(how, 100_000);
    expect([machine.state, output().split('\n').sort()]).toEqual(['exited', ['', 'child', 'parent']]);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('a light workload process goes by touches', () => {
    const { machine } = machineOf('none');
    const script = parseWorkloads('workload steps\nregion heap anonymous 1M\nphase go\n touch heap 1M/s random writes 50%').scripts[0];
    if (script === undefined) throw new Error('no workload');
    machine.startWorkloads(script, 1);
    const steps = Array.from({ length: 20 }, () => { const before = machine.counters().accesses; return [machine.step('into', 1000), machine.counters().accesses - before]; });
    expect(steps).toContainEqual(['step', 1]);
    expect(steps.every(([reason, touches]) => (reason === 'step' || reason === 'quantum') && Number(touches) <= 1), JSON.stringify(steps)).toBe(true);
  });
});

describe('several programs', () => {
  it('run side by side, each with its own memory, number and result', async () => {
    const { machine, output } = machineOf('memcheck');
    machine.load(await compile('static int value = 1; int main(void) { char *p = malloc(10); p[10] = 1; value++; printf("a %d %d\\n", value, getpid()); return p == 0; }'));
    machine.add(await compile('static int value = 5; int main(void) { malloc(20); value++; printf("b %d %d\\n", value, getpid()); return 3; }'), './second', []);
    expect(finish(machine)).toBe('exited');
    expect(output().split('\n').sort()).toEqual(['', 'a 2 1000', 'b 6 1001']);
    const result = machine.result();
    expect([result.pid, result.exitStatus, result.errors.length, result.leaks?.summary.definite.bytes]).toEqual([1000, 0, 1, 10]);
    expect(result.others?.map((other) => [other.pid, other.programName, other.exitStatus, other.errors.length, other.leaks?.summary.definite.bytes])).toEqual([[1001, './second', 3, 0, 20]]);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('share the processor by priority, whatever the quanta of the host', async () => {
    const traces: string[] = [];
    for (const quantum of [5_000_000, 333_331]) {
      const { machine, output } = machineOf('none');
      machine.load(await compile(SPIN('slow', 3_000_000)));
      const fast = machine.add(await compile(SPIN('fast', 3_000_000)), './fast', []);
      machine.renice(fast, -10);
      expect(finish(machine, quantum)).toBe('exited');
      expect(output()).toBe(`fast ${String((3_000_000 * 2_999_999 / 2) % 2 ** 32)}\nslow ${String((3_000_000 * 2_999_999 / 2) % 2 ** 32)}\n`);
      traces.push(machine.ramHash());
    }
    expect(traces[0]).toBe(traces[1]);
  });

  it('execve goes on as another loaded program', async () => {
    const { machine, output } = machineOf('memcheck');
    machine.load(await compile(`int main(void) {
      if (fork() == 0) { char *args[] = {"tool", "x", NULL}; execv("/bin/tool", args); _exit(9); }
      int status; wait(&status); printf("status %d\\n", WEXITSTATUS(status));
      char *none[] = {NULL}; printf("%d", execv("./absent", none)); printf(" %d\\n", errno == ENOENT); return 0; }`));
    machine.add(await compile('int main(int argc, char **argv) { if (argc < 2) return 0; char *leak = malloc(7); leak = NULL; printf("%s %s %d\\n", argv[0], argv[1], leak == NULL); return 4; }'), './tool', []);
    expect(finish(machine)).toBe('exited');
    expect(output()).toBe('tool x 1\nstatus 4\n-1 1\n');
    expect(machine.result().others?.find((other) => other.isForked)?.leaks?.summary.definite.bytes).toBe(7);
    expect(machine.sanityCheck()).toEqual([]);
  });
});

describe('isolation', () => {
  it('no pointer, however wild, reaches another process', async () => {
    const { machine, output } = machineOf('none', { seed: 3 });
    machine.load(await compile(`
static unsigned char secret[3 * 4096];
int main(void) {
  memset(secret, 0x5a, sizeof secret);
  unsigned char *heap = malloc(100000); memset(heap, 0xa5, 100000);
  for (volatile int i = 0; i < 3000000; i++) {}
  long wrong = 0;
  for (unsigned i = 0; i < sizeof secret; i++) wrong += secret[i] != 0x5a;
  for (int i = 0; i < 100000; i++) wrong += heap[i] != 0xa5;
  printf("victim: %ld bytes changed\\n", wrong);
  return 0;
}`));
    machine.add(await compile('int main(void) { return 0; }'), './idle', []);
    machine.add(await compile(`
#include <setjmp.h>
static sigjmp_buf back;
static volatile long faults;
static void on_fault(int number) { (void)number; faults++; siglongjmp(back, 1); }
int main(void) {
  signal(SIGSEGV, on_fault); signal(SIGBUS, on_fault);
  unsigned long state = 88172645463325252ul;
  for (volatile int i = 0; i < 20000; i++) {
    state ^= state << 13; state ^= state >> 7; state ^= state << 17;
    unsigned long at = state;
    switch (i % 5) {
      case 0: at &= 0x7ffffffffffful; break;
      case 1: at |= 0xffff800000000000ul; break;
      case 2: at = 0x555555554000ul + state % 0x20000; break;
      case 3: at = 0x7fffff000000ul + state % 0xfff000; break;
      default: break;
    }
    if (sigsetjmp(back, 1) == 0) {
      volatile unsigned char *p = (volatile unsigned char *)at;
      if (i % 2 && !(at >= 0x555555554000ul && at < 0x555555580000ul) && !(at >= 0x7ffff0000000ul && at < 0x800000000000ul)) *p = 0xff; else (void)*p;
    }
  }
  printf("wild: %d\\n", faults > 10000);
  return 0;
}`), './wild', []);
    expect(finish(machine)).toBe('exited');
    expect(output()).toContain('victim: 0 bytes changed\n');
    expect(output()).toContain('wild: 1\n');
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('a process that overwrites all it may ends alone', async () => {
    const { machine, output } = machineOf('none');
    machine.load(await compile(`int main(void) {
      int status; pid_t child = fork();
      if (child == 0) { volatile char *p = (volatile char *)&status; for (;;) *p++ = 0x66; }
      int mine = 17; waitpid(child, &status, 0);
      printf("%d %d %d\\n", WIFSIGNALED(status), WTERMSIG(status) == SIGSEGV, mine); return 0; }`));
    expect(finish(machine)).toBe('exited');
    expect(output()).toBe('1 1 17\n');
    expect(machine.sanityCheck()).toEqual([]);
  });
});

describe('limits', () => {
  it('a fork bomb ends at the limit: EAGAIN, and Stop works', async () => {
    const { machine } = machineOf('none', { processLimit: 64 });
    machine.load(await compile('int main(void) { for (;;) fork(); }'));
    expect(finish(machine, 1_000_000, 40)).toBe('quantum');
    const table = machine.query('processTable', { sort: 'pid', descending: false, filter: '', tree: false, scope: 'present', from: 0, count: 100, find: 0 }).value;
    expect(table.total).toBe(64);
    machine.stop('enough');
    expect(machine.state).toBe('exited');
    machine.reclaim();
    expect(machine.sanityCheck()).toEqual([]);
    expect(machine.query('status', null).value.usedFrames).toBeLessThan(600);
  });
  it('everything that children held is free again', async () => {
    const { machine, output } = machineOf('none');
    machine.load(await compile(`int main(void) {
      for (int i = 0; i < 200; i++) {
        if (fork() == 0) { char *p = malloc(200000); memset(p, i, 200000); _exit(0); }
        wait(NULL);
      }
      puts("done"); return 0; }`));
    expect(finish(machine)).toBe('exited');
    expect(output()).toBe('done\n');
    expect(machine.query('status', null).value.usedFrames).toBeLessThan(700);
  });
  it('processes that wait for each other are a deadlock, which a signal ends', async () => {
    const { machine, output } = machineOf('none');
    const key = machine.load(await compile('static void h(int n) { (void)n; } int main(void) { signal(SIGUSR1, h); pause(); puts("on"); return 0; }'));
    expect(finish(machine)).toBe('deadlock');
    expect(machine.signal(key, 10)).toBe(true);
    expect(finish(machine)).toBe('exited');
    expect(output()).toBe('on\n');
  });
});

describe('fork and the rest of memory', () => {
  const CHECKED = `
#define PAGES 1500
int main(void) {
  unsigned *data = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (unsigned i = 0; i < PAGES; i++) data[i * 1024] = i * 7;
  for (int generation = 0; generation < 3; generation++) {
    pid_t child = fork();
    if (child == 0) {
      unsigned wrong = 0;
      for (unsigned i = 0; i < PAGES; i++) wrong += data[i * 1024] != i * 7;
      for (unsigned i = 0; i < PAGES; i += 2) data[i * 1024] = 1;
      for (unsigned i = 0; i < PAGES; i++) wrong += data[i * 1024] != (i % 2 == 0 ? 1 : i * 7);
      _exit(wrong == 0 ? 0 : 1);
    }
    int status; waitpid(child, &status, 0);
    unsigned wrong = 0;
    for (unsigned i = 0; i < PAGES; i++) wrong += data[i * 1024] != i * 7;
    printf("%d %u\\n", WEXITSTATUS(status), wrong);
  }
  return 0;
}`;
  it('pages that are in swap are shared and copied like others', async () => {
    const { machine, output } = machineOf('none', { frameCount: 1100, swap: { slotCount: 8192, device: 'nvme', pageCluster: 3 } });
    machine.load(await compile(CHECKED));
    expect(finish(machine)).toBe('exited');
    expect(output()).toBe('0 0\n0 0\n0 0\n');
    expect(machine.sanityCheck()).toEqual([]);
    expect(machine.counters().majorFaults).toBeGreaterThan(0);
  });
  it('huge pages too', async () => {
    const { machine, output } = machineOf('none', { paging: { ...DEFAULT_MACHINE.paging, transparentHugePages: 'always' } });
    machine.load(await compile(CHECKED));
    expect(finish(machine)).toBe('exited');
    expect(output()).toBe('0 0\n0 0\n0 0\n');
    expect(machine.sanityCheck()).toEqual([]);
  });
  it('the process table counts what is shared once', async () => {
    const { machine } = machineOf('none');
    const key = machine.load(await compile(`int main(void) {
      char *data = mmap(NULL, 300 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      for (int i = 0; i < 300; i++) data[i * 4096] = 1;
      if (fork() == 0) { for (int i = 0; i < 100; i++) data[i * 4096] = 2; for (;;) pause(); }
      for (;;) pause(); }`));
    expect(finish(machine)).toBe('deadlock');
    const parent = machine.query('processDetail', { processKey: key }).value;
    const child = machine.query('processDetail', { processKey: key + 1 }).value;
    // 200 of the 300 pages are still one frame for both: each has half of them, and 100 of its own.
    for (const row of [parent, child]) {
      expect(row!.ussBytes / 4096).toBeGreaterThanOrEqual(100);
      expect(row!.ussBytes / 4096).toBeLessThan(120);
      expect(row!.pssBytes / 4096).toBeGreaterThanOrEqual(200);
      expect(row!.pssBytes / 4096).toBeLessThan(235);
      expect(row!.rssBytes / 4096).toBeGreaterThanOrEqual(300);
    }
    expect(child!.parent).toBe(parent!.pid);

    // Memory says the same of each page: the first 100 have a frame of their own, the other 200 one frame for both.
    const mapping = machine.query('vmas', { processKey: key }).value.find(({ pages }) => pages === 300)!;
    const frames = machine.query('pages', { processKey: key, mappingId: mapping.mappingId, from: 0, count: 300 }).value.map(({ pfn }) => machine.query('frame', { pfn }).value);
    const pids = frames.map(({ owners }) => owners.map(({ pid }) => pid).sort().join());
    expect(new Set(pids.slice(0, 100))).toEqual(new Set([String(parent!.pid)]));
    expect(new Set(pids.slice(100))).toEqual(new Set([`${String(parent!.pid)},${String(child!.pid)}`]));
    expect(frames.map(({ kind }) => kind).filter((kind) => kind === 'shared')).toHaveLength(200);
    expect(parent!.children.map(({ pid }) => pid)).toEqual([child!.pid]);
  });
});

describe('replay', () => {
  const LEAKY = `
struct node { struct node *next; int value; };
static struct node *list;
int main(void) {
  int ends[2]; pipe(ends);
  for (int i = 0; i < 5; i++) { struct node *n = malloc(sizeof *n); n->next = list; n->value = i; list = n; }
  pid_t child = fork();
  if (child == 0) {
    volatile unsigned sum = 0;
    for (int i = 0; i < 2000000; i++) sum += i;
    write(ends[1], "x", 1);
    _exit(0);
  }
  volatile unsigned sum = 0;
  for (int i = 0; i < 2500000; i++) sum += i;
  char c; read(ends[0], &c, 1);
  list = list->next;
  wait(NULL);
  usleep(100);
  list = NULL;
  return 0;
}`;
  it('runs the same with several processes, and explains the leaks of the first', async () => {
    const { machine } = machineOf('memcheck', {}, true);
    machine.load(await compile(LEAKY));
    expect(finish(machine)).toBe('exited');
    const records = machine.result().leaks?.records.filter(({ kind }) => kind === 'definite') ?? [];
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) expect(record.explanation?.holder).toBe('list');
  });
  it('repeats what came from outside', async () => {
    const { machine, output } = machineOf('memcheck', {}, true);
    const key = machine.load(await compile(`static volatile int seen; static void h(int n) { (void)n; seen++; }
int main(void) { signal(SIGUSR1, h); char *p = malloc(30); while (!seen) {} p = malloc(8); printf("%d\\n", p != NULL); free(p); return 0; }`));
    for (let i = 0; i < 7; i++) machine.run(100_003);
    machine.signal(key, 10);
    machine.renice(key, 5);
    expect(finish(machine)).toBe('exited');
    expect(output()).toBe('1\n');
    expect(machine.result().leaks?.records[0]?.explanation?.holder).toBe('p');
  });
});
