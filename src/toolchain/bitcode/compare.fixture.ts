/**
 * Compares a module with Clang's own text of it (`-S -emit-llvm`): every global, declaration, body line, metadata node
 * and attribute group. Numbers of nodes and groups differ between the two texts; each pair that is met is queued and
 * compared by content in turn.
 */
import { Printer, escape, structBody, typeText, type Numbered } from './print.fixture';
import type { BitcodeModule, Attribute } from './module';
import type { MetadataNode } from './metadata-nodes';

const TAGS: Readonly<Record<string, number>> = { array_type: 1, enumeration_type: 4, member: 13, pointer_type: 15, structure_type: 0x13, typedef: 0x16, union_type: 0x17,
  base_type: 0x24, const_type: 0x26, volatile_type: 0x35, restrict_type: 0x37, atomic_type: 0x47 };
const ENCODINGS: Readonly<Record<string, number>> = { boolean: 2, complex_float: 3, float: 4, signed: 5, signed_char: 6, unsigned: 7, unsigned_char: 8, UTF: 16 };
const OPERATORS: Readonly<Record<string, number>> = { deref: 6, constu: 0x10, consts: 0x11, and: 0x1a, div: 0x1b, minus: 0x1c, mod: 0x1d, mul: 0x1e, neg: 0x1f, not: 0x20, or: 0x21,
  plus: 0x22, plus_uconst: 0x23, shl: 0x24, shr: 0x25, shra: 0x26, xor: 0x27, eq: 0x29, ge: 0x2a, gt: 0x2b, le: 0x2c, lt: 0x2d, ne: 0x2e, lit0: 0x30, lit1: 0x31,
  stack_value: 0x9f, LLVM_fragment: 0x1000, LLVM_convert: 0x1001, LLVM_tag_offset: 0x1002, LLVM_entry_value: 0x1003, LLVM_arg: 0x1005,
  LLVM_extract_bits_sext: 0x1006, LLVM_extract_bits_zext: 0x1007 };
const FLAGS: Readonly<Record<string, number>> = { DIFlagFwdDecl: 4, DIFlagArtificial: 64, DIFlagPrototyped: 256, DIFlagVector: 2048, DIFlagBitField: 1 << 19, DIFlagNoReturn: 1 << 20,
  DIFlagAllCallsDescribed: 1 << 29, DISPFlagLocalToUnit: 4, DISPFlagDefinition: 8, DISPFlagOptimized: 16 };
const WORDS: Readonly<Record<string, number>> = { DW_LANG_C11: 29, DW_LANG_C17: 44, FullDebug: 1, None: 2, CSK_MD5: 1, true: 1, false: 0 };

function numberOf(word: string): number {
  if (word.startsWith('DW_TAG_')) return TAGS[word.slice(7)] ?? NaN;
  if (word.startsWith('DW_ATE_')) return ENCODINGS[word.slice(7)] ?? NaN;
  if (word.startsWith('DW_OP_')) return OPERATORS[word.slice(6)] ?? NaN;
  if (word.includes('Flag')) return word.split(' | ').reduce((sum, flag) => sum + (FLAGS[flag] ?? NaN), 0);
  return WORDS[word] ?? Number(word);
}

/** Splits at commas outside brackets and quotes. */
function splitFields(text: string): string[] {
  const fields: string[] = [];
  let depth = 0, quoted = false, from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '"') quoted = !quoted;
    if (quoted) continue;
    if ('([{<'.includes(c)) depth++;
    else if (')]}>'.includes(c)) depth--;
    else if (c === ',' && depth === 0) { fields.push(text.slice(from, i).trim()); from = i + 1; }
  }
  if (text.slice(from).trim()) fields.push(text.slice(from).trim());
  return fields;
}

interface ClangText {
  readonly lines: ReadonlySet<string>;
  readonly nodes: Map<string, string>;
  readonly groups: Map<string, string>;
  readonly globals: string[]; readonly types: string[]; readonly declares: string[]; readonly named: string[];
  readonly defines: { readonly header: string; readonly body: readonly string[] }[];
}

function parseText(source: string): ClangText {
  const lines = source.split('\n');
  const text: ClangText = { lines: new Set(lines), nodes: new Map(), groups: new Map(), globals: [], types: [], declares: [], named: [], defines: [] };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!, numbered = /^!(\d+) = (.*)$/.exec(line), group = /^attributes #(\d+) = \{ (.*) \}$/.exec(line);
    if (numbered) text.nodes.set(numbered[1]!, numbered[2]!);
    else if (group) text.groups.set(group[1]!, group[2]!);
    else if (line.startsWith('@')) text.globals.push(line);
    else if (line.startsWith('%')) text.types.push(line);
    else if (line.startsWith('declare')) text.declares.push(line);
    else if (line.startsWith('!')) text.named.push(line);
    else if (line.startsWith('define')) {
      const body: string[] = [];
      while (lines[++i] !== '}') {
        let l = lines[i]!;
        if (/^\s*switch /.test(l)) while (!l.includes(']')) l += ` ${lines[++i]!.trim()}`;
        l = l.replace(/\s+; (preds = .*|No predecessors!)$/, '').trim();
        if (l) body.push(l);
      }
      text.defines.push({ header: line, body });
    }
  }
  return text;
}

/** Attributes that pack several things into one integer are compared by name only. */
const withoutPacked = (s: string): string => s.replace(/\b(captures|memory|nofpclass)\((?:[^()]|\([^()]*\))*\)/g, '$1<>');
const REFERENCE = /(!DIExpression\([^)]*\)|(?<![\w"])![0-9]+|(?<![\w"])#[0-9]+)/;

class Comparison {
  readonly problems: string[] = [];
  private readonly printer: Printer;
  private readonly seen = new Set<string>();
  private readonly queue: { mine: Numbered; theirs: string; where: string }[] = [];

  constructor(private readonly module: BitcodeModule, private readonly text: ClangText) {
    this.printer = new Printer(module);
  }

  private differ(where: string, mine: unknown, theirs: unknown): void {
    this.problems.push(`${where}\n  mine   ${String(mine)}\n  theirs ${String(theirs)}`);
  }

  private match(mine: string, theirs: string, where: string): void {
    const a = mine.split(REFERENCE), b = withoutPacked(theirs).split(REFERENCE);
    if (a.length !== b.length || a.some((part, i) => i % 2 === 0 && part !== b[i])) return this.differ(where, mine, theirs);
    for (let i = 1; i < a.length; i += 2) this.pair(Number(a[i]!.slice(1)), b[i]!, where);
  }

  private pair(mine: number, theirs: string, where: string): void {
    const key = `${mine} ${theirs}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.queue.push({ mine: this.printer.nodes[mine]!, theirs, where });
  }

  private drain(): void {
    for (let next = this.queue.pop(); next && this.problems.length < 20; next = this.queue.pop()) {
      const { mine, theirs, where } = next;
      if (theirs.startsWith('#')) {
        const text = (mine as readonly Attribute[]).map((a) => this.printer.attribute(a, true)).join(' ');
        const expected = withoutPacked(this.text.groups.get(theirs.slice(1)) ?? '');
        if (text !== expected) this.differ(`attributes ${theirs}`, text, expected);
      } else this.node(mine as MetadataNode, theirs, `${where} ${theirs}`);
    }
  }

  private node(mine: MetadataNode, theirs: string, where: string): void {
    let text = theirs.startsWith('!DIExpression') ? theirs : this.text.nodes.get(theirs.slice(1)) ?? '';
    const distinct = text.startsWith('distinct ');
    if (distinct) text = text.slice(9);
    if (('distinct' in mine && mine.distinct) !== distinct) return this.differ(`${where} distinct`, mine.kind, text);
    if (text.startsWith('!{')) {
      if (mine.kind !== 'tuple') return this.differ(where, mine.kind, text);
      return this.match(`!{${mine.operands.map((x) => this.printer.meta(x)).join(', ')}}`, text, where);
    }
    const parts = /^!(\w+)\((.*)\)$/.exec(text);
    if (!parts || parts[1] !== mine.kind) return this.differ(where, mine.kind, text);
    if (mine.kind === 'DIExpression') {
      const elements = splitFields(parts[2]!).map((x) => (/^\d+$/.test(x) ? x : String(numberOf(x))));
      if (elements.join() !== mine.elements.join()) this.differ(where, mine.elements, text);
      return;
    }
    const theirsByName = new Map(splitFields(parts[2]!).map((f) => [f.slice(0, f.indexOf(':')), f.slice(f.indexOf(':') + 2)] as const));
    const mineByName = mine as unknown as Readonly<Record<string, unknown>>;
    for (const name of new Set([...theirsByName.keys(), ...Object.keys(mineByName)]))
      if (!['kind', 'distinct', 'width', 'implicit'].includes(name)) this.field(mine.kind, name, mineByName[name], theirsByName.get(name), where);
  }

  /** What a field holds when the text leaves it out. */
  private isDefault(name: string, value: unknown): boolean {
    if (value === undefined || value === null || value === 0 || value === 0n || value === false) return true;
    if (name === 'tag') return value === 0x24;
    if (name === 'coroSuspendIdx') return value === 0xffff_ffff_ffff_ffffn;
    if (name === 'enumKind') return value === 0xffff_ffff;
    return isNode(value) && value.kind === 'string' && value.value === '';
  }

  private field(kind: string, name: string, mine: unknown, theirs: string | undefined, where: string): void {
    const label = `${where} ${kind}.${name}`;
    const absent = theirs === undefined || ['null', '0', 'false', '""'].includes(theirs);
    const zero = isNode(mine) && mine.kind === 'value' && this.printer.value(mine.value) === '0';
    if (absent ? this.isDefault(name, mine) || zero : false) return;
    if (absent || this.isDefault(name, mine)) return this.differ(label, isNode(mine) ? mine.kind : mine, theirs);
    if (isNode(mine)) {
      if (mine.kind === 'string') { if (`"${escape(mine.bytes)}"` !== theirs) this.differ(label, mine.value, theirs); return; }
      if (mine.kind === 'value' && !theirs!.includes(' ')) { if (this.printer.value(mine.value) !== theirs) this.differ(label, this.printer.value(mine.value), theirs); return; }
      return this.match(this.printer.meta(mine), theirs!, label);
    }
    const expected = /^-?\d+$/.test(theirs!) ? BigInt(theirs!) : numberOf(theirs!);
    if (typeof expected === 'number' && Number.isNaN(expected)) return this.differ(`${label}: a word that the comparison does not know`, mine, theirs);
    if (BigInt(mine as bigint | number | boolean) !== BigInt(expected)) this.differ(label, mine, theirs);
  }

  run(): void {
    const { module, text, printer } = this;
    for (const line of [`source_filename = "${module.sourceFile}"`, `target datalayout = "${module.dataLayout}"`, `target triple = "${module.triple}"`])
      if (!text.lines.has(line)) this.problems.push(`missing: ${line}`);
    const types = new Set(module.types.map((t) => (t.kind === 'struct' && t.name !== null ? `${typeText(t)} = type ${structBody(t)}` : '')));
    for (const line of text.types) if (!types.has(line)) this.problems.push(`type ${line}`);
    this.lists(text.globals, [...module.globals, ...module.aliases].map((g) => printer.global(g)), 'global');
    const byName = new Map(module.functions.map((fn) => [fn.name, fn]));
    const nameIn = (line: string): string => /@"?([-\w$.]+)"?\(/.exec(line)?.[1] ?? '';
    if (byName.size !== text.declares.length + text.defines.length) this.differ('functions', byName.size, text.declares.length + text.defines.length);
    for (const line of text.declares) this.match(printer.header(byName.get(nameIn(line))!), line, 'declare');
    for (const { header, body } of text.defines) {
      const fn = byName.get(nameIn(header))!;
      this.match(printer.header(fn), header, 'define');
      const mine = printer.body(fn);
      if (/^\d+:$/.test(mine[0]!) && !/^\d+:$/.test(body[0]!)) mine.shift(); // Clang leaves out a numbered entry label
      this.lists(body, mine, fn.name);
    }
    this.lists(text.named, module.namedMetadata.map((n) => `!${n.name} = !{${n.nodes.map((x) => `!${printer.ref(x)}`).join(', ')}}`), 'named metadata');
    this.drain();
  }

  private lists(theirs: readonly string[], mine: readonly string[], what: string): void {
    if (theirs.length !== mine.length) this.differ(`${what}: number`, mine.length, theirs.length);
    for (let i = 0; i < Math.min(mine.length, theirs.length) && this.problems.length < 10; i++) this.match(mine[i]!, theirs[i]!, `${what}:${i}`);
  }
}

function isNode(value: unknown): value is MetadataNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** Every difference found, up to some twenty; empty if the module is what the text says. */
export function compareWithText(module: BitcodeModule, text: string): readonly string[] {
  const comparison = new Comparison(module, parseText(text));
  comparison.run();
  return comparison.problems;
}
