import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY_SETTINGS, POLICIES, type PolicyRequest } from '../../shared/policy';
import { comparePolicies, curvePoints, runPolicy } from './compare';
import { lruFaultsByFrames, optFaultsByFrames } from './stack-distance';
import { classroom, randomString } from './testing/strings';

const ALL = POLICIES.map((one) => one.name);
const request = (over: Partial<PolicyRequest>): PolicyRequest => ({ policies: ALL, frameCounts: [3, 4], settings: DEFAULT_POLICY_SETTINGS, curves: false, steps: false, ...over });

describe('stack distances give the faults of every number of frames', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('as single runs do, seed %i', (seed) => {
    const trace = classroom(randomString(seed, 200 * seed, 5 + 17 * seed));
    const lru = lruFaultsByFrames(trace), opt = optFaultsByFrames(trace);
    expect(lru[0]).toBe(trace.references.length);
    for (let frames = 1; frames <= trace.pageCount; frames++) {
      expect(lru[frames], `lru ${frames}`).toBe(runPolicy('lru', trace, frames, DEFAULT_POLICY_SETTINGS).faults);
      expect(opt[frames], `opt ${frames}`).toBe(runPolicy('opt', trace, frames, DEFAULT_POLICY_SETTINGS).faults);
    }
  });
});

describe('Belady', () => {
  const trace = classroom('1,2,3,4,1,2,5,1,2,3,4,5');
  it('finds the anomaly of FIFO from 3 to 4 frames and none of LRU and OPT', () => {
    const { anomalies } = comparePolicies(trace, request({ policies: ['fifo', 'lru', 'opt'], frameCounts: [1, 2, 3, 4, 5] }));
    expect(anomalies).toEqual([{ policy: 'fifo', fewerFrames: 3, moreFrames: 4, faultsWithFewer: 9, faultsWithMore: 10 }]);
  });
});

describe('step table', () => {
  it('is the one of the textbook: FIFO, 3 frames', () => {
    const { steps } = comparePolicies(classroom('7,0,1,2,0,3,0,4'), request({ policies: ['fifo'], frameCounts: [3], steps: true }));
    expect(steps[0].steps.map((step) => `${step.page}${step.hit ? '' : '!'} ${step.frames.map((page) => page ?? '-').join('')} ${step.victim ?? ''}`.trim())).toEqual([
      '7! 7--', '0! 70-', '1! 701', '2! 201 7', '0 201', '3! 231 0', '0! 230 1', '4! 430 2',
    ]);
  });

  it('is left out for long strings and many frames', () => {
    expect(comparePolicies(classroom(randomString(1, 401, 9)), request({ steps: true })).steps).toEqual([]);
    expect(comparePolicies(classroom('1 2 3'), request({ policies: ['lru'], frameCounts: [2, 65], steps: true })).steps.map((one) => one.frames)).toEqual([2]);
  });
});

describe('curves', () => {
  it('say the same as runs do, for all policies', () => {
    const trace = classroom(randomString(3, 900, 50));
    const { curves } = comparePolicies(trace, request({ frameCounts: [5], curves: true }));
    expect(curves.map((one) => [one.policy, one.method])).toEqual(ALL.map((name) => [name, name === 'lru' || name === 'opt' ? 'stack' : 'runs']));
    for (const curve of curves) {
      curve.frames.forEach((frames, k) => { expect(curve.faults[k], `${curve.policy} ${frames}`).toBe(runPolicy(curve.policy, trace, frames, DEFAULT_POLICY_SETTINGS).faults); });
      expect(curve.faults.at(-1)).toBe(trace.pageCount);
    }
  });

  it('points: all where there are few, spread where there are many', () => {
    expect(curvePoints(4, 10)).toEqual([1, 2, 3, 4]);
    const many = curvePoints(1_000_000, 24);
    expect([many[0], many.at(-1), many.length]).toEqual([1, 1_000_000, 24]);
    expect([...many].sort((a, b) => a - b)).toEqual(many);
  });
});

it('progress rises from 0 towards 1', () => {
  const seen: number[] = [];
  comparePolicies(classroom(randomString(3, 90, 30)), request({ curves: true, frameCounts: [2, 3] }), (part) => seen.push(part));
  expect(seen[0]).toBe(0);
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  expect(seen.at(-1)).toBeGreaterThan(0.9);
  expect(seen.at(-1)).toBeLessThan(1);
});

it('write-backs are null where stores are not known', () => {
  expect(runPolicy('lru', classroom('1 2 3 1'), 2, DEFAULT_POLICY_SETTINGS).writeBacks).toBeNull();
  expect(runPolicy('lru', classroom('1:w 2 3:w 1'), 2, DEFAULT_POLICY_SETTINGS).writeBacks).toBe(1);
});
