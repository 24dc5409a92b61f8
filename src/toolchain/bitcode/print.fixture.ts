/**
 * Prints what the reader made of a module the way `clang -S -emit-llvm` prints it, for the comparison in
 * golden.test.ts. Numbers of metadata nodes and attribute groups are local to the printer: `ref` hands them out and
 * `nodes` maps them back, so that the comparison can pair them with Clang's.
 */
import type { DebugRecord, MetadataAttachment, MetadataNode } from './metadata-nodes';
import type {
  Alias, Attribute, AttributeList, Block, CallInstruction, Constant, DataConstant, FunctionValue, GetElementPtrExpression,
  GetElementPtrInstruction, GlobalValue, GlobalVariable, Instruction, StructType, BitcodeModule, Type, Value,
} from './module';

/** What may stand behind a number: a metadata node, or the attributes of a function. */
export type Numbered = MetadataNode | readonly Attribute[];

export function typeText(t: Type): string {
  switch (t.kind) {
    case 'integer': return `i${t.width}`;
    case 'pointer': return t.addressSpace ? `ptr addrspace(${t.addressSpace})` : 'ptr';
    case 'array': return `[${t.count} x ${typeText(t.element)}]`;
    case 'vector': return `<${t.count} x ${typeText(t.element)}>`;
    case 'struct': return t.name !== null ? `%${quoteName(t.name)}` : structBody(t);
    case 'function': return `${typeText(t.result)} (${[...t.parameters.map(typeText), ...(t.varargs ? ['...'] : [])].join(', ')})`;
    default: return t.kind;
  }
}

export function structBody(t: StructType): string {
  if (t.opaque) return 'opaque';
  const body = t.elements.length ? `{ ${t.elements.map(typeText).join(', ')} }` : '{}';
  return t.packed ? `<${body}>` : body;
}

function quoteName(name: string): string {
  return /^[-a-zA-Z._$][-a-zA-Z._$0-9]*$/.test(name) ? name : `"${escape(new TextEncoder().encode(name))}"`;
}

export function escape(bytes: Uint8Array): string {
  let s = '';
  for (const b of bytes) s += b === 92 ? '\\\\' : b >= 32 && b < 127 && b !== 34 ? String.fromCharCode(b) : `\\${hex(b, 2)}`;
  return s;
}

function hex(value: bigint | number, digits: number): string { return value.toString(16).toUpperCase().padStart(digits, '0'); }

const scratch = new DataView(new ArrayBuffer(8));

/** Decimal with six significant digits where that is exact, else the bits of the double. */
function floatText(bits: bigint, t: Type): string {
  switch (t.kind) {
    case 'x86_fp80': return `0xK${hex(bits, 20)}`;
    case 'fp128': return `0xL${hex(bits & (1n << 64n) - 1n, 16)}${hex(bits >> 64n, 16)}`;
    case 'half': return `0xH${hex(bits, 4)}`;
    case 'bfloat': return `0xR${hex(bits, 4)}`;
  }
  scratch.setBigUint64(0, bits);
  let value = scratch.getFloat64(0);
  if (t.kind === 'float') {
    scratch.setUint32(0, Number(bits));
    value = scratch.getFloat32(0);
    if (Number.isNaN(value)) return `0x${hex(bits >> 31n << 63n | 0x7ffn << 52n | (bits & 0x7fffffn) << 29n, 16)}`;
  } else if (Number.isNaN(value)) return `0x${hex(bits, 16)}`;
  if (Number.isFinite(value) && Number(value.toPrecision(6)) === value) // six significant digits, printed with a seventh that is 0
    return Object.is(value, -0) ? '-0.000000e+00' : value.toExponential(5).replace('e', '0e').replace(/e([+-])(\d)$/, 'e$10$2');
  scratch.setFloat64(0, value);
  return `0x${hex(scratch.getBigUint64(0), 16)}`;
}

function integerText(value: bigint, width: number): string {
  return width === 1 ? (value ? 'true' : 'false') : BigInt.asIntN(width, value).toString();
}

/** Elements of a data constant as bit patterns. */
function elementsOf({ bytes, elementBytes }: DataConstant): bigint[] {
  return Array.from({ length: bytes.length / elementBytes }, (_, i) =>
    bytes.subarray(i * elementBytes, (i + 1) * elementBytes).reduceRight((value, byte) => value << 8n | BigInt(byte), 0n));
}

function scalarText(bits: bigint, t: Type): string {
  return `${typeText(t)} ${t.kind === 'integer' ? integerText(bits, t.width) : floatText(bits, t)}`;
}

const words = (...parts: (string | false)[]): string => parts.filter(Boolean).map((part) => `${part} `).join('');
const conventionText = (n: number): string => (n === 0 ? '' : n === 8 ? 'fastcc ' : n === 9 ? 'coldcc ' : `cc${n} `);
const orNothing = (word: string, nothing: string): string => (word === nothing ? '' : word);
const threadText = (mode: string): string => (mode === 'none' ? '' : mode === 'general' ? 'thread_local' : `thread_local(${mode})`);
const offsetFlags = (g: GetElementPtrExpression | GetElementPtrInstruction): string => (g.inbounds ? ' inbounds' : g.nusw ? ' nusw' : '') + (g.nuw ? ' nuw' : '');

function flagText(op: string, flags: number): string {
  if (!flags) return '';
  if (/^(add|sub|mul|shl|trunc)$/.test(op)) return (flags & 1 ? ' nuw' : '') + (flags & 2 ? ' nsw' : '');
  if (/^(udiv|sdiv|lshr|ashr)$/.test(op)) return ' exact';
  if (op === 'or') return ' disjoint';
  if (op === 'icmp') return ' samesign';
  if (op === 'zext' || op === 'uitofp') return ' nneg';
  if ((flags & 0xfe) === 0xfe) return ' fast';
  return ([[128, 'reassoc'], [2, 'nnan'], [4, 'ninf'], [8, 'nsz'], [16, 'arcp'], [32, 'contract'], [64, 'afn']] as const)
    .filter(([bit]) => flags & bit).map(([, name]) => ` ${name}`).join('');
}

export class Printer {
  readonly nodes: Numbered[] = [];
  private readonly numbers = new Map<Numbered, number>();
  private readonly slots = new Map<FunctionValue, Map<Value | Block, number>>();
  private current: FunctionValue | null = null;

  constructor(private readonly module: BitcodeModule) {}

  ref(node: Numbered): number {
    let number = this.numbers.get(node);
    if (number === undefined) this.numbers.set(node, number = this.nodes.push(node) - 1);
    return number;
  }

  typed(v: Value): string { return `${typeText(v.type)} ${this.value(v)}`; }

  value(v: Value): string {
    switch (v.kind) {
      case 'metadata': return this.meta(v.node);
      case 'argument': case 'instruction': return `%${v.name !== null ? quoteName(v.name) : this.slotsOf(this.current!).get(v)}`;
      default: return this.constant(v);
    }
  }

  private constant(v: Constant): string {
    switch (v.kind) {
      case 'global': case 'function': case 'alias': return `@${this.globalName(v)}`;
      case 'zero': return v.type.kind === 'pointer' ? 'null' : ['array', 'vector', 'struct'].includes(v.type.kind) ? 'zeroinitializer' : floatText(0n, v.type);
      case 'undef': case 'poison': return v.kind;
      case 'integer': return v.type.kind === 'vector' ? `splat (${typeText(v.type.element)} ${v.value})` : integerText(v.value, v.type.width);
      case 'float': return v.type.kind === 'vector' ? `splat (${scalarText(v.bits, v.type.element)})` : floatText(v.bits, v.type);
      case 'data': return this.data(v);
      case 'aggregate': {
        const items = v.operands.map((x) => this.typed(x)).join(', ');
        if (v.type.kind === 'array') return `[${items}]`;
        const first = v.operands[0];
        if (v.type.kind === 'vector') return first && /integer|float|zero/.test(first.kind) && v.operands.every((x) => x === first) ? `splat (${this.typed(first)})` : `<${items}>`;
        const body = items ? `{ ${items} }` : '{}';
        return v.type.packed ? `<${body}>` : body;
      }
      case 'expression': {
        const operands = v.operands.map((x) => this.typed(x)).join(', ');
        if (v.op === 'getelementptr') return `getelementptr${offsetFlags(v)}${v.range ? ` inrange(${v.range[0]}, ${v.range[1]})` : ''} (${typeText(v.source)}, ${operands})`;
        return v.operands.length === 1 ? `${v.op} (${operands} to ${typeText(v.type)})` : `${v.op}${flagText(v.op, v.flags)} (${operands})`;
      }
      case 'blockaddress': return `blockaddress(${this.value(v.function)}, ${this.blockName(v.block)})`;
      case 'asm': {
        const text = (s: string): string => escape(new TextEncoder().encode(s));
        return `asm${v.sideEffect ? ' sideeffect' : ''}${v.alignStack ? ' alignstack' : ''}${v.intel ? ' inteldialect' : ''}${v.unwind ? ' unwind' : ''} "${text(v.template)}", "${text(v.constraints)}"`;
      }
      default: return `${v.kind} ${this.value(v.target)}`;
    }
  }

  private data(v: DataConstant): string {
    const { element } = v.type;
    if (v.type.kind === 'array' && element.kind === 'integer' && element.width === 8) return `c"${escape(v.bytes)}"`;
    const elements = elementsOf(v), items = elements.map((bits) => scalarText(bits, element)).join(', ');
    if (v.type.kind === 'array') return `[${items}]`;
    return elements.every((bits) => bits === elements[0]) ? `splat (${scalarText(elements[0]!, element)})` : `<${items}>`;
  }

  private globalName(v: GlobalValue): string {
    if (v.name !== '') return quoteName(v.name);
    const { globals, aliases, functions } = this.module;
    return String([...globals, ...aliases, ...functions].filter((g) => g.name === '').indexOf(v));
  }

  private slotsOf(fn: FunctionValue): Map<Value | Block, number> {
    const known = this.slots.get(fn);
    if (known) return known;
    const slots = new Map<Value | Block, number>();
    for (const a of fn.arguments) if (a.name === null) slots.set(a, slots.size);
    for (const b of fn.blocks) {
      if (b.name === null) slots.set(b, slots.size);
      for (const i of b.instructions) if (i.type.kind !== 'void' && i.name === null) slots.set(i, slots.size);
    }
    this.slots.set(fn, slots);
    return slots;
  }

  private blockName(b: Block): string { return `%${b.name !== null ? quoteName(b.name) : this.slotsOf(b.function).get(b)}`; }

  meta(node: MetadataNode | null): string {
    if (node === null) return 'null';
    if (node.kind === 'string') return `!"${escape(node.bytes)}"`;
    if (node.kind === 'value') return this.typed(node.value);
    if (node.kind === 'DIArgList') return `!DIArgList(${node.operands.map((x) => this.meta(x)).join(', ')})`;
    return `!${this.ref(node)}`;
  }

  attribute(a: Attribute, inFunction = false): string {
    if (a.quoted) return `"${a.name}"${a.text !== '' ? `="${a.text}"` : ''}`;
    switch (a.name) {
      case 'align': case 'alignstack': return inFunction ? `${a.name}=${a.value}` : a.name === 'align' ? `align ${a.value}` : `alignstack(${a.value})`;
      case 'uwtable': return a.value === 1n ? 'uwtable(sync)' : 'uwtable';
      case 'range': return `range(i${a.width} ${a.ranges[0]![0]}, ${a.ranges[0]![1]})`;
      case 'initializes': return `initializes(${a.ranges.map((r) => `(${r[0]}, ${r[1]})`).join(', ')})`;
      case 'allocsize': { const element = a.value! >> 32n, count = a.value! & 0xffff_ffffn; return `allocsize(${element}${count === 0xffff_ffffn ? '' : `,${count}`})`; }
      case 'allockind': return `allockind("${['alloc', 'realloc', 'free', 'uninitialized', 'zeroed', 'aligned'].filter((_, i) => a.value! & 1n << BigInt(i)).join(',')}")`;
      case 'captures': case 'memory': case 'nofpclass': case 'dead_on_return': return a.value === null ? a.name : `${a.name}<>`;
    }
    return a.type ? `${a.name}(${typeText(a.type)})` : a.value !== null ? `${a.name}(${a.value})` : a.name;
  }

  private attributes(list: readonly Attribute[] | undefined): string { return (list ?? []).map((a) => `${this.attribute(a)} `).join(''); }
  private attachments(list: readonly MetadataAttachment[]): string { return list.map((a) => `, !${a.kind} ${this.meta(a.node)}`).join(''); }
  private group(list: AttributeList | null): string { return list && list.function.length > 0 ? ` #${this.ref(list.function)}` : ''; }

  private placement(g: { section: string | null; comdat: { name: string } | null; align: number; name: string }, separator: string): string {
    const comdat = g.comdat ? `${separator}${g.comdat.name === g.name ? 'comdat' : `comdat($${quoteName(g.comdat.name)})`}` : '';
    return (g.section ? `${separator}section "${g.section}"` : '') + comdat + (g.align ? `${separator}align ${g.align}` : '');
  }

  global(g: GlobalVariable | Alias): string {
    const local = g.linkage === 'internal' || g.linkage === 'private';
    const common = [g.dsoLocal && !local && g.visibility === 'default' && 'dso_local', orNothing(g.visibility, 'default'), threadText(g.threadLocal), orNothing(g.unnamed, 'none')] as const;
    if (g.kind === 'alias') return `@${this.globalName(g)} = ${words(orNothing(g.linkage, 'external'), ...common)}alias ${typeText(g.valueType)}, ${this.typed(g.target)}`;
    const linkage = g.linkage === 'external' && g.initializer ? '' : g.linkage;
    return `@${this.globalName(g)} = ${words(linkage, ...common, g.constant ? 'constant' : 'global')}${typeText(g.valueType)}`
      + (g.initializer ? ` ${this.value(g.initializer)}` : '') + this.placement(g, ', ') + this.attachments(g.attachments);
  }

  header(fn: FunctionValue): string {
    this.current = fn;
    const { functionType: { parameters: types, result, varargs }, attributes: list } = fn;
    const parameters = types.map((type, i) => [typeText(type), this.attributes(list?.parameters[i]).trimEnd(), fn.declaration ? '' : this.value(fn.arguments[i]!)].filter(Boolean).join(' '));
    if (varargs) parameters.push('...');
    const attachments = fn.attachments.map((a) => ` !${a.kind} ${this.meta(a.node)}`).join('');
    const local = fn.dsoLocal && fn.linkage !== 'internal' && fn.visibility === 'default' && 'dso_local';
    return `${fn.declaration ? `declare${attachments}` : 'define'} ${words(orNothing(fn.linkage, 'external'), local, orNothing(fn.visibility, 'default'))}`
      + `${conventionText(fn.callingConvention)}${this.attributes(list?.result)}${typeText(result)} @${quoteName(fn.name)}(${parameters.join(', ')})`
      + (fn.unnamed === 'none' ? '' : ` ${fn.unnamed}`) + this.group(list) + this.placement(fn, ' ') + (fn.declaration ? '' : `${attachments} {`);
  }

  /** Labels, debug records and instructions, one line each. */
  body(fn: FunctionValue): string[] {
    this.current = fn;
    const lines: string[] = [];
    for (const b of fn.blocks) {
      lines.push(`${b.name !== null ? quoteName(b.name) : this.slotsOf(fn).get(b)}:`);
      for (const i of b.instructions) {
        for (const r of i.records) lines.push(this.record(r));
        lines.push((i.type.kind === 'void' ? '' : `${this.value(i)} = `) + this.instruction(i) + (i.location ? `, !dbg !${this.ref(i.location)}` : '') + this.attachments(i.attachments));
      }
    }
    return lines;
  }

  private record(r: DebugRecord): string {
    const location = `!${this.ref(r.location)}`;
    if (r.kind === 'label') return `#dbg_label(!${this.ref(r.label)}, ${location})`;
    const assign = r.kind === 'assign' ? `!${this.ref(r.assignId)}, ${this.meta(r.address)}, !${this.ref(r.addressExpression)}, ` : '';
    return `#dbg_${r.kind}(${this.meta(r.value)}, !${this.ref(r.variable)}, !${this.ref(r.expression)}, ${assign}${location})`;
  }

  private instruction(i: Instruction): string {
    const v = (x: Value): string => this.value(x), t = (x: Value): string => this.typed(x), b = (x: Block): string => `label ${this.blockName(x)}`;
    const flags = flagText(i.op, i.flags);
    switch (i.op) {
      case 'ret': return i.operands[0] ? `ret ${t(i.operands[0])}` : 'ret void';
      case 'unreachable': return 'unreachable';
      case 'br': return `br ${[...i.operands.map(t), ...i.targets.map(b)].join(', ')}`;
      case 'switch': return `switch ${t(i.operands[0])}, ${b(i.targets[0]!)} [ ${i.cases.map((x, k) => `${t(x)}, ${b(i.targets[k + 1]!)} `).join('')}]`;
      case 'indirectbr': return `indirectbr ${t(i.operands[0])}, [${i.targets.map(b).join(', ')}]`;
      case 'phi': return `phi${flags} ${typeText(i.type)} ${i.operands.map((x, k) => `[ ${v(x)}, ${this.blockName(i.blocks[k]!)} ]`).join(', ')}`;
      case 'icmp': case 'fcmp': return `${i.op}${flags} ${i.predicate} ${t(i.operands[0])}, ${v(i.operands[1])}`;
      case 'alloca': case 'load': case 'store': case 'cmpxchg': case 'atomicrmw': case 'fence': return this.memory(i);
      case 'getelementptr': return `getelementptr${offsetFlags(i)} ${typeText(i.source)}, ${i.operands.map(t).join(', ')}`;
      case 'extractvalue': return `extractvalue ${t(i.operands[0])}, ${i.indices.join(', ')}`;
      case 'insertvalue': return `insertvalue ${i.operands.map(t).join(', ')}, ${i.indices.join(', ')}`;
      case 'shufflevector': return `shufflevector ${t(i.operands[0])}, ${t(i.operands[1])}, ${typeText(i.operands[2].type)} ${this.mask(i.operands[2])}`;
      case 'extractelement': case 'insertelement': case 'select': case 'freeze': case 'fneg': return `${i.op}${flags} ${i.operands.map(t).join(', ')}`;
      case 'va_arg': return `va_arg ${t(i.operands[0])}, ${typeText(i.type)}`;
      case 'call': return this.call(i);
      default: return i.operands.length === 1 ? `${i.op}${flags} ${t(i.operands[0])} to ${typeText(i.type)}` : `${i.op}${flags} ${t(i.operands[0])}, ${v(i.operands[1]!)}`;
    }
  }

  private memory(i: Extract<Instruction, { op: 'alloca' | 'load' | 'store' | 'cmpxchg' | 'atomicrmw' | 'fence' }>): string {
    const operands = i.operands.map((x) => this.typed(x)).join(', ');
    if (i.op === 'alloca') {
      const [count] = i.operands, one = count.kind === 'integer' && count.value === 1n && count.type.kind === 'integer' && count.type.width === 32;
      return `alloca ${typeText(i.allocated)}${one ? '' : `, ${operands}`}${i.align ? `, align ${i.align}` : ''}`;
    }
    const scope = i.scope !== '' ? ` syncscope("${i.scope}")` : '', ordering = i.ordering === 'not_atomic' ? '' : ` ${i.ordering}`;
    if (i.op === 'fence') return `fence${scope}${ordering}`;
    const volatile = i.volatile ? ' volatile' : '', align = i.align ? `, align ${i.align}` : '', atomic = ordering ? ' atomic' : '';
    switch (i.op) {
      case 'load': return `load${atomic}${volatile} ${typeText(i.type)}, ${operands}${scope}${ordering}${align}`;
      case 'store': return `store${atomic}${volatile} ${operands}${scope}${ordering}${align}`;
      case 'cmpxchg': return `cmpxchg${i.weak ? ' weak' : ''}${volatile} ${operands}${scope}${ordering} ${i.failure}${align}`;
      case 'atomicrmw': return `atomicrmw${volatile} ${i.operation} ${operands}${scope}${ordering}${align}`;
    }
  }

  private call(i: CallInstruction): string {
    const type = i.functionType.varargs ? typeText(i.functionType) : typeText(i.functionType.result);
    const args = i.operands.map((x, k) => `${typeText(x.type)} ${this.attributes(i.attributes?.parameters[k])}${this.value(x)}`);
    const bundles = i.bundles.length ? ` [ ${i.bundles.map((x) => `"${x.tag}"(${x.operands.map((o) => this.typed(o)).join(', ')})`).join(', ')} ]` : '';
    return `${i.tail === 'none' ? '' : `${i.tail} `}call${flagText('call', i.flags)} ${conventionText(i.callingConvention)}${this.attributes(i.attributes?.result)}`
      + `${type} ${this.value(i.callee)}(${args.join(', ')})${this.group(i.attributes)}${bundles}`;
  }

  private mask(m: Value): string {
    if (m.kind === 'zero') return 'zeroinitializer';
    if (m.kind === 'poison' || m.kind === 'undef') return 'poison';
    const items = m.kind === 'data' ? elementsOf(m).map((x) => `i32 ${x}`)
      : m.kind === 'integer' && m.type.kind === 'vector' ? Array<string>(m.type.count).fill(`i32 ${m.value}`)
        : m.kind === 'aggregate' ? m.operands.map((x) => this.typed(x)) : [];
    return `<${items.join(', ')}>`;
  }
}
