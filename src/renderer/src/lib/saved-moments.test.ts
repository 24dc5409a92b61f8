import { expect, it } from 'vitest';
import { lossOf, mappingOf, momentOf, processOf, stackOf } from '@shared/moment.fixture';
import { savedMoments, savedText, type SavedMoment } from './saved-moments';

const NONE = { bytes: 0, blocks: 0 };
const moment = (name: string, more = {}): SavedMoment => ({ name, program: 'a.c', note: '', summary: momentOf({ stacks: [stackOf('f', 1, 2, 3)], mappings: [mappingOf('heap', '[heap]', '0x1', '0x2')], processes: [processOf(1000)], ...more }) });

it('come back as they were', () => {
  const all = [moment('x'), moment('y', { leaks: 'off' }), moment('z', { leaks: { definite: NONE, indirect: NONE, possible: NONE, reachable: NONE, records: [lossOf('definite', 'f', 1, 2, 3)], otherRecords: { ...NONE, records: 0 } } })];
  expect(savedMoments(savedText(all))).toEqual(all);
});

it('the newest stay when there is no room for all', () => {
  const all = ['a', 'b', 'c'].map((name) => moment(name));
  const one = JSON.stringify(all[0]).length + 1;
  expect(savedMoments(savedText(all, 2 * one)).map(({ name }) => name)).toEqual(['b', 'c']);
  expect(savedMoments(savedText(all, 2 * one - 1)).map(({ name }) => name)).toEqual(['c']);
});

it('what is damaged or of another version is left out', () => {
  const text = savedText([moment('x')]);
  for (const damaged of ['', 'null', '{"moments":3}', text.slice(0, -3), text.replace('"format":1', '"format":2'), text.replace('"blockId":4', '"blockId":"4"'), text.replace('"heap":{', '"heup":{'), text.replace('"linux"', '"beos"')]) {
    expect(savedMoments(damaged), damaged.slice(0, 60)).toEqual([]);
  }
});
