/** A moment in numbers, against what the program says of itself: 100 blocks of 32 bytes in a loop, then one of 5,000. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMachine } from '../src/core/machine/machine';
import type { Machine } from '../src/core/machine/machine-api';
import { compileUnits, linkProgram } from '../src/host/engine';
import { saveSnapshot } from '../src/host/snapshot-file';
import { NoSummary, summariseSnapshot, type SummaryTools } from '../src/host/snapshot-summary';
import { collectSources } from '../src/host/source-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../src/shared/config';
import type { TravelTarget } from '../src/shared/timeline';
import type { MomentSummary } from '../src/shared/views-compare';
import { prepareTools } from './engine.fixture';
import { codecModule, LABEL } from './machine-snapshot.fixture';

const TEXT = `#include <stdlib.h>
#include <unistd.h>
struct node { long value[4]; };
static struct node *make_node(void) {
  return malloc(sizeof(struct node));
}
static char *kept;
int main(void) {
  for (int i = 0; i < 100; i++) make_node()->value[0] = i;
  kept = malloc(5000);
  if (fork() == 0) { for (;;) pause(); }
  return 0;
}
`;
const folder = mkdtempSync(join(tmpdir(), 'pagewise-moment-'));
afterAll(() => rmSync(folder, { recursive: true }));
let machine: Machine;
let tools: SummaryTools;

function run(): void {
  for (let slices = 0; machine.run(777_777) === 'quantum'; slices++) if (slices > 10_000) throw new Error('a run without end');
}
function go(target: TravelTarget): MomentSummary {
  expect(machine.travel(target)).toEqual({ ok: true, message: '' });
  run();
  return summary();
}
function summary(): MomentSummary {
  const { value } = machine.query('momentSummary', { thorough: false });
  if (value === null) throw new Error('nothing is loaded');
  return value;
}

beforeAll(async () => {
  const { engine, clang } = await prepareTools();
  tools = { kernel: engine.kernel, codec: await codecModule(), version: LABEL.engineVersion };
  const source = join(folder, 'nodes.c');
  writeFileSync(source, TEXT);
  const compiled = await compileUnits(clang, [collectSources(source, [])], { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
  machine = createMachine({
    machine: DEFAULT_MACHINE, check: { ...DEFAULT_CHECK, tool: 'memcheck', leakCheck: 'full', explainLeaks: false }, programName: './nodes', args: [],
    environment: [], stdout: 'tty', pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: () => undefined, input: () => null }, engine.kernel, { timelineBytes: 64 * 2 ** 20 });
  expect(machine.query('momentSummary', { thorough: false }).value).toBeNull();
  machine.load(linkProgram(engine, compiled.bitcode ?? [], compiled.sources));
  run();
});

it('groups live blocks by stack, over a process and its child; totals are exact', () => {
  const { heap, stacks, otherStacks, processes } = summary();
  const own = stacks.map(({ frames, bytes, blocks }) => ({ at: frames.filter((frame) => !frame.library && frame.line > 0).map(({ fn, line }) => `${fn}:${line}`).slice(0, 2), bytes, blocks }));
  expect(processes.map(({ pid }) => pid).sort()).toEqual([1000, 1001]);
  expect(own[0]).toEqual({ at: ['main:10'], bytes: 2 * 5000, blocks: 2 });
  expect(own[1]).toEqual({ at: ['make_node:5', 'main:9'], bytes: 2 * 3200, blocks: 200 });
  expect(otherStacks).toEqual({ stacks: 0, bytes: 0, blocks: 0 });
  expect(heap).toEqual({ bytes: 2 * 8200, blocks: 2 * 101 });
});

it('has what the last leak check found, the faults of the counters, and mappings that make up the resident sets', () => {
  const now = summary();
  // The child waits for ever with blocks of its own: they count, although no check has run in it.
  const { leaks } = now;
  if (typeof leaks === 'string') throw new Error(leaks);
  expect(leaks).toMatchObject({ definite: { bytes: 2 * 3200, blocks: 200 }, reachable: { bytes: 2 * 5000, blocks: 2 } });
  expect(leaks.records.map(({ kind, bytes, blocks, frames }) => [kind, bytes, blocks, frames.find(({ library }) => !library)?.line])).toEqual([['reachable', 10_000, 2, 10], ['definite', 6400, 200, 5]]);
  const { minorFaults, majorFaults } = machine.counters();
  expect([now.minorFaults, now.majorFaults]).toEqual([minorFaults, majorFaults]);
  expect(now.faults.reduce((sum, faults) => sum + faults, 0) + now.forgottenFaults).toBe(minorFaults + majorFaults);
  expect(now.faultLines.reduce((sum, { faults }) => sum + faults, now.otherFaultLines.faults) + now.forgottenFaults).toBe(minorFaults + majorFaults);
  for (const process of now.processes) {
    const own = now.mappings.filter((row) => row.processKey === process.processKey);
    expect(own.reduce((sum, row) => sum + row.residentBytes, 0), process.name).toBe(process.rssBytes);
  }
});

it('is of any moment of the run: empty at the start, the same again at the end', () => {
  const end = summary();
  const start = go({ kind: 'start' });
  expect(start.heap).toEqual({ bytes: 0, blocks: 0 });
  expect([start.stacks, start.moment.instruction]).toEqual([[], 0]);
  expect(start.leaks).toMatchObject({ definite: { bytes: 0, blocks: 0 }, records: [] });
  expect(go({ kind: 'head' })).toEqual(end);
});

it('checks for leaks at any moment, and leaves no trace of it', () => {
  go({ kind: 'head' });
  // Just before malloc(5000): the loop is over, `kept` is not set yet.
  const large = machine.query('blocks', { processKey: 0, from: 0, count: 1_000, state: 'all' }).value.rows.find(({ size }) => size === 5000);
  const { leaks, heap, stacks } = go({ kind: 'instruction', instruction: large?.allocatedInstruction ?? 0 });
  expect(heap).toEqual({ bytes: 3200, blocks: 100 });
  expect(leaks).toMatchObject({ definite: { bytes: 3200, blocks: 100 }, reachable: { bytes: 0, blocks: 0 } });
  // The newest block leads from the row to the heap.
  const { value: chain } = machine.query('chain', { processKey: stacks[0]?.processKey ?? 0, query: { blockId: stacks[0]?.blockId ?? -1 } });
  expect(chain).toMatchObject({ block: { size: 32, state: 'live' }, line: { line: 5 } });
});

it('has each mapping with its place', () => {
  const { mappings } = summary();
  const stack = mappings.find(({ kind }) => kind === 'stack');
  expect(Number(BigInt(stack?.high ?? 0) - BigInt(stack?.low ?? 0))).toBe(stack?.bytes);
  expect(stack?.permissions).toBe('rw-p');
});

it('is the same out of a snapshot file; a machine that this computer has no memory for is refused', async () => {
  const file = join(folder, 'a.pagewise');
  const there = go({ kind: 'head' });
  await saveSnapshot(file, machine.snapshotParts(LABEL), tools.codec);
  const stages = new Set<string>();
  const { about, summary: fromFile } = await summariseSnapshot(file, tools, { onActivity: ({ stage }) => stages.add(stage) });
  expect(fromFile).toEqual(there);
  expect(about.info.programs).toEqual(['nodes']);
  expect([...stages]).toEqual(['checking', 'loading']);
  await expect(summariseSnapshot(file, { ...tools, memoryBytes: 100_000 })).rejects.toThrow(/too large for this computer: it needs [\d.]+ [KM]iB of memory, and 97.7 KiB are free/);
  await expect(summariseSnapshot(join(folder, 'missing.pagewise'), tools)).rejects.toThrow(NoSummary);
});
