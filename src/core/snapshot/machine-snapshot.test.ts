/** Snapshots of machines that load processes by the hundred, swap, are configured anew, or stand in the past; and files that lie. */
import { beforeAll, describe, expect, it } from 'vitest';
import { kernelModule } from '../kernel/test-bench';
import { parseWorkloads } from '../workload/script-parser';
import { createMachine, createMachineFromSnapshot } from '../machine/machine';
import type { Machine } from '../machine/machine-api';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../../shared/config';
import type { MachineConfig } from '../../shared/config';
import { RamSwapDevice } from '../swap/swap-device';
import type { SwapDevice } from '../swap/swap-device';
import { SnapshotDamage } from './damage';
import { codecModule, opened, written } from './test-snapshots';
import { randomNumbers } from './test-random';
import type { SnapshotParts } from './writer';

const MIX = `workload table
region heap anonymous 2M
phase fill for 5ms
 touch heap 4M/s sequential writes 100%
phase look
 touch heap 5M/s random writes 30%`;
const LABEL = { title: 'Mix', savedAt: '2026-11-29T08:00:00.000Z', engineVersion: '1.2.3', picture: null } as const;
const SMALL: Partial<MachineConfig> = { frameCount: 1024, swap: { ...DEFAULT_MACHINE.swap, slotCount: 65_536, device: 'nvme' } };
const RECORDING = { timelineBytes: 64 * 2 ** 20 };

let kernel: WebAssembly.Module;
let codec: WebAssembly.Module;
beforeAll(async () => {
  kernel = await kernelModule();
  codec = await codecModule();
});

function start(machine: Partial<MachineConfig>, processes: number, timelineBytes = 0, swap?: SwapDevice): Machine {
  const made = createMachine({
    machine: { ...DEFAULT_MACHINE, ...machine }, check: { ...DEFAULT_CHECK, tool: 'none' }, programName: '', args: [], environment: [], stdout: 'pipe',
    pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: () => undefined, input: () => null, ...(swap === undefined ? {} : { swap }) }, kernel, { timelineBytes });
  for (const script of parseWorkloads(MIX).scripts) made.startWorkloads(script, processes);
  return made;
}

function run(machine: Machine, slices: number): void {
  for (let i = 0; i < slices; i++) machine.run(100_000);
}

/** @throws SnapshotDamage */
function load(file: Uint8Array, options = { timelineBytes: 0 }, swap?: SwapDevice): Machine {
  const opening = opened(file, codec, '1.2.3');
  if (!opening.ok) throw new Error(opening.message);
  const loading = createMachineFromSnapshot(opening.snapshot, { output: () => undefined, input: () => null, ...(swap === undefined ? {} : { swap }) }, kernel, options);
  const delivery = opening.snapshot.deliverPages(loading.sections, loading.taker);
  while (delivery.step() !== 'done');
  return loading.finish(opening.snapshot);
}

const fileOf = (machine: Machine): Uint8Array => written(machine.snapshotParts(LABEL), codec);
const figure = (machine: Machine): unknown => ({ hash: machine.ramHash(), counters: machine.counters(), sanity: machine.sanityCheck(), memory: machine.query('memoryStatus', null).value });

describe('a machine that is saved, loaded and goes on is the one that was never saved', () => {
  it.each([
    ['many light processes', {}, 40, 2], ['swap', SMALL, 8, 4], ['swap, clock, and little of it', { ...SMALL, memory: { ...DEFAULT_MACHINE.memory, policy: 'clock' } }, 8, 3],
    ['segmentation', { translation: 'segmentation' }, 4, 2], ['huge pages', { paging: { ...DEFAULT_MACHINE.paging, transparentHugePages: 'always' } }, 4, 2],
  ] as const)('%s', (_name, config, processes, slices) => {
    const whole = start(config, processes), other = start(config, processes);
    run(whole, slices * 2);
    run(other, slices);
    const again = load(fileOf(other));
    run(again, slices);
    expect(figure(again)).toEqual(figure(whole));
  });

  it('whatever device the pages are swapped to', () => {
    const whole = start(SMALL, 8), other = start(SMALL, 8, RECORDING.timelineBytes, new RamSwapDevice(65_536));
    run(whole, 8);
    run(other, 4);
    expect(other.query('memoryStatus', null).value?.swap.usedSlots).toBeGreaterThan(100);
    for (const again of [load(fileOf(other), RECORDING, new RamSwapDevice(65_536)), load(fileOf(other))]) {
      run(again, 4);
      expect(figure(again)).toEqual(figure(whole));
    }
  });

  it('with a configuration that was changed on the way', () => {
    const change = (machine: Machine): unknown => machine.configure([{ path: 'memory.swappiness', value: 150 }, { path: 'frameCount', value: 900 }, { path: 'memory.policy', value: 'clock' }]);
    const whole = start(SMALL, 8), other = start(SMALL, 8);
    for (const machine of [whole, other]) {
      run(machine, 3);
      expect(change(machine)).toEqual([]);
    }
    run(whole, 4);
    run(other, 2);
    const again = load(fileOf(other));
    run(again, 2);
    expect(figure(again)).toEqual(figure(whole));
  });

  it('saved at a moment of the past', () => {
    const machine = start(SMALL, 8, RECORDING.timelineBytes), straight = start(SMALL, 8);
    run(machine, 5);
    expect(machine.travel({ kind: 'instruction', instruction: 270_000 }).ok).toBe(true);
    expect(() => machine.snapshotParts(LABEL)).toThrow('on its way to another moment');
    while (machine.isTravelling) machine.run(100_000);
    const now = machine.counters();
    const again = load(fileOf(machine));
    expect(again.counters()).toEqual(now);
    while (straight.counters().instructions < now.instructions) straight.run(now.instructions - straight.counters().instructions);
    run(again, 2);
    run(straight, 2);
    expect(again.counters()).toEqual(straight.counters());
    expect(again.sanityCheck()).toEqual([]);
  });

  it('and gives the same file when it is saved again', () => {
    const machine = start(SMALL, 8);
    run(machine, 3);
    // It leaves its traces in scratch words of the store, and loading makes one.
    machine.sanityCheck();
    const file = fileOf(machine);
    expect(Buffer.compare(fileOf(load(file)), file)).toBe(0);
  });
});

describe('size', () => {
  it('of an idle machine is under 1 MB', () => {
    const idle = start({}, 0);
    expect(fileOf(idle).length).toBeLessThan(1_000_000);
    const mixed = start({}, 1);
    run(mixed, 1);
    expect(fileOf(mixed).length).toBeLessThan(1_000_000);
  });
});

describe('a file whose checksums are right and whose content is not', () => {
  /** The machine's file with one section changed. */
  function forged(parts: SnapshotParts, name: string, change: (bytes: Uint8Array) => Uint8Array): Uint8Array {
    return written({ ...parts, sections: parts.sections.map((section) => (section.name === name && 'bytes' in section && section.bytes instanceof Uint8Array ? { name, bytes: change(section.bytes) } : section)) }, codec);
  }

  it('is refused, or a sound machine: no exception but SnapshotDamage', () => {
    const machine = start({ ...SMALL, frameCount: 1024 }, 2), random = randomNumbers(7);
    run(machine, 2);
    const parts = machine.snapshotParts(LABEL);
    let refused = 0;
    const rounds = 60;
    for (let round = 0; round < rounds; round++) {
      const name = ['image', 'image', 'image', 'machine', 'config', 'input-log', 'skeleton'][round % 7] ?? '';
      const file = forged(parts, name, (bytes) => {
        if (random.below(6) === 0) return bytes.slice(0, random.below(bytes.length));
        const changed = bytes.slice();
        changed[random.below(Math.min(bytes.length, random.below(2) === 0 ? 4_000 : bytes.length))] = random.below(256);
        return changed;
      });
      try {
        expect(load(file).sanityCheck()).toEqual([]);
      } catch (error) {
        if (!(error instanceof SnapshotDamage)) throw error;
        expect(error.message).toMatch(/^The snapshot is damaged: /);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(rounds / 4);
  });

  it('is refused when a page is missing, or pages break the rules', () => {
    const machine = start({ ...SMALL, frameCount: 1024 }, 8);
    run(machine, 5);
    const parts = machine.snapshotParts(LABEL);
    const without = (section: string, keep: (i: number, count: number) => boolean): Uint8Array => written({
      ...parts, sections: parts.sections.map((each) => {
        if (each.name !== section || !('pages' in each)) return each;
        const { pages } = each, kept = [...pages.pageNumbers().keys()].filter((i) => keep(i, pages.count));
        const numbers = pages.pageNumbers().filter((_, i) => kept.includes(i));
        return { name: section, pages: { count: kept.length, pageNumbers: () => numbers, read: (i: number) => pages.read(kept[i] ?? 0) } };
      }),
    }, codec);
    expect(() => load(without('pages', (i) => i !== 0))).toThrow('its pages are not those that it uses');
    const zeroed = written({ ...parts, sections: parts.sections.map((each) => (each.name === 'pages' && 'pages' in each ? { name: 'pages', pages: { ...each.pages, read: () => new Uint8Array(4096) } } : each)) }, codec);
    expect(() => load(zeroed)).toThrow(SnapshotDamage);
  });

  it('names a part that this version does not have', () => {
    const machine = start({}, 0);
    const parts = machine.snapshotParts(LABEL);
    const file = forged(parts, 'skeleton', (bytes) => {
      const at = Buffer.from(bytes).indexOf('pass.computer.system.buddy');
      const changed = bytes.slice();
      changed.set(Buffer.from('pass.computer.system.caddy'), at);
      return changed;
    });
    expect(() => load(file)).toThrow('it has a part "pass.computer.system.caddy", which this version of Pagewise does not have');
  });
});
