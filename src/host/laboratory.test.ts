import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../shared/diagnostics';
import type { RunCommand, StreamMessage } from '../shared/ipc';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../shared/config';
import type { SnapshotFailure, SnapshotInfo } from '../shared/snapshot-info';
import type { ClangOutcome, ClangRequest } from '../toolchain/clang/driver';
import type { HelperProcess, HelperRequest } from './compile-service';
import { createLaboratory, type Laboratory } from './laboratory';
import { ACCEPTED, type MachineOpened, type StartRequest, type ToWorker } from './machine-protocol';
import type { SavedProgram } from './saved-session';

const OPTIONS = { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] } as const;
const ERROR: Diagnostic = { range: { file: 'a.c', line: 1, column: 1, endLine: 1, endColumn: 2 }, severity: 'error', message: 'no', option: '', notes: [], fixIts: [] };
const INFO: SnapshotInfo = { title: 'b.c', savedAt: '2026-11-29T10:00:00.000Z', programs: ['./b'], processCount: 1, instructions: 5, ramBytes: 2 ** 20, residentBytes: 4096, swappedBytes: 0 };
const CONFIG: RunConfig = { machine: DEFAULT_MACHINE, check: DEFAULT_CHECK, programName: './b', args: [], environment: [], stdout: 'tty', pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0 };
const run = (text: string): RunCommand => ({ type: 'run', file: '/home/x/a.c', text, options: OPTIONS, config: { tool: 'memcheck', args: ['1'] }, breakpoints: [3], stdin: null, pauseAtMain: false, timelineBytes: 2 ** 26 });

let folder: string;
let stream: StreamMessage[];
let compiled: ClangRequest[];
/** Set to hold compilations back until `release`. */
let hold: boolean;
let release: (() => void)[];
let helper: EventEmitter;
let toWorker: ToWorker[];
let laboratory: Laboratory;

const outcome = (request: ClangRequest): ClangOutcome => {
  const text = request.sources[0]?.text ?? '';
  return text.includes('wrong') ? { bitcode: null, diagnostics: [ERROR], text: '' } : { bitcode: request.emit === 'check' ? null : new Uint8Array([1]), diagnostics: [], text: '' };
};

function fakeHelper(): HelperProcess {
  helper = new EventEmitter();
  const process = Object.assign(helper, {
    postMessage: (message: unknown) => {
      const { id, request } = message as HelperRequest;
      if (id === undefined || request === undefined) return;
      if (request) compiled.push(request);
      const answer = (): void => { helper.emit('message', { id, failure: null, outcome: request ? outcome(request) : null }); };
      if (hold) release.push(answer);
      else queueMicrotask(answer);
    },
    kill: () => undefined,
  });
  return process as unknown as HelperProcess;
}

function fakeWorker(): Worker {
  const worker = new EventEmitter();
  return Object.assign(worker, {
    postMessage: (message: ToWorker) => {
      toWorker.push(message);
      const value = message.type === 'warm' ? null : message.type === 'open-snapshot' ? openedFrom(message.path) : ACCEPTED;
      queueMicrotask(() => worker.emit('message', { type: 'reply', id: message.id, value }));
    },
    terminate: () => Promise.resolve(0),
  }) as unknown as Worker;
}

/** What the worker answers to files of these names. */
function openedFrom(path: string): MachineOpened | SnapshotFailure {
  if (path !== '/run.pagewise') return { ok: false, cancelled: false, message: 'The snapshot is damaged: it is.' };
  const program: SavedProgram = { file: '/home/x/b.c', sources: [['/home/x/b.c', 'int b;']], bitcode: [Uint8Array.of(7)], compile: { ...OPTIONS, optimise: 2 }, stdin: 'in' };
  return {
    ok: true, info: INFO, config: CONFIG, notices: ['older'],
    session: { program, breakpoints: [4], pauseLine: 0, output: { head: [], left: 0, tail: [] }, input: { unread: [], ended: true }, pace: 0 },
  };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewise-laboratory-'));
  stream = [];
  compiled = [];
  hold = false;
  release = [];
  toWorker = [];
  const root = resolve(import.meta.dirname, '../..');
  laboratory = createLaboratory({
    paths: { resources: join(root, 'resources'), artefacts: join(root, 'out'), cache: folder },
    createMachineWorker: fakeWorker, forkClang: fakeHelper, onStream: (message) => stream.push(message),
    companions: () => [{ path: '/home/x/a.h', text: 'int h;' }],
  });
});
afterEach(async () => {
  await laboratory.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const states = (): string[] => stream.flatMap((message) => (message.type === 'status' ? [message.status.state] : []));
const starts = (): StartRequest[] => toWorker.flatMap((message) => (message.type === 'start' ? [message.request] : []));
const turn = (): Promise<void> => new Promise((done) => { setImmediate(done); });

describe('Laboratory', () => {
  it('compiles with the headers beside the file and starts the machine with it', async () => {
    expect(await laboratory.command(run('int main(void) { return 0; }'))).toEqual({ ok: true, diagnostics: [], message: '' });
    expect(states()).toEqual(['compiling']);
    const [started] = starts();
    expect(started).toMatchObject({ file: '/home/x/a.c', breakpoints: [3], stdin: null, config: { programName: './a', args: ['1'], stdout: 'tty', check: { tool: 'memcheck' } } });
    expect(started?.sources.map(([path]) => path)).toEqual(['/home/x/a.c', '/home/x/a.h']);
  });

  it('compiles the same text once', async () => {
    await laboratory.command(run('int main(void) { return 1; }'));
    await laboratory.command(run('int main(void) { return 1; }'));
    expect([compiled.length, starts().length]).toEqual([1, 2]);
  });

  it('refuses what does not compile, with the diagnostics', async () => {
    expect(await laboratory.command(run('wrong'))).toMatchObject({ ok: false, diagnostics: [ERROR] });
    expect(states()).toEqual(['compiling', 'failed']);
    expect(starts()).toHaveLength(0);
  });

  it('a stop while compiling starts nothing', async () => {
    hold = true;
    const running = laboratory.command(run('int main(void) { return 2; }'));
    await turn();
    await laboratory.command({ type: 'stop' });
    for (const answer of release) answer();
    expect(await running).toMatchObject({ ok: false });
    expect(starts()).toHaveLength(0);
    expect(states().at(-1)).toBe('empty');
  });

  it('of checks that wait, only the newest is made', async () => {
    hold = true;
    const checks = ['a', 'b', 'wrong'].map((text) => laboratory.check('a.c', text, OPTIONS));
    await turn();
    hold = false;
    for (const answer of release) answer();
    expect(await Promise.all(checks)).toEqual([[], [], [ERROR]]);
    expect(compiled.map((request) => request.sources[0]?.text)).not.toContain('b');
  });

  it('compiles a text without errors after its check, so that its run need not', async () => {
    await laboratory.check('/home/x/a.c', 'int main(void) { return 4; }', OPTIONS);
    await laboratory.check('/home/x/a.c', 'wrong', OPTIONS);
    await turn();
    expect(compiled.map(({ emit }) => emit)).toEqual(['check', 'bitcode', 'check']);
    await laboratory.command(run('int main(void) { return 4; }'));
    expect([compiled.length, starts().length]).toEqual([3, 1]);
  });

  it('says so when the compiler dies, and goes on with another', async () => {
    hold = true;
    const running = laboratory.command(run('int main(void) { return 3; }'));
    await turn();
    helper.emit('exit', 11);
    expect(await running).toMatchObject({ ok: false, message: expect.stringContaining('code 11') as string });
    hold = false;
    expect(await laboratory.command(run('int main(void) { return 3; }'))).toMatchObject({ ok: true });
  });

  it('opens a snapshot: it is the run that reports and policies speak of', async () => {
    await laboratory.command(run('int main(void) { return 5; }'));
    const before = laboratory.lastRun();
    expect(await laboratory.openSnapshot('/other.pagewise', 64)).toMatchObject({ ok: false });
    expect(laboratory.lastRun()).toBe(before);
    expect(await laboratory.openSnapshot('/run.pagewise', 64)).toEqual({
      ok: true, info: INFO, notices: ['older'],
      session: { config: CONFIG, breakpoints: [4], inputEnded: true, program: { file: '/home/x/b.c', text: 'int b;', options: { ...OPTIONS, optimise: 2 }, stdin: 'in' } },
    });
    expect(laboratory.lastRun()).toMatchObject({ bitcode: [Uint8Array.of(7)], stdin: 'in', sources: [['/home/x/b.c', 'int b;']] });
  });

  it('starts nothing that was still compiling when a snapshot was opened, and shows the snapshot', async () => {
    hold = true;
    const running = laboratory.command(run('int main(void) { return 6; }'));
    await turn();
    expect(await laboratory.openSnapshot('/run.pagewise', 64)).toMatchObject({ ok: true });
    for (const answer of release) answer();
    expect(await running).toMatchObject({ ok: false });
    expect([starts().length, states()]).toEqual([0, ['compiling']]);
  });

  it('reads what a file says of itself', () => {
    expect(laboratory.snapshotAbout(join(folder, 'none.pagewise'))).toMatchObject({ ok: false, reason: 'unreadable' });
  });

  it('lists the examples, the first one first', () => {
    expect(laboratory.examples()[0]?.id).toBe('lost-greeting');
  });
});
