/**
 * Reads a snapshot file (format.ts): checks all of it in steps, and only then gives out a Snapshot. What it cannot accept is a value
 * with a message for the user; nothing else is thrown but what the source throws. (Who can throw away what it got may take pages early.)
 *
 *   const reader = new SnapshotReader(source, codecModule, engineVersion);
 *   let state = reader.step();
 *   while (!('ok' in state)) { showProgress(state); state = reader.step(); }
 *   if (!state.ok) return state.message;
 *   const image = state.snapshot.bytes('image');
 *   const delivery = state.snapshot.deliverPages(['pages'], (_, pageNumber, bytes) => { if (bytes) store.bytes.set(bytes, addressOf(pageNumber)); });
 *   while (delivery.step() !== 'done');
 */
import { SnapshotCodec } from './codec';
import { SNAPSHOT_PAGE_BYTES } from './codec-layout';
import { SnapshotDamage, damaged } from './damage';
import type { SnapshotRefusal } from './damage';
import { BlockContent, FORMAT_VERSION, HEADER_RECORD_BYTES, INFO_SECTION, LIMITS, MAGIC, MARK_BLOCK, MARK_END, MARK_SECTION, OLDEST_FORMAT_VERSION, PICTURE_SECTION, PNG_SIGNATURE, SECTION_RECORD_BYTES, SectionKind, TRAILER_RECORD_BYTES, isEngineVersion, isSectionName, limitOf, startsWith } from './format';
import type { SnapshotProgress } from './format';
import { decodeInfo } from './info';
import { PageIndexReader } from './page-index';
import { RecordReader } from './record-reader';
import type { SnapshotSource, StoredBlock } from './record-reader';
import { Snapshot } from './snapshot';
import type { ContentBlock, PageTaker, SnapshotAbout, SnapshotBytes, StoredSection } from './snapshot';

export type SnapshotOpening = { readonly ok: true; readonly snapshot: Snapshot } | SnapshotRefusal;
export type SnapshotAboutOpening = { readonly ok: true; readonly about: SnapshotAbout } | SnapshotRefusal;

/**
 * Whoever takes pages while the file is still being checked: into memory that nobody uses yet, and that goes if the snapshot is refused.
 * So a large file is read once, not twice.
 */
export interface EarlyPages {
  /** Of these sections of pages. */
  readonly names: readonly string[];
  /**
   * Called where the first of them begins, with the sections of bytes before it, which are sound. What it answers gets each content
   * that is new in its block, checked; the others (zeros, pages equal to an earlier one) come by `Snapshot.deliverPages`.
   * @param pageCount pages of that section
   * @throws SnapshotDamage to refuse the snapshot; anything else comes out of `step`
   */
  begin(before: SnapshotBytes, pageCount: number): PageTaker;
}

interface SectionHead { readonly kind: SectionKind; readonly name: string; readonly length: number }
interface Header { readonly formatVersion: number; readonly engineVersion: string }

/** Reads what a snapshot says about itself: header, info, picture, each checked; the rest is not looked at. */
export function readAbout(source: SnapshotSource, module: WebAssembly.Module, ownVersion: string): SnapshotAboutOpening {
  const reader = new FileReader(source, new SnapshotCodec(module), ownVersion);
  try {
    return { ok: true, about: reader.about() };
  } catch (error) {
    if (error instanceof SnapshotDamage) return error.refusal;
    throw error;
  }
}

export class SnapshotReader {
  private readonly reader: FileReader;
  private readonly work: Generator<undefined, Snapshot>;

  /**
   * @param module the compiled codec (out/kernel/snapshot-codec.wasm)
   * @param ownVersion of the engine that asks
   * @param early gets pages at once
   */
  constructor(private readonly source: SnapshotSource, module: WebAssembly.Module, ownVersion: string, early: EarlyPages | null = null) {
    this.reader = new FileReader(source, new SnapshotCodec(module), ownVersion, early);
    this.work = this.reader.verify();
  }

  /** Checks the next block; the last step answers with the snapshot, or with why there is none. Progress counts bytes of the file. */
  step(): SnapshotProgress | SnapshotOpening {
    try {
      const next = this.work.next();
      if (next.done === true) return { ok: true, snapshot: next.value };
    } catch (error) {
      if (error instanceof SnapshotDamage) return error.refusal;
      throw error;
    }
    return { doneBytes: Math.min(this.reader.position, this.source.sizeBytes), totalBytes: this.source.sizeBytes };
  }
}

class FileReader {
  private readonly records: RecordReader;
  private readonly sections: StoredSection[] = [];
  private readonly contents: ContentBlock[] = [];
  private sectionCount = 0;
  private contentCount = 0;
  private pageCount = 0;
  /** Takes pages early; null: not yet, or nobody wants them. */
  private taker: PageTaker | null = null;
  /** Sections of bytes, until the taker is there. */
  private readonly kept = new Map<string, Uint8Array>();

  constructor(private readonly source: SnapshotSource, private readonly codec: SnapshotCodec, private readonly ownVersion: string, private readonly early: EarlyPages | null = null) {
    this.records = new RecordReader(codec, source);
  }

  get position(): number {
    return this.records.position;
  }

  about(): SnapshotAbout {
    const header = this.header();
    const infoHead = this.sectionHead();
    if (infoHead.name !== INFO_SECTION || infoHead.kind !== SectionKind.Bytes) throw damaged('header', 'the description is missing');
    const info = decodeInfo(this.shortBytes(infoHead));
    if (info === null) throw damaged(this.records.where, 'it cannot be understood');
    return { ...header, isOwnEngine: header.engineVersion === this.ownVersion, info, picture: this.picture(), notices: this.noticesFor(header) };
  }

  *verify(): Generator<undefined, Snapshot> {
    const about = this.about();
    while (this.records.peekMark() !== MARK_END) {
      const head = this.sectionHead();
      if (head.name === INFO_SECTION || head.name === PICTURE_SECTION || this.sections.some(({ name }) => name === head.name)) throw damaged(this.records.where, 'it is there twice');
      if (this.taker === null && this.early?.names.includes(head.name) === true) this.beginEarly(about, this.early, head);
      yield* head.kind === SectionKind.Pages ? this.pages(head) : this.bytes(head);
    }
    this.trailer();
    return new Snapshot(about, this.sections, this.contents, this.early?.names ?? [], this.codec, this.source);
  }

  private beginEarly(about: SnapshotAbout, early: EarlyPages, { length }: SectionHead): void {
    this.taker = early.begin({ about, bytes: (name) => this.kept.get(name) ?? null }, length);
    this.kept.clear();
  }

  private header(): Header {
    if (this.source.sizeBytes === 0) throw new SnapshotDamage('not-a-snapshot', 'The file is empty.');
    const known = new Uint8Array(Math.min(this.source.sizeBytes, MAGIC.length));
    this.source.read(0, known);
    if (!startsWith(known, MAGIC)) throw new SnapshotDamage('not-a-snapshot', 'The file is no snapshot of Pagewise.');
    const { view } = this.codec, at = this.records.record(HEADER_RECORD_BYTES);
    const formatVersion = view.getUint32(at + 8, true), engineVersion = this.records.nameAt(at) ?? '';
    if (!isEngineVersion(engineVersion)) throw damaged('header', 'it names no version');
    if (formatVersion > FORMAT_VERSION) {
      throw new SnapshotDamage('newer', `The snapshot has format version ${String(formatVersion)}, this Pagewise (${this.ownVersion}) knows versions up to ${String(FORMAT_VERSION)}. Pagewise ${engineVersion} made it: open it with that version or a later one.`);
    }
    if (formatVersion < OLDEST_FORMAT_VERSION || view.getUint32(at + 12, true) !== 0) throw damaged('header', 'there is no such version of the format');
    return { formatVersion, engineVersion };
  }

  private noticesFor({ formatVersion, engineVersion }: Header): readonly string[] {
    const notices: string[] = [];
    if (formatVersion < FORMAT_VERSION) notices.push(`The file has the older format version ${String(formatVersion)}; saving it writes version ${String(FORMAT_VERSION)}.`);
    if (engineVersion !== this.ownVersion) notices.push(`Pagewise ${engineVersion} made this snapshot, this is ${this.ownVersion}: it opens, but from here on its timing and counts may differ from what that version would have shown.`);
    return notices;
  }

  private sectionHead(): SectionHead {
    if (this.records.peekMark() !== MARK_SECTION) throw damaged(this.records.where, 'something else follows where a section should begin');
    if (++this.sectionCount > LIMITS.sections) throw damaged(this.records.where, 'there are too many sections');
    const { view } = this.codec, at = this.records.record(SECTION_RECORD_BYTES);
    const kind = view.getUint32(at + 4, true), length = this.records.countAt(at + 8), name = this.records.nameAt(at) ?? '';
    if (!isSectionName(name)) throw damaged(this.records.where, 'the next section has no proper name');
    this.records.where = `section "${name}"`;
    if (kind !== SectionKind.Bytes && kind !== SectionKind.Pages) throw damaged(this.records.where, 'it is of an unknown kind');
    if (length > (kind === SectionKind.Bytes ? limitOf(name) : LIMITS.pages)) throw damaged(this.records.where, 'its length is impossible');
    return { kind, name, length };
  }

  /** Checks the blocks of a section of bytes; `take` sees each one's bytes. */
  private *blocks(head: SectionHead, take: (block: StoredBlock, bytes: Uint8Array) => void): Generator<undefined, undefined> {
    for (let left = head.length; left > 0;) {
      const { at, block } = this.records.block(BlockContent.Bytes);
      if (block.bytes > left) throw damaged(this.records.where, 'it is longer than it says');
      left -= block.bytes;
      take(block, this.codec.bytes.subarray(at, at + block.bytes));
      yield;
    }
    if (this.records.peekMark() === MARK_BLOCK) throw damaged(this.records.where, 'it is longer than it says');
  }

  private *bytes(head: SectionHead): Generator<undefined, undefined> {
    const blocks: StoredBlock[] = [];
    const kept = this.early !== null && this.taker === null ? new Uint8Array(head.length) : null;
    let filled = 0;
    yield* this.blocks(head, (block, bytes) => {
      blocks.push(block);
      kept?.set(bytes, filled);
      filled += bytes.length;
    });
    if (kept !== null) this.kept.set(head.name, kept);
    this.sections.push({ kind: 'bytes', name: head.name, lengthBytes: head.length, blocks });
  }

  /** The bytes of a section that is small by rule. */
  private shortBytes(head: SectionHead): Uint8Array {
    const pieces: Uint8Array[] = [], all = new Uint8Array(head.length);
    for (const _ of this.blocks(head, (_block, bytes) => { pieces.push(bytes.slice()); }));
    pieces.reduce((filled, piece) => {
      all.set(piece, filled);
      return filled + piece.length;
    }, 0);
    return all;
  }

  private picture(): Uint8Array | null {
    const isEnd = this.records.peekMark() === MARK_END, next = this.records.peekRecord(isEnd ? TRAILER_RECORD_BYTES : SECTION_RECORD_BYTES);
    if (isEnd || this.records.nameAt(next) !== PICTURE_SECTION) return null;
    const head = this.sectionHead();
    if (head.kind !== SectionKind.Bytes) throw damaged(this.records.where, 'it is of an unknown kind');
    const picture = this.shortBytes(head);
    if (!startsWith(picture, PNG_SIGNATURE)) throw damaged(this.records.where, 'it is no picture');
    return picture;
  }

  private *pages(head: SectionHead): Generator<undefined, undefined> {
    const { where } = this.records, introduced = this.contentCount;
    this.pageCount += head.length;
    if (this.pageCount > LIMITS.pages) throw damaged(where, 'there are too many pages');
    const index = new PageIndexReader(where, introduced, head.length);
    while (!index.isComplete) {
      const { at, block } = this.records.block(BlockContent.Index), from = index.length;
      index.read(this.codec.bytes.subarray(at, at + block.bytes));
      if (index.introduced > this.contentCount) this.newContents(head.name, index, from);
      yield;
    }
    if (this.records.peekMark() === MARK_BLOCK) throw damaged(where, 'it has more blocks than it should');
    this.sections.push({ kind: 'pages', name: head.name, table: index.table(), firstContent: introduced });
  }

  /** The block of contents that the index introduced with its pages from `from` on. */
  private newContents(section: string, index: PageIndexReader, from: number): void {
    const { at, block } = this.records.block(BlockContent.Pages);
    if (block.bytes !== (index.introduced - this.contentCount) * SNAPSHOT_PAGE_BYTES) throw damaged(this.records.where, 'a block holds other contents than the index names');
    this.contents.push({ block, firstContent: this.contentCount });
    if (this.taker !== null && this.early?.names.includes(section) === true) {
      const { numbers, contents } = index.table();
      for (let page = from, next = this.contentCount, place = at; page < numbers.length; page++) {
        if (contents[page] !== next + 1) continue;
        this.taker(section, numbers[page] ?? 0, this.codec.bytes.subarray(place, place + SNAPSHOT_PAGE_BYTES));
        next++;
        place += SNAPSHOT_PAGE_BYTES;
      }
    }
    this.contentCount = index.introduced;
  }

  private trailer(): void {
    this.records.where = 'end of the file';
    const { view } = this.codec, at = this.records.record(TRAILER_RECORD_BYTES), length = this.records.position;
    const isRight = view.getUint32(at + 4, true) === this.sectionCount && this.records.countAt(at + 8) === length && view.getUint32(at + 16, true) === this.contentCount && view.getUint32(at + 20, true) === 0;
    if (!isRight) throw damaged(this.records.where, 'its totals are wrong');
    if (length !== this.source.sizeBytes) throw damaged(this.records.where, `${String(this.source.sizeBytes - length)} bytes follow that do not belong to it`);
  }
}
