/** Views of the program's state in the user's words: call stack with variables, globals. */
import type { CallFrameRow, VariableRow } from '../../shared/views';
import type { Image, LocalVariable } from '../lir/lir';
import { hex } from '../paging/units';
import { callFrames, frameBase } from './call-frames';
import { formatMember, formatValue, peekOf, typeName } from './format-value';
import type { Peek } from './format-value';
import type { Pass } from './pass';
import type { Process } from './process';
import { addressOfSymbol, lineAt, placeOfLocal, resolveType, sizeOfType, visibleLocals } from './variables';

const FRAME_LIMIT = 200;
const ELEMENT_LIMIT = 64;
const NEST_LIMIT = 3;
const VALUE_BYTES = 1 << 16;

interface Reader { readonly process: Process; readonly peek: Peek; readonly checking: boolean }

/** The call frames of the running process, innermost first, each with its parameters and the locals in scope. */
export function callStackRows(pass: Pass, process: Process): readonly CallFrameRow[] {
  const { computer } = pass;
  const reader: Reader = { process, peek: peekOf(process), checking: computer.checking };
  const rows: CallFrameRow[] = [];
  for (const frame of callFrames(computer, FRAME_LIMIT)) {
    const found = computer.code.functionById(frame.functionId);
    if (found === null) continue;
    const row = pass.stacks.frameOf(frame.pc);
    const base = frameBase(computer, frame.window);
    const locals = found.loaded.isLibrary ? [] : visibleLocals(found.fn.variables, lineAt(found.loaded, frame.pc));
    const variables = locals.map((variable) => {
      const place = placeOfLocal(computer, process, frame, found.loaded.image, variable);
      return place === null ? placeless(found.loaded.image, variable) : variableRow(reader, place.image, variable.name, place.type, place.va, 0);
    });
    rows.push({ index: rows.length, fn: found.fn.name, file: row.file, line: row.line, library: found.loaded.isLibrary, frameBase: hex(base), variables });
    if (frame.functionId === process.mainId) break;
  }
  return rows;
}

/** Global and static variables of the program itself. */
export function globalRows(pass: Pass, process: Process): readonly VariableRow[] {
  if (process.program === null) return [];
  const { image } = process.image;
  const reader: Reader = { process, peek: peekOf(process), checking: pass.computer.checking };
  return image.symbols.filter((symbol) => symbol.type >= 0).map((symbol) => variableRow(reader, image, symbol.name, symbol.type, addressOfSymbol(process, symbol), 0));
}

function placeless(image: Image, { name, type, addressSlot }: LocalVariable): VariableRow {
  const value = addressSlot === undefined ? '<optimised away>' : '<not allocated yet>';
  return { name, type: typeName(image, type), value, va: '', sizeBytes: sizeOfType(image, type), children: [], blockId: 0, defined: true };
}

function variableRow(reader: Reader, image: Image, name: string, typeId: number, va: bigint, depth: number): VariableRow {
  const sizeBytes = sizeOfType(image, typeId);
  const bytes = sizeBytes > 0 ? reader.peek(va, Math.min(sizeBytes, VALUE_BYTES)) : new Uint8Array(0);
  const type = resolveType(image, typeId);
  const value = bytes === null ? '<not mapped>' : formatValue(image, typeId, bytes, reader.process, reader.peek);
  const pointer = type.kind === 'pointer' && bytes !== null ? new DataView(bytes.buffer).getBigUint64(0, true) : 0n;
  return {
    name, type: typeName(image, typeId), value, va: hex(va), sizeBytes,
    children: bytes === null || depth >= NEST_LIMIT ? [] : childRows(reader, image, typeId, va, bytes, pointer, depth),
    blockId: pointer === 0n ? 0 : reader.process.heap?.blockAt(pointer)?.blockId ?? 0,
    defined: !reader.checking || isDefined(reader.process, va, sizeBytes),
  };
}

function childRows(reader: Reader, image: Image, typeId: number, va: bigint, bytes: Uint8Array, pointer: bigint, depth: number): readonly VariableRow[] {
  const type = resolveType(image, typeId);
  if (type.kind === 'struct' || type.kind === 'union') {
    return type.members.map((member) => {
      const at = va + BigInt(Math.floor(member.offsetBits / 8));
      if (member.bitSize === 0) return variableRow(reader, image, member.name, member.type, at, depth + 1);
      const value = formatMember(image, member, bytes, reader.process, reader.peek, 0);
      return { name: member.name, type: `${typeName(image, member.type)} : ${String(member.bitSize)}`, value, va: hex(at), sizeBytes: sizeOfType(image, member.type), children: [], blockId: 0, defined: !reader.checking || isDefined(reader.process, at, 1) };
    });
  }
  if (type.kind === 'array') {
    const count = type.counts.reduce((product, n) => product * n, 1);
    const size = count > 0 ? type.sizeBytes / count : 0;
    if (size <= 0) return [];
    return Array.from({ length: Math.min(count, ELEMENT_LIMIT) }, (_, i) => variableRow(reader, image, `[${String(i)}]`, type.element, va + BigInt(i * size), depth + 1));
  }
  if (type.kind === 'pointer' && pointer !== 0n) {
    const target = resolveType(image, type.target);
    if ((target.kind !== 'struct' && target.kind !== 'union') || reader.peek(pointer, 1) === null) return [];
    return variableRow(reader, image, '*', type.target, pointer, depth + 1).children;
  }
  return [];
}

/** Every byte is addressable and all its bits are defined. */
function isDefined(process: Process, va: bigint, length: number): boolean {
  const { bytes } = process.space.system.store;
  for (let at = Number(va); at < Number(va) + Math.min(length, VALUE_BYTES); at++) {
    const shadow = process.space.shadows.page(Math.floor(at / 4096)) + (at % 4096);
    if ((((bytes[shadow >>> 3] ?? 0) >>> (shadow & 7)) & 1) === 0 || bytes[shadow] !== 0) return false;
  }
  return true;
}
