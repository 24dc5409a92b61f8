/** Values of the program's variables as text, by debug type, the way a debugger prints them. */
import type { DebugType, Image } from '../lir/lir';
import type { Process } from './process';
import { resolveType } from './variables';

const STRING_LIMIT = 80;
const SUMMARY_ELEMENTS = 8;

/** Guest bytes as a read would find them, without side effects: pages never touched read as zeros or as their file. null: not mapped. */
export type Peek = (va: bigint, length: number) => Uint8Array | null;

export function peekOf(process: Process): Peek {
  const { bytes } = process.space.system.store;
  return (va, length) => {
    const copy = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const at = va + BigInt(done);
      if (at >= 1n << 47n) return null;
      const offset = Number(at & 4095n);
      const part = Math.min(length - done, 4096 - offset);
      const address = process.space.peek(Number(at & 0xffffffffn), Number(at >> 32n));
      if (address !== 0) copy.set(bytes.subarray(address, address + part), done);
      else {
        const vma = process.space.vmas.find(Number(at >> 12n));
        if (vma === null) return null;
        if (vma.file !== null) copy.set(process.space.system.pageCache.peek(vma.file, (vma.filePage + Number(at >> 12n) - vma.first) * 4096 + offset, part), done);
      }
      done += part;
    }
    return copy;
  };
}

/** Name of a type as C writes it. */
export function typeName(image: Image, id: number): string {
  const type = image.debug.types[id];
  if (type === undefined) return 'void';
  switch (type.kind) {
    case 'base': case 'typedef': return type.name;
    case 'struct': case 'union': return `${type.kind} ${type.name === '' ? '{…}' : type.name}`;
    case 'enum': return `enum ${type.name}`;
    case 'pointer': return pointerName(image, type.target);
    case 'array': return typeName(image, type.element) + type.counts.map((n) => `[${String(n)}]`).join('');
    case 'const': case 'volatile': return image.debug.types[type.target]?.kind === 'pointer' ? `${typeName(image, type.target)} ${type.kind}` : `${type.kind} ${typeName(image, type.target)}`;
    case 'restrict': return `${typeName(image, type.target)} restrict`;
    case 'atomic': return `_Atomic(${typeName(image, type.target)})`;
    case 'function': return functionName(image, type, '');
    case 'void': return 'void';
  }
}

function pointerName(image: Image, target: number): string {
  const to = image.debug.types[target];
  if (to?.kind === 'function') return functionName(image, to, '(*)');
  const name = typeName(image, target);
  return name.endsWith('*') ? `${name}*` : `${name} *`;
}

function functionName(image: Image, type: Extract<DebugType, { kind: 'function' }>, middle: string): string {
  const parameters = type.parameters.map((id) => typeName(image, id));
  if (type.variadic) parameters.push('...');
  return `${typeName(image, type.result)} ${middle}(${parameters.join(', ')})`;
}

/** A value of a type as one line of text. `bytes`: its bytes, at least the type's size. */
export function formatValue(image: Image, id: number, bytes: Uint8Array, process: Process, peek: Peek, depth = 0): string {
  const type = resolveType(image, id);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type.kind) {
    case 'base': return formatBase(type, view);
    case 'enum': return formatEnum(type, readInteger(view, type.sizeBytes, true));
    case 'pointer': return formatPointer(image, type.target, view.getBigUint64(0, true), process, peek);
    case 'struct': case 'union': {
      if (depth > 1) return '{…}';
      const parts = type.members.slice(0, SUMMARY_ELEMENTS).map((member) => `${member.name} = ${formatMember(image, member, bytes, process, peek, depth + 1)}`);
      if (type.members.length > SUMMARY_ELEMENTS) parts.push('…');
      return `{${parts.join(', ')}}`;
    }
    case 'array': return formatArray(image, type, bytes, process, peek, depth);
    default: return '';
  }
}

/** A member, bit-fields included. */
export function formatMember(image: Image, member: { readonly type: number; readonly offsetBits: number; readonly bitSize: number }, bytes: Uint8Array, process: Process, peek: Peek, depth: number): string {
  if (member.bitSize === 0) return formatValue(image, member.type, bytes.subarray(Math.floor(member.offsetBits / 8)), process, peek, depth);
  let value = 0n;
  for (let bit = 0; bit < member.bitSize; bit++) {
    const at = member.offsetBits + bit;
    if (((bytes[at >>> 3] ?? 0) >>> (at & 7)) & 1) value |= 1n << BigInt(bit);
  }
  const type = resolveType(image, member.type);
  if (type.kind === 'enum') return formatEnum(type, value);
  const isSigned = type.kind === 'base' && (type.encoding === 'signed' || type.encoding === 'char');
  return String(isSigned ? BigInt.asIntN(member.bitSize, value) : value);
}

function formatBase(type: Extract<DebugType, { kind: 'base' }>, view: DataView): string {
  switch (type.encoding) {
    case 'float': return formatFloat(type.sizeBytes, view);
    case 'bool': return view.getUint8(0) === 0 ? 'false' : 'true';
    case 'char': case 'uchar': {
      const code = type.encoding === 'char' ? view.getInt8(0) : view.getUint8(0);
      return `${String(code)} '${escapeChar(code & 0xff, '\'')}'`;
    }
    default: return String(readInteger(view, type.sizeBytes, type.encoding === 'signed'));
  }
}

function readInteger(view: DataView, size: number, signed: boolean): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(i));
  return signed ? BigInt.asIntN(8 * size, value) : value;
}

function formatFloat(size: number, view: DataView): string {
  if (size === 4) return shortest(view.getFloat32(0, true), 9);
  if (size === 8) return shortest(view.getFloat64(0, true), 17);
  const mantissa = view.getBigUint64(0, true);
  const top = view.getUint16(8, true);
  const exponent = (top & 0x7fff) - 16383 - 63;
  if ((top & 0x7fff) === 0x7fff) return (mantissa << 1n) % (1n << 64n) === 0n ? (top >> 15 !== 0 ? '-inf' : 'inf') : 'nan';
  return shortest((top >> 15 !== 0 ? -1 : 1) * Number(mantissa) * 2 ** exponent, 17);
}

function shortest(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  return digits === 9 ? String(Number(value.toPrecision(digits))) : String(value);
}

function formatEnum(type: Extract<DebugType, { kind: 'enum' }>, value: bigint): string {
  return type.values.find((each) => each.value === value)?.name ?? String(value);
}

function formatPointer(image: Image, target: number, value: bigint, process: Process, peek: Peek): string {
  const text = value === 0n ? 'NULL' : `0x${value.toString(16)}`;
  if (value === 0n) return text;
  const to = resolveType(image, target);
  if (to.kind === 'base' && (to.encoding === 'char' || to.encoding === 'uchar')) {
    const string = peekString(value, peek);
    return string === null ? text : `${text} "${string}"`;
  }
  if (to.kind === 'function') {
    for (const loaded of process.images) {
      const fn = loaded.image.functions.find((each) => each.va === value);
      if (fn !== undefined) return `${text} <${fn.name}>`;
    }
  }
  return text;
}

function peekString(va: bigint, peek: Peek): string | null {
  let text = '';
  for (let i = 0; i < STRING_LIMIT; i++) {
    const byte = peek(va + BigInt(i), 1);
    if (byte === null) return i === 0 ? null : `${text}…`;
    const code = byte[0] ?? 0;
    if (code === 0) return text;
    text += escapeChar(code, '"');
  }
  return `${text}…`;
}

function formatArray(image: Image, type: Extract<DebugType, { kind: 'array' }>, bytes: Uint8Array, process: Process, peek: Peek, depth: number): string {
  const count = type.counts.reduce((product, n) => product * n, 1);
  const element = resolveType(image, type.element);
  const size = count > 0 ? type.sizeBytes / count : 0;
  if (element.kind === 'base' && (element.encoding === 'char' || element.encoding === 'uchar') && type.counts.length === 1) {
    let text = '';
    for (let i = 0; i < Math.min(count, STRING_LIMIT); i++) {
      const code = bytes[i] ?? 0;
      if (code === 0) return `"${text}"`;
      text += escapeChar(code, '"');
    }
    return `"${text}"${count > STRING_LIMIT ? '…' : ''}`;
  }
  if (size <= 0 || depth > 1) return '{…}';
  const shown = Math.min(count, SUMMARY_ELEMENTS);
  const parts = Array.from({ length: shown }, (_, i) => formatValue(image, type.element, bytes.subarray(i * size), process, peek, depth + 1));
  if (count > shown) parts.push('…');
  return `{${parts.join(', ')}}`;
}

function escapeChar(code: number, quote: string): string {
  const named: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 92: '\\\\' };
  const name = named[code];
  if (name !== undefined) return name;
  const character = String.fromCharCode(code);
  if (character === quote) return `\\${quote}`;
  return code < 32 || code > 126 ? `\\${code.toString(8).padStart(3, '0')}` : character;
}
