/**
 * FUNCTION blocks: constants, metadata, names, and instruction records (instruction-reader.ts decodes those).
 *
 * Value ids: the module's values first, then the function's arguments, its constants, and one id per instruction with
 * a result. All of them and the function's metadata ids are dropped at the end of the block.
 */
import { ENTRY_BLOCK, ENTRY_END, type BitstreamCursor } from './bitstream';
import { readConstants, type PendingBlockAddress } from './constants';
import { InstructionReader, type OpenBlock, type OpenInstruction } from './instruction-reader';
import { readAttachments, readMetadata, type MetadataTable } from './metadata';
import type { DebugRecord, DILocalVariable, DILocation, MetadataNode } from './metadata-nodes';
import { BitcodeError, isTerminator, type Argument, type AttributeList, type FunctionValue, type Value } from './module';
import { RecordReader } from './record';
import type { TypeTable } from './type-table';
import { checkFunction } from './verify-function';
import { LOCAL_SCOPES } from './metadata-layouts';

const CONSTANTS_BLOCK = 11, VST_BLOCK = 14, METADATA_BLOCK = 15, ATTACHMENT_BLOCK = 16, USELIST_BLOCK = 18;
const DECLARE_BLOCKS = 1, DEBUG_LOC_AGAIN = 33, DEBUG_LOC = 35, OPERAND_BUNDLE = 55, BLOCKADDRESS_USERS = 60;
const DEBUG_VALUE = 61, DEBUG_DECLARE = 62, DEBUG_ASSIGN = 63, DEBUG_VALUE_SIMPLE = 64, DEBUG_LABEL = 65, DEBUG_DECLARE_VALUE = 66;

/** What has been read of the module, as functions need it. */
export interface ModuleContext {
  readonly types: TypeTable;
  readonly values: Value[];
  readonly metadata: MetadataTable;
  readonly attributeLists: readonly (AttributeList | null)[];
  readonly bundleTags: readonly string[];
  readonly syncScopes: readonly string[];
  readonly blockAddresses: PendingBlockAddress[];
}

/** A function whose body is still to be read. */
export type OpenFunction = { -readonly [K in keyof FunctionValue]: FunctionValue[K] };

export function readFunctionBody(cursor: BitstreamCursor, context: ModuleContext, fn: OpenFunction): void {
  new FunctionReader(cursor, context, fn).read();
}

class FunctionReader {
  private readonly r = new RecordReader();
  private readonly instructions: OpenInstruction[] = [];
  private readonly blocks: OpenBlock[] = [];
  private readonly decoder: InstructionReader;
  private readonly where: string;
  private location: DILocation | null = null;
  private current = 0;

  constructor(private readonly cursor: BitstreamCursor, private readonly context: ModuleContext, private readonly fn: OpenFunction) {
    this.where = `function ${fn.name}`;
    this.decoder = new InstructionReader(context, fn, this.blocks, this.r);
  }

  read(): void {
    const { cursor, context: { values, metadata }, fn } = this;
    const globalValues = values.length, moduleNodes = metadata.nodes.length;
    fn.arguments = fn.functionType.parameters.map((type, index) => {
      const argument: Argument = { kind: 'argument', type, index, name: null };
      values.push(argument);
      return argument;
    });
    fn.blocks = this.blocks;
    const blockBits = cursor.enterBlock();
    for (;;) {
      const entry = cursor.next();
      if (entry === ENTRY_END) break;
      if (entry === ENTRY_BLOCK) this.subBlock();
      else this.record(cursor.code, blockBits);
    }
    if (this.current !== this.blocks.length || this.blocks.length === 0) throw new BitcodeError(`function ${fn.name}: ${this.blocks.length} blocks were declared and ${this.current} came`);
    this.decoder.finish(this.instructions);
    metadata.linkValues(values);
    checkFunction(fn);
    values.length = globalValues;
    metadata.nodes.length = moduleNodes;
  }

  private subBlock(): void {
    const { cursor, context } = this;
    switch (cursor.blockId) {
      case CONSTANTS_BLOCK: return readConstants(cursor, context);
      case METADATA_BLOCK: return readMetadata(cursor, context.metadata, context.types);
      case ATTACHMENT_BLOCK: return readAttachments(cursor, context.metadata, (instruction, pairs) => {
        if (instruction === null) { this.fn.attachments = [...this.fn.attachments, ...pairs]; return; }
        const target = this.instructions[instruction];
        if (!target) throw new BitcodeError(`function ${this.fn.name}: an attachment to instruction ${instruction}, which does not exist`);
        target.attachments = pairs;
      });
      case VST_BLOCK: return this.names();
      case USELIST_BLOCK: return cursor.skipBlock();
      default: throw new BitcodeError(`function ${this.fn.name}: unsupported block ${cursor.blockId}`);
    }
  }

  private record(code: number, blockBits: number): void {
    const { r, cursor } = this;
    r.start(this.where, cursor.operands);
    switch (code) {
      case DECLARE_BLOCKS: {
        const count = r.number();
        // Each block takes an instruction of some bits at least.
        if (this.blocks.length > 0 || count > blockBits) r.fail(`impossible number of blocks ${count}`);
        for (let index = 0; index < count; index++) this.blocks.push({ kind: 'block', index, name: null, instructions: [], function: this.fn });
        return;
      }
      case DEBUG_LOC_AGAIN: this.last().location = this.location; return;
      case DEBUG_LOC: this.location = this.last().location = this.debugLocation(); return;
      case BLOCKADDRESS_USERS: return; // a reading order for lazy loaders
      case DEBUG_VALUE: case DEBUG_DECLARE: case DEBUG_ASSIGN: case DEBUG_VALUE_SIMPLE: case DEBUG_LABEL: case DEBUG_DECLARE_VALUE:
        this.last().records.push(this.debugRecord(code));
        return;
      case OPERAND_BUNDLE: return this.decoder.bundle();
    }
    const block = this.blocks[this.current] ?? r.fail('an instruction after the last block');
    const instruction = this.decoder.instruction(code, block);
    this.instructions.push(instruction);
    block.instructions.push(instruction);
    if (instruction.type.kind !== 'void') this.context.values.push(instruction);
    if (isTerminator(instruction)) this.current++;
  }

  private last(): OpenInstruction {
    return this.instructions[this.instructions.length - 1] ?? this.r.fail('debug information before the first instruction');
  }

  /** line, column, scope + 1, inlinedAt + 1, implicit, atom group, atom rank */
  private debugLocation(): DILocation {
    const { r, context: { metadata } } = this;
    const line = r.number(), column = r.number(), scopeId = r.number(), inlinedAt = r.number();
    const scope = scopeId === 0 ? r.fail('a location without a scope') : metadata.at(scopeId - 1);
    if (!isLocalScope(scope)) return r.fail(`a location in ${scope.kind}`);
    return {
      kind: 'DILocation', distinct: false, line, column, scope, inlinedAt: inlinedAt === 0 ? null : metadata.of('DILocation', inlinedAt - 1),
      implicit: r.optional() !== 0, atomGroup: r.optional(), atomRank: r.optional(),
    };
  }

  /** location, label | location, variable, expression, value [, assign id, address expression, address] */
  private debugRecord(code: number): DebugRecord {
    const { r, context: { metadata } } = this, location = metadata.of('DILocation', r.number());
    if (code === DEBUG_LABEL) return { kind: 'label', location, label: metadata.of('DILabel', r.number()) };
    const variable: DILocalVariable = metadata.of('DILocalVariable', r.number()), expression = metadata.of('DIExpression', r.number());
    const common = { location, variable, expression };
    switch (code) {
      case DEBUG_VALUE: return { kind: 'value', ...common, value: metadata.at(r.number()) };
      case DEBUG_DECLARE: return { kind: 'declare', ...common, value: metadata.at(r.number()) };
      case DEBUG_DECLARE_VALUE: return { kind: 'declare_value', ...common, value: metadata.at(r.number()) };
      case DEBUG_VALUE_SIMPLE: return { kind: 'value', ...common, value: this.decoder.valueAsMetadata() };
      default: return {
        kind: 'assign', ...common, value: metadata.at(r.number()), assignId: metadata.of('DIAssignID', r.number()),
        addressExpression: metadata.of('DIExpression', r.number()), address: metadata.at(r.number()),
      };
    }
  }

  /** Names of values (record 1) and blocks (record 2). */
  private names(): void {
    const { cursor, r, context: { values } } = this;
    cursor.forEachRecord(() => {
      r.start(`names of function ${this.fn.name}`, cursor.operands);
      const id = r.number();
      if (cursor.code !== 1 && cursor.code !== 2) r.fail(`unsupported record ${cursor.code}`);
      const target = cursor.code === 1 ? values[id] : this.blocks[id];
      if (!target || (target.kind !== 'argument' && target.kind !== 'instruction' && target.kind !== 'block')) return r.fail(`there is nothing numbered ${id} to name`);
      (target as { name: string | null }).name = r.text();
    });
  }
}

function isLocalScope(node: MetadataNode): node is DILocation['scope'] {
  return LOCAL_SCOPES.has(node.kind);
}
