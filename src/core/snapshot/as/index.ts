/**
 * What the snapshot codec exports; codec.ts says what each does. Addresses and lengths are bytes in the codec's own memory
 * (../codec-layout.ts).
 */
import { checksumOf } from "./checksum";
import { compressBlock } from "./compress";
import { decompressBlock } from "./decompress";
import { pageIsZero, pagesAreEqual } from "./pages";

export function checksum(at: u32, bytes: u32, seedLow: u32, seedHigh: u32): void { checksumOf(at, bytes, <u64>seedHigh << 32 | <u64>seedLow); }
export function compress(from: u32, bytes: u32, to: u32, limit: u32): u32 { return compressBlock(from, bytes, to, limit); }
export function decompress(from: u32, bytes: u32, to: u32, expected: u32): u32 { return decompressBlock(from, bytes, to, expected) ? 1 : 0; }
export function isZeroPage(at: u32): u32 { return pageIsZero(at) ? 1 : 0; }
export function areEqualPages(a: u32, b: u32): u32 { return pagesAreEqual(a, b) ? 1 : 0; }
