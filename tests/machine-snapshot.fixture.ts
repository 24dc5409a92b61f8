/** What tests of machine snapshots share: a machine with its output, saved to memory and made again from there. */
import { readFileSync } from 'node:fs';
import { ensureSnapshotCodec } from '../scripts/build-kernel.mjs';
import { createMachine, createMachineFromSnapshot } from '../src/core/machine/machine';
import type { Machine, MachineLoading, MachineOptions, MachinePorts } from '../src/core/machine/machine-api';
import { FILLED_SECTIONS } from '../src/core/snapshot/machine-loading';
import { SnapshotReader } from '../src/core/snapshot/reader';
import type { EarlyPages } from '../src/core/snapshot/reader';
import { sourceOf } from '../src/core/snapshot/record-reader';
import type { Snapshot } from '../src/core/snapshot/snapshot';
import { SnapshotWriter } from '../src/core/snapshot/writer';
import type { SnapshotParts } from '../src/core/snapshot/writer';
import type { SwapDevice } from '../src/core/swap/swap-device';
import type { RunConfig } from '../src/shared/config';

export const LABEL = { title: 'test', savedAt: '2026-11-29T08:00:00.000Z', engineVersion: '1.2.3', picture: null } as const;

export async function codecModule(): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(readFileSync((await ensureSnapshotCodec()).path));
}

export interface TestMachine { readonly machine: Machine; readonly output: Uint8Array[] }

export function portsTo(output: Uint8Array[], input: MachinePorts['input'], swap?: SwapDevice): MachinePorts {
  return { output: (_stream, bytes) => { output.push(bytes.slice()); }, input, ...(swap === undefined ? {} : { swap }) };
}

export function newMachine(config: RunConfig, kernel: WebAssembly.Module, options?: MachineOptions, swap?: SwapDevice): TestMachine {
  const output: Uint8Array[] = [];
  return { machine: createMachine(config, portsTo(output, () => null, swap), kernel, options), output };
}

export function fileOf(parts: SnapshotParts, codec: WebAssembly.Module): Uint8Array {
  const pieces: Uint8Array[] = [], writer = new SnapshotWriter(parts, codec, (bytes) => { pieces.push(bytes.slice()); });
  while (writer.step() !== 'done');
  return Buffer.concat(pieces);
}

export function saved({ machine }: TestMachine, codec: WebAssembly.Module): Uint8Array {
  return fileOf(machine.snapshotParts(LABEL), codec);
}

/** @throws SnapshotDamage */
export function loaded(file: Uint8Array, codec: WebAssembly.Module, kernel: WebAssembly.Module, options?: MachineOptions, swap?: SwapDevice): TestMachine {
  const output: Uint8Array[] = [];
  return { machine: machineOf(file, codec, kernel, portsTo(output, () => null, swap), options), output };
}

export function openedFile(file: Uint8Array, codec: WebAssembly.Module, ownVersion: string = LABEL.engineVersion, early: EarlyPages | null = null): Snapshot {
  const reader = new SnapshotReader(sourceOf(file), codec, ownVersion, early);
  let state = reader.step();
  while (!('ok' in state)) state = reader.step();
  if (!state.ok) throw new Error(state.message);
  return state.snapshot;
}

/** Pages are taken while the file is checked. @throws SnapshotDamage */
export function machineOf(file: Uint8Array, codec: WebAssembly.Module, kernel: WebAssembly.Module, ports: MachinePorts, options?: MachineOptions): Machine {
  let begun: MachineLoading | null = null;
  const snapshot = openedFile(file, codec, LABEL.engineVersion, {
    names: FILLED_SECTIONS,
    begin: (before) => {
      begun = createMachineFromSnapshot(before, ports, kernel, options);
      return begun.taker;
    },
  });
  const loading = begun as MachineLoading | null;
  if (loading === null) throw new Error('no pages');
  const delivery = snapshot.deliverPages(loading.sections, loading.taker);
  while (delivery.step() !== 'done');
  return loading.finish(snapshot);
}

/** Runs on for at most so many slices; true when all is over. */
export function runSlices({ machine }: TestMachine, slices: number): boolean {
  for (let i = 0; i < slices; i++) {
    const reason = machine.run(9_973);
    if (reason === 'exited' || reason === 'limit' || reason === 'deadlock' || reason === 'blocked') return true;
  }
  return false;
}

/** Everything by which two machines are compared; `outputFrom`: pieces of output that another machine has written. */
export function figureOf({ machine, output }: TestMachine, before: readonly Uint8Array[] = []): Readonly<Record<string, unknown>> {
  return {
    hash: machine.ramHash(), counters: machine.counters(), sanity: machine.sanityCheck(), state: machine.state, result: machine.result(),
    output: Buffer.concat([...before, ...output]).toString('latin1'),
  };
}
