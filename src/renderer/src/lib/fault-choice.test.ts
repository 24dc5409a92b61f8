import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, faultKinds } from './words';
import { csvRow, NO_FILTER, shownKinds, whereOf } from './fault-choice';

describe('the filter', () => {
  it('major faults are swap-ins and reads of files; an invalid access is neither', () => {
    expect(shownKinds({ ...NO_FILTER, size: 'major' })).toEqual([5, 8]);
    expect(shownKinds({ ...NO_FILTER, size: 'minor' })).not.toContain(6);
    expect(shownKinds(NO_FILTER)).toHaveLength(13);
  });
  it('names kinds only when some are left out, and one that does not exist when all are', () => {
    expect(whereOf(NO_FILTER, null, true)).toMatchObject({ kinds: [], fromCycle: 0, toCycle: 0 });
    expect(whereOf({ ...NO_FILTER, hidden: new Set([0]) }, { fromCycle: 5, toCycle: 9 }, true)).toMatchObject({ kinds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], fromCycle: 5, toCycle: 9 });
    expect(whereOf({ ...NO_FILTER, hidden: new Set([5, 8]), size: 'major' }, null, true).kinds).toEqual([255]);
    expect(whereOf({ ...NO_FILTER, hidden: new Set([0]) }, null, false).kinds).toEqual([]);
  });
});

it('csv quotes what it must', () => {
  expect(csvRow([1, 'a,b', 'say "x"', 'plain'])).toBe('1,"a,b","say ""x""",plain');
});

it('kinds have the words of the profile', () => {
  expect(faultKinds('linux').map((kind) => kind.name)).toEqual(FAULT_KINDS.map((kind) => kind.name));
  expect([5, 6].map((kind) => faultKinds('windows')[kind]?.name)).toEqual(['Page file read', 'Access violation']);
});
