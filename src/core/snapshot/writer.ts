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

  /** Blocks of new contents, then the index. */
  private *writePages(name: string, pages: PageSource, part: number): Generator<undefined, undefined> {
    this.records.section(SectionKind.Pages, name, pages.count);
    const numbers = pages.pageNumbers(), index = new IndexBuilder();
    let batched = 0;
    for (let page = 0, before = -1; page < pages.count; page++) {
      const number = numbers[page] ?? -1;
      if (number <= before) throw new Error(`section ${name}: page number ${String(number)} follows ${String(before)}`);
      this.load(pages, page, CODEC_A + batched * SNAPSHOT_PAGE_BYTES);
      const reference = this.referenceTo(CODEC_A + batched * SNAPSHOT_PAGE_BYTES, part, page);
      index.add(number - before - 1, reference);
      before = number;
      if (reference === NEW_CONTENT) batched++;
      else this.doneBytes += SNAPSHOT_PAGE_BYTES;
      if (batched === PAGES_PER_BLOCK) {
        this.flush(BlockContent.Pages, BLOCK_BYTES);
        batched = 0;
      }
      if (page % PAGES_PER_BLOCK === PAGES_PER_BLOCK - 1) yield;
    }
    if (batched > 0) this.flush(BlockContent.Pages, batched * SNAPSHOT_PAGE_BYTES);
    for (const block of index.blocks()) {
      this.codec.bytes.set(block, CODEC_A);
      this.records.block(BlockContent.Index, CODEC_A, block.length);
      yield;
    }
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

/** Collects index entries in blocks that no entry crosses. */
class IndexBuilder {
  private readonly full: Uint8Array[] = [];
  private bytes = new Uint8Array(1 << 12);
  private length = 0;

  add(gap: number, reference: number): void {
    if (this.length + INDEX_ENTRY_BYTES > BLOCK_BYTES) {
      this.full.push(this.bytes.subarray(0, this.length));
      this.bytes = new Uint8Array(BLOCK_BYTES);
      this.length = 0;
    } else if (this.length + INDEX_ENTRY_BYTES > this.bytes.length) {
      const larger = new Uint8Array(Math.min(BLOCK_BYTES, this.bytes.length * 4));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.put(gap);
    this.put(reference);
  }

  blocks(): readonly Uint8Array[] {
    return this.length === 0 ? this.full : [...this.full, this.bytes.subarray(0, this.length)];
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
