/**
 * Relocation at load time: an image whose sections lie elsewhere than where it was linked. Every word that the linker listed
 * (lir.ts, Relocations) gets the distance of what it points into.
 */
import { INSTRUCTION_BYTES } from '../kernel/memory-layout';
import { Anchor } from '../lir/lir';
import { CannotLoad } from './cannot-load';
import type { Image, Relocations, SegmentKind, Va } from '../lir/lir';

/** What is added to addresses in each section. */
export type Shifts = Readonly<Record<SegmentKind, bigint>>;

const SECTION_ANCHORS: Readonly<Record<SegmentKind, Anchor>> = { text: Anchor.Text, rodata: Anchor.Rodata, data: Anchor.Data, bss: Anchor.Bss };
/** From here on an “address” is a distance below the base of FS, which does not change. */
const THREAD_LOCAL = 1n << 63n;
/** Offset of imm64 in an instruction. */
const IMMEDIATE = 8;

/** The image with sections moved by `own`; `library`: how far the library's moved that it was linked against. Throws CannotLoad when it is tied to its place. */
export function relocateImage(image: Image, own: Shifts, library: Shifts): Image {
  const { relocations } = image;
  if (relocations === undefined) throw new Error(`${image.name} has no relocations`);
  if (relocations.fixed !== '') throw new CannotLoad(`the program cannot be moved to another address: ${relocations.fixed}; only translation by paging runs it`);
  const shifts = shiftsByAnchor(own, library);
  const code = image.code.slice();
  const words = new DataView(code.buffer);
  relocations.code.forEach((instruction, i) => { add(words, instruction * INSTRUCTION_BYTES + IMMEDIATE, shifts[relocations.codeAnchors[i] ?? 0] ?? 0n); });
  const moved = (va: Va): Va => (va >= THREAD_LOCAL ? va : va + own[sectionOf(image, va)]);
  const exports = new Map(image.exports);
  for (const [name, exported] of exports) if (exported.kind === 'data') exports.set(name, { ...exported, va: moved(exported.va) });
  return {
    ...image, code, exports,
    segments: image.segments.map((segment) => ({ ...segment, va: segment.va + own[segment.kind], content: relocated(relocations, SECTION_ANCHORS[segment.kind], segment.content, shifts) })),
    tls: { ...image.tls, content: relocated(relocations, Anchor.Thread, image.tls.content, shifts) },
    functions: image.functions.map((fn) => ({ ...fn, va: fn.va + own.text })),
    symbols: image.symbols.map((symbol) => ({ ...symbol, va: moved(symbol.va) })),
  };
}

function shiftsByAnchor(own: Shifts, library: Shifts): readonly bigint[] {
  const by: bigint[] = [];
  by[Anchor.None] = 0n;
  by[Anchor.Text] = own.text;
  by[Anchor.Rodata] = own.rodata;
  by[Anchor.Data] = own.data;
  by[Anchor.Bss] = own.bss;
  by[Anchor.LibraryText] = library.text;
  by[Anchor.LibraryRodata] = library.rodata;
  by[Anchor.LibraryData] = library.data;
  by[Anchor.LibraryBss] = library.bss;
  return by;
}

function relocated(relocations: Relocations, section: Anchor, content: Uint8Array, shifts: readonly bigint[]): Uint8Array {
  if (!relocations.wordSections.includes(section)) return content;
  const moved = content.slice();
  const words = new DataView(moved.buffer);
  relocations.wordSections.forEach((where, i) => {
    if (where === (section as number)) add(words, relocations.wordOffsets[i] ?? 0, shifts[relocations.wordAnchors[i] ?? 0] ?? 0n);
  });
  return moved;
}

function add(words: DataView, at: number, shift: bigint): void {
  words.setBigUint64(at, BigInt.asUintN(64, words.getBigUint64(at, true) + shift), true);
}

/** The section that holds an address; the end of a section counts to it. */
function sectionOf(image: Image, va: Va): SegmentKind {
  const inside = image.segments.find((segment) => va >= segment.va && va < segment.va + BigInt(segment.sizeBytes));
  const found = inside ?? image.segments.find((segment) => va === segment.va + BigInt(segment.sizeBytes));
  if (found === undefined) throw new Error(`0x${va.toString(16)} lies in no section of ${image.name}`);
  return found.kind;
}
