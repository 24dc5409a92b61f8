/** Whole pages of 4,096 bytes: all zero? equal? */
import { SNAPSHOT_PAGE_BYTES } from "../codec-layout";

export function pageIsZero(at: u32): bool {
  for (const end = at + SNAPSHOT_PAGE_BYTES; at < end; at += 64) {
    const some = v128.or(v128.or(v128.load(at), v128.load(at, 16)), v128.or(v128.load(at, 32), v128.load(at, 48)));
    if (v128.any_true(some)) return false;
  }
  return true;
}

export function pagesAreEqual(a: u32, b: u32): bool {
  for (const end = a + SNAPSHOT_PAGE_BYTES; a < end; a += 32, b += 32) {
    const some = v128.or(v128.xor(v128.load(a), v128.load(b)), v128.xor(v128.load(a, 16), v128.load(b, 16)));
    if (v128.any_true(some)) return false;
  }
  return true;
}
