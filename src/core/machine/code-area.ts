/**
 * The store's code: images placed in the CODE area, with their function entries, call descriptors and text lookups.
 *
 * Ids inside an image (CALL.w2 function ids, call descriptor ids) are relative to image and library; placing an image
 * rebases them to machine-wide ids, so that several programs and one shared library can stand side by side. Code starts
 * at an instruction index that is a multiple of 1,024 (one code page), as the lowering of page changes expects.
 *
 * A text map says, for one process, which code index a range of text addresses leads to (kernel/memory-layout.ts).
 */
import type { Image, LirFunction, Va } from '../lir/lir';
import * as layout from '../kernel/memory-layout';
import { Op } from '../kernel/ops';
import type { Store, StoreRange } from '../store/store';

const PAGE_INSTRUCTIONS = 1024;
const TEXT_BYTES = 4;

export interface LoadedImage {
  readonly image: Image;
  /** Order of loading in the machine, from 0. */
  readonly number: number;
  /** Index of its first instruction in the store. */
  readonly codeBase: number;
  readonly instructionCount: number;
  /** Machine-wide id of its function 0. */
  readonly functionBase: number;
  readonly textLow: Va;
  readonly textHigh: Va;
  /** Store address of its lookup table: function id + 1 per 16 bytes of text. */
  readonly lookup: number;
  readonly isLibrary: boolean;
}

/** Thrown when programs and library do not fit into the store's tables. */
export class CodeAreaFull extends Error {
  constructor(what: string) {
    super(`the program is too large for this machine: no room for its ${what}`);
    this.name = 'CodeAreaFull';
  }
}

export class CodeArea {
  private readonly images: LoadedImage[] = [];
  private nextCode = 0;
  private nextFunction = 0;
  private nextDescriptorId = 1;
  /** Descriptors' bytes grow down from the end of their area, the directory grows up from its start. */
  private descriptorEnd = layout.CALL_DESCRIPTORS_END;
  private nextLookup = layout.TEXT_LOOKUP;

  constructor(private readonly store: Store) {}

  loaded(): readonly LoadedImage[] {
    return this.images;
  }

  /** Places an image once; later calls with the same image answer the same placement. `library`: what it was lowered against. */
  place(image: Image, library: LoadedImage | null): LoadedImage {
    const known = this.images.find((candidate) => candidate.image === image);
    if (known !== undefined) return known;
    const instructionCount = image.code.length / layout.INSTRUCTION_BYTES;
    const codeBase = this.nextCode;
    if (layout.CODE + (codeBase + instructionCount) * layout.INSTRUCTION_BYTES > layout.CODE_END) throw new CodeAreaFull('instructions');
    const functionBase = this.nextFunction;
    if (layout.FUNCTIONS + (functionBase + image.functions.length) * layout.FUNCTION_BYTES > layout.FUNCTIONS_END) throw new CodeAreaFull('functions');
    this.nextCode = Math.ceil((codeBase + instructionCount) / PAGE_INSTRUCTIONS) * PAGE_INSTRUCTIONS;
    this.nextFunction = functionBase + image.functions.length;
    const text = image.segments.find((segment) => segment.kind === 'text');
    if (text === undefined) throw new Error(`image ${image.name} has no text`);
    const descriptorBase = this.placeDescriptors(image);
    this.store.bytes.set(image.code, layout.CODE + codeBase * layout.INSTRUCTION_BYTES);
    this.rebase(image, codeBase, instructionCount, functionBase, library?.functionBase ?? functionBase, descriptorBase);
    const lookup = this.placeFunctions(image, codeBase, functionBase, instructionCount, text.va);
    const made: LoadedImage = {
      image, number: this.images.length, codeBase, instructionCount, functionBase,
      textLow: text.va, textHigh: text.va + BigInt(instructionCount * TEXT_BYTES), lookup, isLibrary: library === null,
    };
    this.images.push(made);
    return made;
  }

  /** What is in use of the code, the functions, the call descriptors (directory and bytes) and the text lookups: store addresses. */
  usedRanges(): readonly StoreRange[] {
    return [
      { from: layout.CALL_DESCRIPTORS, to: layout.CALL_DESCRIPTORS + 4 * this.nextDescriptorId },
      { from: this.descriptorEnd, to: layout.CALL_DESCRIPTORS_END },
      { from: layout.FUNCTIONS, to: layout.FUNCTIONS + this.nextFunction * layout.FUNCTION_BYTES },
      { from: layout.TEXT_LOOKUP, to: this.nextLookup },
      { from: layout.CODE, to: layout.CODE + this.nextCode * layout.INSTRUCTION_BYTES },
    ];
  }

  /** Text maps for a process of these images: store address and number. */
  textMaps(images: readonly LoadedImage[]): { readonly address: number; readonly count: number } {
    const address = this.takeLookup(images.length * layout.TEXT_MAP_BYTES);
    images.forEach((loaded, i) => {
      const at = address + i * layout.TEXT_MAP_BYTES;
      this.store.write64(at, loaded.textLow);
      this.store.write64(at + 8, loaded.textHigh);
      this.store.write32(at + 16, loaded.codeBase);
      this.store.write32(at + 20, loaded.lookup);
    });
    return { address, count: images.length };
  }

  /** The image whose code holds an instruction, or null. */
  imageAt(codeIndex: number): LoadedImage | null {
    for (const loaded of this.images) {
      if (codeIndex >= loaded.codeBase && codeIndex < loaded.codeBase + loaded.instructionCount) return loaded;
    }
    return null;
  }

  /** The function that holds an instruction: image and index in it. */
  functionAt(codeIndex: number): { readonly loaded: LoadedImage; readonly index: number; readonly fn: LirFunction } | null {
    const loaded = this.imageAt(codeIndex);
    if (loaded === null) return null;
    const { functions } = loaded.image;
    const local = codeIndex - loaded.codeBase;
    let low = 0;
    let high = functions.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const fn = functions[middle] as LirFunction;
      if (fn.first > local) high = middle - 1;
      else if (fn.first + fn.instructionCount <= local) low = middle + 1;
      else return { loaded, index: middle, fn };
    }
    return null;
  }

  /** The function with a machine-wide id. */
  functionById(id: number): { readonly loaded: LoadedImage; readonly index: number; readonly fn: LirFunction } | null {
    for (const loaded of this.images) {
      const fn = loaded.image.functions[id - loaded.functionBase];
      if (id >= loaded.functionBase && fn !== undefined) return { loaded, index: id - loaded.functionBase, fn };
    }
    return null;
  }

  vaOf(codeIndex: number): Va {
    const loaded = this.imageAt(codeIndex);
    if (loaded === null) return 0n;
    return loaded.textLow + BigInt((codeIndex - loaded.codeBase) * TEXT_BYTES);
  }

  /** Code index of a text address in one of `images`; -1 when none holds it or it is not an instruction's address. */
  indexOf(images: readonly LoadedImage[], va: Va): number {
    for (const loaded of images) {
      if (va >= loaded.textLow && va < loaded.textHigh) return loaded.codeBase + Number((va - loaded.textLow) >> 2n);
    }
    return -1;
  }

  /** Opcode at a code index, as it stands in the store (a breakpoint shows as BREAK). */
  opAt(codeIndex: number): number {
    return this.store.view.getUint16(layout.CODE + codeIndex * layout.INSTRUCTION_BYTES, true);
  }

  setOpAt(codeIndex: number, op: number): void {
    this.store.view.setUint16(layout.CODE + codeIndex * layout.INSTRUCTION_BYTES, op, true);
  }

  /** Functions of images are sorted by their first instruction: `functionAt` relies on it. */
  private placeFunctions(image: Image, codeBase: number, functionBase: number, instructionCount: number, textVa: Va): number {
    const lookup = this.takeLookup(Math.ceil((instructionCount * TEXT_BYTES) / 16) * 4);
    let previous = -1;
    image.functions.forEach((fn, i) => {
      if (fn.first <= previous) throw new Error(`functions of ${image.name} are not sorted`);
      previous = fn.first;
      const at = layout.FUNCTIONS + (functionBase + i) * layout.FUNCTION_BYTES;
      this.store.write32(at + layout.FN_PC, codeBase + fn.first);
      this.store.write32(at + layout.FN_FRAME, fn.frameBytes);
      this.store.write32(at + layout.FN_WINDOW, fn.windowSlots);
      this.store.write32(at + layout.FN_PARAMS, fn.parameterSlots);
      this.store.write64(at + layout.FN_VA, textVa + BigInt(fn.first * TEXT_BYTES));
      this.store.write32(at + layout.FN_FLAGS, fn.flags);
      this.store.write32(at + layout.FN_IMAGE, this.images.length);
      this.store.write32(lookup + (fn.first >>> 2) * 4, functionBase + i + 1);
    });
    return lookup;
  }

  private placeDescriptors(image: Image): number {
    const base = this.nextDescriptorId;
    for (const descriptor of image.callDescriptors) {
      this.descriptorEnd = (this.descriptorEnd - (4 + descriptor.length)) & ~3;
      const directory = layout.CALL_DESCRIPTORS + 4 * this.nextDescriptorId;
      if (directory + 4 > this.descriptorEnd) throw new CodeAreaFull('call descriptors');
      this.store.write32(this.descriptorEnd, descriptor.length);
      this.store.bytes.set(descriptor, this.descriptorEnd + 4);
      this.store.write32(directory, this.descriptorEnd);
      this.nextDescriptorId++;
    }
    return base;
  }

  private rebase(image: Image, codeBase: number, count: number, functionBase: number, libraryBase: number, descriptorBase: number): void {
    const { words, view } = this.store;
    for (let i = codeBase; i < codeBase + count; i++) {
      const at = layout.CODE + i * layout.INSTRUCTION_BYTES;
      const op: Op = view.getUint16(at, true);
      if (op !== Op.CALL && op !== Op.CALLI) continue;
      if (op === Op.CALL) {
        const id = words[(at + 8) >>> 2] ?? 0;
        words[(at + 8) >>> 2] = id < image.importBase ? libraryBase + id : functionBase + (id - image.importBase);
      }
      const descriptor = words[(at + 12) >>> 2] ?? 0;
      if (descriptor !== 0) words[(at + 12) >>> 2] = descriptor - 1 + descriptorBase;
    }
  }

  private takeLookup(bytes: number): number {
    const address = this.nextLookup;
    this.nextLookup += Math.ceil(bytes / 32) * 32;
    if (this.nextLookup > layout.TEXT_LOOKUP_END) throw new CodeAreaFull('text lookup');
    return address;
  }
}
