/**
 * What a heap block holds, as far as types tell: starting from variables, typed pointers are followed into blocks, and
 * the pointers in those onward. Heuristic and bounded: a block that no typed pointer leads to has no type.
 */
import type { Image } from '../lir/lir';
import { callFrames, frameBase } from './call-frames';
import type { Computer } from './computer';
import type { Process } from './process';
import { addressOfSymbol, lineAt, pathInType, resolveType, sizeOfType, visibleLocals } from './variables';

const NODE_LIMIT = 4000;

interface TypedBlock { readonly image: Image; readonly type: number }

/** Starts of blocks with the type that a pointer to them has. */
export class BlockTypes {
  private readonly known = new Map<bigint, TypedBlock>();
  private asOf = -1;

  constructor(private readonly computer: Computer, private readonly process: Process) {}

  /** "->next", "[2].name" … for an address `offset` bytes into the block at `start`; '' when nothing tells. */
  path(start: bigint, offset: number): string {
    this.refresh();
    const typed = this.known.get(start);
    if (typed === undefined) return '';
    const size = sizeOfType(typed.image, typed.type);
    if (size <= 0) return '';
    const index = Math.floor(offset / size);
    const member = pathInType(typed.image, typed.type, offset - index * size);
    if (index > 0) return `[${String(index)}]${member}`;
    return member.startsWith('.') ? `->${member.slice(1)}` : member;
  }

  /** Looks again when the program has gone on; what was learned before stays. */
  private refresh(): void {
    const now = this.computer.instructions();
    if (now === this.asOf) return;
    this.asOf = now;
    const queue: { va: bigint; image: Image; type: number }[] = [];
    for (const { image } of this.process.images) {
      for (const symbol of image.symbols) if (symbol.type >= 0) queue.push({ va: addressOfSymbol(this.process, symbol), image, type: symbol.type });
    }
    if (this.computer.current?.process === this.process) this.addLocals(queue);
    const seen = new Set<bigint>();
    for (let i = 0; i < queue.length && i < NODE_LIMIT; i++) {
      const node = queue[i];
      if (node !== undefined) this.follow(node.va, node.image, node.type, queue, seen, 0);
    }
  }

  private addLocals(queue: { va: bigint; image: Image; type: number }[]): void {
    for (const frame of callFrames(this.computer, 200)) {
      const found = this.computer.code.functionById(frame.functionId);
      if (found === null) continue;
      const base = frameBase(this.computer, frame.window);
      for (const variable of visibleLocals(found.fn.variables, lineAt(found.loaded, frame.pc))) {
        if (variable.frameOffset !== null) queue.push({ va: base + BigInt(variable.frameOffset), image: found.loaded.image, type: variable.type });
      }
    }
  }

  /** Notes the targets of the pointers in one object of a known type. */
  private follow(va: bigint, image: Image, typeId: number, queue: { va: bigint; image: Image; type: number }[], seen: Set<bigint>, depth: number): void {
    const type = resolveType(image, typeId);
    if (depth > 4) return;
    if (type.kind === 'pointer') {
      const value = this.word(va);
      const target = resolveType(image, type.target);
      if (value === 0n || seen.has(value) || target.kind === 'void' || target.kind === 'function') return;
      if (this.process.heap?.blockAt(value)?.va !== `0x${value.toString(16)}`) return;
      seen.add(value);
      this.known.set(value, { image, type: type.target });
      queue.push({ va: value, image, type: type.target });
    } else if (type.kind === 'struct' || type.kind === 'union') {
      for (const member of type.members) {
        if (member.bitSize === 0) this.follow(va + BigInt(Math.floor(member.offsetBits / 8)), image, member.type, queue, seen, depth + 1);
      }
    } else if (type.kind === 'array') {
      const size = sizeOfType(image, type.element);
      const count = size > 0 ? Math.min(64, Math.floor(type.sizeBytes / size)) : 0;
      for (let i = 0; i < count; i++) this.follow(va + BigInt(i * size), image, type.element, queue, seen, depth + 1);
    }
  }

  private word(va: bigint): bigint {
    const address = (va & 4095n) > 4088n ? 0 : this.process.space.peek(Number(va & 0xffffffffn), Number(va >> 32n));
    return address === 0 ? 0n : this.computer.store.read64(address);
  }
}
