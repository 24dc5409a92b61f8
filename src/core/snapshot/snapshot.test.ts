/** Snapshot files there and back: what is written is read, equal pages are there once, and progress adds up. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { BLOCK_BYTES } from './codec-layout';
import { readAbout } from './reader';
import { sourceOf } from './record-reader';
import { SnapshotReader } from './reader';
import { randomNumbers, type RandomNumbers } from './test-random';
import { INFO, PICTURE, VERSION, codecModule, contentOf, differenceOf, opened, partsOf, randomPages, written, type Content, type Pages } from './test-snapshots';
import { SnapshotWriter } from './writer';

let module: WebAssembly.Module;
beforeAll(async () => { module = await codecModule(); });

const NOTHING: Content = { bytes: new Map(), pages: new Map(), picture: null };

function expectSame(actual: Content, expected: Content): void {
  expect(differenceOf(actual, expected)).toBeNull();
}

function randomContent(random: RandomNumbers): Content {
  const sizes = [0, 1, 1_000, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES * 2 + 77];
  const noise = random.below(2) === 0 ? 256 : 5;
  const bytes = new Map(['image', 'programs', 'input-log'].slice(random.below(4)).map((name) => [name, Uint8Array.from({ length: sizes[random.below(sizes.length)] ?? 0 }, () => random.below(noise))]));
  const pages = randomPages(random, random.below(300)), slots = randomPages(random, random.below(100), [...pages.values()]);
  return { bytes, pages: new Map([['pages', pages], ['slots', slots]]), picture: random.below(2) === 0 ? PICTURE : null };
}

describe('a snapshot', () => {
  it('comes back as it was, for random contents', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const content = randomContent(randomNumbers(seed));
      expectSame(contentOf(written(partsOf(content), module), module), content);
    }
  });

  it('may be nearly empty', () => {
    const file = written(partsOf(NOTHING), module);
    expect(file.length).toBeLessThan(600);
    expectSame(contentOf(file, module), NOTHING);
  });

  it('is the same file for the same content', () => {
    const content = randomContent(randomNumbers(7));
    expect(Buffer.compare(written(partsOf(content), module), written(partsOf(content), module))).toBe(0);
  });

  it('takes a section in pieces', () => {
    const whole = Uint8Array.from({ length: BLOCK_BYTES + 1_000 }, (_, i) => i * i >> 3);
    const pieces = [whole.subarray(0, 7), whole.subarray(7, 7), whole.subarray(7, BLOCK_BYTES - 1), whole.subarray(BLOCK_BYTES - 1)];
    const inOne = { ...partsOf(NOTHING), sections: [{ name: 'image', bytes: whole }] }, inPieces = { ...partsOf(NOTHING), sections: [{ name: 'image', bytes: pieces }] };
    expect(Buffer.compare(written(inOne, module), written(inPieces, module))).toBe(0);
  });

  it('holds page numbers up to 2^32 − 1', () => {
    const page = new Uint8Array(4096).fill(3), pages = new Map([[0, page], [2 ** 31, page], [0xffffffff, new Uint8Array(4096)]]);
    expectSame(contentOf(written(partsOf({ ...NOTHING, pages: new Map([['pages', pages]]) }), module), module), { ...NOTHING, pages: new Map([['pages', pages]]) });
  });

  it('tells about itself without the rest', () => {
    const file = written(partsOf({ ...randomContent(randomNumbers(8)), picture: PICTURE }), module);
    const expected = { ok: true, about: { formatVersion: 1, engineVersion: VERSION, isOwnEngine: true, info: INFO, picture: PICTURE, notices: [] } };
    expect(readAbout(sourceOf(file), module, VERSION)).toEqual(expected);
    file.fill(0, 1_000);
    expect(readAbout(sourceOf(file), module, VERSION)).toEqual(expected);
    expect(opened(file, module).ok).toBe(false);
  });

  it('of another version opens with a notice', () => {
    const opening = opened(written(partsOf(NOTHING), module), module, '9.0.0');
    expect(opening.ok && opening.snapshot.about.notices).toEqual([`Pagewise ${VERSION} made this snapshot, this is 9.0.0: it opens, but from here on its timing and counts may differ from what that version would have shown.`]);
  });

  it('of format version 1, as the first release wrote it, opens', () => {
    const opening = opened(new Uint8Array(readFileSync(new URL('fixtures/format-1.pagewise', import.meta.url))), module, '0.3.0');
    if (!opening.ok) throw new Error(opening.message);
    expect(opening.snapshot.about).toMatchObject({ formatVersion: 1, engineVersion: '0.3.0', info: INFO, picture: PICTURE });
    expect(opening.snapshot.sections.map(({ name, kind }) => [name, kind])).toEqual([['image', 'bytes'], ['pages', 'pages'], ['slots', 'pages']]);
    expect(String.fromCharCode(...(opening.snapshot.bytes('image') ?? []))).toBe('the image of a machine '.repeat(40));
    const seen: [string, number, number | null][] = [];
    const delivery = opening.snapshot.deliverPages(['pages', 'slots'], (section, number, page) => { seen.push([section, number, page?.[4095] ?? null]); });
    while (delivery.step() !== 'done');
    expect(seen).toEqual([['pages', 5, null], ['pages', 4, 7], ['pages', 9, 7], ['slots', 1, 7], ['slots', 2, 8]]);
  });
});

describe('pages', () => {
  it('of zeros and equal ones are there once, in whatever section', () => {
    const random = randomNumbers(9), noise = Array.from({ length: 3 }, () => Uint8Array.from({ length: 4096 }, () => random.below(256)));
    const fill = (from: number, count: number): Pages => new Map(Array.from({ length: count }, (_, i) => [from + i * 3, i % 4 === 3 ? new Uint8Array(4096) : noise[i % 4] ?? new Uint8Array(4096)]));
    const content = { ...NOTHING, pages: new Map([['pages', fill(0, 1_000)], ['slots', fill(1, 1_000)]]) };
    const file = written(partsOf(content), module);
    expect(file.length).toBeLessThan(3 * 4096 + 2_000);
    expectSame(contentOf(file, module), content);
  });

  it('that are not asked for are not delivered, and cost no reading', () => {
    const random = randomNumbers(10), content = { ...NOTHING, pages: new Map([['pages', randomPages(random, 200)], ['slots', randomPages(random, 20)]]) };
    const file = written(partsOf(content), module), inner = sourceOf(file);
    let readBytes = 0;
    const reader = new SnapshotReader({ ...inner, read: (offset, into) => { readBytes += into.length; return inner.read(offset, into); } }, module, VERSION);
    let state = reader.step();
    while (!('ok' in state)) state = reader.step();
    if (!state.ok) throw new Error(state.message);
    readBytes = 0;
    const numbers: number[] = [];
    const delivery = state.snapshot.deliverPages(['slots'], (section, number) => { expect(section).toBe('slots'); numbers.push(number); });
    while (delivery.step() !== 'done');
    expect(numbers.sort((a, b) => a - b)).toEqual([...(content.pages.get('slots')?.keys() ?? [])]);
    expect(readBytes).toBeLessThan(21 * 4096);
    expect(state.snapshot.pageNumbers('pages')).toEqual(Uint32Array.from(content.pages.get('pages')?.keys() ?? []));
    expect(state.snapshot.pageNumbers('nothing')).toBeNull();
    expect(state.snapshot.bytes('pages')).toBeNull();
  });

  it('may be taken early, then the others once', () => {
    for (let seed = 20; seed < 30; seed++) {
      const content = randomContent(randomNumbers(seed)), file = written(partsOf(content), module);
      for (const names of [['pages', 'slots'], ['slots'], ['pages']]) {
        const taken = new Map([['pages', new Map<number, Uint8Array>()], ['slots', new Map<number, Uint8Array>()]]);
        const take = (section: string, number: number, page: Uint8Array | null): void => {
          expect(taken.get(section)?.has(number)).toBe(false);
          taken.get(section)?.set(number, page?.slice() ?? new Uint8Array(4096));
        };
        const reader = new SnapshotReader(sourceOf(file), module, VERSION, { names, begin: () => take });
        let state = reader.step();
        while (!('ok' in state)) state = reader.step();
        if (!state.ok) throw new Error(state.message);
        const early = (taken.get('pages')?.size ?? 0) + (taken.get('slots')?.size ?? 0);
        for (const each of ['slots', 'pages']) for (const delivery = state.snapshot.deliverPages([each], take); delivery.step() !== 'done';);
        expect(differenceOf({ ...content, pages: taken }, content)).toBeNull();
        expect(early).toBeLessThanOrEqual(names.reduce((sum, name) => sum + (content.pages.get(name)?.size ?? 0), 0));
        if (names.includes('pages') && (content.pages.get('pages')?.size ?? 0) > 20) expect(early).toBeGreaterThan(5);
      }
    }
  });

  it('are written and read in many small steps whose progress adds up', () => {
    const content = { ...NOTHING, bytes: new Map([['image', new Uint8Array(3 * BLOCK_BYTES)]]), pages: new Map([['pages', randomPages(randomNumbers(11), 1_000)]]) };
    const writer = new SnapshotWriter(partsOf(content), module, () => undefined);
    let steps = 0, before = 0;
    for (let at = writer.step(); at !== 'done'; at = writer.step(), steps++) {
      expect(at.doneBytes).toBeGreaterThanOrEqual(before);
      expect(at.doneBytes - before).toBeLessThanOrEqual(2 * BLOCK_BYTES);
      before = at.doneBytes;
      expect(at.doneBytes).toBeLessThanOrEqual(at.totalBytes);
    }
    expect(steps).toBeGreaterThan(16);
    expect(before).toBe(3 * BLOCK_BYTES + 1_000 * 4096 + JSON.stringify(INFO).length + 2 * 5);
  });
});

describe('a writer refuses what no reader would take', () => {
  const check = (what: string, sections: ConstructorParameters<typeof SnapshotWriter>[0]['sections'], message: RegExp): void => {
    it(what, () => {
      expect(() => {
        const writer = new SnapshotWriter({ ...partsOf(NOTHING), sections }, module, () => undefined);
        while (writer.step() !== 'done');
      }).toThrow(message);
    });
  };
  const page = new Uint8Array(4096);
  check('names that are there twice', [{ name: 'image', bytes: page }, { name: 'image', bytes: page }], /there twice/);
  check('its own names', [{ name: 'info', bytes: page }], /there twice/);
  check('strange names', [{ name: '../x', bytes: page }], /not a name/);
  check('pages out of order', [{ name: 'pages', pages: { count: 2, pageNumbers: () => Uint32Array.of(3, 3), read: () => page } }], /page number 3 follows 3/);
  check('pages of another size', [{ name: 'pages', pages: { count: 1, pageNumbers: () => Uint32Array.of(3), read: () => page.subarray(1) } }], /4095 bytes/);
  it('a picture that is none', () => { expect(() => new SnapshotWriter({ ...partsOf(NOTHING), picture: page }, module, () => undefined)).toThrow(/PNG/); });
});
