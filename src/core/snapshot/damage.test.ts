/** Files that are not what they should be: cut, changed, forged with right checksums. All are refused with a message, none harms. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { SnapshotInfo } from '../../shared/snapshot-info';
import { NO_SEED, SnapshotCodec } from './codec';
import { BLOCK_BYTES, CODEC_A } from './codec-layout';
import { BLOCK_RECORD_BYTES, CHAIN_BYTES, HEADER_RECORD_BYTES, MARK_BLOCK, MARK_END, MARK_SECTION, SECTION_RECORD_BYTES, TRAILER_RECORD_BYTES } from './format';
import { readAbout } from './reader';
import { sourceOf } from './record-reader';
import { randomNumbers } from './test-random';
import { INFO, PICTURE, VERSION, codecModule, contentOf, opened, partsOf, randomPages, written } from './test-snapshots';

let module: WebAssembly.Module;
let codec: SnapshotCodec;
/** A small file with all kinds of sections and blocks. */
let file: Uint8Array;
beforeAll(async () => {
  module = await codecModule();
  codec = new SnapshotCodec(module);
  const random = randomNumbers(1), page = Uint8Array.from({ length: 4096 }, (_, i) => i < 400 ? random.below(256) : i % 7);
  file = written(partsOf({
    picture: PICTURE,
    bytes: new Map([['image', Uint8Array.from({ length: 600 }, () => random.below(256))], ['input-log', new Uint8Array(5_000)]]),
    pages: new Map([['pages', new Map([[1, page], [2, new Uint8Array(4096)], [7, page]])], ['slots', new Map([[0, page], [900, page.map((byte) => byte ^ 1)]])]]),
  }), module);
});

function refusal(bytes: Uint8Array): string {
  const opening = opened(bytes, module);
  if (opening.ok) throw new Error('it opens');
  return `${opening.reason}: ${opening.message}`;
}

describe('damage', () => {
  it('by cutting is found at every length', () => {
    expect(opened(file, module).ok).toBe(true);
    const lengths = Array.from({ length: file.length }, (_, length) => length);
    const messages = new Set(lengths.map((length) => refusal(file.subarray(0, length))));
    expect([...messages].filter((message) => !/^(not-a-snapshot: The file is (empty|no snapshot of Pagewise)|damaged: The snapshot is damaged: (header|section "[a-z-]+"|end of the file): the file ends here, it was cut short)\.$/.test(message))).toEqual([]);
    expect(messages.size).toBe(2 + 2 + 6);
  });

  it('by one to three flipped bits is found, 10,000 times', () => {
    const random = randomNumbers(2), reasons = new Map<string, number>();
    for (let round = 0; round < 10_000; round++) {
      const changed = file.slice(), flips = new Set<number>();
      while (flips.size < 1 + round % 3) flips.add(random.below(file.length * 8));
      for (const bit of flips) changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ 1 << (bit & 7);
      const [reason = ''] = refusal(changed).split(':');
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    expect([...reasons.keys()].sort()).toEqual(['damaged', 'not-a-snapshot']);
    expect(reasons.get('damaged')).toBeGreaterThan(9_500);
  });

  it('names the section', () => {
    for (const [name, text] of [['pages', 'section "pages"'], ['image', 'section "image"'], ['slots', 'section "slots"']] as const) {
      const changed = file.slice(), at = recordsOf(file).findIndex(({ section, mark }) => section === name && mark === MARK_BLOCK);
      const offset = (recordsOf(file)[at]?.offset ?? 0) + BLOCK_RECORD_BYTES;
      changed[offset] = (changed[offset] ?? 0) ^ 16;
      expect(refusal(changed)).toBe(`damaged: The snapshot is damaged: ${text}: a block does not match its checksum.`);
    }
  });

  it('by bytes at the end, by doubled and exchanged parts, is found', () => {
    const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
    expect(refusal(join(file, Uint8Array.of(0)))).toMatch(/1 bytes follow that do not belong to it/);
    expect(refusal(join(file, file))).toMatch(/bytes follow that do not belong to it/);
    const sections = recordsOf(file).filter(({ mark }) => mark === MARK_SECTION).map(({ offset }) => offset);
    const [, , third = 0, fourth = 0, fifth = 0] = sections;
    expect(refusal(join(file.subarray(0, third), file.subarray(fourth, fifth), file.subarray(third, fourth), file.subarray(fifth)))).toMatch(/a record does not match its checksum/);
    expect(refusal(join(file.subarray(0, third), file.subarray(fourth)))).toMatch(/a record does not match its checksum/);
    expect(refusal(join(file.subarray(0, fifth), file.subarray(third, fifth), file.subarray(fifth)))).toMatch(/a record does not match its checksum/);
  });

  it('in what the description says is found without the rest', () => {
    const random = randomNumbers(3), end = recordsOf(file).find(({ section, mark }) => section === 'image' && mark === MARK_SECTION)?.offset ?? 0;
    for (let length = 0; length < end; length++) expect(readAbout(sourceOf(file.subarray(0, length)), module, VERSION).ok).toBe(false);
    for (let round = 0; round < 500; round++) {
      const changed = file.slice(), bit = random.below(end * 8);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ 1 << (bit & 7);
      expect(readAbout(sourceOf(changed), module, VERSION).ok).toBe(false);
    }
  });
});

interface RecordPlace { readonly mark: number; readonly offset: number; readonly bytes: number; readonly section: string }

/** Where the records of a sound file are. */
function recordsOf(bytes: Uint8Array): RecordPlace[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset), places: RecordPlace[] = [{ mark: 0, offset: 0, bytes: HEADER_RECORD_BYTES, section: '' }];
  let section = '';
  for (let offset = HEADER_RECORD_BYTES; offset < bytes.length;) {
    const mark = view.getUint32(offset, true);
    if (mark === MARK_SECTION) section = String.fromCharCode(...bytes.subarray(offset + 16, bytes.indexOf(0, offset + 16)));
    const length = mark === MARK_SECTION ? SECTION_RECORD_BYTES : mark === MARK_BLOCK ? BLOCK_RECORD_BYTES : TRAILER_RECORD_BYTES;
    places.push({ mark, offset, bytes: length, section });
    offset += length + (mark === MARK_BLOCK ? view.getUint32(offset + 12, true) : 0);
  }
  return places;
}

/** A changed copy whose checksums are right: what a forger, or a bug of a writer, would leave. `change` gets the file and its records. */
function forged(change: (view: DataView, find: (section: string, mark: number) => number) => void, bytes = file): Uint8Array {
  const copy = bytes.slice(), view = new DataView(copy.buffer), places = recordsOf(copy);
  change(view, (section, mark) => places.find((place) => place.section === section && place.mark === mark)?.offset ?? 0);
  let chain = NO_SEED;
  for (const { mark, offset, bytes: length } of places) {
    if (mark === MARK_BLOCK) {
      const stored = Math.min(view.getUint32(offset + 12, true), copy.length - offset - length, BLOCK_BYTES);
      codec.bytes.set(copy.subarray(offset + length, offset + length + stored), CODEC_A);
      const sum = codec.checksum(CODEC_A, stored);
      view.setUint32(offset + 16, sum.low, true);
      view.setUint32(offset + 20, sum.high, true);
    }
    codec.bytes.set(copy.subarray(offset, offset + length), CODEC_A);
    chain = codec.checksum(CODEC_A, length - CHAIN_BYTES, chain);
    view.setUint32(offset + length - CHAIN_BYTES, chain.low, true);
    view.setUint32(offset + length - CHAIN_BYTES + 4, chain.high, true);
  }
  return copy;
}

describe('a forged file', () => {
  const check = (what: string, change: Parameters<typeof forged>[0], message: RegExp): void => {
    it(`with ${what} is refused`, () => { expect(refusal(forged(change))).toMatch(message); });
  };
  it('without a change is the file', () => { expect(forged(() => undefined)).toEqual(file); });
  check('a later format', (view) => { view.setUint32(8, 7, true); }, /^newer: The snapshot has format version 7, this Pagewise \(1\.2\.3\) knows versions up to 1\. Pagewise 1\.2\.3 made it/);
  check('format 0', (view) => { view.setUint32(8, 0, true); }, /^damaged: .*no such version/);
  check('unknown flags', (view) => { view.setUint32(12, 1, true); }, /no such version/);
  check('no version of the engine', (view) => { view.setUint8(16, 0); }, /names no version/);
  check('a section of 2^64 − 1 bytes', (view, find) => { view.setBigUint64(find('image', MARK_SECTION) + 8, 2n ** 64n - 1n, true); }, /"image": its length is impossible/);
  check('a section of 2^30 bytes', (view, find) => { view.setUint32(find('image', MARK_SECTION) + 8, 2 ** 30, true); }, /"image": a block is missing/);
  check('a section that is shorter than its blocks', (view, find) => { view.setUint32(find('image', MARK_SECTION) + 8, 599, true); }, /"image": it is longer than it says/);
  check('a section of no bytes and a block', (view, find) => { view.setUint32(find('image', MARK_SECTION) + 8, 0, true); }, /"image": it is longer than it says/);
  check('2^32 pages', (view, find) => { view.setUint32(find('pages', MARK_SECTION) + 12, 1, true); }, /"pages": its length is impossible/);
  check('2^25 pages, of which most are missing', (view, find) => { view.setUint32(find('pages', MARK_SECTION) + 8, 2 ** 25, true); }, /"pages": a block is missing/);
  check('more pages than it says', (view, find) => { view.setUint32(find('pages', MARK_SECTION) + 8, 2, true); }, /"pages": the index names more pages/);
  check('a section of an unknown kind', (view, find) => { view.setUint32(find('pages', MARK_SECTION) + 4, 3, true); }, /"pages": it is of an unknown kind/);
  check('bytes where pages are', (view, find) => { view.setUint32(find('pages', MARK_SECTION) + 4, 1, true); }, /"pages": a block of another kind/);
  check('a name with a capital', (view, find) => { view.setUint8(find('pages', MARK_SECTION) + 16, 0x50); }, /no proper name/);
  check('a name that is there twice', (view, find) => { for (let i = 0; i < 8; i++) view.setUint8(find('slots', MARK_SECTION) + 16 + i, 'pages'.charCodeAt(i) || 0); }, /it is there twice/);
  check('a block of 2^32 − 1 bytes', (view, find) => { view.setUint32(find('image', MARK_BLOCK) + 8, 0xffffffff, true); }, /impossible length/);
  check('a block of nothing', (view, find) => { view.setUint32(find('image', MARK_BLOCK) + 8, 0, true); }, /impossible length/);
  check('a compressed block that says another length', (view, find) => { view.setUint32(find('input-log', MARK_BLOCK) + 8, 4_999, true); }, /cannot be decompressed/);
  check('an unknown method', (view, find) => { view.setUint8(find('image', MARK_BLOCK) + 5, 2); }, /another kind/);
  check('a picture that is none', (view, find) => { view.setUint8(find('picture', MARK_BLOCK) + BLOCK_RECORD_BYTES, 0x88); }, /"picture": it is no picture/);
  check('another number of sections', (view) => { view.setUint32(view.byteLength - TRAILER_RECORD_BYTES + 4, 5, true); }, /end of the file: its totals are wrong/);
  check('another length', (view) => { view.setUint32(view.byteLength - TRAILER_RECORD_BYTES + 8, 5, true); }, /its totals are wrong/);
  check('a record in place of the end', (view) => { view.setUint32(view.byteLength - TRAILER_RECORD_BYTES, MARK_END + 1, true); }, /something else follows/);

  it('with a description that is none is refused', () => {
    const parts = partsOf({ picture: null, bytes: new Map(), pages: new Map() });
    for (const info of [{ ...INFO, title: 5 }, { ...INFO, programs: [1] }, { ...INFO, ramBytes: -1 }, { ...INFO, savedAt: undefined }, null, [], 7]) {
      expect(refusal(written({ ...parts, info: info as unknown as SnapshotInfo }, module))).toBe('damaged: The snapshot is damaged: section "info": it cannot be understood.');
    }
  });

  it('with an index changed at random is refused or opens as a whole', () => {
    const random = randomNumbers(4), plain = written(partsOf({ picture: null, bytes: new Map(), pages: new Map([['pages', randomPages(randomNumbers(5), 40)]]) }), module);
    const places = recordsOf(plain).filter(({ mark, section }) => mark === MARK_BLOCK && section === 'pages'), index = places.at(-1);
    if (index === undefined) throw new Error('there is no index');
    let opens = 0;
    for (let round = 0; round < 800; round++) {
      const copy = forged((view) => {
        for (let changes = random.below(3); changes >= 0; changes--) view.setUint8(index.offset + BLOCK_RECORD_BYTES + random.below(view.getUint32(index.offset + 12, true)), random.below(round % 2 === 0 ? 4 : 256));
      }, plain);
      const opening = opened(copy, module);
      if (!opening.ok) {
        expect(opening.message).toMatch(/section "pages": (the index|an entry of the index|a page number|a block)/);
        continue;
      }
      opens++;
      expect(contentOf(copy, module).pages.get('pages')?.size).toBe(40);
    }
    expect(opens).toBeGreaterThan(20);
    expect(opens).toBeLessThan(780);
  });

  it('with random bytes in any place answers, and never throws', () => {
    const random = randomNumbers(6);
    for (let round = 0; round < 1_000; round++) {
      const copy = forged((view) => { for (let changes = random.below(4); changes >= 0; changes--) view.setUint8(random.below(view.byteLength), random.below(256)); });
      const opening = opened(copy, module);
      if (!opening.ok) expect(opening.message.length).toBeGreaterThan(10);
      else contentOf(copy, module);
    }
  });
});

it('a source that cannot be read says so itself', () => {
  const failing = { sizeBytes: file.length, read: () => { throw new Error('the disk is gone'); } };
  expect(() => readAbout(failing, module, VERSION)).toThrow('the disk is gone');
});

it('a file that is changed after it was checked is found out', () => {
  const copy = file.slice(), opening = opened(copy, module);
  if (!opening.ok) throw new Error(opening.message);
  copy.fill(0, 300, copy.length - 100);
  expect(() => opening.snapshot.bytes('image')).toThrow(/damaged/);
  expect(() => { for (const delivery = opening.snapshot.deliverPages(['pages'], () => undefined); delivery.step() !== 'done';); }).toThrow(/damaged/);
});
