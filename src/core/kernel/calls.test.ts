import { beforeAll, describe, expect, it } from 'vitest';
import { CONTINUE, LEAVE_AFTER, LEAVE_RETRY } from '../kernel-interface';
import { FIRST_MACHINE_INTRINSIC } from '../intrinsics';
import { ins } from './assemble';
import * as layout from './memory-layout';
import { Leave } from './memory-layout';
import { ArgClass, NO_REGISTER, Op } from './ops';
import { Bench, DATA_VA, STACK_TOP, TEXT_VA, kernelModule } from './test-bench';
import type { TestFunction } from './test-bench';

let module: WebAssembly.Module;
beforeAll(async () => { module = await kernelModule(); });

const W = 16;
const SP = STACK_TOP - 96n;
/** Bench whose function 0 (frame 32: SP = STACK_TOP − 96) is followed by `others`. */
function bench(main: TestFunction['code'], others: TestFunction[] = [], check = false): Bench {
  const b = new Bench(module, { check });
  b.load([{ code: main, window: W }, ...others]);
  if (check) b.shade(STACK_TOP - 4096n, 4096, 2);
  b.start();
  return b;
}
const call = (id: number, result = NO_REGISTER, args = 0): ReturnType<typeof ins> => ins(Op.CALL, { a: result, b: args, c: W, w2: id });
const result = (b: Bench): bigint => b.view.getBigUint64(layout.ST_RESULT, true);

describe('calls and returns', () => {
  it('pass arguments and a result, write and read the links', () => {
    const b = bench(
      [ins(Op.MOVI, { a: W + 3, imm: 5n }), ins(Op.MOVI, { a: W + 4, imm: 7n }), call(1, 3, 2), ins(Op.RET, { b: 3 })],
      [{ frame: 48, params: 2, code: [ins(Op.SUB64, { a: 5, b: 3, c: 4 }), ins(Op.RET, { b: 5 })] }],
    );
    expect(b.kernel.run(100)).toBe(Leave.Done);
    expect(result(b)).toBe(2n ** 64n - 2n);
    expect(b.read(SP - 8n, 8)).toBe(TEXT_VA + 12n);
    expect(b.read(SP - 16n, 8)).toBe(SP);
    expect(b.count(layout.CNT_ACCESS)).toBe(4);
    expect(b.count(layout.CNT_CALLS)).toBe(1);
    expect(b.instructions()).toBe(6);
  });
  it('pad a small frame that would cross a page, not a large one', () => {
    for (const [frame, top] of [[64, STACK_TOP - 4096n], [1024, SP - 4096n + 128n]] as const) {
      const b = bench([ins(Op.MOVI, { a: 2, imm: SP - 4096n + 128n }), call(1, 3), ins(Op.RET, { b: 3 })], [{ frame, code: [ins(Op.RET, { b: 1 })] }]);
      expect(b.kernel.run(100)).toBe(Leave.Done);
      expect(result(b)).toBe(top - BigInt(frame));
    }
  });
  it('go through function pointers; a bad one is a bad jump', () => {
    const code = [ins(Op.CALLI, { a: 3, c: W, w2: 4 }), ins(Op.RET, { b: 3 })];
    const b = bench(code, [{ code: [ins(Op.RETI, { imm: 77n })] }]);
    b.setRegister(4, TEXT_VA + 16n);
    expect(b.kernel.run(100)).toBe(Leave.Done);
    expect(result(b)).toBe(77n);
    for (const target of [0n, TEXT_VA + 4n, TEXT_VA + 64n, 1n << 40n]) {
      const bad = bench(code, [{ code: [ins(Op.RETI)] }]);
      bad.setRegister(4, target);
      expect(bad.kernel.run(100)).toBe(Leave.Retry);
      expect(bad.log).toEqual([`bad jump 0x${target.toString(16)}`]);
      expect(bad.get(layout.ST_PC)).toBe(0);
    }
  });
  it('recurse deeply until the register stack is full', () => {
    const b = bench([call(1), ins(Op.RETI)], [{ code: [call(1), ins(Op.RETI)], window: W }]);
    expect(b.kernel.run(5_000_000)).toBe(Leave.Retry);
    expect(b.log).toEqual(['register stack full']);
    expect(b.count(layout.CNT_CALLS)).toBe(400 * 16 - 1);
  });
  it('return several values', () => {
    const b = bench([call(1, 3), ins(Op.GETRET, { a: 4, w2: 1 }), ins(Op.ADD64, { a: 3, b: 3, c: 4 }), ins(Op.RET, { b: 3 })],
      [{ code: [ins(Op.MOVI, { a: 3, imm: 40n }), ins(Op.RETV, { b: 3, w2: 1 }), ins(Op.RETI, { imm: 2n })] }], true);
    expect(b.kernel.run(100)).toBe(Leave.Done);
    expect(result(b)).toBe(42n);
  });
  it('an overwritten return address is obeyed: a function runs, then its caller goes on', () => {
    const b = bench(
      [call(1, 3), ins(Op.LDA64, { a: 4, imm: DATA_VA }), ins(Op.RET, { b: 4 })],
      [{ frame: 32, code: [ins(Op.MOVI, { a: 3, imm: TEXT_VA + 32n }), ins(Op.ST64, { a: 3, b: 1, imm: 24n }), ins(Op.RETI, { imm: 1n })] },
        { frame: 32, code: [ins(Op.MOVI, { a: 3, imm: 99n }), ins(Op.STA64, { a: 3, imm: DATA_VA }), ins(Op.RETI)] }],
    );
    expect(b.kernel.run(100)).toBe(Leave.Done);
    expect(b.log).toEqual([`smashed 0 0x${(TEXT_VA + 32n).toString(16)}`]);
    expect(result(b)).toBe(99n);
  });
  it('an overwritten return address that is no function is a bad jump', () => {
    const b = bench([call(1, 3), ins(Op.RETI)], [{ frame: 32, code: [ins(Op.STI32, { b: 1, w2: 24, w3: 0x41414141 }), ins(Op.STI32, { b: 1, w2: 28, w3: 0x41414141 }), ins(Op.RETI)] }]);
    expect(b.kernel.run(100)).toBe(Leave.Retry);
    expect(b.log).toEqual(['smashed 0 0x4141414141414141', 'bad jump 0x4141414141414141']);
  });
  it('an overwritten saved frame pointer becomes the caller\'s F', () => {
    const b = bench([call(1, 3), ins(Op.RET, { b: 1 })], [{ frame: 32, code: [ins(Op.STI64, { b: 1, w2: 16, w3: 1234 }), ins(Op.RETI)] }]);
    expect(b.kernel.run(100)).toBe(Leave.Done);
    expect(b.log).toEqual(['smashed 1 0x4d2']);
    expect(result(b)).toBe(1234n);
  });
});

describe('variadic calls, dynamic stack memory', () => {
  it('VASAVE stores unnamed registers where System V has them', () => {
    const b = bench([
      ins(Op.MOVI, { a: W + 3, imm: 1n }), ins(Op.MOVI, { a: W + 4, imm: 2n }), ins(Op.MOVI, { a: W + 5, imm: 3n }), ins(Op.MOVI, { a: W + 6, imm: 4n }),
      ins(Op.CALL, { a: 3, b: 4, c: W, w2: 1, w3: 5 }), ins(Op.RET, { b: 3 }),
    ], [{ frame: 256, code: [ins(Op.VASAVE, { b: 1, c: 0, w2: 16 }), ins(Op.CALLERSP, { a: 5 }), ins(Op.RETADDR, { a: 6 }), ins(Op.SUB64, { a: 5, b: 5, c: 1 }), ins(Op.RET, { b: 5 })] }]);
    const record = layout.CALL_DESCRIPTORS + 1024;
    b.put(layout.CALL_DESCRIPTORS + 5 * 4, record);
    b.put(record, 4);
    b.bytes.set([ArgClass.GP, ArgClass.FP, ArgClass.MEMORY, ArgClass.GP], record + 4);
    expect(b.kernel.run(100)).toBe(Leave.Done);
    const f = SP - 256n;
    expect([b.read(f + 16n, 8), b.read(f + 24n, 8), b.read(f + 16n + 48n, 8)]).toEqual([0n, 4n, 2n]);
    expect(result(b)).toBe(256n);
    expect(b.count(layout.CNT_ACCESS)).toBe(2 + 2 + 1 + 2);
    expect(b.view.getBigUint64(b.window + (W + 6) * 16, true)).toBe(TEXT_VA + 20n);
  });
  it('DYNALLOCA aligns and keeps the outgoing area; STACKRESTORE gives back', () => {
    const b = bench([ins(Op.STACKSAVE, { a: 3 }), ins(Op.MOVI, { a: 4, imm: 100n }), ins(Op.DYNALLOCA, { a: 5, b: 4, w2: 32, w3: 64 }), ins(Op.STACKSAVE, { a: 6 }), ins(Op.STACKRESTORE, { b: 3 }), ins(Op.RET, { b: 2 })], [], true);
    expect(b.kernel.run(100)).toBe(Leave.Done);
    const block = (SP + 32n - 100n) & ~63n;
    expect(b.register(5)).toBe(block);
    expect(b.register(6)).toBe(block - 32n);
    expect(result(b)).toBe(SP);
  });
});

describe('stack shading', () => {
  it('a call makes frame and red zone undefined, the links defined; a return takes the frame away', () => {
    const b = bench([call(1), ins(Op.RETI)], [{ frame: 64, code: [ins(Op.STI64, { b: 1, w2: 8, w3: 5 }), ins(Op.INTRINSIC, { a: NO_REGISTER, w2: FIRST_MACHINE_INTRINSIC }), ins(Op.RETI)] }], true);
    const f = SP - 64n;
    const seen: number[] = [];
    b.onIntrinsic = () => {
      for (const va of [f - 129n, f - 128n, f - 1n, f, f + 8n, f + 15n, f + 16n, SP - 16n, SP - 1n, SP]) seen.push(b.shadowByte(va));
      return CONTINUE;
    };
    expect(b.kernel.run(100)).toBe(Leave.Done);
    expect(seen).toEqual([0, 255, 255, 255, 0, 0, 255, 0, 0, 0]);
    expect([f - 129n, f - 128n, SP - 129n, SP - 128n, SP - 1n, SP].map((va) => b.shadowByte(va))).toEqual([0, -1, -1, 255, 255, 0]);
  });
  it('works across pages and for large frames', () => {
    const b = new Bench(module, { check: true });
    b.load([{ code: [ins(Op.MOVI, { a: 2, imm: STACK_TOP - 4096n * 3n + 64n }), call(1), ins(Op.RETI)], window: W },
      { frame: 20000, code: [ins(Op.STI8, { b: 1, w2: 0, w3: 1 }), ins(Op.LD64, { a: 3, b: 1, w2: 8000 }), ins(Op.RET, { b: 3 })] }]);
    b.start();
    expect(b.kernel.run(100)).toBe(Leave.Done);
    expect(b.log).toEqual([]);
    const f = STACK_TOP - 4096n * 3n + 64n - 20000n;
    expect([f, f + 8192n, STACK_TOP - 4096n * 3n - 65n, STACK_TOP - 4096n * 3n - 64n].map((va) => b.shadowByte(va))).toEqual([-1, -1, -1, 255]);
  });
});

describe('stopping and going on', () => {
  const loop = [ins(Op.MOVI, { a: 3, imm: 0n }), ins(Op.ADD64I, { a: 3, b: 3, imm: 1n }), ins(Op.STA64, { a: 3, imm: DATA_VA }), ins(Op.BNE64I, { b: 3, w2: 100, w3: -2 }), ins(Op.RET, { b: 3 })];
  it('run stops at safe points with exact counts', () => {
    const b = bench(loop);
    const stops: number[] = [];
    while (b.kernel.run(10) === Leave.Fuel) { stops.push(b.instructions()); expect(b.get(layout.ST_PC)).toBe(1); }
    expect(stops.slice(0, 3)).toEqual([10, 22, 34].map((n) => n));
    expect(b.instructions()).toBe(302);
    expect(b.count(layout.CNT_ACCESS)).toBe(100);
    expect(result(b)).toBe(100n);
  });
  it('every way of cutting a run gives the same counts and the same memory', () => {
    const whole = bench(loop, [], true);
    whole.shade(DATA_VA, 8, 1);
    whole.kernel.run(1000);
    const state = (b: Bench): unknown => [b.instructions(), ...[...Array(12).keys()].map((k) => b.count(layout.COUNTERS + 8 * k)).filter((_, k) => k !== 11), b.read(DATA_VA, 8), b.shadowByte(DATA_VA)];
    const stepped = bench(loop, [], true);
    stepped.shade(DATA_VA, 8, 1);
    let steps = 0;
    while (stepped.kernel.step(-1) === Leave.Step) steps++;
    expect(steps + 1).toBe(302);
    expect(state(stepped)).toEqual(state(whole));
    const cut = bench(loop, [], true);
    cut.shade(DATA_VA, 8, 1);
    for (let at = 7n; ; at += 7n) {
      cut.view.setBigUint64(layout.ST_STOP_AT, at, true);
      if (cut.kernel.runPrecise(1000) === Leave.Done) break;
      expect(BigInt(cut.instructions())).toBe(at);
    }
    expect(state(cut)).toEqual(state(whole));
  });
  it('a BREAK stops before the instruction; step runs what it hides', () => {
    const b = bench([ins(Op.MOVI, { a: 3, imm: 1n }), ins(Op.BREAK, { a: 3, b: 3, imm: 41n }), ins(Op.RET, { b: 3 })]);
    expect(b.kernel.run(100)).toBe(Leave.Break);
    expect([b.get(layout.ST_PC), b.instructions()]).toEqual([1, 1]);
    expect(b.kernel.step(Op.ADD64I)).toBe(Leave.Step);
    expect([b.get(layout.ST_PC), b.instructions()]).toEqual([2, 2]);
    expect(b.kernel.run(100)).toBe(Leave.Done);
    expect(result(b)).toBe(42n);
  });
  it('machine intrinsics: result, retry and leaving after', () => {
    const b = bench([ins(Op.MOVI, { a: 4, imm: 20n }), ins(Op.INTRINSIC, { a: 5, b: 4, c: 1, w2: 70 }), ins(Op.RET, { b: 5 })], [], true);
    const answers = [LEAVE_RETRY, LEAVE_AFTER];
    const counts: number[] = [];
    b.onIntrinsic = (id, args, at) => {
      expect(id).toBe(70);
      counts.push(Number(b.view.getBigUint64(layout.ST_INSTRUCTIONS, true)) + b.get(layout.ST_QUANTUM) - b.get(layout.ST_FUEL));
      b.view.setBigUint64(at, b.view.getBigUint64(args, true) * 2n, true);
      return answers.shift() ?? CONTINUE;
    };
    expect(b.kernel.run(100)).toBe(Leave.Retry);
    expect([b.get(layout.ST_PC), b.instructions()]).toEqual([1, 1]);
    expect(b.kernel.run(100)).toBe(Leave.Host);
    expect([b.get(layout.ST_PC), b.instructions()]).toEqual([2, 2]);
    expect(b.kernel.run(100)).toBe(Leave.Done);
    expect(result(b)).toBe(40n);
    expect(counts).toEqual([1, 1]);
  });
  it('TRAP and UNREACHABLE', () => {
    for (const [op, text] of [[Op.TRAP, 'trap 1'], [Op.UNREACHABLE, 'trap 2']] as const) {
      const b = bench([ins(op)]);
      expect(b.kernel.run(100)).toBe(Leave.Retry);
      expect(b.log).toEqual([text]);
    }
  });
  it('computed goto', () => {
    const b = bench([ins(Op.IBR, { b: 4 }), ins(Op.RETI, { imm: 1n }), ins(Op.RETI, { imm: 2n })]);
    b.setRegister(4, TEXT_VA + 8n);
    expect(b.kernel.run(100)).toBe(Leave.Done);
    expect(result(b)).toBe(2n);
  });
});

describe('the second pass is told', () => {
  it('of stores that matter, of ranges and of popped frames', () => {
    const b = bench([call(1), ins(Op.RETI)], [{ frame: 64, code: [
      ins(Op.MOVI, { a: 3, imm: 0x1008n }), ins(Op.STA64, { a: 3, imm: DATA_VA }), ins(Op.MOVI, { a: 3, imm: 0x2000n }), ins(Op.STA64, { a: 3, imm: DATA_VA + 8n }),
      ins(Op.STA32, { a: 3, imm: DATA_VA + 20n }), ins(Op.RETI),
    ] }]);
    b.view.setBigUint64(layout.ST_WATCH_LOW, 0x1000n, true);
    b.view.setBigUint64(layout.ST_WATCH_HIGH, 0x2000n, true);
    b.view.setBigUint64(layout.ST_WATCH_STACK, SP - 32n, true);
    const bit = Number(((DATA_VA + 16n) >> 3n) & 0xffffn);
    b.bytes[layout.WATCH_FILTER + (bit >> 3)] = 1 << (bit & 7);
    const seen: string[] = [];
    b.onWatch = (va, kind, value) => { seen.push(`${String(kind)} ${va.toString(16)} ${(kind === 0 ? value : value & 0xffffffffn).toString(16)} pc ${String(b.get(layout.ST_PC))}`); };
    expect(b.kernel.runPrecise(100)).toBe(Leave.Done);
    expect(seen).toEqual([
      `0 ${DATA_VA.toString(16)} 1008 pc 5`, `0 ${(DATA_VA + 16n).toString(16)} 200000000000 pc 8`, `2 ${(SP - 64n).toString(16)} 40 pc 9`,
    ]);
  });
});
