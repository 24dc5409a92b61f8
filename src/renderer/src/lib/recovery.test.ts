import { expect, test } from 'vitest';
import { clockTime, describeLost } from './recovery';

const info = { title: 'lost-greeting.c', savedAt: '2026-11-29T10:42:31', programs: ['./lost-greeting', './lost-greeting'], processCount: 1, instructions: 5_123_456, ramBytes: 0, residentBytes: 0, swappedBytes: 0 };
const today = new Date('2026-11-29T12:00:00');

test('says what was lost, with what in it, and when', () => {
  const { title, text } = describeLost({ id: 'a', kept: false, info }, today);
  expect(title).toBe('Recover the machine “lost-greeting.c”?');
  expect(text).toContain('saved it at 10:42:31: lost-greeting; 1 process, 5.12 M instructions');
});

test('names three programs and counts the others', () => {
  const many = { ...info, programs: ['a', 'b', 'c', 'd', 'e'], processCount: 5 };
  expect(describeLost({ id: 'a', kept: false, info: many }, today).text).toContain('a, b, c and 2 more; 5 processes');
  expect(describeLost({ id: 'a', kept: false, info: { ...many, programs: [] } }, today).text).toContain('no program');
});

test('a machine whose program has ended does not go on', () => {
  const { text } = describeLost({ id: 'a', kept: false, info: { ...info, processCount: 0 } }, today);
  expect(text).toContain('lost-greeting; all processes ended, 5.12 M instructions. Recovered, it stands as it did then.');
});

test('another day has its date; a time that is none is no error', () => {
  expect(clockTime('2026-11-28T09:05:00', today)).toBe('Nov 28, 09:05:00');
  expect(clockTime('2025-11-28T09:05:00', today)).toBe('Nov 28, 2025, 09:05:00');
  expect(clockTime('soon', today)).toBe('an unknown time');
});
