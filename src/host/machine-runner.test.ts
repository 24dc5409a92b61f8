import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../shared/config';
import type { Program } from '../core/lir/lir';
import type { Machine, MachineOptions, MachinePorts, StopReason } from '../core/machine/machine-api';
import type { CompileOptions } from '../shared/diagnostics';
import type { StreamMessage } from '../shared/ipc';
import type { QueryName } from '../shared/views';
import { FULL_BYTES } from './console-output';
import { emptyAnswer, emptyStatus } from './empty-answers';
import { MachineRunner } from './machine-runner';
import { HEAD_CHARACTERS, TAIL_CHARACTERS } from './report-html/output-record';

const CONFIG: RunConfig = {
  machine: DEFAULT_MACHINE, check: DEFAULT_CHECK, programName: './a', args: [], environment: [], stdout: 'tty', pid: 1,
  maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
};
const COMPILE: CompileOptions = { optimise: 1, standard: 'gnu17', defines: ['N=3'], undefines: [], includeDirectories: [] };
const PROGRAM = { image: { functions: [{ first: 0, instructionCount: 3, line: 4 }], debug: { line: Uint32Array.of(4, 5, 6), statement: Uint8Array.of(1, 1, 1) } }, main: 0 } as unknown as Program;

/** A machine whose slices are scripted: each call of run or step performs the next action. */
class ScriptedMachine {
  state: Machine['state'] = 'running';
  readonly calls: string[] = [];
  breakpoints: readonly { readonly file: string; readonly line: number }[] = [];
  constructor(private readonly ports: MachinePorts, private readonly script: ((ports: MachinePorts) => StopReason)[]) {}
  load(): number { return 1; }
  /** Processes for which there is room. */
  room = Infinity;
  started: string[] = [];
  cycles = 0;
  startWorkloads(script: { readonly name: string }): number {
    if (this.started.length >= this.room) return 0;
    this.started.push(script.name);
    return 1;
  }
  configure(changes: readonly { readonly path: string }[]): readonly { readonly path: string; readonly message: string }[] {
    return changes.filter(({ path }) => path === 'levels').map(({ path }) => ({ path, message: 'needs a new start' }));
  }
  counters(): { readonly cycles: number } { return { cycles: this.cycles }; }
  run(instructions: number): StopReason { return this.next(`run ${instructions}`); }
  step(how: string, instructions: number): StopReason { return this.next(`step ${how} ${instructions}`); }
  setBreakpoints(lines: readonly { readonly file: string; readonly line: number }[]): readonly boolean[] {
    this.breakpoints = lines;
    return lines.map(() => true);
  }
  stop(): void { this.state = 'exited'; }
  reclaim(): void { this.calls.push('reclaim'); }
  isTravelling = false;
  isExplaining = false;
  travel(target: { readonly kind: string }): { readonly ok: boolean; readonly message: string } {
    this.calls.push(`travel ${target.kind}`);
    this.isTravelling = target.kind !== 'previous-breakpoint';
    return { ok: this.isTravelling, message: this.isTravelling ? '' : 'nothing was recorded' };
  }
  endTravel(): void { this.isTravelling = false; this.state = 'paused'; this.calls.push('end travel'); }
  setRecordingBudget(budgetBytes: number): boolean {
    this.calls.push(`budget ${String(budgetBytes)}`);
    return budgetBytes > 0;
  }
  inputComes(): void { this.calls.push('input comes'); }
  query(name: QueryName, argument: never): unknown {
    return name === 'status' ? { epoch: 7, value: { ...emptyStatus(this.state, ''), outputBytes: this.calls.length } } : emptyAnswer(name, argument);
  }
  private next(call: string): StopReason {
    this.calls.push(call);
    const action = this.script.shift();
    const reason = action ? action(this.ports) : 'quantum';
    if (reason === 'exited') this.state = 'exited';
    return reason;
  }
}

let posted: StreamMessage[];
let queue: { work: () => void; at: number }[];
let time: number;
let machine: ScriptedMachine;
let costMs: number;
let created: MachineOptions;

function make(...script: ((ports: MachinePorts) => StopReason)[]): MachineRunner {
  return new MachineRunner({
    createMachine: (_config, ports, options) => (created = options, machine = new ScriptedMachine(ports, script)) as unknown as Machine,
    post: (message) => posted.push(message),
    soon: (work) => queue.push({ work, at: time }),
    later: (work, milliseconds) => queue.push({ work, at: time + milliseconds }),
    now: () => (time += costMs),
  });
}
/** Performs scheduled work in order of time, at most `steps` pieces. */
function turn(steps = 100): void {
  for (let i = 0; i < steps && queue.length > 0; i++) {
    queue.sort((a, b) => a.at - b.at);
    const next = queue.shift();
    if (!next) return;
    time = Math.max(time, next.at);
    next.work();
  }
}
const start = (runner: MachineRunner, extra: { stdin?: string | null; breakpoints?: readonly number[]; pauseAtMain?: boolean } = {}): unknown =>
  runner.start({ program: PROGRAM, config: CONFIG, file: 'a.c', sources: [['a.c', 'int main']], bitcode: [], compile: COMPILE, breakpoints: [], stdin: null, pauseAtMain: false, timelineBytes: 2 ** 26, ...extra });
const WRITER = { pid: 1000, name: 'a' };
const states = (): string[] => posted.flatMap((message) => (message.type === 'status' ? [message.status.state] : []));
const output = (): string => posted.flatMap((message) => (message.type === 'output' ? [message.text] : [])).join('');
const write = (text: string, reason: StopReason) => (ports: MachinePorts): StopReason => {
  ports.output('stdout', new TextEncoder().encode(text), WRITER);
  return reason;
};

beforeEach(() => {
  posted = [];
  queue = [];
  time = 0;
  costMs = 8;
});

describe('MachineRunner', () => {
  it('records within the memory that the run was given, and within another when told', () => {
    const runner = make();
    start(runner);
    expect(created).toEqual({ timelineBytes: 2 ** 26 });
    expect(runner.command({ type: 'recording', budgetBytes: 2 ** 27 })).toMatchObject({ ok: true });
    expect(machine.calls.at(-1)).toBe(`budget ${String(2 ** 27)}`);
    expect(runner.command({ type: 'recording', budgetBytes: 0 })).toMatchObject({ ok: false });
  });

  it('runs in slices to the end and posts output and the last status', () => {
    const runner = make(write('hello ', 'quantum'), write('world\n', 'exited'));
    expect(start(runner)).toMatchObject({ ok: true });
    turn();
    expect(posted[0]).toEqual({ type: 'cleared' });
    expect(output()).toBe('hello world\n');
    expect(states().at(-1)).toBe('exited');
    expect(machine.calls).toHaveLength(2);
  });

  it('keeps slices near eight milliseconds', () => {
    const runner = make();
    start(runner);
    costMs = 80;
    turn(12);
    const sizes = machine.calls.map((call) => Number(call.split(' ')[1]));
    expect(sizes[0]).toBe(100_000);
    expect(sizes[1]).toBe(10_000);
    costMs = 0.2;
    turn(40);
    const last = machine.calls.map((call) => Number(call.split(' ')[1]));
    expect(Math.max(...last)).toBe(5_000_000);
    for (let i = 1; i < last.length; i++) expect(last[i]).toBeLessThanOrEqual((last[i - 1] ?? 0) * 2);
  });

  it('pauses, steps, continues', () => {
    const runner = make(() => 'quantum', () => 'step', () => 'breakpoint', () => 'exited');
    start(runner);
    turn(1);
    runner.command({ type: 'pause' });
    turn();
    expect(states().at(-1)).toBe('paused');
    expect(machine.calls).toHaveLength(1);
    runner.command({ type: 'step', how: 'over' });
    turn();
    expect(machine.calls[1]).toMatch(/^step over/);
    expect(states().at(-1)).toBe('paused');
    runner.command({ type: 'continue' });
    turn();
    expect(states().at(-1)).toBe('paused');
    runner.command({ type: 'continue' });
    turn();
    expect(states().at(-1)).toBe('exited');
    expect(runner.command({ type: 'continue' })).toMatchObject({ ok: false });
  });

  it('waits for input and takes it in the pieces asked for', () => {
    const taken: (string | null)[] = [];
    const read = (limit: number) => (ports: MachinePorts): StopReason => {
      const bytes = ports.input(limit);
      if (bytes === 'wait') return 'blocked';
      taken.push(bytes === null ? null : new TextDecoder().decode(bytes));
      return 'quantum';
    };
    const runner = make(read(4), read(4), read(4), read(4), () => 'exited');
    start(runner);
    turn();
    expect(posted.findLast((message) => message.type === 'status')).toMatchObject({ status: { message: 'Waiting for input' } });
    runner.command({ type: 'stdin', text: 'abcdef' });
    turn(2);
    runner.command({ type: 'stdin-eof' });
    turn();
    expect(taken).toEqual(['abcd', 'ef', null]);
  });

  it('has given input end by itself', () => {
    const taken: unknown[] = [];
    const runner = make((ports) => { taken.push(ports.input(10)); return 'quantum'; }, (ports) => { taken.push(ports.input(10)); return 'exited'; });
    start(runner, { stdin: 'x' });
    turn();
    expect(taken).toEqual([new TextEncoder().encode('x'), null]);
  });

  it('stops at the first line of main and only once', () => {
    const runner = make(() => 'breakpoint', () => 'exited');
    start(runner, { pauseAtMain: true, breakpoints: [9] });
    expect(machine.breakpoints.map((one) => one.line)).toEqual([9, 5]);
    turn();
    expect(states().at(-1)).toBe('paused');
    expect(machine.breakpoints.map((one) => one.line)).toEqual([9]);
  });

  it('lets a flood of output rest the machine, and loses nothing', () => {
    const flood = 'x'.repeat(2 * FULL_BYTES);
    const runner = make(write(flood, 'quantum'), write('end', 'exited'));
    start(runner);
    turn(3);
    expect(machine.calls).toHaveLength(1);
    turn(1000);
    expect(output()).toBe(`${flood}end`);
    const pieces = posted.filter((message) => message.type === 'output').map((message) => message.text.length);
    expect(Math.max(...pieces)).toBeLessThanOrEqual(64 * 1024);
  });

  it('does not split a character between two messages', () => {
    const bytes = new TextEncoder().encode('é');
    const runner = make(
      (ports) => { ports.output('stdout', bytes.subarray(0, 1), WRITER); return 'quantum'; },
      (ports) => { ports.output('stderr', new TextEncoder().encode('!'), WRITER); ports.output('stdout', bytes.subarray(1), WRITER); return 'exited'; },
    );
    start(runner);
    turn();
    expect(output().split('').sort().join('')).toBe('!é');
  });

  describe('a mix of light workloads', () => {
    const script = (name: string) => ({ name, title: name, command: name, priority: 0, regions: [], phases: [] });
    const begin = (runner: MachineRunner, order: readonly string[], pace = 0): unknown => runner.begin({ config: CONFIG, scripts: [script('a'), script('b')], order, pace, swapDirectory: null });
    const messages = (): string[] => posted.flatMap((message) => (message.type === 'status' ? [message.status.message] : []));

    it('is started in slices, in its order, with words; then the machine runs', () => {
      costMs = 3;
      const runner = make(() => 'exited');
      begin(runner, ['a', 'b', 'b', 'a', 'b', 'b', 'b']);
      turn(2);
      expect(machine.calls).toEqual([]);
      expect(machine.started.length).toBeLessThan(7);
      turn();
      expect(machine.started).toEqual(['a', 'b', 'b', 'a', 'b', 'b', 'b']);
      expect(machine.calls).toHaveLength(1);
      expect(messages().some((message) => /^Starting processes: \d of 7$/.test(message))).toBe(true);
    });

    it('says when RAM has no room for all, and runs those that there are', () => {
      const runner = make(() => 'exited');
      begin(runner, ['a', 'a', 'a', 'a']);
      machine.room = 2;
      turn();
      expect(machine.started).toHaveLength(2);
      expect(messages()).toContain('RAM has room for 2 of 4 processes.');
      expect(machine.calls).toHaveLength(1);
    });

    it('can be stopped while it is being started', () => {
      costMs = 3;
      const runner = make();
      begin(runner, Array.from({ length: 100 }, () => 'a'));
      turn(1);
      runner.command({ type: 'stop' });
      turn();
      expect(machine.started.length).toBeLessThan(100);
      expect(states().at(-1)).toBe('exited');
    });

    it('keeps the pace of real time', () => {
      const runs: number[] = [];
      costMs = 0.2;
      const runner = make(...Array.from({ length: 40 }, () => () => { machine.cycles += 0.02 * 3e9; runs.push(time); return 'quantum' as const; }), () => 'exited');
      begin(runner, ['a'], 1);
      turn(200);
      // 40 slices of 20 simulated milliseconds take 0.8 seconds.
      expect((runs.at(-1) ?? 0) - (runs[0] ?? 0)).toBeGreaterThan(700);
      expect((runs.at(-1) ?? 0) - (runs[0] ?? 0)).toBeLessThan(1000);
    });

    it('is configured while it runs, or says why not', () => {
      const runner = make();
      begin(runner, ['a']);
      expect(runner.command({ type: 'configure', changes: [{ path: 'memory.policy', value: 'fifo' }] })).toMatchObject({ ok: true });
      expect(runner.command({ type: 'configure', changes: [{ path: 'levels', value: 5 }] })).toMatchObject({ ok: false, message: 'needs a new start' });
    });
  });

  it('goes to another moment, which pause and stop end on the way', () => {
    const runner = make(() => 'exited', () => 'quantum', () => { machine.isTravelling = false; machine.state = 'paused'; return 'arrived'; });
    start(runner);
    turn(4);
    expect(states().at(-1)).toBe('exited');
    expect(runner.command({ type: 'travel', target: { kind: 'start' } })).toMatchObject({ ok: true });
    turn();
    expect(states().at(-1)).toBe('paused');
    expect(runner.command({ type: 'travel', target: { kind: 'previous-breakpoint' } })).toMatchObject({ ok: false, message: 'nothing was recorded' });
    for (const type of ['pause', 'stop'] as const) {
      runner.command({ type: 'travel', target: { kind: 'head' } });
      expect(runner.command({ type })).toMatchObject({ ok: true });
      expect(machine.calls.at(-1)).toBe('end travel');
    }
  });

  it('tells the machine before input comes', () => {
    const runner = make();
    start(runner);
    runner.command({ type: 'stdin', text: 'a line' });
    expect(machine.calls).toContain('input comes');
  });

  describe('for snapshots', () => {
    it('stands still while it is held, answers, and goes on as it was', () => {
      const runner = make();
      start(runner);
      turn(3);
      const ran = machine.calls.length, release = runner.hold(), again = runner.hold();
      turn();
      again();
      again();
      turn();
      expect(machine.calls).toHaveLength(ran);
      expect(runner.query('vmas', { processKey: 1 })).toEqual({ epoch: 0, value: [] });
      expect(states().at(-1)).toBe('running');
      release();
      turn(5);
      expect(machine.calls.length).toBeGreaterThan(ran);
      runner.command({ type: 'pause' });
      turn();
      const paused = machine.calls.length;
      runner.hold()();
      turn();
      expect([machine.calls.length, states().at(-1)]).toEqual([paused, 'paused']);
    });

    it('says why there is nothing to save', () => {
      const runner = make();
      expect(runner.savable).toMatch('press Run first');
      runner.begin({ config: CONFIG, scripts: [{ name: 'a', title: 'a', command: 'a', priority: 0, regions: [], phases: [] }], order: ['a', 'a'], pace: 0, swapDirectory: null });
      expect(runner.savable).toMatch('still being started');
      turn(10);
      expect(runner.savable).toBe(machine);
    });

    it('gives and takes what the window shows beside the machine', () => {
      const first = make(write('Name? ', 'quantum'), (ports) => { ports.input(2); return 'breakpoint'; });
      start(first, { breakpoints: [9], pauseAtMain: false });
      first.command({ type: 'stdin', text: 'Ada' });
      turn();
      const session = first.session(), saved = machine;
      expect(session).toEqual({
        program: { file: 'a.c', sources: [['a.c', 'int main']], bitcode: [], compile: COMPILE, stdin: null }, breakpoints: [9], pauseLine: 0, pace: 0,
        output: { head: [{ stream: 'stdout', pid: 1000, name: 'a', text: 'Name? ' }], left: 0, tail: [] }, input: { unread: [new TextEncoder().encode('a')], ended: false },
      });
      posted = [];
      const second = make();
      second.open(saved as unknown as Machine, session);
      turn();
      expect(posted[0]).toEqual({ type: 'cleared' });
      expect([output(), states().at(-1), saved.breakpoints.map(({ line }) => line)]).toEqual(['Name? ', 'paused', [9]]);
      expect(second.session()).toEqual(session);
      expect(second.ports.input(9)).toEqual(new TextEncoder().encode('a'));
      second.command({ type: 'continue' });
      turn(3);
      expect(saved.calls.at(-1)).toMatch(/^run/);
    });

    it('goes on looking for why the leaks leaked, and an ended machine has ended', () => {
      const runner = make(() => 'exited');
      start(runner);
      turn();
      const session = runner.session();
      const explaining = new ScriptedMachine(runner.ports, [() => { explaining.isExplaining = false; return 'exited'; }]);
      explaining.isExplaining = true;
      runner.open(explaining as unknown as Machine, session);
      turn();
      expect([explaining.calls.length, states().at(-1)]).toEqual([1, 'exited']);
      expect(runner.command({ type: 'continue' }).ok).toBe(false);
      posted = [];
      runner.open(explaining as unknown as Machine, session);
      turn();
      expect([explaining.calls.length, states()]).toEqual([1, ['exited']]);
    });

    it('shows what of a long output was kept, and how much was not', () => {
      const flood = 'x'.repeat(HEAD_CHARACTERS + 100) + 'y'.repeat(TAIL_CHARACTERS);
      const first = make(write(flood, 'exited'));
      start(first);
      turn(200);
      const session = first.session();
      posted = [];
      const second = make();
      second.open(machine as unknown as Machine, session);
      expect(posted.flatMap((message) => (message.type === 'output' && message.droppedBytes > 0 ? [message.droppedBytes] : []))).toEqual([100]);
      expect(output()).toBe('x'.repeat(HEAD_CHARACTERS) + 'y'.repeat(TAIL_CHARACTERS));
      expect(second.session().output).toEqual(session.output);
    });
  });

  it('stops, reclaims, and refuses what makes no sense', () => {
    const runner = make();
    expect(runner.command({ type: 'continue' })).toMatchObject({ ok: false });
    expect(runner.query('vmas', { processKey: 1 })).toEqual({ epoch: 0, value: [] });
    start(runner);
    turn(2);
    expect(runner.command({ type: 'reclaim' })).toMatchObject({ ok: false });
    expect(runner.command({ type: 'stop' })).toMatchObject({ ok: true });
    turn();
    expect(states().at(-1)).toBe('exited');
    expect(runner.command({ type: 'reclaim' })).toMatchObject({ ok: true });
    expect(machine.calls).toContain('reclaim');
  });
});
