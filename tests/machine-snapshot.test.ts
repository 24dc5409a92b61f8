/**
 * Snapshots of whole machines (DESIGN I6): a machine that is saved, loaded and goes on is, to the last bit, the one that was never
 * saved; and saved again at once it gives the same file.
 */
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomNumbers } from '../src/core/snapshot/test-random';
import { DeviceStatus, RamSwapDevice } from '../src/core/swap/swap-device';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../src/shared/config';
import { compileProgram, prepareTools, type Tools } from './engine.fixture';
import { LABEL, codecModule, figureOf, fileOf, loaded, newMachine, runSlices, saved } from './machine-snapshot.fixture';

const folder = (name: string): string[] => readdirSync(resolve(import.meta.dirname, name)).filter((file) => file.endsWith('.c')).sort().map((file) => resolve(import.meta.dirname, name, file));
const PROGRAMS = [...folder('../resources/examples'), ...folder('processes'), ...folder('pressure'), ...folder('mapped-files')];

let tools: Tools;
let codec: WebAssembly.Module;
beforeAll(async () => {
  tools = await prepareTools();
  codec = await codecModule();
});

function configFor(path: string, tool: 'memcheck' | 'none', explainLeaks = false): RunConfig {
  const small = path.includes('/pressure/');
  return {
    machine: small ? { ...DEFAULT_MACHINE, frameCount: 1024, swap: { ...DEFAULT_MACHINE.swap, slotCount: 4096 } } : DEFAULT_MACHINE,
    check: { ...DEFAULT_CHECK, tool, leakCheck: tool === 'memcheck' ? 'full' : 'no', explainLeaks }, programName: `./${basename(path, '.c')}`, args: [],
    environment: ['HOME=/home/student'], stdout: 'pipe', pid: 1000, maxInstructions: 5_000_000, maxOutputBytes: 0, maxHeapBytes: 0,
  };
}

describe('a machine that is saved, loaded and goes on is the one that was never saved', () => {
  it.each(PROGRAMS.map((path) => [basename(path), path]))('%s', async (name, path) => {
    const program = await compileProgram(tools, path), random = randomNumbers(name.length);
    for (const tool of ['memcheck', 'none'] as const) {
      const config = configFor(path, tool);
      const first = newMachine(config, tools.engine.kernel);
      first.machine.load(program);
      let slices = 1;
      while (!runSlices(first, 1)) slices++;
      const end = figureOf(first);

      const other = newMachine(config, tools.engine.kernel);
      other.machine.load(program);
      const moment = random.below(slices + 1);
      runSlices(other, moment);
      // It leaves its traces in scratch words of the store, and loading makes one.
      expect(other.machine.sanityCheck()).toEqual([]);
      const before = [...other.output], file = saved(other, codec);
      const again = loaded(file, codec, tools.engine.kernel);
      expect(Buffer.compare(saved(again, codec), file), `saved again after ${String(moment)} slices of ${String(slices)}`).toBe(0);
      expect(again.machine.ramHash()).toBe(other.machine.ramHash());
      runSlices(again, slices - moment);
      expect(figureOf(again, before), `${tool}, saved after ${String(moment)} slices of ${String(slices)}`).toEqual(end);
      runSlices(other, slices - moment);
      expect(figureOf(other), 'saving left its traces').toEqual(end);
    }
  });
});

describe('swapped pages', () => {
  class Losing extends RamSwapDevice {
    failure = DeviceStatus.Ok;
    override read(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
      return this.failure === DeviceStatus.Ok ? super.read(slot, pages) : this.failure;
    }
    override write(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
      return this.failure === DeviceStatus.Ok ? super.write(slot, pages) : this.failure;
    }
  }

  it('that are lost keep a machine from being saved, and from being loaded', async () => {
    const path = resolve(import.meta.dirname, 'pressure/three-times-ram.c'), device = new Losing(4096), config = configFor(path, 'none');
    const swapping = newMachine(config, tools.engine.kernel, undefined, device);
    swapping.machine.load(await compileProgram(tools, path));
    runSlices(swapping, 60);
    const file = saved(swapping, codec), parts = swapping.machine.snapshotParts(LABEL);
    const without = fileOf({ ...parts, sections: parts.sections.filter(({ name }) => name !== 'slots') }, codec);
    expect(() => loaded(without, codec, tools.engine.kernel)).toThrow(/^The snapshot is damaged: section "slots": \d+ swapped pages are missing\.$/);
    const full = new Losing(4096);
    full.failure = DeviceStatus.Full;
    expect(() => loaded(file, codec, tools.engine.kernel, undefined, full)).toThrow('The snapshot cannot be loaded. The disk that holds the swap file is full');
    device.failure = DeviceStatus.IoError;
    expect(() => saved(swapping, codec)).toThrow(/^The machine cannot be saved: page \d+ of its swap space cannot be read\. The disk reported an error/);
  });
});
