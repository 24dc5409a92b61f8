/** The twin's view of a program's code: instructions by virtual address, functions by address and by id. */
import { INSTRUCTION_BYTES } from '../kernel/memory-layout';
import { decode, type Instruction } from '../lir/encoding';
import type { Image, LirFunction, Program, Segment, Va } from '../lir/lir';
import { PROT_EXEC, PROT_READ, PROT_WRITE, type Backing, type TwinMemory } from './memory';

const TEXT_BYTES = 4n;

export interface TwinFunction { readonly lir: LirFunction; readonly image: Image }

export class TwinCode {
  private readonly images: readonly { readonly image: Image; readonly low: Va; readonly high: Va }[];
  private readonly entries = new Map<Va, TwinFunction>();
  private readonly decoded = new Map<Va, Instruction>();

  constructor(private readonly program: Program) {
    this.images = [program.image, program.library].map((image) => {
      const low = image.segments.find((segment) => segment.kind === 'text')!.va;
      return { image, low, high: low + BigInt(image.code.length / INSTRUCTION_BYTES) * TEXT_BYTES };
    });
    for (const { image } of this.images) for (const lir of image.functions) this.entries.set(lir.va, { lir, image });
  }

  private imageAt(va: Va): { readonly image: Image; readonly low: Va } | undefined { return this.images.find(({ low, high }) => low <= va && va < high); }

  /** There is an instruction at `va`. */
  has(va: Va): boolean { return va % TEXT_BYTES === 0n && this.imageAt(va) !== undefined; }

  at(va: Va): Instruction {
    let instruction = this.decoded.get(va);
    if (!instruction) {
      const found = this.imageAt(va);
      if (!found) throw new Error(`twin: no code at 0x${va.toString(16)}`);
      instruction = decode(found.image.code, Number((va - found.low) / TEXT_BYTES));
      this.decoded.set(va, instruction);
    }
    return instruction;
  }

  functionStartingAt(va: Va): TwinFunction | null { return this.entries.get(va) ?? null; }
  libraryFunction(index: number): TwinFunction { return { lir: this.program.library.functions[index]!, image: this.program.library }; }

  /** The function that CALL.w2 means in the image that the call stands in. */
  callee(callVa: Va, id: number): TwinFunction {
    const { image } = this.imageAt(callVa)!;
    return id < image.importBase ? this.libraryFunction(id) : { lir: image.functions[id - image.importBase]!, image };
  }

  /** ArgClass of each argument slot of the variadic call at `callVa`; empty when it has no descriptor. */
  descriptorOf(callVa: Va): readonly number[] {
    const id = this.at(callVa).w3;
    return id === 0 ? [] : [...this.imageAt(callVa)!.image.callDescriptors[id - 1]!];
  }
}

/** What text pages hold: op and a of each instruction. */
function textBytes(image: Image): Uint8Array {
  const bytes = new Uint8Array(image.code.length / INSTRUCTION_BYTES * Number(TEXT_BYTES));
  for (let i = 0; i < bytes.length; i++) bytes[i] = image.code[Math.floor(i / 4) * INSTRUCTION_BYTES + i % 4]!;
  return bytes;
}

/** Maps library and program; answers where the heap begins: a page beyond the end of the program's data. */
export function mapImages(memory: TwinMemory, program: Program): Va {
  for (const image of [program.library, program.image]) for (const segment of image.segments) mapSegment(memory, image, segment);
  const end = program.image.segments.reduce((highest, { va, sizeBytes }) => (va + BigInt(sizeBytes) > highest ? va + BigInt(sizeBytes) : highest), 0n);
  return (end + 4095n & ~4095n) + 4096n;
}

/** Pages with content come from a file, the rest of a segment is anonymous. */
function mapSegment(memory: TwinMemory, image: Image, segment: Segment): void {
  const first = Number(segment.va >> 12n), last = first + Math.ceil(segment.sizeBytes / 4096);
  if (first === last) return;
  const content = segment.kind === 'text' ? textBytes(image) : segment.content;
  const filePages = segment.kind === 'bss' ? 0 : segment.kind === 'text' ? last - first : Math.min(last - first, Math.ceil(content.length / 4096));
  const prot = segment.kind === 'text' ? PROT_READ | PROT_EXEC : segment.kind === 'rodata' ? PROT_READ : PROT_READ | PROT_WRITE;
  const file: Backing = { size: () => content.length, read: (offset, length) => content.subarray(offset, offset + length) };
  if (filePages > 0) memory.map({ first, last: first + filePages, prot, growsDown: false, file, filePage: 0 });
  if (first + filePages < last) memory.map({ first: first + filePages, last, prot, growsDown: false, file: null, filePage: 0 });
}
