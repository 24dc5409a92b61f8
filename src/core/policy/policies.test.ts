import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY_SETTINGS, POLICIES, type PolicyName, type PolicySettings } from '../../shared/policy';
import { createPolicy } from './policies';
import { runPolicy } from './compare';
import { NOWHERE } from './engine';
import { NAIVE, type NaiveReference } from './testing/naive-policies';
import { classroom, randomString } from './testing/strings';
import type { ReferenceTrace } from './trace';

const BELADY = '1,2,3,4,1,2,5,1,2,3,4,5';
const SILBERSCHATZ = '7,0,1,2,0,3,0,4,2,3,0,3,2,1,2,0,1,7,0,1';
const STALLINGS = '2,3,2,1,5,2,4,5,3,2,5,2';

const faultsOf = (policy: PolicyName, text: string, frames: number, settings: Partial<PolicySettings> = {}): number =>
  runPolicy(policy, classroom(text), frames, { ...DEFAULT_POLICY_SETTINGS, ...settings }).faults;

describe('textbook strings have textbook counts', () => {
  it.each<[PolicyName, string, number, number]>([
    ['fifo', BELADY, 3, 9], ['fifo', BELADY, 4, 10], ['opt', BELADY, 3, 7], ['opt', BELADY, 4, 6], ['lru', BELADY, 3, 10], ['lru', BELADY, 4, 8],
    ['fifo', SILBERSCHATZ, 3, 15], ['lru', SILBERSCHATZ, 3, 12], ['opt', SILBERSCHATZ, 3, 9],
    ['opt', STALLINGS, 3, 6], ['lru', STALLINGS, 3, 7], ['fifo', STALLINGS, 3, 9], ['clock', STALLINGS, 3, 8],
  ])('%s of %s with %i frames: %i faults', (policy, text, frames, faults) => {
    expect(faultsOf(policy, text, frames)).toBe(faults);
  });
});

/** Drives the engine one reference at a time beside the naive model; checks hits, victims, frames and write-backs. */
function checkAgainstModel(policy: PolicyName, trace: ReferenceTrace, frames: number, settings: PolicySettings): void {
  const refs: NaiveReference[] = Array.from(trace.references, (word) => ({ page: word >>> 1, store: (word & 1) !== 0 }));
  const engine = createPolicy(policy, trace, frames, settings);
  const model = NAIVE[policy](refs, frames, settings);
  const modified = new Set<number>();
  const resident = new Set<number>();
  let writeBacks = 0;
  for (let i = 0; i < refs.length; i++) {
    const before = engine.faults;
    engine.serve(i, i + 1);
    const step = model(i);
    const got = engine.faults === before ? { hit: true, victim: null } : { hit: false, victim: engine.victim === NOWHERE ? null : engine.victim };
    if (got.hit !== step.hit || got.victim !== step.victim) expect({ i, ...got }).toEqual({ i, ...step });
    if (step.victim !== null) {
      resident.delete(step.victim);
      if (modified.delete(step.victim)) writeBacks++;
    }
    resident.add(refs[i]!.page);
    if (refs[i]!.store) modified.add(refs[i]!.page);
  }
  expect(engine.writeBacks).toBe(writeBacks);
  const held = [...engine.pageIn].filter((page) => page !== NOWHERE).sort((a, b) => a - b);
  expect(held).toEqual([...resident].sort((a, b) => a - b));
  expect(held.length).toBeLessThanOrEqual(frames);
  // One long run and many short ones are the same.
  const whole = runPolicy(policy, trace, frames, settings);
  expect([whole.faults, whole.evictions, whole.writeBacks]).toEqual([engine.faults, engine.evictions, trace.storesKnown ? engine.writeBacks : null]);
}

const VARIANTS: readonly Partial<PolicySettings>[] = [
  {}, { seed: 77, nruInterval: 5, clockLoadSetsR: false, twoQIn: 0.5, twoQOut: 1, s3Small: 0.3 }, { seed: 4_294_967_295, nruInterval: 1, twoQIn: 0, twoQOut: 0 }, { twoQIn: 1, s3Small: 0.9, nruInterval: 1000 },
];

describe('every policy agrees with its naive model on faults, victims and write-backs', () => {
  it.each(POLICIES.map((one) => one.name))('%s', (policy) => {
    let strings = 0;
    for (const variant of VARIANTS) {
      const settings = { ...DEFAULT_POLICY_SETTINGS, ...variant };
      for (let seed = 1; seed <= 40; seed++) {
        const trace = classroom(randomString(seed * 31 + strings, 60 + seed * 12, 3 + (seed * 7) % 60));
        for (const frames of [1, 2, 3, 4, 5, 7, 10, 13, 20, 33, 70]) checkAgainstModel(policy, trace, frames, settings);
        strings++;
      }
    }
    expect(strings).toBe(160);
  });

  it('on a longer string with hundreds of frames', () => {
    const trace = classroom(randomString(99, 4000, 900));
    for (const { name } of POLICIES.filter((one) => one.name !== 'opt')) checkAgainstModel(name, trace, 300, DEFAULT_POLICY_SETTINGS);
    checkAgainstModel('opt', classroom(randomString(98, 1500, 300)), 100, DEFAULT_POLICY_SETTINGS);
  });
});

describe('what holds for all', () => {
  const trace = classroom(randomString(5, 3000, 80));
  it('no policy has fewer faults than OPT, nor fewer than there are pages', () => {
    for (let frames = 1; frames <= 90; frames += 4) {
      const bound = runPolicy('opt', trace, frames, DEFAULT_POLICY_SETTINGS).faults;
      for (const { name } of POLICIES) {
        const run = runPolicy(name, trace, frames, DEFAULT_POLICY_SETTINGS);
        expect(run.faults, name).toBeGreaterThanOrEqual(bound);
        expect(run.coldMisses).toBe(trace.pageCount);
        expect(run.faults - run.evictions, name).toBe(Math.min(frames, trace.pageCount));
      }
    }
  });

  it('the same seed gives the same run, another seed another one', () => {
    for (const policy of ['random', 'nru'] as const) {
      const [a, b, c] = [7, 7, 8].map((seed) => runPolicy(policy, trace, 20, { ...DEFAULT_POLICY_SETTINGS, seed }).faults);
      expect(a).toBe(b);
      expect(a).not.toBe(c);
    }
  });

  it('no frames are refused', () => {
    expect(() => createPolicy('lru', trace, 0, DEFAULT_POLICY_SETTINGS)).toThrow(/at least one frame/);
  });
});
