import { describe, expect, it } from 'vitest';
import type { TlbColumns, TranslationCounters } from '@shared/views-translation';
import { addSample, entryText, fragmentationWords, ratesBetween, rateText, reachOf } from './tlb';

const ZERO: TranslationCounters = {
  instructions: 0, cycles: 0, accesses: 0, fetches: 0, l1dMisses: 0, l1iMisses: 0, l2Hits: 0, l2Misses: 0, walks: 0, walkReads: 0, pscHits: 0,
  translationCycles: 0, shootdowns: 0, hugeFaults: 0, hugePromotions: 0, hugeSplits: 0, hugeFallbacks: 0,
};
const array = (levels: number[]): TlbColumns => ({
  id: 'l1d', sets: 2, ways: 2, place: Uint16Array.from(levels.keys()), vpn: Float64Array.from(levels, (_, i) => 512 * i), pfn: Float64Array.from(levels, (_, i) => 1000 + i), level: Uint8Array.from(levels),
  asid: new Uint16Array(levels.length).fill(3), pid: new Float64Array(levels.length).fill(500), processKey: new Float64Array(levels.length), flags: new Uint8Array(levels.length).fill(11), rank: Uint8Array.from(levels, (_, i) => i % 2),
});

describe('TLB words and numbers', () => {
  it('an entry in one line', () => {
    expect(entryText(array([1, 2]), 1)).toBe('0x200000: 2 MiB page in frame 1,001, writable, dirty, ASID 3 (PID 500), next to go');
  });
  it('reach is entries times page sizes: 512 times as much with 2 MiB pages', () => {
    expect(reachOf(array([1, 1]))).toBe(8192);
    expect(reachOf(array([2, 2]))).toBe(8192 * 512);
    expect(reachOf(array([3]))).toBe(2 ** 30);
  });
  it('rates of an interval', () => {
    const from = { ...ZERO, accesses: 100, l1dMisses: 50 };
    const to = { ...ZERO, accesses: 300, l1dMisses: 60, l2Hits: 5, walks: 5, walkReads: 10, translationCycles: 235 };
    expect(ratesBetween(from, to)).toEqual({ l1d: 0.95, l1i: null, l2: 0.5, walkReads: 2, cyclesPerAccess: 1.175 });
    expect(ratesBetween(null, ZERO).l1d).toBeNull();
  });
  it.each([[null, '–'], [1, '100.0 %'], [0.9999999, '99.999 %'], [0.99123, '99.123 %'], [0.5, '50.0 %'], [0, '0.0 %']])('%s reads %s', (rate, text) => {
    expect(rateText(rate)).toBe(text);
  });
  it('history begins anew with a run and stays short', () => {
    let samples = addSample([], null, { ...ZERO, instructions: 10, accesses: 10 });
    expect(samples).toHaveLength(1);
    expect(addSample(samples, { ...ZERO, instructions: 10 }, { ...ZERO, instructions: 10 })).toBe(samples);
    for (let i = 1; i < 500; i++) samples = addSample(samples, { ...ZERO, instructions: 10 * i }, { ...ZERO, instructions: 10 * (i + 1) });
    expect(samples.length).toBeLessThanOrEqual(240);
    expect(samples[samples.length - 1]?.instructions).toBe(5000);
    expect(addSample(samples, { ...ZERO, instructions: 5000 }, { ...ZERO, instructions: 3 })).toHaveLength(1);
  });
});

describe('fragmentation in words', () => {
  it.each([[-1000, /^there is one/], [0, /nothing is free/], [400, /too little is free.*400/], [993, /in pieces.*993.*compaction can help/]])('%i', (index, words) => {
    expect(fragmentationWords(index)).toMatch(words);
  });
});
