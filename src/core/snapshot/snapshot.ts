/**
 * A snapshot whose file was found sound (reader.ts): what it says, its sections, its pages. Bytes are read from the file again when they
 * are asked for, and checked again: the functions that do so throw SnapshotDamage if the file was changed meanwhile, and whatever its
 * source throws. Whoever loads a machine builds a new one, and lets it go on any exception.
 */
import type { SnapshotInfo } from '../../shared/snapshot-info';
import type { SnapshotCodec } from './codec';
import { CODEC_A, SNAPSHOT_PAGE_BYTES } from './codec-layout';
import { damaged } from './damage';
import type { SnapshotProgress } from './format';
import type { PageTable } from './page-index';
import { unpack } from './record-reader';
import type { SnapshotSource, StoredBlock } from './record-reader';

/** What is known without reading the rest. */
export interface SnapshotAbout {
  readonly formatVersion: number;
  readonly engineVersion: string;
  /** Made by the engine that reads it: it runs bit for bit the same. */
  readonly isOwnEngine: boolean;
  readonly info: SnapshotInfo;
  readonly picture: Uint8Array | null;
  /** What the user should know: made by another version. */
  readonly notices: readonly string[];
}

export interface StoredBytes { readonly kind: 'bytes'; readonly name: string; readonly lengthBytes: number; readonly blocks: readonly StoredBlock[] }
export interface StoredPages { readonly kind: 'pages'; readonly name: string; readonly table: PageTable; /** The first content that it introduces. */ readonly firstContent: number }
export type StoredSection = StoredBytes | StoredPages;

/** Takes a page of a section; null: it is all zeros. The bytes are valid during the call only. */
export type PageTaker = (section: string, pageNumber: number, bytes: Uint8Array | null) => void;

/** Sections of bytes, by name, and what the snapshot says about itself. */
export interface SnapshotBytes {
  readonly about: SnapshotAbout;
  /** Null: there is none of this name. */
  bytes(name: string): Uint8Array | null;
}

export class Snapshot implements SnapshotBytes {
  /** @param given sections whose new contents were taken early (EarlyPages) */
  constructor(
    readonly about: SnapshotAbout, readonly sections: readonly StoredSection[], private readonly contents: readonly ContentBlock[],
    private readonly given: readonly string[], private readonly codec: SnapshotCodec, private readonly source: SnapshotSource,
  ) {}

  /** The bytes of a section; null: there is none of this name. */
  bytes(name: string): Uint8Array | null {
    const section = this.sections.find((each) => each.name === name);
    if (section?.kind !== 'bytes') return null;
    const all = new Uint8Array(section.lengthBytes);
    let filled = 0;
    for (const block of section.blocks) {
      const at = readBlock(this.codec, this.source, block, name);
      all.set(this.codec.bytes.subarray(at, at + block.bytes), filled);
      filled += block.bytes;
    }
    return all;
  }

  /** Numbers of the pages of a section, ascending; null: there is no section of pages of this name. */
  pageNumbers(name: string): Uint32Array | null {
    const section = this.sections.find((each) => each.name === name);
    return section?.kind === 'pages' ? section.table.numbers : null;
  }

  /**
   * Gives each page of the named sections to `taker`, once, in the order in which they lie in the file: zeros first, equal ones together.
   * Pages that were taken early are left out.
   */
  deliverPages(names: readonly string[], taker: PageTaker): PageDelivery {
    const sections = this.sections.filter((section): section is StoredPages => section.kind === 'pages' && names.includes(section.name));
    return new PageDelivery(sections, usersOf(sections, this.given, countOf(this.contents)), this.contents, this.codec, this.source, taker);
  }
}

/** A block of page contents; its first has number `firstContent`. */
export interface ContentBlock { readonly block: StoredBlock; readonly firstContent: number }

export class PageDelivery {
  private readonly work: Generator<undefined, undefined>;
  private doneBytes = 0;
  private readonly totalBytes: number;

  constructor(
    private readonly sections: readonly StoredPages[], private readonly users: Users, private readonly blocks: readonly ContentBlock[],
    private readonly codec: SnapshotCodec, private readonly source: SnapshotSource, private readonly taker: PageTaker,
  ) {
    this.totalBytes = users.pages.length * SNAPSHOT_PAGE_BYTES;
    this.work = this.deliver();
  }

  /** Delivers the pages of the next block. Progress counts bytes of pages. */
  step(): SnapshotProgress | 'done' {
    return this.work.next().done === true ? 'done' : { doneBytes: this.doneBytes, totalBytes: this.totalBytes };
  }

  private *deliver(): Generator<undefined, undefined> {
    const { starts } = this.users;
    this.hand(0, null);
    yield;
    for (const { block, firstContent } of this.blocks) {
      const count = block.bytes / SNAPSHOT_PAGE_BYTES;
      if ((starts[firstContent + 1] ?? 0) === (starts[firstContent + count + 1] ?? 0)) continue;
      const at = readBlock(this.codec, this.source, block, 'pages');
      for (let i = 0; i < count; i++) {
        this.hand(firstContent + i + 1, this.codec.bytes.subarray(at + i * SNAPSHOT_PAGE_BYTES, at + (i + 1) * SNAPSHOT_PAGE_BYTES));
      }
      yield;
    }
  }

  /** All pages that have the content `key` (numbered as in PageTable.contents). */
  private hand(key: number, bytes: Uint8Array | null): void {
    const { users } = this, end = users.starts[key + 1] ?? 0;
    for (let i = users.starts[key] ?? 0; i < end; i++) {
      const section = this.sections[users.sections[i] ?? 0];
      if (section === undefined) throw new Error('a page of no section');
      this.taker(section.name, section.table.numbers[users.pages[i] ?? 0] ?? 0, bytes);
      this.doneBytes += SNAPSHOT_PAGE_BYTES;
    }
  }
}

/** Pages by content: those with content key k are [starts[k], starts[k + 1]) of the other two. */
interface Users { readonly starts: Uint32Array; readonly sections: Uint8Array; readonly pages: Uint32Array }

function countOf(blocks: readonly ContentBlock[]): number {
  const last = blocks.at(-1);
  return last === undefined ? 0 : last.firstContent + last.block.bytes / SNAPSHOT_PAGE_BYTES;
}

/** A counting sort; pages of one content keep their order. */
function usersOf(sections: readonly StoredPages[], given: readonly string[], contentCount: number): Users {
  const starts = new Uint32Array(contentCount + 2);
  forEachUser(sections, given, (key) => { starts[key + 1] = (starts[key + 1] ?? 0) + 1; });
  for (let key = 0; key <= contentCount; key++) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  const total = starts[contentCount + 1] ?? 0, next = starts.slice();
  const users: Users = { starts, sections: new Uint8Array(total), pages: new Uint32Array(total) };
  forEachUser(sections, given, (key, section, page) => {
    const at = next[key] ?? 0;
    next[key] = at + 1;
    users.sections[at] = section;
    users.pages[at] = page;
  });
  return users;
}

/** Visits the pages with their content keys, except those that introduce a content in a section whose new contents were taken early. */
function forEachUser(sections: readonly StoredPages[], given: readonly string[], visit: (key: number, section: number, page: number) => void): void {
  for (const [index, { name, table, firstContent }] of sections.entries()) {
    const isGiven = given.includes(name);
    for (let page = 0, introduced = firstContent; page < table.contents.length; page++) {
      const key = table.contents[page] ?? 0;
      if (key === introduced + 1) {
        introduced++;
        if (isGiven) continue;
      }
      visit(key, index, page);
    }
  }
}

/** Reads a block into room A and unpacks it; answers where its bytes are. */
function readBlock(codec: SnapshotCodec, source: SnapshotSource, block: StoredBlock, where: string): number {
  for (let done = 0; done < block.storedBytes;) {
    const read = source.read(block.offset + done, codec.bytes.subarray(CODEC_A + done, CODEC_A + block.storedBytes));
    if (read <= 0) throw damaged(where, 'the file became shorter while it was read');
    done += read;
  }
  return unpack(codec, CODEC_A, block, where);
}
