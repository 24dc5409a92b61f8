/** Time travel on a whole machine: every moment is the one that was there, searches find what a reader of the source expects. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../src/core/lir/lir';
import { createMachine } from '../src/core/machine/machine';
import type { Machine } from '../src/core/machine/machine-api';
import { compileUnits, linkProgram, type Engine } from '../src/host/engine';
import { collectSources } from '../src/host/source-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../src/shared/config';
import type { TimelineInfo, TravelTarget } from '../src/shared/timeline';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import { prepareTools } from './engine.fixture';

const SOURCE = resolve(import.meta.dirname, 'time-travel/ledger.c');
const LINES = readFileSync(SOURCE, 'utf8').split('\n');
const lineOf = (text: string): number => LINES.findIndex((line) => line.includes(text)) + 1;
const TIMELINE_BYTES = 256 * 2 ** 20;

let engine: Engine;
let clang: ClangRunner;
let program: Program;
beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
  const compiled = await compileUnits(clang, [collectSources(SOURCE, [])], { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
  program = linkProgram(engine, compiled.bitcode ?? [], compiled.sources);
});

const CONFIG: RunConfig = {
  machine: DEFAULT_MACHINE, check: { ...DEFAULT_CHECK, tool: 'memcheck', leakCheck: 'full', explainLeaks: false }, programName: './ledger', args: [],
  environment: [], stdout: 'tty', pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
};

interface Lab { readonly machine: Machine; readonly output: () => string }

function start(config: RunConfig = CONFIG): Lab {
  let text = '';
  const machine = createMachine(config, { output: (_stream, bytes) => { text += Buffer.from(bytes).toString(); }, input: () => null }, engine.kernel, { timelineBytes: TIMELINE_BYTES });
  machine.load(program);
  return { machine, output: () => text };
}

function runToEnd({ machine }: Lab): void {
  for (;;) {
    const reason = machine.run(1_000_003);
    if (reason === 'exited' || reason === 'arrived') return;
    expect(reason).toBe('quantum');
  }
}

function timeline({ machine }: Lab): TimelineInfo {
  const info = machine.query('status', null).value.timeline;
  if (info === null) throw new Error('no timeline');
  return info;
}

function go(lab: Lab, target: TravelTarget): TimelineInfo {
  expect(lab.machine.travel(target)).toEqual({ ok: true, message: '' });
  for (let slices = 0; lab.machine.run(777_777) === 'quantum'; slices++) if (slices > 10_000) throw new Error('a journey without end');
  const info = timeline(lab);
  expect(info.travelling).toBe(false);
  return info;
}

const place = ({ machine }: Lab): number => machine.query('status', null).value.location?.line ?? 0;
const step = (direction: 'back' | 'forward', unit: 'instruction' | 'line' | 'call' | 'fault' | 'allocation' | 'system-call', over = true): TravelTarget => ({ kind: 'step', direction, unit, over });

describe('time travel', () => {
  it('puts the machine to any moment, from anywhere, and back to its end', () => {
    const lab = start();
    runToEnd(lab);
    const end = { hash: lab.machine.ramHash(), result: lab.machine.result(), head: timeline(lab).head, output: lab.output() };
    expect(end.result.ending).toMatchObject({ kind: 'signal' });
    const moments = [0.05, 0.93, 0.5, 0.11, 0.76].map((share) => Math.floor(end.head.instruction * share));
    const seen = new Map<number, { hash: string; counters: unknown; line: number }>();
    for (const instruction of [...moments, ...moments.toReversed()]) {
      const info = go(lab, { kind: 'instruction', instruction });
      expect(info.now.instruction).toBe(instruction);
      expect(info.atHead).toBe(false);
      expect(lab.machine.state).toBe('paused');
      const present = { hash: lab.machine.ramHash(), counters: lab.machine.counters(), line: place(lab) };
      expect(present).toEqual(seen.get(instruction) ?? present);
      seen.set(instruction, present);
      expect(lab.machine.sanityCheck()).toEqual([]);
    }
    expect(new Set([...seen.values()].map(({ hash }) => hash)).size).toBe(moments.length);
    const back = go(lab, { kind: 'head' });
    expect(back.atHead).toBe(true);
    expect(lab.machine.state).toBe('exited');
    expect(lab.machine.ramHash()).toBe(end.hash);
    expect(lab.machine.result()).toEqual(end.result);
    expect(lab.output()).toBe(end.output);
  });

  it('a machine that never recorded stands at the same moments', () => {
    const lab = start();
    runToEnd(lab);
    const { head } = timeline(lab);
    const twin = createMachine(CONFIG, { output: () => undefined, input: () => null }, engine.kernel);
    twin.load(program);
    while (twin.counters().instructions < head.instruction / 2) twin.run(10_007);
    go(lab, { kind: 'instruction', instruction: twin.counters().instructions });
    expect(lab.machine.counters()).toEqual(twin.counters());
    expect(lab.machine.ramHash()).toBe(twin.ramHash());
  });

  it('steps back by line as far as forward, over and into calls', () => {
    const lab = start();
    runToEnd(lab);
    go(lab, step('back', 'line'));
    expect(place(lab)).toBe(lineOf('return accounts[2]->cents'));
    for (const text of ['free(accounts[0])', 'accounts[2] = NULL', 'printf("%ld', 'for (int round']) {
      go(lab, step('back', 'line'));
      expect(LINES[place(lab) - 1]).toContain(text);
    }
    const before = lab.machine.ramHash();
    go(lab, step('back', 'line'));
    expect(place(lab)).toBe(lineOf('busy(20000)'));
    go(lab, step('back', 'line'));
    expect(place(lab)).toBe(lineOf('pay(accounts[round'));
    go(lab, step('back', 'line', false));
    const [from, to] = [go(lab, step('forward', 'line')), lab.machine.ramHash()];
    go(lab, step('back', 'line'));
    go(lab, step('forward', 'line'));
    expect(lab.machine.ramHash()).toBe(to);
    expect(timeline(lab).now).toEqual(from.now);
    while (place(lab) !== lineOf('printf("%ld')) go(lab, step('forward', 'line'));
    go(lab, step('back', 'line'));
    expect(lab.machine.ramHash()).toBe(before);
  });

  it('steps back into a function that returned, and to its call', () => {
    const lab = start();
    runToEnd(lab);
    for (let i = 0; i < 5; i++) go(lab, step('back', 'line'));
    go(lab, step('back', 'line', false));
    expect(LINES.slice(lineOf('static long busy') - 1, lineOf('int main') - 1).join()).toContain(LINES[place(lab) - 1]?.trim());
    expect(go(lab, step('back', 'call')).outcome).toEqual({ found: true, message: '' });
    expect(place(lab)).toBe(lineOf('busy(20000)'));
  });

  it('finds the last write of a byte', () => {
    const lab = start();
    runToEnd(lab);
    const globals = lab.machine.query('globals', { processKey: 1 }).value;
    const accounts = globals.find(({ name }) => name === 'accounts');
    const total = globals.find(({ name }) => name === 'total');
    const third = `0x${(BigInt(accounts?.va ?? 0) + 16n).toString(16)}`;
    expect(go(lab, { kind: 'last-write', va: third, length: 8 }).outcome?.found).toBe(true);
    expect(place(lab)).toBe(lineOf('accounts[2] = NULL'));
    expect(go(lab, { kind: 'last-write', va: third, length: 8 }).outcome?.found).toBe(true);
    expect(place(lab)).toBe(lineOf('accounts[i] = open_account'));
    const nothing = go(lab, { kind: 'last-write', va: third, length: 8 });
    expect(nothing.outcome?.found).toBe(false);
    expect(nothing.outcome?.message).toContain(third);
    go(lab, { kind: 'head' });
    go(lab, { kind: 'last-write', va: total?.va ?? '', length: 1 });
    expect(place(lab)).toBe(lineOf('total += cents'));
  });

  it('runs backwards to a breakpoint, and forwards to it', () => {
    const lab = start();
    runToEnd(lab);
    expect(go(lab, { kind: 'previous-breakpoint' }).outcome).toMatchObject({ found: false });
    lab.machine.setBreakpoints([{ file: SOURCE, line: lineOf('total += cents') }]);
    const hits: number[] = [];
    for (;;) {
      const info = go(lab, { kind: 'previous-breakpoint' });
      if (info.outcome?.found !== true) break;
      hits.push(info.now.instruction);
    }
    expect(hits).toHaveLength(20);
    expect(hits).toEqual([...hits].sort((a, b) => b - a));
    const again: number[] = [];
    go(lab, { kind: 'start' });
    for (;;) {
      const reason = lab.machine.run(1_000_000);
      if (reason === 'arrived') break;
      if (reason === 'breakpoint') again.push(timeline(lab).now.instruction);
    }
    expect(again).toEqual(hits.toReversed());
    expect(lab.machine.state).toBe('exited');
  });

  it('goes by faults, allocations and system calls', () => {
    const lab = start();
    runToEnd(lab);
    go(lab, step('back', 'allocation'));
    expect(place(lab)).toBe(lineOf('free(accounts[0])'));
    go(lab, step('back', 'allocation'));
    expect(place(lab)).toBe(lineOf('printf("%ld'));
    go(lab, step('back', 'allocation'));
    expect(place(lab)).toBe(lineOf('malloc(sizeof'));
    const malloc = timeline(lab).now.instruction;
    go(lab, step('forward', 'allocation'));
    expect(place(lab)).toBe(lineOf('printf("%ld'));
    go(lab, step('back', 'allocation'));
    expect(timeline(lab).now.instruction).toBe(malloc);
    expect(go(lab, step('back', 'fault')).outcome?.found).toBe(true);
    go(lab, { kind: 'head' });
    go(lab, step('back', 'system-call'));
    expect(place(lab)).toBe(lineOf('printf("%ld'));
    expect(go(lab, step('forward', 'system-call')).outcome).toMatchObject({ found: false });
  });

  it('fits into less memory from now on, and every moment is still reached', () => {
    const lab = start();
    runToEnd(lab);
    const before = timeline(lab);
    expect(before.checkpoints).toBeGreaterThan(3);
    const middle = Math.floor(before.head.instruction / 2);
    go(lab, { kind: 'instruction', instruction: middle });
    const hash = lab.machine.ramHash();
    expect(lab.machine.setRecordingBudget(0)).toBe(false);
    expect(lab.machine.setRecordingBudget(Math.floor(before.usedBytes / 2))).toBe(true);
    const after = timeline(lab);
    expect(after.budgetBytes).toBe(Math.floor(before.usedBytes / 2));
    expect(after.checkpoints).toBeLessThan(before.checkpoints);
    expect(after.checkpoints <= 2 || after.usedBytes <= after.budgetBytes).toBe(true);
    expect(lab.machine.ramHash()).toBe(hash);
    go(lab, { kind: 'head' });
    expect(go(lab, { kind: 'instruction', instruction: middle }).now.instruction).toBe(middle);
    expect(lab.machine.ramHash()).toBe(hash);
  });

  it('goes to a moment of the clock', () => {
    const lab = start();
    runToEnd(lab);
    const { head } = timeline(lab);
    const cycle = Math.floor(head.cycle / 3);
    const { now } = go(lab, { kind: 'cycle', cycle });
    expect(now.cycle).toBeGreaterThanOrEqual(cycle);
    go(lab, step('back', 'instruction'));
    expect(timeline(lab).now.cycle).toBeLessThan(cycle);
  });

  it('forgets the rest of the recording when input comes at a past moment', () => {
    const lab = start();
    runToEnd(lab);
    const end = lab.machine.ramHash();
    go(lab, { kind: 'start' });
    lab.machine.inputComes();
    expect(timeline(lab)).toMatchObject({ atHead: true });
    expect(lab.machine.state).toBe('paused');
    runToEnd(lab);
    expect(lab.machine.ramHash()).toBe(end);
  });

  it('goes on differently when something new comes from outside', () => {
    const lab = start();
    runToEnd(lab);
    const { head } = timeline(lab);
    go(lab, { kind: 'instruction', instruction: Math.floor(head.instruction / 2) });
    expect(lab.machine.signal(1, 15)).toBe(true);
    expect(timeline(lab).atHead).toBe(true);
    runToEnd(lab);
    expect(timeline(lab).head.instruction).toBeLessThan(head.instruction);
    expect(lab.machine.result().ending).toMatchObject({ kind: 'signal', signal: 15 });
    const end = lab.machine.ramHash();
    go(lab, step('back', 'line'));
    go(lab, { kind: 'head' });
    expect(lab.machine.ramHash()).toBe(end);
  });
});
