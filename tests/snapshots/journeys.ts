/**
 * Random journeys there and back: from a moment of a recorded run so many steps back and as many forward again, or to a random instruction
 * and back, must lead to the same RAM and counters. Steps forward by line stop after a return, too, which is no beginning of a line, so
 * that as many of those need not lead to where one came from.
 */
import { basename } from 'node:path';
import { createMachine } from '../../src/core/machine/machine';
import type { Machine } from '../../src/core/machine/machine-api';
import { randomNumbers } from '../../src/core/snapshot/test-random';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../../src/shared/config';
import type { TravelTarget, TravelUnit } from '../../src/shared/timeline';
import type { Material } from './world';

const PROGRAMS = ['time-travel/ledger', 'snapshots/loses', 'pressure/three-times-ram', 'pressure/leaks', 'mapped-files/ring', 'conformance/sorting', 'conformance/hash-table', 'conformance/long-jumps', 'processes/pipeline'] as const;
const UNITS: readonly TravelUnit[] = ['instruction', 'instruction', 'line', 'fault', 'allocation', 'system-call'];
const MOST_INSTRUCTIONS = 2_000_000;
const ROUNDS = 10;

/** Answers what was done. @throws Error when a journey there and back leads elsewhere */
export async function travel(seed: number, material: Material): Promise<string> {
  const random = randomNumbers(seed), name = PROGRAMS[random.below(PROGRAMS.length)] ?? '', isSmall = random.below(2) === 0;
  const tool = random.below(2) === 0 ? 'memcheck' : 'none';
  const config: RunConfig = {
    machine: isSmall ? { ...DEFAULT_MACHINE, frameCount: 1024, swap: { ...DEFAULT_MACHINE.swap, slotCount: 4096 } } : DEFAULT_MACHINE, check: { ...DEFAULT_CHECK, tool, explainLeaks: false },
    programName: `./${basename(name)}`, args: [], environment: [], stdout: 'pipe', pid: 1000, maxInstructions: MOST_INSTRUCTIONS, maxOutputBytes: 0, maxHeapBytes: 0,
  };
  const machine = createMachine(config, { output: () => undefined, input: () => null }, material.kernel, { timelineBytes: 2 ** 26 });
  machine.load(await material.program(name));
  while (!['exited', 'limit', 'deadlock'].includes(machine.run(1 + random.below(300_000))));
  const end = machine.counters().instructions, steps = new Map<TravelUnit, number>();
  for (let round = 0; round < ROUNDS; round++) {
    go(machine, { kind: 'instruction', instruction: random.below(end) });
    const unit = UNITS[random.below(UNITS.length)] ?? 'instruction', back: TravelTarget = { kind: 'step', direction: 'back', unit, over: false };
    // Now at the beginning of a line, or where something happened.
    if (unit !== 'instruction' && !go(machine, back)) continue;
    const from = print(machine), there = machine.counters().instructions;
    let taken = 0;
    for (const wanted = 1 + random.below(5); taken < wanted && go(machine, back); taken++);
    for (let i = 0; i < taken; i++) go(machine, { kind: 'step', direction: 'forward', unit, over: false });
    if (unit === 'line') go(machine, { kind: 'instruction', instruction: there });
    const where = `seed ${String(seed)}, ${name} (${tool}), round ${String(round)}: ${String(taken)} of ${unit} back and forward`;
    if (print(machine) !== from) throw new Error(`${where}: ${print(machine)} instead of ${from}`);
    go(machine, { kind: 'instruction', instruction: random.below(end) });
    go(machine, { kind: 'instruction', instruction: there });
    if (print(machine) !== from) throw new Error(`${where}, then away and back: ${print(machine)} instead of ${from}`);
    steps.set(unit, (steps.get(unit) ?? 0) + taken);
  }
  return `${name} (${tool}${isSmall ? ', little RAM' : ''}): ${[...steps].map(([unit, count]) => `${unit} ${String(count)}`).join(', ')}`;
}

/** False: there is no such moment. */
function go(machine: Machine, target: TravelTarget): boolean {
  const { ok, message } = machine.travel(target);
  if (!ok) throw new Error(message);
  while (machine.isTravelling) machine.run(500_000);
  return machine.query('status', null).value?.timeline?.outcome?.found === true;
}

function print(machine: Machine): string {
  return JSON.stringify([machine.ramHash(), machine.counters(), machine.sanityCheck()]);
}
