/**
 * Stack traces: captured by walking call records, interned, and turned into rows when somebody asks.
 *
 * A trace is a list of code addresses, innermost first. A code address is a code index; addresses that are no code
 * (targets of wild jumps) get numbers from ODD_BASE on. Traces end at main, as Valgrind shows them ("below main" is
 * hidden). Equal traces have equal ids, so comparing stacks is comparing numbers; id 0 is the empty trace.
 */
import type { Stack, StackFrame } from '../../shared/report';
import { hex } from '../paging/units';
import { walkCallFrames } from './call-frames';
import type { Computer } from './computer';

const ODD_BASE = 0xf0000000;
const MAX_DEPTH = 500;

export class StackTable {
  private readonly traces: Uint32Array[] = [new Uint32Array(0)];
  /** Open addressing: id per hash slot, 0 empty. */
  private slots = new Uint32Array(4096);
  private readonly scratch = new Uint32Array(MAX_DEPTH + 1);
  private readonly odd: bigint[] = [];
  private readonly frames = new Map<number, StackFrame>();
  private readonly rows = new Map<number, Stack>();

  constructor(private readonly computer: Computer) {}

  /** Interned trace of the running thread, at most `limit` call frames. */
  capture(limit: number): number {
    const { computer, scratch } = this;
    if (computer.current === null) return 0;
    const bound = Math.min(limit, MAX_DEPTH);
    const mainId = computer.current.process.mainId;
    let depth = 0;
    if (computer.jumpTarget !== null && depth < bound) scratch[depth++] = this.oddAddress(computer.jumpTarget);
    walkCallFrames(computer, (pc, _window, functionId) => {
      if (depth < bound) scratch[depth++] = pc;
      return depth < bound && functionId !== mainId;
    });
    return this.intern(depth);
  }

  /** The machine was put to another moment: rows are made anew from the traces of that one. */
  forgetRows(): void {
    this.rows.clear();
    this.frames.clear();
  }

  addresses(id: number): readonly number[] {
    return [...(this.traces[id] ?? [])];
  }

  rowsOf(id: number): Stack {
    const known = this.rows.get(id);
    if (known !== undefined) return known;
    const rows = [...(this.traces[id] ?? [])].map((address) => this.frameOf(address));
    this.rows.set(id, rows);
    return rows;
  }

  /** A code address as a row: function, file, line, object. */
  frameOf(address: number): StackFrame {
    const known = this.frames.get(address);
    if (known !== undefined) return known;
    const frame = this.describe(address);
    this.frames.set(address, frame);
    return frame;
  }

  private describe(address: number): StackFrame {
    if (address >= ODD_BASE) {
      return { ip: hex(this.odd[address - ODD_BASE] ?? 0n), fn: '???', obj: '', file: '', dir: '', line: 0, library: false };
    }
    const { code } = this.computer;
    const ip = hex(code.vaOf(address));
    const found = code.functionAt(address);
    if (found === null) return { ip, fn: '???', obj: '', file: '', dir: '', line: 0, library: false };
    const { image, codeBase, isLibrary } = found.loaded;
    const { debug } = image;
    let at = address - codeBase;
    while (at > found.fn.first && (debug.line[at] ?? 0) === 0) at--;
    const line = debug.line[at] ?? 0;
    const file = line === 0 ? '' : debug.files[debug.file[at] ?? 0] ?? '';
    return { ip, fn: found.fn.name, obj: image.path, file, dir: file === '' ? '' : debug.directory, line, library: isLibrary };
  }

  private oddAddress(va: bigint): number {
    let index = this.odd.indexOf(va);
    if (index < 0) index = this.odd.push(va) - 1;
    return ODD_BASE + index;
  }

  private intern(depth: number): number {
    if (depth === 0) return 0;
    let hash = 0x811c9dc5;
    for (let i = 0; i < depth; i++) hash = Math.imul(hash ^ (this.scratch[i] ?? 0), 0x01000193) ^ (hash >>> 15);
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const id = this.slots[slot] ?? 0;
      if (id === 0) break;
      if (this.isScratch(this.traces[id] as Uint32Array, depth)) return id;
      slot = (slot + 1) & mask;
    }
    const id = this.traces.push(this.scratch.slice(0, depth)) - 1;
    this.slots[slot] = id;
    if (this.traces.length * 2 > this.slots.length) this.grow();
    return id;
  }

  private isScratch(trace: Uint32Array, depth: number): boolean {
    if (trace.length !== depth) return false;
    for (let i = 0; i < depth; i++) if (trace[i] !== this.scratch[i]) return false;
    return true;
  }

  private grow(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let id = 1; id < this.traces.length; id++) {
      const trace = this.traces[id] as Uint32Array;
      let hash = 0x811c9dc5;
      for (const address of trace) hash = Math.imul(hash ^ address, 0x01000193) ^ (hash >>> 15);
      let slot = (hash ^ (hash >>> 13)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = id;
    }
  }
}
