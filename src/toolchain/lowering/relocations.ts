/**
 * Addresses in constants, with what they point into: the linker's relocation entries.
 *
 * A constant is evaluated twice, the second time with every section shifted by its own distance. Where the results differ
 * by exactly one section's distance, the word is an address into that section; where they are equal, it is a number.
 * Anything else (an address cut to 32 bits, the sum of two) ties the image to its place.
 */
import { Anchor, type Image, type Relocations } from '../../core/lir/lir';
import type { Constant } from '../bitcode/module';
import { evaluate, type Addresses } from './late';
import type { Unit } from './unit';

/** Distance of a section in the second evaluation, times its number; odd in every byte, so that no truncation hides it. */
export const STEP = 0x0101_0101_0101_0101n;
const LAST_ANCHOR = BigInt(Anchor.LibraryBss);

/** Addresses that can be asked for as they are (0n) or with each section shifted (STEP). */
export interface ShiftedAddresses extends Addresses { step: bigint }

export interface Located { readonly value: bigint; readonly anchor: Anchor }

export class RelocationTable {
  private readonly code: number[] = [];
  private readonly codeAnchors: number[] = [];
  private readonly wordSections: number[] = [];
  private readonly wordOffsets: number[] = [];
  private readonly wordAnchors: number[] = [];
  private fixed = '';

  constructor(private readonly addresses: ShiftedAddresses) {}

  /** The bits of a scalar constant; `what` names it where it ties the image to its place. */
  locate(constant: Constant, unit: Unit, what: () => string): Located {
    const value = evaluate(constant, unit, this.addresses);
    this.addresses.step = STEP;
    const difference = BigInt.asUintN(64, evaluate(constant, unit, this.addresses) - value);
    this.addresses.step = 0n;
    if (difference === 0n) return { value, anchor: Anchor.None };
    const anchor = difference / STEP;
    if (difference % STEP === 0n && anchor <= LAST_ANCHOR) return { value, anchor: Number(anchor) };
    if (this.fixed === '') this.fixed = what();
    return { value, anchor: Anchor.None };
  }

  addInstruction(instruction: number, anchor: Anchor): void {
    if (anchor === Anchor.None) return;
    this.code.push(instruction);
    this.codeAnchors.push(anchor);
  }

  addWord(section: Anchor.Rodata | Anchor.Data | Anchor.Thread, offset: number, anchor: Anchor): void {
    if (anchor === Anchor.None) return;
    this.wordSections.push(section);
    this.wordOffsets.push(offset);
    this.wordAnchors.push(anchor);
  }

  finish(): Relocations {
    return {
      code: Uint32Array.from(this.code), codeAnchors: Uint8Array.from(this.codeAnchors), wordSections: Uint8Array.from(this.wordSections),
      wordOffsets: Uint32Array.from(this.wordOffsets), wordAnchors: Uint8Array.from(this.wordAnchors), fixed: this.fixed,
    };
  }
}

/** What an address of a library's variable points into. None: it is thread-local, its "address" a distance. */
export function libraryAnchor(library: Image, va: bigint): Anchor {
  if (va >= 1n << 63n) return Anchor.None;
  const segment = library.segments.find(candidate => va >= candidate.va && va < candidate.va + BigInt(candidate.sizeBytes));
  switch (segment?.kind) {
    case 'text': return Anchor.LibraryText;
    case 'rodata': return Anchor.LibraryRodata;
    case 'bss': return Anchor.LibraryBss;
    default: return Anchor.LibraryData;
  }
}
