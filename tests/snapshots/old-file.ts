/**
 * A machine as a Pagewise of another day saved it: `npm run fuzz -- --snapshots --fixture` makes the file of the present format, with
 * what became of its machine beside it (tests/fixtures). A file that is there is never made anew: it stands for those that users have.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FORMAT_VERSION } from '../../src/core/snapshot/format';
import { createMachine } from '../../src/core/machine/machine';
import type { Machine, MachinePorts } from '../../src/core/machine/machine-api';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../../src/shared/config';
import { LABEL, fileOf, machineOf, portsTo } from '../machine-snapshot.fixture';
import type { Material } from './world';

const LINES = ['one\n', 'two\n', 'three\n'];

const CONFIG: RunConfig = {
  machine: { ...DEFAULT_MACHINE, frameCount: 540, swap: { slotCount: 1024, device: 'nvme', pageCluster: 3 } }, check: { ...DEFAULT_CHECK, tool: 'memcheck', leakCheck: 'full', explainLeaks: true },
  programName: './machine-1', args: [], environment: ['HOME=/home/student'], stdout: 'pipe', stdin: 'tty', pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
};

export const oldFile = (root: string, format: number): { readonly snapshot: string; readonly became: string } => {
  const stem = join(root, 'tests', 'fixtures', `machine-format-${String(format)}`);
  return { snapshot: `${stem}.pagewise`, became: `${stem}.json` };
};

/** What becomes of the machine of a file that gets its lines. */
export function become(file: Uint8Array, { codec, kernel }: Pick<Material, 'codec' | 'kernel'>): unknown {
  const output: Uint8Array[] = [], machine = machineOf(file, codec, kernel, typing(output));
  const before = { state: machine.state, counters: machine.counters(), hash: machine.ramHash(), swapped: machine.query('memoryStatus', null).value?.swap.usedSlots, processes: machine.query('processes', null).value.map(({ pid, state }) => ({ pid, state })) };
  runToEnd(machine);
  const { ending, errors, leaks } = machine.result();
  return {
    before, counters: machine.counters(), hash: machine.ramHash(), sanity: machine.sanityCheck(), output: Buffer.concat(output).toString('latin1'), ending,
    errors: errors.map(({ what, count }) => ({ what, count })), leaks: leaks?.summary, explained: leaks?.records.map((record) => record.explanation && `${record.explanation.cause} ${record.explanation.holder} ${String(record.explanation.line)}`),
  };
}

export async function makeOldFile(material: Material): Promise<string> {
  const { snapshot, became } = oldFile(material.root, FORMAT_VERSION);
  if (existsSync(snapshot)) throw new Error(`${snapshot} is there already`);
  const machine = createMachine(CONFIG, portsTo([], () => 'wait'), material.kernel);
  machine.load(await material.program('fixtures/machine-1'));
  for (let reason = machine.run(100_000); reason !== 'blocked'; reason = machine.run(100_000));
  machine.sanityCheck();
  const file = fileOf(machine.snapshotParts(LABEL), material.codec);
  writeFileSync(snapshot, file);
  writeFileSync(became, `${JSON.stringify(become(file, material), null, 1)}\n`);
  return `${snapshot}: ${String(file.length)} bytes`;
}

function typing(output: Uint8Array[]): MachinePorts {
  const lines = [...LINES];
  return portsTo(output, () => { const line = lines.shift(); return line === undefined ? null : new TextEncoder().encode(line); });
}

function runToEnd(machine: Machine): void {
  for (let i = 0; i < 1000 && machine.state !== 'exited'; i++) machine.run(200_000);
}
