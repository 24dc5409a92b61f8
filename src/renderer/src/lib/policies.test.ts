import { expect, it } from 'vitest';
import { POLICIES } from '@shared/policy';
import { CLASSIC_STRINGS, POLICY_SHAPE } from './policies';

it('every policy has a shape of its own', () => {
  expect(new Set(POLICIES.map((one) => POLICY_SHAPE[one.name])).size).toBe(POLICIES.length);
});
it('classic strings differ and each teaches something', () => {
  expect(new Set(CLASSIC_STRINGS.map((one) => one.text)).size).toBe(CLASSIC_STRINGS.length);
  for (const one of CLASSIC_STRINGS) expect(one.lesson.length, one.id).toBeGreaterThan(40);
});
