import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClangRequest } from '../toolchain/clang/driver';
import { CompileService, CompilerFailed, type HelperProcess, type HelperRequest } from './compile-service';

const REQUEST: ClangRequest = {
  sources: [{ path: 'a.c', text: '' }], main: 'a.c', emit: 'check',
  options: { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] },
};

class FakeHelper extends EventEmitter {
  readonly received: unknown[] = [];
  killed = false;
  constructor(private readonly answers: boolean) { super(); }
  postMessage(message: unknown): void {
    this.received.push(message);
    const { id, request } = message as HelperRequest;
    if (!this.answers || id === undefined) return;
    queueMicrotask(() => this.emit('message', { id, failure: null, outcome: request ? { bitcode: null, diagnostics: [], text: `compiled ${id}` } : null }));
  }
  kill(): void { this.killed = true; }
}

let helpers: FakeHelper[];
const service = (answers = true): CompileService => new CompileService({
  fork: () => {
    const helper = new FakeHelper(answers);
    helpers.push(helper);
    return helper as unknown as HelperProcess;
  },
  headers: new Map([['stdio.h', '']]), idleMs: 1000,
});

beforeEach(() => {
  helpers = [];
  vi.useFakeTimers();
});
afterEach(() => { vi.useRealTimers(); });

describe('CompileService', () => {
  it('starts one helper, hands it the headers first, and answers in order', async () => {
    const one = service();
    await one.warm();
    const outcomes = await Promise.all([one.compile(REQUEST), one.compile(REQUEST)]);
    expect(outcomes.map((outcome) => outcome.text)).toEqual(['compiled 2', 'compiled 3']);
    expect(helpers).toHaveLength(1);
    expect(helpers[0]?.received[0]).toEqual({ headers: [['stdio.h', '']] });
  });

  it('ends the helper when it was idle, and starts it again', async () => {
    const one = service();
    await one.compile(REQUEST);
    vi.advanceTimersByTime(999);
    await one.compile(REQUEST);
    vi.advanceTimersByTime(999);
    expect(helpers[0]?.killed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(helpers[0]?.killed).toBe(true);
    await one.compile(REQUEST);
    expect(helpers).toHaveLength(2);
  });

  it('fails what waits when the helper dies, and starts another for the next', async () => {
    const one = service(false);
    const lost = one.compile(REQUEST);
    helpers[0]?.emit('exit', 139);
    await expect(lost).rejects.toThrow(CompilerFailed);
    const pending = one.compile(REQUEST);
    expect(helpers).toHaveLength(2);
    one.dispose();
    await expect(pending).rejects.toThrow('ended');
    expect(helpers[1]?.killed).toBe(true);
  });

  it('hands on the words of a failure', async () => {
    const one = service(false);
    const lost = one.compile(REQUEST);
    helpers[0]?.emit('message', { id: 1, outcome: null, failure: 'Clang crashed' });
    await expect(lost).rejects.toThrow('Clang crashed');
  });
});
