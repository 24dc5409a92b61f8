/** Real machines saved to real files and opened again, by the desk of the machine's thread. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kernelModule } from '../core/kernel/test-bench';
import { createMachine } from '../core/machine/machine';
import type { Machine } from '../core/machine/machine-api';
import { codecModule } from '../core/snapshot/test-snapshots';
import { parseWorkloads } from '../core/workload/script-parser';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../shared/config';
import type { StreamMessage } from '../shared/ipc';
import type { SnapshotActivity } from '../shared/snapshot-info';
import type { SnapshotLabelling } from './machine-protocol';
import { MachineRunner } from './machine-runner';
import { SnapshotDesk } from './snapshot-desk';
import { loadSnapshotMachine } from './snapshot-machine';
import { openSwapFile, SwapFileError, type SwapFile } from './swap-file';

const VERSION = '1.2.3';
const LABEL: SnapshotLabelling = { title: null, savedAt: '2026-11-29T10:00:00.000Z', picture: null, background: false };
const CONFIG: RunConfig = {
  machine: { ...DEFAULT_MACHINE, frameCount: 1024, swap: { ...DEFAULT_MACHINE.swap, slotCount: 2048, device: 'nvme' } }, check: { ...DEFAULT_CHECK, tool: 'none' }, programName: 'pressure',
  args: [], environment: [], stdout: 'pipe', pid: 1, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
};
const MIX = parseWorkloads(`workload table
region heap anonymous 2M
phase fill for 5ms
 touch heap 4M/s sequential writes 100%
phase look
 touch heap 5M/s random writes 30%`).scripts;

let folder: string, path: string, kernel: WebAssembly.Module, codec: WebAssembly.Module;
let work: (() => void)[];
let machine: Machine;
let swap: SwapFile | null;
let swapFails: boolean;
let memoryBytes: number;
let activities: (SnapshotActivity | null)[];
let posted: StreamMessage[];
let runner: MachineRunner;
let desk: SnapshotDesk;

beforeAll(async () => {
  kernel = await kernelModule();
  codec = await codecModule();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewise-desk-'));
  path = join(folder, 'run.pagewise');
  work = [];
  activities = [];
  posted = [];
  swapFails = false;
  memoryBytes = Infinity;
  swap = null;
  const openSwap = (slotCount: number): SwapFile => {
    if (swapFails) throw new SwapFileError('the disk is full');
    return openSwapFile({ slotCount, path: null, directory: folder, inUse: swap === null ? [] : [swap.path] });
  };
  runner = new MachineRunner({
    createMachine: (config, ports, options) => {
      swap = openSwap(config.machine.swap.slotCount);
      return machine = createMachine(config, { ...ports, swap }, kernel, options);
    },
    post: (message) => posted.push(message), soon: (next) => work.push(next), later: (next) => work.push(next), now: () => performance.now(),
  });
  desk = new SnapshotDesk({
    runner, codec: () => codec, version: () => VERSION,
    load: (file, timelineBytes, loading) => loadSnapshotMachine(file, { kernel, codec, version: VERSION, ports: runner.ports, openSwap, timelineBytes, memoryBytes }, loading),
    replaced: (next) => {
      swap?.close();
      swap = next;
    },
    onActivity: (activity) => activities.push(activity),
  });
});
afterEach(() => {
  swap?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Lets the runner work through what it has scheduled, `pieces` times. */
function turn(pieces: number): void {
  for (let i = 0; i < pieces; i++) work.shift()?.();
}
/** A machine whose processes swap, some way into its run. */
function begin(): void {
  runner.begin({ config: CONFIG, scripts: MIX, order: Array.from({ length: 8 }, () => 'table'), pace: 0, swapDirectory: null });
  for (let i = 0; i < 2_000 && (machine.query('memoryStatus', null).value?.swap.usedSlots ?? 0) < 50; i++) turn(10);
  runner.command({ type: 'pause' });
  expect(machine.query('memoryStatus', null).value?.swap.usedSlots).toBeGreaterThan(0);
}
/** What views can see; the swap file is another one, and a machine that was saved on its way stands. */
function figure(): unknown {
  const memory = runner.query('memoryStatus', null).value;
  const { rows } = runner.query('processTable', { sort: 'pid', descending: false, filter: '', tree: false, scope: 'all', from: 0, count: 20, find: 0 }).value;
  return [runner.query('status', null).value.counters, memory && { ...memory, swap: { ...memory.swap, place: '' } }, rows.map((row) => ({ ...row, state: '' }))];
}
const swapFiles = (): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.swap'));
const state = (): string | undefined => {
  turn(50);
  const last = posted.findLast((message) => message.type === 'status');
  return last?.type === 'status' ? last.status.state : undefined;
};

describe('SnapshotDesk', () => {
  it('saves the machine at hand and opens it in the place of another one, at the same moment', async () => {
    begin();
    const before = figure(), hash = machine.ramHash(), first = machine;
    const saved = await desk.save(path, LABEL);
    expect(saved).toEqual({ ok: true, fileBytes: readFileSync(path).length });
    expect(activities).toContainEqual({ stage: 'saving', doneBytes: expect.any(Number) as number, totalBytes: expect.any(Number) as number });
    expect(activities.at(-1)).toBeNull();
    runner.command({ type: 'continue' });
    turn(40);
    expect(figure()).not.toEqual(before);
    activities = [];
    expect(await desk.open(path, 2 ** 26)).toMatchObject({ ok: true, info: { title: 'pressure', savedAt: LABEL.savedAt }, config: CONFIG, session: { program: null }, notices: [] });
    expect(new Set(activities.map((activity) => activity?.stage))).toEqual(new Set(['checking', 'loading', undefined]));
    expect([figure(), state(), swapFiles().length]).toEqual([before, 'paused', 1]);
    const { savable } = runner;
    if (typeof savable === 'string') throw new Error(savable);
    expect([savable === first, savable.ramHash()]).toEqual([false, hash]);
    runner.command({ type: 'continue' });
    turn(40);
    expect([savable.sanityCheck(), figure()]).not.toEqual([[], before]);
    expect(savable.sanityCheck()).toEqual([]);
  });

  it('keeps the machine at hand when the file is damaged, absent, or there is no room for its swap file', async () => {
    begin();
    await desk.save(path, LABEL);
    const before = figure(), file = join(folder, 'other.pagewise');
    for (const [prepare, message] of [
      [() => { writeFileSync(file, readFileSync(path)); truncateSync(file, 5_000); }, /^The snapshot is damaged: /],
      [() => { writeFileSync(file, 'int main(void)'); }, /no snapshot of Pagewise/],
      [() => { rmSync(file); }, /it is not there/],
      [() => { writeFileSync(file, readFileSync(path)); memoryBytes = 4096; }, /too large for this computer/],
      [() => { memoryBytes = Infinity; swapFails = true; }, /^the disk is full$/],
    ] as const) {
      prepare();
      expect(await desk.open(file, 2 ** 26)).toEqual({ ok: false, cancelled: false, message: expect.stringMatching(message) as string });
      expect([figure(), swapFiles().length, state()]).toEqual([before, 1, 'paused']);
    }
    runner.command({ type: 'continue' });
    turn(20);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('holds what would move the machine until it is done, in order; a cancel lets it go at once and leaves the old file', async () => {
    begin();
    writeFileSync(path, 'an older file');
    const order: string[] = [];
    const saving = desk.save(path, LABEL);
    desk.whenFree(() => order.push('first'));
    desk.whenFree(() => order.push('second'));
    expect(order).toEqual([]);
    desk.cancel();
    expect(order).toEqual(['first', 'second']);
    expect(await saving).toMatchObject({ ok: false, cancelled: true });
    expect(activities.at(-1)).toBeNull();
    expect([readFileSync(path, 'utf8'), readdirSync(folder).filter((name) => name.endsWith('.saving'))]).toEqual(['an older file', []]);
    const again = desk.save(path, LABEL).then(({ ok }) => order.push(`saved ${String(ok)}`));
    const opening: Promise<unknown>[] = [];
    desk.whenFree(() => opening.push(desk.open(path, 2 ** 26)));
    desk.whenFree(() => order.push(runner.savable === machine ? 'before it is opened' : 'of the opened one'));
    await again;
    expect(await Promise.all(opening)).toMatchObject([{ ok: true }]);
    expect(order.slice(2)).toEqual(['saved true', 'of the opened one']);
  });

  it('gives up what it saves in the background when something else is wanted', async () => {
    begin();
    const order: string[] = [], saving = desk.save(path, { ...LABEL, background: true });
    desk.whenFree(() => order.push('at once'));
    expect(order).toEqual(['at once']);
    expect(await saving).toMatchObject({ ok: false, cancelled: true });
    expect(await desk.save(path, LABEL)).toMatchObject({ ok: true });
  });

  it('says so when the host has no memory for another machine, and throws what is a bug', async () => {
    begin();
    const failing = (error: Error): SnapshotDesk => new SnapshotDesk({ runner, codec: () => codec, version: () => VERSION, load: () => Promise.reject(error), replaced: () => undefined, onActivity: () => undefined });
    expect(await failing(new RangeError('WebAssembly.Memory(): could not allocate memory')).open(path, 0)).toMatchObject({ ok: false, message: expect.stringMatching('not enough memory') as string });
    await expect(failing(new TypeError('x is not a function')).open(path, 0)).rejects.toThrow('x is not a function');
    runner.command({ type: 'continue' });
    turn(10);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('gives up opening when it is cancelled, and leaves no swap file', async () => {
    begin();
    await desk.save(path, LABEL);
    const before = figure(), opening = desk.open(path, 2 ** 26);
    while (activities.at(-1)?.stage !== 'checking') await new Promise<void>((resolve) => { setImmediate(resolve); });
    desk.cancel();
    expect(await opening).toMatchObject({ ok: false, cancelled: true });
    await desk.quiet();
    expect([figure(), swapFiles().length, activities.at(-1)]).toEqual([before, 1, null]);
  });

  it('says nothing of work in the background, and why it cannot be done', async () => {
    expect(await desk.save(path, LABEL)).toMatchObject({ ok: false, message: expect.stringMatching('press Run first') as string });
    begin();
    activities = [];
    expect(await desk.save(path, { ...LABEL, background: true })).toMatchObject({ ok: true });
    expect(activities).toEqual([null]);
    expect(await desk.save(join(folder, 'missing', 'a.pagewise'), LABEL)).toMatchObject({ ok: false, cancelled: false, message: expect.stringMatching('is not there') as string });
    expect(existsSync(path)).toBe(true);
  });
});
