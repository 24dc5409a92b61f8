/**
 * Writes a snapshot file (format.ts) in steps of at most one block, so that whoever saves can show progress, listen, and stop between
 * them. The machine must stand still from the first step to the last: pages are read where they lie, some of them twice.
 *
 *   const writer = new SnapshotWriter({ engineVersion, info, picture: null, sections: [
 *     { name: 'image', bytes: image },
 *     { name: 'pages', pages: { count: vpns.length, pageNumbers: () => vpns, read: (i) => store.bytes.subarray(addressOf(i), addressOf(i) + 4096) } },
 *   ] }, codecModule, (bytes) => { writeSync(fd, bytes); });
 *   for (let at = writer.step(); at !== 'done'; at = writer.step()) showProgress(at);
 */
import type { SnapshotInfo } from '../../shared/snapshot-info';
import { SnapshotCodec } from './codec';
import { BLOCK_BYTES, CODEC_A, CODEC_PAGE, SNAPSHOT_PAGE_BYTES } from './codec-layout';
import { BlockContent, EARLIER_CONTENT, INDEX_ENTRY_BYTES, INFO_SECTION, LIMITS, NEW_CONTENT, PAGES_PER_BLOCK, PICTURE_SECTION, PNG_SIGNATURE, SectionKind, ZERO_CONTENT, isEngineVersion, isSectionName, limitOf, startsWith } from './format';
import type { SnapshotProgress } from './format';
import { encodeInfo } from './info';
import { PageDictionary } from './page-dictionary';
import { RecordWriter } from './record-writer';

/** Pages of 4,096 bytes under their numbers. */
export interface PageSource {
  readonly count: number;
  /** Ascending, each once. */
  pageNumbers(): Uint32Array;
  /** The 4,096 bytes of the page that has the i-th number; used before the next call only, so a view or one buffer for all will do. */
  read(i: number): Uint8Array;
}

export type SnapshotSection =
  | { readonly name: string; readonly bytes: Uint8Array | readonly Uint8Array[] }
  | { readonly name: string; readonly pages: PageSource };

export interface SnapshotParts {
  readonly engineVersion: string;
  readonly info: SnapshotInfo;
  /** A small PNG. */
  readonly picture: Uint8Array | null;
  readonly sections: readonly SnapshotSection[];
}

export class SnapshotWriter {
  private readonly codec: SnapshotCodec;
  private readonly records: RecordWriter;
  private readonly sections: readonly SnapshotSection[];
  private readonly dictionary = new PageDictionary();
  private readonly work: Generator<undefined, undefined>;
  private readonly totalBytes: number;
  private doneBytes = 0;

  /**
   * @param module the compiled codec (out/kernel/snapshot-codec.wasm)
   * @param sink takes the next bytes of the file; they are valid during the call only. What it throws comes out of `step`.
   * @throws Error when the parts break a rule of the format (a bug of the caller)
   */
  constructor(private readonly parts: SnapshotParts, module: WebAssembly.Module, sink: (bytes: Uint8Array) => void) {
    const picture = parts.picture === null ? [] : [{ name: PICTURE_SECTION, bytes: parts.picture }];
    this.sections = [{ name: INFO_SECTION, bytes: encodeInfo(parts.info) }, ...picture, ...parts.sections];
    assertSound(parts, this.sections);
    this.totalBytes = this.sections.reduce((sum, section) => sum + sizeOf(section), 0);
    this.codec = new SnapshotCodec(module);
    this.records = new RecordWriter(this.codec, sink);
    this.work = this.writeAll();
  }

  /** Bytes given to the sink so far: after the last step, the size of the file. */
  get fileBytes(): number {
    return this.records.position;
  }

  /** Does the next piece of work. Progress counts bytes before compression. */
  step(): SnapshotProgress | 'done' {
    return this.work.next().done === true ? 'done' : { doneBytes: this.doneBytes, totalBytes: this.totalBytes };
  }

  private *writeAll(): Generator<undefined, undefined> {
    this.records.header(this.parts.engineVersion);
    for (const [part, section] of this.sections.entries()) {
      if ('pages' in section) yield* this.writePages(section.name, section.pages, part);
      else yield* this.writeBytes(section.name, section.bytes);
    }
    this.records.trailer(this.dictionary.size);
  }

  private *writeBytes(name: string, bytes: Uint8Array | readonly Uint8Array[]): Generator<undefined, undefined> {
    const pieces = bytes instanceof Uint8Array ? [bytes] : bytes;
    this.records.section(SectionKind.Bytes, name, lengthOf(pieces));
    let filled = 0;
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) {
        const count = Math.min(BLOCK_BYTES - filled, piece.length - at);
        this.codec.bytes.set(piece.subarray(at, at + count), CODEC_A + filled);
        at += count;
        filled += count;
        if (filled < BLOCK_BYTES) continue;
        this.flush(BlockContent.Bytes, filled);
        filled = 0;
        yield;
      }
    }
    if (filled > 0) this.flush(BlockContent.Bytes, filled);
    yield;
  }

  /** Blocks of the index, each with the contents that are new in it: these are gathered in room A, the index behind them. */
  private *writePages(name: string, pages: PageSource, part: number): Generator<undefined, undefined> {
    this.records.section(SectionKind.Pages, name, pages.count);
    const numbers = pages.pageNumbers(), index = new IndexBlock();
    let fresh = 0;
    for (let page = 0, before = -1; page < pages.count; page++) {
      const number = numbers[page] ?? -1, at = CODEC_A + fresh * SNAPSHOT_PAGE_BYTES;
      if (number <= before) throw new Error(`section ${name}: page number ${String(number)} follows ${String(before)}`);
      this.load(pages, page, at);
      const reference = this.referenceTo(at, part, page);
      index.add(number - before - 1, reference);
      before = number;
      if (reference === NEW_CONTENT) fresh++;
      else this.doneBytes += SNAPSHOT_PAGE_BYTES;
      if (fresh === PAGES_PER_BLOCK || index.isFull || page === pages.count - 1) {
        this.flushPages(index.take(), fresh * SNAPSHOT_PAGE_BYTES);
        fresh = 0;
      }
      if (page % PAGES_PER_BLOCK === PAGES_PER_BLOCK - 1) yield;
    }
    yield;
  }

  private flushPages(index: Uint8Array, contentBytes: number): void {
    this.codec.bytes.set(index, CODEC_A + BLOCK_BYTES);
    this.records.block(BlockContent.Index, CODEC_A + BLOCK_BYTES, index.length);
    if (contentBytes > 0) this.flush(BlockContent.Pages, contentBytes);
  }

  private flush(content: BlockContent, bytes: number): void {
    this.records.block(content, CODEC_A, bytes);
    this.doneBytes += bytes;
  }

  private load(pages: PageSource, page: number, to: number): void {
    const bytes = pages.read(page);
    if (bytes.length !== SNAPSHOT_PAGE_BYTES) throw new Error(`a page of ${String(bytes.length)} bytes`);
    this.codec.bytes.set(bytes, to);
  }

  /** What the index says of the page at `at`; a new content is numbered. */
  private referenceTo(at: number, part: number, page: number): number {
    if (this.codec.isZeroPage(at)) return ZERO_CONTENT;
    const sum = this.codec.checksum(at, SNAPSHOT_PAGE_BYTES), content = this.dictionary.find(sum);
    if (content >= 0 && this.hasContent(at, content)) return EARLIER_CONTENT + this.dictionary.size - 1 - content;
    this.dictionary.add(sum, { part, page });
    return NEW_CONTENT;
  }

  private hasContent(at: number, content: number): boolean {
    const origin = this.dictionary.originOf(content), section = this.sections[origin.part];
    if (section === undefined || !('pages' in section)) throw new Error(`content ${String(content)} comes from no section of pages`);
    this.load(section.pages, origin.page, CODEC_PAGE);
    return this.codec.areEqualPages(at, CODEC_PAGE);
  }
}

/** Entries of one block of the index. */
class IndexBlock {
  private readonly bytes = new Uint8Array(BLOCK_BYTES);
  private length = 0;

  /** There may be no room for another entry. */
  get isFull(): boolean {
    return this.length + INDEX_ENTRY_BYTES > BLOCK_BYTES;
  }

  add(gap: number, reference: number): void {
    this.put(gap);
    this.put(reference);
  }

  /** The entries so far, valid until the next one; then it is empty. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.length);
    this.length = 0;
    return taken;
  }

  private put(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.bytes[this.length++] = rest % 128 + 128;
    this.bytes[this.length++] = rest;
  }
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function sizeOf(section: SnapshotSection): number {
  if ('pages' in section) return section.pages.count * SNAPSHOT_PAGE_BYTES;
  return section.bytes instanceof Uint8Array ? section.bytes.length : lengthOf(section.bytes);
}

/** What a reader would refuse must not be written. */
function assertSound(parts: SnapshotParts, sections: readonly SnapshotSection[]): void {
  if (!isEngineVersion(parts.engineVersion)) throw new Error(`not a version for a snapshot: ${parts.engineVersion}`);
  if (parts.picture !== null && !startsWith(parts.picture, PNG_SIGNATURE)) throw new Error('the picture of a snapshot is a PNG');
  if (sections.length > LIMITS.sections) throw new Error(`${String(sections.length)} sections are more than a snapshot may have`);
  const names = new Set<string>();
  let pages = 0;
  for (const section of sections) {
    if (!isSectionName(section.name) || names.has(section.name)) throw new Error(`not a name for a section of a snapshot, or there twice: ${section.name}`);
    names.add(section.name);
    if ('pages' in section) pages += section.pages.count;
    else if (sizeOf(section) > limitOf(section.name)) throw new Error(`section ${section.name}: ${String(sizeOf(section))} bytes are too many`);
  }
  if (pages > LIMITS.pages) throw new Error(`${String(pages)} pages are more than a snapshot may have`);
}
