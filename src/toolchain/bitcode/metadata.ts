/**
 * METADATA blocks, metadata kinds and attachments.
 *
 * One id space: the strings of the METADATA_STRINGS record first, then one id per node record; a function's own
 * metadata continues the numbering and is dropped at its end. Most references are id + 1 with 0 for null; plain ids
 * stand in LOCATION's scope, ARG_LIST, NAMED_NODE, attachments and debug records.
 *
 * References may point forward, so they are linked, and their kinds checked, when the block ends.
 */
import { BitReader, ENTRY_BLOCK, ENTRY_END, type BitstreamCursor } from './bitstream';
import { LAYOUTS, LOCAL_SCOPES, ACCEPTED, type FieldKind, type NodeKind } from './metadata-layouts';
import type { MetadataAttachment, MetadataNode, MetadataString } from './metadata-nodes';
import { checkChains, newCheckedChains } from './metadata-chains';
import { BitcodeError, type Value } from './module';
import { RecordReader, utf8, wideInteger } from './record';
import type { TypeTable } from './type-table';

const VALUE = 2, NODE = 3, NAME = 4, DISTINCT_NODE = 5, KIND = 6, LOCATION = 7, NAMED_NODE = 10, ATTACHMENT = 11, ENUMERATOR = 14,
  EXPRESSION = 29, STRINGS = 35, GLOBAL_DECL_ATTACHMENT = 36, INDEX_OFFSET = 38, INDEX = 39, ARG_LIST = 46;
const DERIVED_OR_BASIC_SIZE_FLAG = 2, COMPOSITE_SIZE_FLAG = 4;

/** A node under construction: the layouts say which fields it has. */
type OpenNode = { kind: NodeKind } & Record<string, unknown>;

/** `target[field]` = node `id`, which must be of an accepted kind (null: any). */
interface Link { readonly target: Record<string, unknown>; readonly field: string; readonly id: number; readonly accepted: ReadonlySet<NodeKind> | null }

export class MetadataTable {
  /** By id. */
  readonly nodes: MetadataNode[] = [];
  readonly kinds = new Map<number, string>();
  readonly checkedChains = newCheckedChains();
  readonly named: { readonly name: string; readonly ids: readonly number[] }[] = [];
  readonly globalAttachments: { readonly value: number; readonly attachments: readonly MetadataAttachment[] }[] = [];
  /** Values in metadata that had not been read yet: id of the value. */
  readonly openValues: { readonly node: Record<string, unknown>; readonly value: number }[] = [];

  at(id: number): MetadataNode {
    const node = this.nodes[id];
    if (!node) throw new BitcodeError(`metadata: there is no node ${id}`);
    return node;
  }

  /** Node `id`, which must be of kind `kind`. */
  of<K extends NodeKind>(kind: K, id: number): Extract<MetadataNode, { kind: K }> {
    const node = this.at(id);
    if (node.kind !== kind) throw new BitcodeError(`metadata: node ${id} is ${node.kind}, not ${kind}`);
    return node as Extract<MetadataNode, { kind: K }>;
  }

  /** Links the values that have been read by now; all of them must have been. */
  linkValues(values: readonly Value[]): void {
    for (const { node, value } of this.openValues) {
      const found = values[value];
      if (!found || found.type !== node.type) throw new BitcodeError(`metadata: there is no value ${value} of that type`);
      node.value = found;
    }
    this.openValues.length = 0;
  }
}

export function readMetadataKinds(cursor: BitstreamCursor, table: MetadataTable): void {
  const record = new RecordReader();
  cursor.forEachRecord(() => {
    const r = record.start('metadata kinds', cursor.operands);
    if (cursor.code !== KIND) r.fail(`unsupported record ${cursor.code}`);
    table.kinds.set(r.number(), r.text());
  });
}

export function readMetadata(cursor: BitstreamCursor, table: MetadataTable, types: TypeTable): void {
  new MetadataReader(cursor, table, types).read();
}

class MetadataReader {
  private readonly r = new RecordReader();
  private readonly links: Link[] = [];
  private name: string | null = null;

  constructor(private readonly cursor: BitstreamCursor, private readonly table: MetadataTable, private readonly types: TypeTable) {}

  read(): void {
    const { cursor, table } = this, first = table.nodes.length;
    cursor.enterBlock();
    for (;;) {
      const entry = cursor.next();
      if (entry === ENTRY_END) break;
      if (entry === ENTRY_BLOCK) cursor.skipBlock();
      else this.record(cursor.code);
    }
    for (const { target, field, id, accepted } of this.links) {
      const node = table.at(id);
      if (accepted && !accepted.has(node.kind)) throw new BitcodeError(`metadata: ${field} of ${String(target.kind)} is ${node.kind}`);
      target[field] = node;
    }
    checkChains(table.nodes, first, table.checkedChains);
  }

  private add<T extends { kind: NodeKind }>(node: T): T {
    this.table.nodes.push(node as unknown as MetadataNode);
    return node;
  }

  /** `reference` is id + 1, 0 for null. */
  private link(target: object, field: string, reference: number, accepted: ReadonlySet<NodeKind> | null): void {
    const open = target as Record<string, unknown>;
    open[field] = null;
    if (reference !== 0) this.links.push({ target: open, field, id: reference - 1, accepted });
  }

  private record(code: number): void {
    const r = this.r.start('metadata', this.cursor.operands), { table } = this;
    const layout = LAYOUTS[code];
    if (layout) return this.layoutNode(layout.kind, layout.fields);
    switch (code) {
      case STRINGS: return this.strings();
      case VALUE: {
        const node = this.add({ kind: 'value' as const, type: this.types.at(r.number()), value: null });
        table.openValues.push({ node, value: r.number() });
        return;
      }
      case NODE: case DISTINCT_NODE: {
        const references = r.numbers(), operands: unknown[] = new Array(references.length).fill(null);
        this.add({ kind: 'tuple' as const, distinct: code === DISTINCT_NODE, operands });
        references.forEach((reference, i) => this.link(operands, String(i), reference, null));
        return;
      }
      case LOCATION: return this.location();
      case ENUMERATOR: return this.enumerator();
      case EXPRESSION: {
        const distinct = (r.number() & 1) !== 0;
        this.add({ kind: 'DIExpression' as const, distinct, elements: r.rest().map(BigInt) });
        return;
      }
      case ARG_LIST: {
        const ids = r.numbers(), operands: unknown[] = new Array(ids.length).fill(null);
        this.add({ kind: 'DIArgList' as const, operands });
        ids.forEach((id, i) => this.link(operands, String(i), id + 1, ACCEPTED.value));
        return;
      }
      case NAME: this.name = r.text(); return;
      case NAMED_NODE:
        table.named.push({ name: this.name ?? r.fail('named metadata without a name'), ids: r.numbers() });
        this.name = null;
        return;
      case GLOBAL_DECL_ATTACHMENT: { const value = r.number(); table.globalAttachments.push({ value, attachments: this.attachments(r) }); return; }
      case INDEX_OFFSET: case INDEX: return; // for lazy loading
      default: r.fail(`unsupported record ${code}`);
    }
  }

  /** Operand 0 has the flags (bit 0: distinct), the others are the fields in order; later writers add fields at the end. */
  private layoutNode(kind: NodeKind, fields: readonly (readonly [string, FieldKind])[]): void {
    const { r } = this, flags = r.number();
    const node: OpenNode = this.add({ kind, distinct: (flags & 1) !== 0 });
    const sizeIsReference = (flags & (kind === 'DICompositeType' ? COMPOSITE_SIZE_FLAG : DERIVED_OR_BASIC_SIZE_FLAG)) !== 0;
    for (const [name, field] of fields) {
      const present = r.more();
      switch (field) {
        case 'skip': if (present) r.operand(); break;
        case 'number': node[name] = present ? r.number() : 0; break;
        case 'wide': node[name] = present ? r.big() : 0n; break;
        case 'flag': node[name] = present && r.flag(); break;
        case 'size': {
          const value = present ? r.number() : 0;
          if (sizeIsReference && value !== 0) this.link(node, name, value, ACCEPTED.size);
          else node[name] = value;
          break;
        }
        default: this.link(node, name, present ? r.number() : 0, ACCEPTED[field]);
      }
    }
    if (r.more()) r.fail(`${kind} has fields that this reader does not know: ${r.rest().join()}`);
  }

  /** distinct, line, column, scope (plain id), inlinedAt (id + 1), implicit, atom group, atom rank */
  private location(): void {
    const { r } = this;
    const node = this.add({ kind: 'DILocation' as const, distinct: r.flag(), line: r.number(), column: r.number(), scope: null, inlinedAt: null, implicit: false, atomGroup: 0, atomRank: 0 });
    this.link(node, 'scope', r.number() + 1, LOCAL_SCOPES);
    this.link(node, 'inlinedAt', r.number(), ACCEPTED.location);
    node.implicit = r.optional() !== 0;
    node.atomGroup = r.optional();
    node.atomRank = r.optional();
  }

  /** flags (1 distinct, 2 unsigned, 4 wide), width or value, name, words of the wide value */
  private enumerator(): void {
    const { r } = this, flags = r.number(), isUnsigned = (flags & 2) !== 0, wide = (flags & 4) !== 0;
    const node = this.add({ kind: 'DIEnumerator' as const, distinct: (flags & 1) !== 0, isUnsigned, width: 0, name: null, value: 0n });
    if (wide) node.width = r.number(); else node.value = r.signed();
    this.link(node, 'name', r.number(), ACCEPTED.string);
    if (!wide) return;
    const words = r.rest();
    if (words.length === 0 || node.width < 1 || node.width > 64 * words.length) r.fail('malformed enumerator');
    const value = wideInteger(words, node.width);
    node.value = isUnsigned ? BigInt.asUintN(node.width, value) : value;
  }

  /** [count, offset of the characters] and a blob: the lengths as vbr6, then all the characters. */
  private strings(): void {
    const { r, cursor, table } = this, count = r.number(), offset = r.number();
    const blob = cursor.blob ?? r.fail('strings without characters');
    if (offset > blob.length || count > offset * 8) r.fail('malformed strings');
    const lengths = new BitReader(blob, 0, offset * 8);
    let at = offset;
    for (let i = 0; i < count; i++) {
      const end = at + lengths.count(6);
      if (end > blob.length) r.fail('a string is longer than the record');
      const bytes = blob.subarray(at, end);
      const string: MetadataString = { kind: 'string', value: utf8(bytes), bytes };
      table.nodes.push(string);
      at = end;
    }
  }

  private attachments(r: RecordReader): MetadataAttachment[] { return readPairs(r, this.table, (link) => this.links.push(link)); }
}

/** (kind, plain id) pairs; `defer` gets those whose node may come later. */
function readPairs(r: RecordReader, table: MetadataTable, defer: (link: Link) => void): MetadataAttachment[] {
  const pairs: MetadataAttachment[] = [];
  while (r.more()) {
    const kind = table.kinds.get(r.number()) ?? r.fail('unknown kind of attachment');
    const pair = { kind, node: null };
    defer({ target: pair as Record<string, unknown>, field: 'node', id: r.number(), accepted: null });
    pairs.push(pair as unknown as MetadataAttachment);
  }
  return pairs;
}

/**
 * Attachments of a function and its instructions. An even-sized record belongs to the function, an odd one to the
 * instruction numbered by its first operand, counting every instruction, void or not.
 */
export function readAttachments(cursor: BitstreamCursor, table: MetadataTable, add: (instruction: number | null, pairs: MetadataAttachment[]) => void): void {
  const record = new RecordReader();
  cursor.forEachRecord(() => {
    const r = record.start('attachments', cursor.operands);
    if (cursor.code !== ATTACHMENT) r.fail(`unsupported record ${cursor.code}`);
    const instruction = r.length % 2 === 1 ? r.number() : null;
    add(instruction, readPairs(r, table, ({ target, id }) => { target.node = table.at(id); }));
  });
}
