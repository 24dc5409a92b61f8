import { describe, expect, it } from 'vitest';
import { ClassroomReader } from './read-classroom';
import { DEFAULT_TRACE_READING, type CsvOptions } from '../../shared/policy';
import { guessFormat } from './formats';
import { CsvReader } from './read-csv';
import { LackeyReader } from './read-lackey';
import { classroom, numbers } from './testing/strings';
import { ReferenceList, TraceError, type ReferenceTrace, type TraceReader } from './trace';

const DEFAULT_CSV = DEFAULT_TRACE_READING.csv;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads in pieces of `size` bytes. */
function read(reader: TraceReader, text: string, size = Infinity): ReferenceTrace {
  const all = bytes(text);
  for (let from = 0; from < all.length; from += size) reader.push(all.subarray(from, Math.min(all.length, from + size)));
  return reader.finish();
}

/** "A B:w": labels, stores marked. */
const shown = (trace: ReferenceTrace): string => Array.from(trace.references, (word) => `${trace.label(word >>> 1)}${(word & 1) !== 0 ? ':w' : ''}`).join(' ');

function complaint(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof TraceError) return error.message;
    throw error;
  }
  return 'no complaint';
}

const lackey = (text: string, pageSizeBytes = 4096, instructions = true, size?: number): ReferenceTrace => read(new LackeyReader({ pageSizeBytes, instructions }), text, size);
const csv = (text: string, options: Partial<CsvOptions> = {}, size?: number): ReferenceTrace => read(new CsvReader({ ...DEFAULT_CSV, ...options }), text, size);

describe('classroom strings', () => {
  it.each([
    ['1,2,3,4,1,2,5', '1 2 3 4 1 2 5'],
    [' 7  0\t1\n2\r\n0 ', '7 0 1 2 0'],
    ['A, B ,a;B;', 'A B a B'],
    ['007 7 0 00 0x10', '7 7 0 0 0x10'],
    ['1,\n2,\n3,', '1 2 3'],
    ['# a string of Belady\n1 2 # rest\n3', '1 2 3'],
    ['1:w 2:r 3 1:W', '1:w 2 3 1:w'],
  ])('%j', (text, want) => {
    expect(shown(classroom(text))).toBe(want);
    expect(shown(read(new ClassroomReader(), text, 1))).toBe(want);
  });

  it('numbers pages in the order of their first reference, and knows stores only when told', () => {
    const plain = classroom('9 4 9'), marked = classroom('9 4:w 9');
    expect([...plain.references]).toEqual([0, 2, 0]);
    expect([plain.pageCount, plain.storesKnown, marked.storesKnown, marked.storeCount]).toEqual([2, false, true, 1]);
  });

  it.each([
    ['', 'there are no references; type pages separated by commas, for example 1,2,3,4,1,2,5'],
    ['# nothing\n', 'there are no references; type pages separated by commas, for example 1,2,3,4,1,2,5'],
    ['1,2,,3', 'line 1, column 5: a page is missing before this separator'],
    [',1', 'line 1, column 1: a page is missing before this separator'],
    ['1,2\n3,?', 'line 2, column 3: "?" is neither a page nor a separator; pages are numbers or names, separated by commas or blanks'],
    ['1,2,…', 'line 1, column 5: "…" is neither a page nor a separator; pages are numbers or names, separated by commas or blanks'],
    ['ä1', 'line 1, column 1: "ä" is neither a page nor a separator; pages are numbers or names, separated by commas or blanks'],
    ['1 -2', 'line 1, column 3: "-" is neither a page nor a separator; pages are numbers or names, separated by commas or blanks'],
    ['1:x', 'line 1, column 3: after a page and a colon comes r (load) or w (store)'],
    ['1:', 'line 1, column 2: after a page and a colon comes r (load) or w (store)'],
    ['1:\n2', 'line 1, column 2: after a page and a colon comes r (load) or w (store)'],
    ['1:w2', 'line 1, column 4: a comma or blank is missing after :r or :w'],
    [':w', 'line 1, column 1: ":" is neither a page nor a separator; pages are numbers or names, separated by commas or blanks'],
    ['70120304', 'line 1, column 1: 70120304 is one page; separate the references by commas or blanks'],
    ['x'.repeat(201), 'line 1, column 1: a page name has more than 200 characters; separate the references by commas or blanks'],
  ])('refuses %j', (text, want) => {
    expect(complaint(() => classroom(text))).toBe(want);
    expect(complaint(() => read(new ClassroomReader(), text, 1))).toBe(want);
  });
});

describe('lackey traces', () => {
  const TEXT = '==123== Lackey, an example Valgrind tool\n==123== \nI  04001000,3\n L 1ffefff4a8,8\n S 1ffefff4a8,8\r\n M 04224ef0,4\nI  04001003,5\n==123== Exit code: 0\n';

  it('loads, stores, modifies and fetches', () => {
    expect(shown(lackey(TEXT))).toBe('0x4001000 0x1ffefff000 0x1ffefff000:w 0x4224000:w 0x4001000');
    expect(shown(lackey(TEXT, 4096, true, 7))).toBe(shown(lackey(TEXT)));
  });

  it('without instruction fetches', () => {
    expect(shown(lackey(TEXT, 4096, false))).toBe('0x1ffefff000 0x1ffefff000:w 0x4224000:w');
  });

  it('page sizes; an access across a page border touches both pages', () => {
    expect(shown(lackey(' L 1ffe,8'))).toBe('0x1000 0x2000');
    expect(shown(lackey(' L 1ff8,8'))).toBe('0x1000');
    expect(shown(lackey(' S 1ff9,8'))).toBe('0x1000:w 0x2000:w');
    expect(shown(lackey(' L 1ffe,8', 16))).toBe('0x1ff0 0x2000');
    expect(shown(lackey(' L 10,40', 16))).toBe('0x10 0x20 0x30');
    expect(shown(lackey(' L 1ffe,8', 2 ** 21))).toBe('0x0');
  });

  it('addresses of 64 bits', () => {
    expect(shown(lackey(' L ffffffffffffffff,1\n L ffffffff00000fff,2\n L ffffffff,2'))).toBe('0xfffffffffffff000 0xffffffff00000000 0xffffffff00001000 0xfffff000 0x100000000');
    expect(shown(lackey(' L ffffffff0000000f,2', 16))).toBe('0xffffffff00000000 0xffffffff00000010');
  });

  it('many pages keep their numbers', () => {
    const below = numbers(4), pages = Array.from({ length: 5000 }, () => below(3000));
    const trace = lackey(pages.map((page) => ` L ${(page * 4096 + 2 ** 33).toString(16)},1\n`).join(''), 4096, true, 1000);
    expect(trace.pageCount).toBe(new Set(pages).size);
    expect(Array.from(trace.references, (word) => Number(trace.label(word >>> 1)))).toEqual(pages.map((page) => page * 4096 + 2 ** 33));
  });

  it.each([
    ['', 'there are no references; expected a line such as "I  04001000,3" or " L 1ffefff4a8,8" of valgrind --tool=lackey --trace-mem=yes'],
    ['I  04001000,3\nhello', 'line 2, column 1: expected a line such as "I  04001000,3" or " L 1ffefff4a8,8" of valgrind --tool=lackey --trace-mem=yes'],
    [' X 1000,4', 'line 1, column 1: expected a line such as "I  04001000,3" or " L 1ffefff4a8,8" of valgrind --tool=lackey --trace-mem=yes'],
    ['L 1000,4', 'line 1, column 1: expected a line such as "I  04001000,3" or " L 1ffefff4a8,8" of valgrind --tool=lackey --trace-mem=yes'],
    [' L ,4', 'line 1, column 4: an address in hexadecimal is missing'],
    [' L 10zz,4', 'line 1, column 6: a comma and the size must follow the address'],
    [' L 1000', 'line 1, column 8: a comma and the size must follow the address'],
    [' L 1000,', 'line 1, column 9: the size must be from 1 to 65536 bytes'],
    [' L 1000,0', 'line 1, column 9: the size must be from 1 to 65536 bytes'],
    [' L 1000,70000', 'line 1, column 9: the size must be from 1 to 65536 bytes'],
    [' L 1000,4x', 'line 1, column 10: the size must be a decimal number'],
    [' L 11112222333344445,4', 'line 1, column 4: the address has more than 64 bits'],
  ])('refuses %j', (text, want) => {
    expect(complaint(() => lackey(text))).toBe(want);
  });

  it('refuses a file without lines', () => {
    expect(complaint(() => lackey(' '.repeat(2 ** 20 + 1)))).toBe('line 1: this line is too long');
  });

  it.each([0, 8, 3000, 2 ** 31])('no page size of %i', (size) => { expect(() => lackey('', size)).toThrow(RangeError); });
});

describe('csv traces', () => {
  it.each<[string, Partial<CsvOptions>, string]>([
    ['time,obj_id,obj_size\n0,8831,4096\n1,77,512\n2,8831,4096\n', {}, '8831 77 8831'],
    ['0,8831,4096\n1,77,512', {}, '8831 77'],
    ['0,a\n1,b\n', {}, 'a b'],
    ['id\nx\ny\nx\n', { idColumn: 1 }, 'x y x'],
    ['x\ny\nx\n', { idColumn: 1, header: 'no' }, 'x y x'],
    ['1\n2\n', { idColumn: 1, header: 'yes' }, '2'],
    ['t;obj;op\n1;a;read\n2;b;W\n', { delimiter: ';', operationColumn: 3 }, 'a b:w'],
    ['1\ta b\t3\n', { delimiter: '\t', sizeColumn: 3 }, 'a b'],
    ['1, "a,b" , 3\n\n# note\n2,"c",4\n', { sizeColumn: 3 }, 'a,b c'],
  ])('%j', (text, options, want) => {
    expect(shown(csv(text, options))).toBe(want);
    expect(shown(csv(text, options, 3))).toBe(want);
  });

  it.each<[string, Partial<CsvOptions>, string]>([
    ['', {}, 'there are no requests: each line must be time, object id, object size'],
    ['time,obj_id\n', {}, 'there are no requests: each line must be time, object id, object size'],
    ['0,1\n5\n', {}, 'line 2: there is no column 2: the line has 1 column (delimiter ",")'],
    ['0,\n', {}, 'line 1, column 3: the object id is empty'],
    ['0,1,big\n', { sizeColumn: 3 }, 'line 1, column 5: the object size "big" is not a number'],
    ['0,"1\n', {}, 'line 1, column 3: a quote is not closed'],
    ['0,"1"x\n', {}, 'line 1, column 6: text follows the closing quote'],
    ['0,1,delete\n', { operationColumn: 3 }, 'line 1, column 5: "delete" is no operation that is known here: r, read, l, load, g, get, gets, fetch; w, write, s, store, set, put, update, insert, add, replace'],
  ])('refuses %j', (text, options, want) => {
    expect(complaint(() => csv(text, options))).toBe(want);
  });

  it('thousands of names keep their numbers', () => {
    const below = numbers(9), names = Array.from({ length: 6000 }, () => `object-${below(4000)}`);
    expect(shown(csv(names.map((name, k) => `${k},${name}\n`).join(''), {}, 777))).toBe(names.join(' '));
  });

  it('bytes that are no text are shown, not lost', () => {
    const reader = new CsvReader({ ...DEFAULT_CSV });
    reader.push(Uint8Array.of(49, 44, 0xff, 65, 10));
    expect(reader.finish().label(0)).toBe('\\xffA');
  });
});

it('a trace has a limit', () => {
  const list = new ReferenceList(1024);
  for (let k = 0; k < 1024; k++) list.add(k, false);
  expect(complaint(() => { list.add(1, false); })).toBe('the trace has more than 1,024 references; cut it');
});

describe('the format of a file is guessed', () => {
  it.each([
    ['string.txt', '1,2,3,4\n', 'classroom'], ['x', '7 0 1', 'classroom'], ['x', '', 'classroom'], ['x', '# note\n1 2', 'classroom'],
    ['x.log', '==77== Lackey\n==77==\nI  04001000,3\n', 'lackey'], ['x', ' L 1000,4\n', 'lackey'], ['x', ' S 1000,4', 'lackey'], ['x', 'I  0400,2', 'lackey'],
    ['x.csv', '0,1,2\n', 'csv'], ['X.CSV', 'time,obj_id\n', 'csv'], ['x', 'time,obj_id,obj_size\n', 'csv'], ['x.csv', ' L 1000,4\n', 'lackey'],
  ])('%s: %j', (name, text, want) => { expect(guessFormat(name, bytes(text))).toBe(want); });
});
