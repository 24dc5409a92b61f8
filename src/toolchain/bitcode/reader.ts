/**
 * Reads LLVM bitcode, as the pinned Clang writes it, into plain data (module.ts).
 *
 * The format is LLVM's "Bitcode file format"; the record layouts drift between versions, so the version of Clang is
 * pinned and an unknown record is refused, never skipped. A damaged file gives a BitcodeError: no other exception, no
 * hang, and no more memory than a small multiple of the file.
 */
import { attributeListAt, readAttributeGroups, readAttributeLists } from './attributes';
import { BitstreamCursor, ENTRY_BLOCK, ENTRY_END, ENTRY_RECORD } from './bitstream';
import { constantAt, readConstants, type PendingBlockAddress } from './constants';
import { readFunctionBody, type OpenFunction } from './function-reader';
import { MetadataTable, readMetadata, readMetadataKinds } from './metadata';
import {
  BitcodeError, type Alias, type AttributeList, type BitcodeModule, type Comdat, type Constant, type FunctionValue,
  type GlobalVariable, type Linkage, type ThreadLocalMode, type UnnamedAddress, type Value, type Visibility,
} from './module';
import { RecordReader, alignment, utf8 } from './record';
import { isSized } from './type-rules';
import { TypeTable, readTypes } from './type-table';

const MAGIC = 0xdec0_4342;
const MODULE_BLOCK = 8, PARAMATTR = 9, PARAMATTR_GROUP = 10, CONSTANTS = 11, FUNCTION_BLOCK = 12, IDENTIFICATION = 13, OFFSETS = 14, METADATA = 15,
  TYPES = 17, USELIST = 18, BUNDLE_TAGS = 21, METADATA_KINDS = 22, STRTAB = 23, SYMTAB = 25, SYNC_SCOPES = 26;
const VERSION = 1, TRIPLE = 2, DATALAYOUT = 3, ASM = 4, SECTION = 5, GLOBALVAR = 7, FUNCTION = 8, COMDAT = 12, VSTOFFSET = 13, ALIAS = 14,
  SOURCE_FILENAME = 16, HASH = 17, IFUNC = 18;

const LINKAGES: readonly (Linkage | undefined)[] = ['external', undefined, 'appending', 'internal', undefined, 'external', 'external', 'extern_weak', 'common',
  'private', undefined, undefined, 'available_externally', 'private', 'private', 'external', 'weak', 'weak_odr', 'linkonce', 'linkonce_odr'];
const VISIBILITIES: readonly Visibility[] = ['default', 'hidden', 'protected'];
const THREAD_LOCAL: readonly ThreadLocalMode[] = ['none', 'general', 'localdynamic', 'initialexec', 'localexec'];
const UNNAMED: readonly UnnamedAddress[] = ['none', 'unnamed_addr', 'local_unnamed_addr'];

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads one bitcode file (as Clang's `-emit-llvm -c` writes it). Throws BitcodeError, nothing else. */
export function readBitcode(bytes: Uint8Array): BitcodeModule {
  return new ModuleReader(bytes).read();
}

class ModuleReader {
  private readonly cursor: BitstreamCursor;
  private readonly r = new RecordReader();
  private types = new TypeTable();
  private readonly values: Value[] = [];
  private readonly metadata = new MetadataTable();
  private readonly blockAddresses: PendingBlockAddress[] = [];
  private attributeLists: (AttributeList | null)[] = [null];
  private readonly bundleTags: string[] = [];
  private readonly syncScopes: string[] = [];
  private readonly sections: string[] = [];
  private readonly comdats: Comdat[] = [];
  private readonly globals: Writable<GlobalVariable>[] = [];
  private readonly functions: OpenFunction[] = [];
  private readonly aliases: Writable<Alias>[] = [];
  /** Functions with a body, in the order of their bodies. */
  private readonly bodies: OpenFunction[] = [];
  private readonly initializers: { readonly global: Writable<GlobalVariable>; readonly id: number }[] = [];
  private readonly aliasTargets: { readonly alias: Writable<Alias>; readonly id: number }[] = [];
  private nextBody = 0;
  /** Names of global values: one blob at the end of the file. */
  private readonly strings: Uint8Array;
  private readonly text = { producer: '', triple: '', dataLayout: '', sourceFile: '', inlineAsm: '' };

  constructor(bytes: Uint8Array) {
    this.cursor = new BitstreamCursor(bytes);
    if (bytes.length < 4 || this.cursor.fixed(32) !== MAGIC) throw new BitcodeError('bitcode: this is not LLVM bitcode');
    this.strings = readStringTable(bytes);
  }

  read(): BitcodeModule {
    const { cursor } = this;
    let modules = 0;
    while (cursor.position + 32 <= cursor.endBit) {
      if (cursor.next() !== ENTRY_BLOCK) throw new BitcodeError('bitcode: a record outside any block');
      switch (cursor.blockId) {
        case IDENTIFICATION: this.identification(); break;
        case MODULE_BLOCK:
          if (modules++ > 0) throw new BitcodeError('bitcode: more than one module');
          this.module();
          break;
        case STRTAB: case SYMTAB: cursor.skipBlock(); break; // read before; for native linkers
        default: throw new BitcodeError(`bitcode: unsupported block ${cursor.blockId}`);
      }
    }
    if (modules === 0) throw new BitcodeError('bitcode: the file has no module');
    const { globals, functions, aliases } = this;
    return { ...this.text, types: this.types.list, globals, functions: functions as FunctionValue[], aliases, namedMetadata: this.namedMetadata() };
  }

  private identification(): void {
    const { cursor, r } = this;
    cursor.forEachRecord(() => {
      r.start('identification', cursor.operands);
      if (cursor.code === 1) this.text.producer = r.text();
      else if (cursor.code !== 2 || r.number() !== 0) r.fail('another version of the format');
    });
  }

  private module(): void {
    const { cursor } = this;
    cursor.enterBlock();
    for (let entry = cursor.next(); entry !== ENTRY_END; entry = cursor.next()) {
      if (entry === ENTRY_RECORD) this.record(cursor.code);
      else this.subBlock(cursor.blockId);
    }
    if (this.nextBody !== this.bodies.length) throw new BitcodeError('module: a function has no body');
    this.linkGlobals();
  }

  private subBlock(block: number): void {
    const { cursor, values, metadata, types } = this;
    switch (block) {
      case TYPES: this.types = readTypes(cursor); return;
      case PARAMATTR_GROUP: this.groups = readAttributeGroups(cursor, types); return;
      case PARAMATTR: this.attributeLists = readAttributeLists(cursor, this.groups); return;
      case CONSTANTS: return readConstants(cursor, { types, values, blockAddresses: this.blockAddresses });
      case METADATA_KINDS: return readMetadataKinds(cursor, metadata);
      case METADATA:
        readMetadata(cursor, metadata, types);
        return metadata.linkValues(values);
      case BUNDLE_TAGS: return this.stringList(this.bundleTags);
      case SYNC_SCOPES: return this.stringList(this.syncScopes);
      case FUNCTION_BLOCK: {
        const fn = this.bodies[this.nextBody++];
        if (!fn) throw new BitcodeError('module: a body without a function');
        const { attributeLists, bundleTags, syncScopes, blockAddresses } = this;
        return readFunctionBody(cursor, { types, values, metadata, attributeLists, bundleTags, syncScopes, blockAddresses }, fn);
      }
      case USELIST: case OFFSETS: return cursor.skipBlock(); // orders of use lists; places of function blocks, for lazy loading
      default: throw new BitcodeError(`module: unsupported block ${block}`);
    }
  }

  private groups: ReturnType<typeof readAttributeGroups> = new Map();

  private stringList(list: string[]): void {
    const { cursor, r } = this;
    cursor.forEachRecord(() => { list.push(r.start('strings', cursor.operands).text()); });
  }

  private record(code: number): void {
    const r = this.r.start('module', this.cursor.operands);
    switch (code) {
      case VERSION: { const version = r.number(); if (version !== 2) r.fail(`unsupported version ${version}`); return; }
      case TRIPLE: this.text.triple = r.text(); return;
      case DATALAYOUT: this.text.dataLayout = r.text(); return;
      case ASM: this.text.inlineAsm = r.text(); return;
      case SECTION: this.sections.push(r.text()); return;
      case SOURCE_FILENAME: this.text.sourceFile = r.text(); return;
      case COMDAT: {
        const name = this.globalName();
        this.comdats.push({ name, selection: r.number() });
        return;
      }
      case GLOBALVAR: return this.globalVariable();
      case FUNCTION: return this.function();
      case ALIAS: return this.alias();
      case IFUNC: return r.fail('functions chosen at load time (ifunc) are not supported');
      case VSTOFFSET: case HASH: return;
      default: r.fail(`unsupported record ${code}`);
    }
  }

  private globalName(): string {
    const offset = this.r.number(), end = offset + this.r.number();
    return end <= this.strings.length ? utf8(this.strings.subarray(offset, end)) : this.r.fail('a name lies outside the string table');
  }

  private section(): string | null {
    const id = this.r.number();
    return id === 0 ? null : this.sections[id - 1] ?? this.r.fail(`there is no section ${id}`);
  }

  private comdat(): Comdat | null {
    const id = this.r.optional();
    return id === 0 ? null : this.comdats[id - 1] ?? this.r.fail(`there is no comdat ${id}`);
  }

  /** A choice that older writers leave out. */
  private optionalChoice<T>(names: readonly T[], what: string): T { return this.r.more() ? this.r.choice(names, what) : names[0]!; }

  /**
   * name offset, name size, type, flags (1 constant, 2 explicit type, above: address space), initializer + 1, linkage, alignment,
   * section, visibility, thread-local, unnamed_addr, externally initialized, dll storage, comdat, attributes, dso_local,
   * partition (offset, size), sanitizer, code model
   */
  private globalVariable(): void {
    const { r } = this, name = this.globalName(), valueType = this.types.at(r.number()), flags = r.number(), initializer = r.number();
    if (!isSized(valueType) && initializer !== 0) r.fail(`a variable of type ${valueType.kind}`);
    const linkage = r.choice(LINKAGES, 'linkage'), align = alignment(r.number()), section = this.section();
    const visibility = this.optionalChoice(VISIBILITIES, 'visibility'), threadLocal = this.optionalChoice(THREAD_LOCAL, 'thread-local model');
    const unnamed = this.optionalChoice(UNNAMED, 'unnamed_addr'), externallyInitialized = r.optional() !== 0;
    r.optional();
    const comdat = this.comdat(), attributes = attributeListAt(this.attributeLists, r.optional()), dsoLocal = r.optional() !== 0;
    const global: Writable<GlobalVariable> = {
      kind: 'global', name, type: this.types.pointerIn(flags >>> 2), valueType, constant: (flags & 1) !== 0, initializer: null, linkage, align,
      section, visibility, threadLocal, unnamed, externallyInitialized, comdat, attributes, dsoLocal, attachments: [],
    };
    this.globals.push(global);
    this.values.push(global);
    if (initializer !== 0) this.initializers.push({ global, id: initializer - 1 });
  }

  /**
   * name offset, name size, type, calling convention, is declaration, linkage, attributes, alignment, section, visibility, gc,
   * unnamed_addr, prologue, dll storage, comdat, prefix, personality, dso_local, address space, partition (offset, size)
   */
  private function(): void {
    const { r } = this, name = this.globalName(), functionType = this.types.functionAt(r.number()), callingConvention = r.number();
    const declaration = r.flag(), linkage = r.choice(LINKAGES, 'linkage'), attributes = attributeListAt(this.attributeLists, r.number());
    const align = alignment(r.number()), section = this.section(), visibility = r.choice(VISIBILITIES, 'visibility'), gc = r.optional();
    const unnamed = this.optionalChoice(UNNAMED, 'unnamed_addr'), prologue = r.optional();
    r.optional();
    const comdat = this.comdat(), prefix = r.optional(), personality = r.optional(), dsoLocal = r.optional() !== 0, addressSpace = r.optional();
    if (gc !== 0 || prologue !== 0 || prefix !== 0 || personality !== 0 || addressSpace !== 0) r.fail('a function with prologue, prefix, personality or garbage collector');
    const fn: OpenFunction = {
      kind: 'function', name, type: this.types.pointer, functionType, callingConvention, declaration, linkage, attributes, align, section,
      visibility, unnamed, comdat, dsoLocal, attachments: [], arguments: [], blocks: [],
    };
    this.functions.push(fn);
    this.values.push(fn);
    if (!declaration) this.bodies.push(fn);
  }

  /** name offset, name size, type, address space, target, linkage, visibility, dll storage, thread-local, unnamed_addr, dso_local */
  private alias(): void {
    const { r } = this, name = this.globalName(), valueType = this.types.at(r.number()), type = this.types.pointerIn(r.number()), id = r.number();
    const linkage = r.choice(LINKAGES, 'linkage'), visibility = this.optionalChoice(VISIBILITIES, 'visibility');
    r.optional();
    const threadLocal = this.optionalChoice(THREAD_LOCAL, 'thread-local model'), unnamed = this.optionalChoice(UNNAMED, 'unnamed_addr');
    // The target is linked at the end of the module; nobody sees the alias before.
    const alias: Writable<Alias> = {
      kind: 'alias', name, type, valueType, target: null as unknown as Constant, linkage, visibility, threadLocal, unnamed,
      dsoLocal: r.optional() !== 0, attachments: [],
    };
    this.aliases.push(alias);
    this.values.push(alias);
    this.aliasTargets.push({ alias, id });
  }

  /** Initializers, targets of aliases, attachments and block addresses name things that come later in the file. */
  private linkGlobals(): void {
    const { values, metadata } = this;
    for (const { global, id } of this.initializers) {
      const initializer = constantAt(values, id);
      if (initializer.type !== global.valueType) throw new BitcodeError('module: an initializer of another type than its variable');
      global.initializer = initializer;
    }
    for (const { alias, id } of this.aliasTargets) alias.target = constantAt(values, id);
    this.checkAliases();
    for (const { value, attachments } of metadata.globalAttachments) {
      const target = values[value];
      if (target?.kind !== 'global' && target?.kind !== 'function') throw new BitcodeError(`module: an attachment to value ${value}, which is not global`);
      (target as { attachments: typeof attachments }).attachments = attachments;
    }
    for (const address of this.blockAddresses) {
      const block = address.function.blocks[address.index];
      if (!block) throw new BitcodeError(`module: there is no block ${address.index} to take the address of`);
      address.block = block;
    }
  }

  /** Through casts and offsets, an alias must end at something that is not an alias. */
  private checkAliases(): void {
    const done = new Set<Constant>();
    for (const alias of this.aliases) {
      const path = new Set<Constant>();
      for (let at: Constant | undefined = alias; at && !done.has(at);) {
        if (path.has(at)) throw new BitcodeError('module: an alias of itself');
        path.add(at);
        at = at.kind === 'alias' ? at.target : at.kind === 'expression' ? at.operands[0] : undefined;
      }
      for (const step of path) done.add(step);
    }
  }

  private namedMetadata(): BitcodeModule['namedMetadata'] {
    return this.metadata.named.map(({ name, ids }) => ({ name, nodes: ids.map((id) => this.metadata.at(id)) }));
  }
}

/** The string table stands after the module; top-level blocks can be skipped by their lengths. */
function readStringTable(bytes: Uint8Array): Uint8Array {
  const cursor = new BitstreamCursor(bytes, 32);
  let strings: Uint8Array | null = null;
  while (cursor.position + 32 <= cursor.endBit) {
    if (cursor.next() !== ENTRY_BLOCK) throw new BitcodeError('bitcode: a record outside any block');
    if (cursor.blockId !== STRTAB) { cursor.skipBlock(); continue; }
    cursor.forEachRecord(() => {
      if (cursor.code !== 1 || !cursor.blob) throw new BitcodeError('bitcode: malformed string table');
      strings = cursor.blob;
    });
  }
  if (!strings) throw new BitcodeError('bitcode: the string table is missing');
  return strings;
}
