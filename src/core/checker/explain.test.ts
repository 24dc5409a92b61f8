import { describe, expect, test } from 'vitest';
import { DEFAULT_CHECK } from '../../shared/config';
import type { ObservableHeap } from '../heap/heap-service';
import { createHeapService } from '../heap/heap-service';
import type { Watcher } from './explain';
import { createWatcher, watchPlan } from './explain';
import { explainRecords } from './explained-records';
import { DATA_BASE, FakeMachine, STACK_TOP, frame } from './testing/fake-machine';

const LOCAL = STACK_TOP - 0x100;

/** A small program as calls: run twice, the second time watched. */
class Program {
  watcher: Watcher | null = null;
  constructor(readonly machine: FakeMachine, readonly heap: ObservableHeap) {
    machine.variables = [
      { low: DATA_BASE, high: DATA_BASE + 8, name: 'head', fn: '', kind: 'global' },
      { low: LOCAL, high: LOCAL + 8, name: 'line', fn: 'work', kind: 'local' },
    ];
  }
  malloc(line: number, size = 32): number {
    this.machine.callStack = [frame('malloc', 0, true), frame('work', line)];
    return Number(this.heap.calloc(1n, BigInt(size)));
  }
  free(line: number, address: number): void {
    this.machine.callStack = [frame('free', 0, true), frame('work', line)];
    this.heap.free(BigInt(address));
  }
  store(line: number, at: number, value: number): void {
    this.machine.callStack = [frame('work', line)];
    this.machine.poke64(at, value);
    this.watcher?.stored(BigInt(at), BigInt(value));
  }
  pop(line: number, returned: number | null, fn = 'work'): void {
    this.machine.callStack = [frame(fn, line, fn === 'malloc')];
    this.watcher?.framePopped(BigInt(LOCAL - 64), 128, returned === null ? null : BigInt(returned));
    this.machine.shade(BigInt(LOCAL - 64), 128, 0);
  }
}

function explain(run: (program: Program) => void) {
  const first = new Program(new FakeMachine(), createHeapService(new FakeMachine(), DEFAULT_CHECK));
  const heap = createHeapService(first.machine, DEFAULT_CHECK);
  run(new Program(first.machine, heap));
  const leaks = heap.leakCheck();
  const plan = watchPlan(first.machine, heap);
  const machine = new FakeMachine();
  const second = new Program(machine, createHeapService(machine, DEFAULT_CHECK));
  second.watcher = createWatcher(machine, second.heap, plan);
  run(second);
  return explainRecords(leaks.records, second.watcher);
}

describe('causes', () => {
  test('overwritten', () => {
    const [record] = explain((program) => {
      program.store(8, LOCAL, program.malloc(7));
      program.store(14, LOCAL, 0);
    });
    expect(record?.explanation).toMatchObject({ cause: 'overwritten', line: 14, fn: 'work', holder: 'line', file: 'prog.c' });
    expect(record?.sentence).toBe('32 bytes leaked: work allocated them at line 7; line 14 overwrote `line`, the last pointer to them.');
  });
  test('a pointer that moves within its block is not lost', () => {
    const [record] = explain((program) => {
      const a = program.malloc(1);
      program.store(2, LOCAL, a);
      program.store(3, LOCAL, a + 8);
      program.store(4, LOCAL, 0);
    });
    expect(record?.explanation?.line).toBe(4);
  });
  test('what is left over in a variable out of scope does not count', () => {
    const [record] = explain((program) => {
      program.machine.variables = [...program.machine.variables, { low: LOCAL - 8, high: LOCAL, name: 'fresh', fn: 'work', kind: 'local', stale: true }];
      const a = program.malloc(1);
      program.store(2, LOCAL - 8, a);
      program.store(3, DATA_BASE, a);
      program.store(6, DATA_BASE, 0);
      program.pop(9, null);
    });
    expect(record?.explanation).toMatchObject({ cause: 'overwritten', line: 6, holder: 'head' });
  });
  test('frame popped', () => {
    const [record] = explain((program) => {
      program.store(2, LOCAL, program.malloc(1));
      program.pop(5, null);
    });
    expect(record?.sentence).toBe('32 bytes leaked: work allocated them at line 1; work returned at line 5, and with it went `line`, the last pointer to them.');
  });
  test('frame popped, its result ignored', () => {
    const [record] = explain((program) => {
      const a = program.malloc(1);
      program.store(2, LOCAL, a);
      program.pop(5, a);
    });
    expect(record?.sentence).toBe('32 bytes leaked: work allocated them at line 1; work returned the last pointer to them at line 5, and its caller did not keep it.');
  });
  test('a result that the caller stores is not lost', () => {
    const [record] = explain((program) => {
      const a = program.malloc(1);
      program.store(2, LOCAL, a);
      program.pop(5, a);
      program.store(9, DATA_BASE, a);
      program.store(10, DATA_BASE, 0);
    });
    expect(record?.explanation).toMatchObject({ cause: 'overwritten', line: 10, holder: 'head' });
  });
  test('holder freed', () => {
    const [record] = explain((program) => {
      const holder = program.malloc(1, 64);
      program.store(3, holder + 8, program.malloc(2));
      program.free(6, holder);
    });
    expect(record?.explanation).toMatchObject({ cause: 'holder-freed', line: 6 });
    expect(record?.sentence).toContain('line 6 freed the block that held the last pointer to them');
  });
  test('never stored', () => {
    const [record] = explain((program) => { program.malloc(3); });
    expect(record?.explanation).toMatchObject({ cause: 'never-stored' });
    expect(record?.sentence).toBe('32 bytes leaked: work allocated them at line 3; nothing ever stored the pointer to them.');
  });
  test('a list: the head is explained, its tail was lost with it', () => {
    const records = explain((program) => {
      const head = program.malloc(1);
      program.store(2, DATA_BASE, head);
      program.store(3, head, program.malloc(3));
      program.store(4, DATA_BASE, 0);
    });
    expect(records.map((record) => [record.kind, record.explanation?.cause, record.explanation?.line])).toEqual([
      ['indirect', 'holder-lost', 4], ['definite', 'overwritten', 4],
    ]);
  });
  test('a cycle is lost with the last pointer to any of its blocks', () => {
    const records = explain((program) => {
      const a = program.malloc(1);
      const b = program.malloc(2);
      program.store(3, a, b);
      program.store(4, b, a);
      program.store(5, DATA_BASE, a);
      program.store(6, LOCAL, b);
      program.store(7, DATA_BASE, 0);
      program.store(8, LOCAL, 0);
    });
    expect(records.find((record) => record.kind === 'definite')?.explanation).toMatchObject({ cause: 'overwritten', line: 8 });
  });
  test('possibly lost: the last pointer to the start', () => {
    const [record] = explain((program) => {
      const a = program.malloc(1);
      program.store(2, DATA_BASE, a);
      program.store(3, DATA_BASE, a + 8);
    });
    expect(record?.sentence).toBe('32 bytes may have leaked: work allocated them at line 1; only a pointer into the middle is left; line 3 overwrote `head`, the last pointer to their start.');
  });
  test('a range write takes holders away and brings new ones', () => {
    const [record] = explain((program) => {
      const a = program.malloc(1);
      program.store(2, DATA_BASE, a);
      program.machine.callStack = [frame('memcpy', 0, true), frame('work', 3)];
      program.machine.poke64(DATA_BASE + 64, a);
      program.watcher?.rangeWritten(BigInt(DATA_BASE + 64), 8);
      program.store(4, DATA_BASE, 0);
      program.machine.callStack = [frame('memset', 0, true), frame('work', 5)];
      program.machine.poke64(DATA_BASE + 64, 0);
      program.watcher?.rangeWritten(BigInt(DATA_BASE + 60), 12);
    });
    expect(record?.explanation).toMatchObject({ cause: 'overwritten', line: 5, fn: 'work' });
  });
  test('blocks of one record lost at different places', () => {
    const [record] = explain((program) => {
      for (let n = 0; n < 3; n++) program.store(2, LOCAL, program.malloc(1));
      program.pop(4, null);
    });
    expect(record?.explanation).toMatchObject({ cause: 'overwritten', line: 2 });
    expect(record?.sentence).toBe('96 bytes in 3 blocks leaked: work allocated them at line 1; line 2 overwrote `line`, the last pointer to 2 of them; work returned at line 4, and with it went `line`, the last pointer to 1 of them.');
  });
});

test('the lowest stack location that holds a pointer is known', () => {
  const seen: bigint[] = [];
  explain((program) => {
    const a = program.malloc(1);
    for (const at of [LOCAL, LOCAL - 32]) { program.store(2, at, a); if (program.watcher !== null) seen.push(program.watcher.lowestStackLocation()); }
    program.pop(3, null);
    if (program.watcher !== null) seen.push(program.watcher.lowestStackLocation());
  });
  expect(seen).toEqual([BigInt(LOCAL), BigInt(LOCAL - 32), 0n]);
});
