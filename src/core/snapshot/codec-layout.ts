/**
 * Where things lie in the memory of the snapshot codec, a wasm module with 2 MiB of its own. Imported by both sides: the AssemblyScript
 * under as/ and codec.ts.
 *
 *   0x000010  result of the last checksum: low word, high word
 *   0x010000  positions of the compressor, by hash
 *   0x020000  room A: what is compressed, or the window on a file that is read
 *   0x170000  room B: what was compressed, or what comes out of decompression
 *   0x1c0000  one page to compare with
 *   0x1c2000  the record that is written
 *
 * Copies go in steps of 16 bytes: both rooms have that much beyond their end.
 */
export const CODEC_MEMORY_PAGES = 32;
export const CODEC_RESULT = 0x10;
export const CODEC_TABLE = 0x10000;
export const CODEC_TABLE_BITS = 14;
export const CODEC_A = 0x20000;
export const CODEC_A_BYTES = 0x140000;
export const CODEC_B = 0x170000;
export const CODEC_B_BYTES = 0x48000;
export const CODEC_PAGE = 0x1c0000;
export const CODEC_RECORD = 0x1c2000;
/** Bytes of a block before compression, at most: 64 pages. */
export const BLOCK_BYTES = 0x40000;
export const SNAPSHOT_PAGE_BYTES = 4096;
