/**
 * x87 and 128-bit arithmetic against values that a real processor computed (fixtures/native-arithmetic.txt, made by
 * fixtures/native-arithmetic.c with gcc's long double and __int128).
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Intrinsic } from '../intrinsics';
import { ins } from './assemble';
import { Leave } from './memory-layout';
import { Op } from './ops';
import { Bench, kernelModule } from './test-bench';

/** Name in the file → intrinsic, the argument that follows both operands, whether the result is a pair. */
const OPERATIONS: Record<string, { id: Intrinsic; extra?: bigint; pair: boolean }> = {
  add: { id: Intrinsic.x87_add, pair: true }, sub: { id: Intrinsic.x87_sub, pair: true }, mul: { id: Intrinsic.x87_mul, pair: true },
  div: { id: Intrinsic.x87_div, pair: true }, rem: { id: Intrinsic.x87_rem, pair: true },
  lt: { id: Intrinsic.x87_compare, extra: 4n, pair: false }, eq: { id: Intrinsic.x87_compare, extra: 1n, pair: false },
  gt: { id: Intrinsic.x87_compare, extra: 2n, pair: false }, uno: { id: Intrinsic.x87_compare, extra: 8n, pair: false },
  sqrt: { id: Intrinsic.x87_sqrt, pair: true }, rint: { id: Intrinsic.x87_rint, pair: true }, floor: { id: Intrinsic.x87_floor, pair: true },
  ceil: { id: Intrinsic.x87_ceil, pair: true }, trunc: { id: Intrinsic.x87_trunc, pair: true },
  tof64: { id: Intrinsic.x87_to_f64, pair: false }, tof32: { id: Intrinsic.x87_to_f32, pair: false }, toi64: { id: Intrinsic.x87_to_i64, pair: false },
  fromf64: { id: Intrinsic.x87_from_f64, pair: true }, fromf32: { id: Intrinsic.x87_from_f32, pair: true },
  fromi64: { id: Intrinsic.x87_from_i64, pair: true }, fromu64: { id: Intrinsic.x87_from_u64, pair: true },
  w_udiv: { id: Intrinsic.i128_udiv, pair: true }, w_urem: { id: Intrinsic.i128_urem, pair: true }, w_sdiv: { id: Intrinsic.i128_sdiv, pair: true },
  w_srem: { id: Intrinsic.i128_srem, pair: true }, w_mul: { id: Intrinsic.i128_mul, pair: true }, w_shl: { id: Intrinsic.i128_shl, pair: true },
  w_lshr: { id: Intrinsic.i128_lshr, pair: true }, w_ashr: { id: Intrinsic.i128_ashr, pair: true },
};

let bench: Bench;
beforeAll(async () => { bench = new Bench(await kernelModule(), { check: true }); });

const path = process.env['PAGEWISE_NATIVE_ARITHMETIC'] ?? new URL('fixtures/native-arithmetic.txt', import.meta.url);
const lines = readFileSync(path, 'utf8').trim().split('\n').map((line) => line.split(' '));

describe('wide arithmetic equals the processor', () => {
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    it(name, () => {
      const cases = lines.filter((line) => line[0] === name);
      expect(cases.length).toBeGreaterThan(20);
      bench.loadAt(0);
      bench.load([{ code: [ins(Op.INTRINSIC, { a: 10, b: 4, c: 5, w2: operation.id }), ins(Op.RETI)] }]);
      const differences: string[] = [];
      for (const words of cases) {
        const [a, b, c, d, low, high] = words.slice(1).map((word) => BigInt(`0x${word}`)) as [bigint, bigint, bigint, bigint, bigint, bigint];
        bench.start(bench.lastFunction);
        [a, b, c, d, operation.extra ?? 0n].forEach((value, k) => { bench.setRegister(4 + k, value); });
        expect(bench.kernel.run(10)).toBe(Leave.Done);
        const got = [bench.register(10), operation.pair ? bench.register(11) : high];
        if (got[0] !== low || got[1] !== high) differences.push(`${words.join(' ')}: got ${(got[0] as bigint).toString(16)} ${(got[1] as bigint).toString(16)}`);
        if (bench.vBits(10) !== 0n) differences.push(`${words.join(' ')}: undefined`);
      }
      expect(differences.slice(0, 5), `${String(differences.length)} of ${String(cases.length)}`).toEqual([]);
    });
  }
  it('one undefined argument bit makes both results undefined', () => {
    bench.load([{ code: [ins(Op.INTRINSIC, { a: 10, b: 4, c: 4, w2: Intrinsic.i128_mul }), ins(Op.RETI)] }]);
    bench.start(bench.lastFunction);
    [1n, 2n, 3n, 4n].forEach((value, k) => { bench.setRegister(4 + k, value, k === 3 ? 1n : 0n); });
    bench.kernel.run(10);
    expect([bench.vBits(10), bench.vBits(11)]).toEqual([2n ** 64n - 1n, 2n ** 64n - 1n]);
  });
  it('dividing by zero and overflow trap', () => {
    bench.load([{ code: [ins(Op.INTRINSIC, { a: 10, b: 4, c: 4, w2: Intrinsic.i128_sdiv }), ins(Op.RETI)] }]);
    for (const operands of [[1n, 0n, 0n, 0n], [0n, 1n << 63n, 2n ** 64n - 1n, 2n ** 64n - 1n]]) {
      bench.start(bench.lastFunction);
      operands.forEach((value, k) => { bench.setRegister(4 + k, value); });
      expect(bench.kernel.run(10)).toBe(Leave.Retry);
      expect(bench.log.pop()).toBe('trap 0');
    }
  });
});
