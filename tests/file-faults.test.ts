/** Major faults of real programs on files: counts, costs and who waits, computed here from the program and the device. */
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig, type RunConfig } from '../src/shared/config';
import { NO_FAULT_WHERE } from '../src/shared/views-faults';
import { withProfile } from '../src/shared/profiles';
import { compileUnits, linkProgram, runProgram } from '../src/host/engine';
import { prepareTools, type Tools } from './engine.fixture';

const REQUEST = 15_000_000, MORE = 81_920, MINOR = 3_000;
const FILE_READ = 8;
let tools: Tools;
beforeAll(async () => { tools = await prepareTools(); });

async function run(text: string, machine: MachineConfig = DEFAULT_MACHINE, tool: 'memcheck' | 'none' = 'none') {
  const options = { optimise: 0 as const, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] };
  const units = await compileUnits(tools.clang, [[{ path: 'a.c', text }]], options);
  expect(units.bitcode, units.text).not.toBeNull();
  const config: RunConfig = {
    machine, check: { ...DEFAULT_CHECK, tool }, programName: './a', args: [], environment: [], stdout: 'pipe', pid: 1000, maxInstructions: 100_000_000, maxOutputBytes: 0, maxHeapBytes: 0,
  };
  return runProgram(tools.engine, linkProgram(tools.engine, units.bitcode ?? [], units.sources), config, { output: () => undefined, input: () => Promise.resolve(null) });
}
const withPaging = (paging: Partial<MachineConfig['paging']>): MachineConfig => ({ ...DEFAULT_MACHINE, paging: { ...DEFAULT_MACHINE.paging, ...paging } });

const READ_BACK = (pages: number): string => `#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
static char page[4096];
int main(void) {
  int fd = open("data", O_RDWR | O_CREAT, 0644);
  for (int i = 0; i < ${pages}; i++) write(fd, page, sizeof page);
  fsync(fd);
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  volatile char *p = mmap(0, ${pages} * 4096, PROT_READ, MAP_SHARED, fd, 0);
  int sum = 0;
  for (int i = 0; i < ${pages}; i++)
    sum += p[i * 4096];
  return sum;
}
`;

describe('a file that was written, synchronised and dropped', () => {
  it.each([
    // 30 pages, no readahead: each is a request of its own
    [30, 1, 30, 30 * REQUEST],
    // windows of 4, 8, 16 and the last 2
    [30, 32, 4, 4 * REQUEST + (3 + 7 + 15 + 1) * MORE],
  ])('%i pages with readahead %i are %i major faults', async (pages, readAheadPages, major, wait) => {
    const machine = await run(READ_BACK(pages), withPaging({ readAheadPages }));
    const { kindCounts, kindCosts } = machine.query('faultTimeline', { where: NO_FAULT_WHERE, buckets: 10 }).value;
    expect([kindCounts[FILE_READ], kindCosts[FILE_READ]]).toEqual([major, wait + major * MINOR]);
    expect(machine.counters().majorFaults).toBe(major);
    const { major: mean, minor } = machine.query('faultRatios', null).value;
    expect([mean, minor]).toEqual([wait / major + MINOR, MINOR]);
    // fsync is one request for all pages; reads and fsync are waits, so that the clock has at least all of them
    expect(machine.counters().cycles).toBeGreaterThan(wait + REQUEST + (pages - 1) * MORE);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('leads from the costs to the line that waited', async () => {
    const machine = await run(READ_BACK(12), withPaging({ readAheadPages: 1, fileDevice: 'nvme' }));
    const { rows } = machine.query('faultCosts', { where: { ...NO_FAULT_WHERE, sinceMain: true }, by: 'line', limit: 5 }).value;
    expect(rows[0]).toMatchObject({ line: 13, fn: 'main', faults: 12, major: 12, costCycles: 12 * (300_000 + MINOR) });
  });
});

describe('cold images', () => {
  it('the first fetch of a program waits for its device, and the whole run is longer by just the waits', async () => {
    const program = 'int main(void) { return 0; }';
    const [warm, cold] = [await run(program), await run(program, withPaging({ coldFiles: true }))];
    const where = NO_FAULT_WHERE;
    const [before, after] = [warm, cold].map((machine) => machine.query('faultTimeline', { where, buckets: 1 }).value);
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
    expect(after!.total).toBe(before!.total);
    expect(after!.kindCounts[FILE_READ]).toBeGreaterThan(2);
    expect(sum(after!.kindCosts) - sum(before!.kindCosts)).toBe(after!.kindCounts[FILE_READ]! * REQUEST);
    expect(cold.counters().cycles - warm.counters().cycles).toBe(after!.kindCounts[FILE_READ]! * REQUEST);
    expect(cold.counters().instructions).toBe(warm.counters().instructions);
  });

  it('the second pass replays them: leaks are explained', async () => {
    const machine = await run('#include <stdlib.h>\nint main(void) {\n  char *p = malloc(10);\n  p = 0;\n  return p != 0;\n}\n', withPaging({ coldFiles: true, readAheadPages: 16, faultAroundPages: 16 }), 'memcheck');
    expect(machine.result().leaks?.records[0]?.explanation?.line).toBe(4);
  });
});

describe('two processes', () => {
  it('one runs while the other waits for the disk', async () => {
    const text = `#include <sys/wait.h>
${READ_BACK(20).replace('int main(void) {', `int main(void) {
  if (fork() == 0) { volatile long n = 0; for (long i = 0; i < 2000000; i++) n += i; return 0; }`).replace('return sum;', 'wait(0); return sum;')}`;
    const machine = await run(text, withPaging({ readAheadPages: 1 }));
    const { cycles, instructions } = machine.counters();
    // 20 waits of 5 ms and an fsync: 0.1 s. The child's work fits in them and adds nothing.
    const waits = 20 * REQUEST + REQUEST + 19 * MORE;
    expect(instructions).toBeGreaterThan(10_000_000);
    expect(cycles - waits).toBeLessThan(instructions / 2);
    expect(machine.result().exitStatus).toBe(0);
  });
});

describe('the flusher', () => {
  it.each([[40, 5], [20, 0]])('after %i s of simulated time %i pages are on the device: dropping loses only those', async (seconds, major) => {
    const machine = await run(READ_BACK(5).replace('fsync(fd);', `sleep(${String(seconds)}); write(fd, page, 1);`));
    expect(machine.query('faultTimeline', { where: NO_FAULT_WHERE, buckets: 1 }).value.kindCounts[FILE_READ]).toBe(major);
    expect(machine.sanityCheck()).toEqual([]);
  });
});

describe('SIGBUS', () => {
  const beyond = '#include <fcntl.h>\n#include <sys/mman.h>\n#include <unistd.h>\nint main(void) {\n  int fd = open("f", O_RDWR | O_CREAT, 0644);\n  write(fd, "x", 1);\n  char *p = mmap(0, 8192, PROT_READ, MAP_SHARED, fd, 0);\n  return p[4096];\n}\n';
  it('is explained in words', async () => {
    const { ending } = (await run(beyond, DEFAULT_MACHINE, 'memcheck')).result();
    expect(ending).toMatchObject({ kind: 'signal', name: 'SIGBUS', code: 'BUS_ADRERR', cause: 'Non-existent physical address' });
    expect(ending.kind === 'signal' ? ending.explanation : '').toMatch(/^The page of 0x[0-9a-f]+ lies beyond the end of the mapped file\.$/);
  });
  it('is an in-page error in the words of Windows', async () => {
    const { ending } = (await run(beyond, withProfile(DEFAULT_MACHINE, 'windows'))).result();
    expect(ending.kind === 'signal' ? ending.explanation : '').toMatch(/^In-page I\/O error \(0xC0000006\) reading location 0x[0-9A-F]{16}\. The page of/);
  });
});

it('a stack of 1 MiB overflows as 0xC00000FD', async () => {
  const text = 'static int deep(int n) {\n  volatile char room[1000];\n  room[0] = (char)n;\n  return deep(n + 1) + room[0];\n}\nint main(void) { return deep(0); }\n';
  const { ending } = (await run(text, withProfile(DEFAULT_MACHINE, 'windows'))).result();
  expect(ending).toMatchObject({ kind: 'signal', stackOverflow: true });
  expect(ending.kind === 'signal' ? ending.explanation : '').toMatch(/^Stack overflow \(0xC00000FD\)\. The stack grew past its limit of 1 MiB/);
});
