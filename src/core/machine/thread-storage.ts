/**
 * Thread-local storage, variant II of the System V ABI for x86-64 (Drepper, "ELF Handling For Thread-Local Storage", 3.1):
 * the base of FS points at the thread control block, variables lie below it at offsets that the linker fixed.
 *
 *   | program's variables | library's variables | TCB: self pointer, dtv, self pointer |
 *                                                 ▲ FS base
 *
 * The library's block is next to the TCB, because its offsets must be the same for every program; a linker of ELF files
 * puts the executable's there. A program without thread-local variables, whose library has none either, gets no block.
 */
import type { Program } from '../lir/lir';
import type { AddressSpace } from '../paging/address-space';
import { pagesFor, vaOf } from '../paging/units';
import { PROT_READ, PROT_WRITE } from '../paging/vma';

/** Head of the TCB as glibc's tcbhead_t begins: tcb, dtv, self. */
const TCB_BYTES = 64;
const SELF_OFFSETS = [0, 16] as const;

export interface ThreadBlock {
  readonly fsBase: bigint;
  /** Initial bytes and where they go. */
  readonly va: bigint;
  readonly content: Uint8Array;
}

/** Pages that a thread's block takes; 0: none is needed. */
export function threadBlockPages(program: Program): number {
  const below = bytesBelow(program);
  return below === 0 ? 0 : pagesFor(below + TCB_BYTES);
}

/** What a thread's block holds when it lies in the pages that begin at `start`. */
export function threadBlockAt(program: Program, start: bigint): ThreadBlock {
  const below = bytesBelow(program);
  const align = Math.max(16, program.image.tls.align, program.library.tls.align);
  const end = Number(start & 0xfffn) + pagesFor(below + TCB_BYTES) * 4096;
  const tcb = Math.floor((end - TCB_BYTES) / align) * align;
  const content = new Uint8Array(below + TCB_BYTES);
  for (const { tls } of [program.image, program.library]) content.set(tls.content, below - tls.offset);
  const fsBase = start + BigInt(tcb);
  const view = new DataView(content.buffer);
  for (const offset of SELF_OFFSETS) view.setBigUint64(below + offset, fsBase, true);
  return { fsBase, va: fsBase - BigInt(below), content };
}

/** Maps a block for the first thread of a process; null when it needs none. Its bytes are still to be written. */
export function mapThreadBlock(space: AddressSpace, program: Program): ThreadBlock | null {
  const pages = threadBlockPages(program);
  if (pages === 0) return null;
  const first = space.findGap(pages);
  if (first < 0) throw new Error('no address is left for thread-local variables');
  space.map({ first, last: first + pages, prot: PROT_READ | PROT_WRITE, kind: 'mmap', name: '[tls]', file: null, filePage: 0, growsDown: false, shared: false }, 2);
  return threadBlockAt(program, vaOf(first));
}

function bytesBelow(program: Program): number {
  return Math.max(program.image.tls.sizeBytes === 0 ? 0 : program.image.tls.offset, program.library.tls.sizeBytes === 0 ? 0 : program.library.tls.offset);
}
