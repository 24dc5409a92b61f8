import { describe, expect, it } from 'vitest';
import { RunRecorder } from './record-run';

/** Entries of [page, store, count, process key]. */
const entries = (...rows: readonly (readonly [number, boolean, number, number])[]): Uint32Array =>
  Uint32Array.from(rows.flatMap(([page, store, count, key]) => {
    const word = BigInt(page) * 2n + (store ? 1n : 0n);
    return [Number(word & 0xffffffffn), Number(word >> 32n), count, key];
  }));

describe('RunRecorder', () => {
  it('gives each reference of a run of alike ones, with its page and kind', () => {
    const recorder = new RunRecorder();
    recorder.take(entries([0x7fff_ffff_e, false, 3, 1], [5, true, 1, 1]));
    recorder.take(entries([0x7fff_ffff_e, true, 2, 1]));
    const trace = recorder.finish();
    expect([...trace.references]).toEqual([0, 0, 0, 3, 1, 1]);
    expect([trace.pageCount, trace.storeCount, trace.label(0), trace.label(1)]).toEqual([2, 3, '0x7fffffffe000', '0x5000']);
  });

  it('keeps pages of processes apart, and addresses of 57 bits', () => {
    const recorder = new RunRecorder();
    const far = 2 ** 44 + 7;
    recorder.take(entries([far, false, 1, 1], [far, false, 1, 2], [far, false, 1, 1]));
    const trace = recorder.finish();
    expect([...trace.references]).toEqual([0, 2, 0]);
    expect([trace.label(0), trace.label(1)]).toEqual(['1:0x100000000007000', '2:0x100000000007000']);
  });

  it('has a limit, and nothing is not a trace', () => {
    expect(() => new RunRecorder().finish()).toThrow(/no references/);
    expect(() => { new RunRecorder(1024).take(entries([1, false, 1025, 1])); }).toThrow(/more than 1,024 references/);
  });
});
