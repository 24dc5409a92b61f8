/** What a change of the address space does to the TLBs, with and without tags (PCID), seen from running processes. */
import { beforeAll, expect, it } from 'vitest';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../../shared/config';
import type { TranslationCounters } from '../../shared/views-translation';
import { kernelModule } from '../kernel/test-bench';
import { createMachine } from '../machine/machine';
import { parseWorkloads } from './script-parser';

const WORKLOAD = 'workload small\nregion heap anonymous 256K\nphase p\n touch heap 40M/s random writes 30%';

let kernel: WebAssembly.Module;
beforeAll(async () => { kernel = await kernelModule(); });

function run(pcid: boolean, processes: number): { readonly counters: TranslationCounters; readonly asids: readonly number[] } {
  const machine = createMachine({
    machine: { ...DEFAULT_MACHINE, tlb: { ...DEFAULT_MACHINE.tlb, pcid } }, check: { ...DEFAULT_CHECK, tool: 'none' }, programName: '', args: [], environment: [], stdout: 'pipe',
    pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: () => undefined, input: () => null }, kernel);
  for (const script of parseWorkloads(WORKLOAD).scripts) machine.startWorkloads(script, processes);
  for (let i = 0; i < 30; i++) machine.run(1_000_000);
  const { arrays, counters } = machine.query('tlb', null).value;
  return { counters, asids: [...new Set(arrays.find((array) => array.id === 'l2')?.asid)].sort((a, b) => a - b) };
}

it('tagged entries outlive a switch; without tags each switch begins with empty TLBs', () => {
  const [tagged, untagged, alone] = [run(true, 4), run(false, 4), run(false, 1)];
  expect(tagged.asids.length).toBeGreaterThan(1);
  expect(untagged.asids).toHaveLength(1);
  // Tagged: every page of every process is walked for about once. Untagged: again after every switch.
  expect(tagged.counters.walks).toBeLessThan(4 * 64 * 3);
  expect(untagged.counters.walks).toBeGreaterThan(1.5 * tagged.counters.walks);
  // One process alone never loads another CR3.
  expect(alone.counters.walks).toBeLessThan(64 * 3);
});
