/** A class that nobody registered (classes.ts), met in a running machine: the run goes on, unrecorded, and is not saved. */
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../../shared/config';
import { kernelModule } from '../kernel/test-bench';
import { createMachine } from '../machine/machine';
import type { Machine } from '../machine/machine-api';
import { CannotSave } from '../snapshot/swap-pages';
import { RamSwapDevice } from '../swap/swap-device';
import { parseWorkloads } from '../workload/script-parser';

const SLOTS = 65_536;
const SCRIPT = parseWorkloads('workload table\nregion heap anonymous 2M\nphase look\n touch heap 900M/s random writes 30%').scripts[0];
const LABEL = { title: '', savedAt: '2026-11-29T08:00:00.000Z', engineVersion: '1.2.3', picture: null } as const;

class Foreign { readonly number = 1; }

let kernel: WebAssembly.Module;
beforeAll(async () => { kernel = await kernelModule(); });

function start(): Machine {
  const machine = createMachine({
    machine: { ...DEFAULT_MACHINE, frameCount: 1024, swap: { ...DEFAULT_MACHINE.swap, slotCount: SLOTS } }, check: { ...DEFAULT_CHECK, tool: 'none' }, programName: '', args: [], environment: [],
    stdout: 'pipe', pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: () => undefined, input: () => null, swap: new RamSwapDevice(SLOTS) }, kernel, { timelineBytes: 2 ** 26 });
  if (SCRIPT !== undefined) machine.startWorkloads(SCRIPT, 8);
  return machine;
}

/** Puts an object of an unknown class where running could have made it. */
function forge(machine: Machine): void {
  const { pass } = machine as unknown as { readonly pass: { readonly computer: { readonly programs: Map<string, unknown> } } };
  pass.computer.programs.set('foreign', new Foreign());
}

describe('an object of a class that images do not know', () => {
  const NAMED = 'pass.computer.programs holds an object of class Foreign, which images do not know';

  it('ends the recording, and the run goes on as without', () => {
    const plain = start(), machine = start();
    for (let i = 0; i < 24; i++) {
      if (i === 2) forge(machine);
      plain.run(1_000_000);
      expect(machine.run(1_000_000)).toBe('quantum');
    }
    const info = machine.query('status', null).value?.timeline;
    expect(info).toMatchObject({ enabled: false, message: `The run is no longer recorded: ${NAMED}. Only the present can be seen.`, checkpoints: 0, usedBytes: 0, atHead: true });
    expect(machine.travel({ kind: 'start' })).toEqual({ ok: false, message: info?.message });
    expect(plain.query('status', null).value?.timeline).toMatchObject({ enabled: true, message: '' });
    expect(plain.query('memoryStatus', null).value?.swap.usedSlots).toBeGreaterThan(100);
    expect([machine.ramHash(), machine.counters(), machine.sanityCheck()]).toEqual([plain.ramHash(), plain.counters(), []]);
  });

  it('is not saved, in words', () => {
    const machine = start();
    machine.run(100_000);
    forge(machine);
    expect(() => machine.snapshotParts(LABEL)).toThrow(CannotSave);
    expect(() => machine.snapshotParts(LABEL)).toThrow(`The machine cannot be saved: ${NAMED}.`);
  });
});
