/**
 * The form of a snapshot file (`.pagewise`). writer.ts writes it, reader.ts checks and reads it. Numbers are little-endian.
 *
 *   header    64 bytes   +0 magic   +8 u32 format version   +12 u32 flags (0)   +16 version of the engine, ASCII, 40 bytes, zero-padded
 *                        +56 chain
 *   section*  64 bytes   +0 "PSEC"   +4 u32 kind   +8 u64 length   +16 name, ASCII, 40 bytes, zero-padded   +56 chain
 *     block*  32 bytes   +0 "PBLK"   +4 u8 content, u8 method, u16 0   +8 u32 bytes before compression   +12 u32 bytes stored
 *                        +16 checksum of the stored bytes   +24 chain;   then the stored bytes
 *   trailer   32 bytes   +0 "PEND"   +4 u32 number of sections   +8 u64 length of the whole file   +16 u32 contents   +20 u32 0   +24 chain
 *
 * The *chain* ends each record: the checksum of the record's bytes before it, seeded with the chain of the record before (the first:
 * with 0). As each block's record holds the checksum of its bytes, the trailer's chain covers the whole file: no record or block can
 * be changed, left out or exchanged, and a file that was cut has no trailer.
 *
 * Two kinds of section. Bytes: `length` bytes in blocks. Pages: `length` pages of 4,096 bytes under ascending numbers: blocks of the
 * index, each followed by a block of the contents that are new in it, unless it has none. Contents are numbered through the file from 0.
 * The index says for each page, as base-128 numbers (low groups first, the high bit says that more follow):
 *
 *   gap        page number − number of the page before − 1 (for the first page: its number)
 *   content    0: zeros; 1: the next new content; 2 + k: the content introduced k before the latest
 *
 * Entries do not cross blocks. So zero pages cost no content, and equal pages are stored once, whatever section they are in.
 *
 * The first section is "info" (JSON, ASCII), the second may be "picture" (PNG): both can be read without the rest. The header keeps its
 * form in all versions, so that an older Pagewise can tell who made the file.
 */
import { BLOCK_BYTES, SNAPSHOT_PAGE_BYTES } from './codec-layout';

/** Raised when the form changes; what reads the older ones stays, with a file of each in fixtures/. */
export const FORMAT_VERSION = 1;
export const OLDEST_FORMAT_VERSION = 1;

/** The first byte shows a copy through 7 bits, the line ends one through text mode. */
export const MAGIC = Uint8Array.of(0x89, 0x50, 0x47, 0x57, 0x0d, 0x0a, 0x1a, 0x0a);
export const MARK_SECTION = 0x43455350;
export const MARK_BLOCK = 0x4b4c4250;
export const MARK_END = 0x444e4550;
export const HEADER_RECORD_BYTES = 64;
export const SECTION_RECORD_BYTES = 64;
export const BLOCK_RECORD_BYTES = 32;
export const TRAILER_RECORD_BYTES = 32;
export const CHAIN_BYTES = 8;
export const NAME_AT = 16;
export const NAME_BYTES = 40;

export const enum SectionKind { Bytes = 1, Pages = 2 }
export const enum BlockContent { Bytes = 1, Pages = 2, Index = 3 }
export const enum BlockMethod { Raw = 0, Compressed = 1 }

export const INFO_SECTION = 'info';
export const PICTURE_SECTION = 'picture';
export const PAGES_PER_BLOCK = BLOCK_BYTES / SNAPSHOT_PAGE_BYTES;
/** An index entry at its longest: two numbers of up to 33 bits. */
export const INDEX_ENTRY_BYTES = 10;
export const ZERO_CONTENT = 0;
export const NEW_CONTENT = 1;
export const EARLIER_CONTENT = 2;

/** What a reader accepts at most, so that a hostile file cannot ask for more memory than a real one. */
export const LIMITS = {
  sections: 256,
  infoBytes: 2 ** 20,
  pictureBytes: 2 ** 22,
  sectionBytes: 2 ** 30,
  /** Pages of all sections together: 128 GiB. */
  pages: 2 ** 25,
} as const;

/** Bytes that a section of this name may have. */
export function limitOf(name: string): number {
  return name === INFO_SECTION ? LIMITS.infoBytes : name === PICTURE_SECTION ? LIMITS.pictureBytes : LIMITS.sectionBytes;
}

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export function isSectionName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,38}$/.test(name);
}

/** A version of the engine as the header can hold it. */
export function isEngineVersion(version: string): boolean {
  return /^[\x21-\x7e]{1,40}$/.test(version);
}

export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, i) => bytes[i] === byte);
}

/** Progress of saving, checking or loading. */
export interface SnapshotProgress { readonly doneBytes: number; readonly totalBytes: number }
