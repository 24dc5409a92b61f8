/**
 * From bitcode to LIR: the public entry of the lowering.
 *
 * Symbols are resolved, each function is lowered, given window slots and emitted; then variables get their addresses
 * after the text, and instructions and initial values that name addresses are completed. All complaints of a program
 * are reported together.
 */
import { INSTRUCTION_BYTES } from '../../core/kernel/memory-layout';
import { Anchor, FUNCTION_NORETURN, FUNCTION_VARIADIC, LIBRARY_TEXT_VA, PROGRAM_TEXT_VA, type Image, type LirFunction, type Program, type Segment, type Va } from '../../core/lir/lir';
import type { BitcodeModule, Block, GlobalValue, Value } from '../bitcode/module';
import { allocateRegisters } from './allocate';
import { tidyBranches } from './branches';
import { DataLayout } from './data';
import { DebugBuilder, subprogramOf, type VariablePlace } from './debug-builder';
import { CodeBuffer, emitFunction } from './emit';
import { errorAt, LoweringError, NOWHERE, Refusal } from './errors';
import { ImageBuilder, type FunctionEntry } from './image-builder';
import { evaluate, type Addresses } from './late';
import { lowerFunction, type LoweredFunction } from './lower-function';
import type { MachineBlock, MachineFunction, Register, SourceLine } from './mir';
import { libraryAnchor, RelocationTable, type ShiftedAddresses } from './relocations';
import { isExternal, SymbolTable, type Unit } from './unit';

export { LoweringError } from './errors';

const TEXT_PAGE_BYTES = 4096;
const TEXT_BYTES_PER_INSTRUCTION = 4;
const START = '__pw_start';
const FREE_RESOURCES = '__pw_freeres';

/** Lowers the C library of the simulated system: one image at LIBRARY_TEXT_VA. Throws LoweringError. */
export function lowerLibrary(modules: readonly BitcodeModule[]): Image {
  return new Linker('libc.so', '/usr/lib/libc.so', LIBRARY_TEXT_VA, modules, null).link();
}

/**
 * Lowers a program of one or more translation units against the library; `sources` are kept for views by file name as
 * the compiler saw it. Throws LoweringError with all complaints: unsupported constructs, undefined and duplicate symbols.
 */
export function lowerProgram(modules: readonly BitcodeModule[], library: Image, sources: ReadonlyMap<string, string>): Program {
  const image = new Linker('main', 'main', PROGRAM_TEXT_VA, modules, library).link();
  const main = image.functions.findIndex(fn => fn.name === 'main' && fn.external);
  if (main < 0) {
    const place = { ...NOWHERE, file: modules[0]?.sourceFile ?? '' };
    throw new LoweringError([errorAt(place, 'undefined symbol `main`: a program starts at the function main, and no source file defines it')]);
  }
  return { image, library, main, start: libraryFunction(library, START), freeResources: libraryFunction(library, FREE_RESOURCES), sources };
}

function libraryFunction(library: Image, name: string): number {
  const exported = library.exports.get(name);
  if (exported?.kind !== 'function') throw new Error(`lowering: the C library does not define ${name}`);
  return exported.index;
}

/** One image in the making. */
class Linker implements ShiftedAddresses {
  step = 0n;
  private readonly relocations = new RelocationTable(this);
  private readonly debug = new DebugBuilder();
  private readonly builder: ImageBuilder;
  private readonly data: DataLayout;
  private readonly buffer = new CodeBuffer();
  private readonly functions: LirFunction[] = [];
  private readonly blockEntries = new Map<Block, MachineBlock>();
  private readonly machines = new Map<Block, MachineFunction>();

  constructor(private readonly name: string, private readonly path: string, private readonly textVa: Va, modules: readonly BitcodeModule[], private readonly library: Image | null) {
    const symbols = new SymbolTable(modules, library, value => this.debug.definitionPlace(value));
    this.builder = new ImageBuilder(symbols, this.debug, library);
    this.data = new DataLayout(this.builder);
    for (const module of modules) {
      this.noteUnit(module);
      if (module.inlineAsm.trim() !== '') this.builder.fail({ ...NOWHERE, file: module.sourceFile }, 'assembly outside functions is not supported');
    }
  }

  private noteUnit(module: BitcodeModule): void {
    for (const named of module.namedMetadata)
      if (named.name === 'llvm.dbg.cu')
        for (const node of named.nodes) if (node.kind === 'DICompileUnit') this.debug.noteDirectory(node.file);
  }

  link(): Image {
    for (const entry of this.builder.functions) this.addFunction(entry);
    this.buffer.align(TEXT_PAGE_BYTES / TEXT_BYTES_PER_INSTRUCTION);
    this.data.place(this.textVa + BigInt(this.buffer.count * TEXT_BYTES_PER_INSTRUCTION));
    this.applyPatches();
    this.data.fill(this.builder, this.relocations);
    if (this.builder.errors.length > 0) throw new LoweringError(this.builder.errors);
    return this.finish();
  }

  private addFunction({ unit, fn }: FunctionEntry): void {
    const subprogram = subprogramOf(fn);
    const file = this.debug.fileNumber(subprogram?.file ?? null);
    const entryLine: SourceLine | null = subprogram === null ? null : { line: subprogram.scopeLine || subprogram.line, column: 0, file };
    try {
      const lowered = lowerFunction(this.builder, unit, fn);
      const { machine, entries } = lowered;
      for (const [block, entry] of entries) { this.blockEntries.set(block, entry); this.machines.set(block, machine); }
      const { windowSlots, slotOf } = allocateRegisters(machine);
      tidyBranches(machine);
      const { first, instructionCount, frameBytes } = emitFunction(this.buffer, machine, unit, windowSlots, entryLine);
      const noreturn = fn.attributes?.function.some(attribute => attribute.name === 'noreturn') === true;
      const top = frameBytes - 16;
      this.functions.push({
        name: fn.name, external: isExternal(fn), first, instructionCount, va: this.codeVa(first), frameBytes, windowSlots, parameterSlots: machine.parameterSlots,
        flags: (fn.functionType.varargs ? FUNCTION_VARIADIC : 0) | (noreturn ? FUNCTION_NORETURN : 0),
        variables: this.debug.variables(fn, address => variablePlace(lowered, address, top, slotOf)),
        line: subprogram?.line ?? 0, file,
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.builder.fail(error.place ?? this.debug.definitionPlace(fn), error.message);
    }
  }

  private codeVa(index: number): Va {
    return this.textVa + BigInt(index * TEXT_BYTES_PER_INSTRUCTION);
  }

  private applyPatches(): void {
    for (const { instruction, late, unit, line } of this.buffer.patches) {
      const place = this.debug.placeOf(line);
      this.place = place;
      try {
        const { value, anchor } = this.relocations.locate(late.constant, unit, () => `${place.file}:${place.line} uses an address as a number`);
        this.buffer.addImmediate(instruction, value + late.addend);
        this.relocations.addInstruction(instruction, anchor);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.builder.fail(place, error.message);
      }
    }
    this.place = NOWHERE;
  }

  // ---- Addresses ----

  private place = NOWHERE;

  addressOf(unit: Unit, value: GlobalValue): bigint {
    const target = unit.symbols.resolve(unit, value);
    switch (target.kind) {
      case 'libraryFunction': return target.va + this.shift(Anchor.LibraryText);
      case 'libraryData': return target.va + (this.library === null ? 0n : this.shift(libraryAnchor(this.library, target.va)));
      case 'intrinsic': throw new Refusal(`the address of the machine's function ${value.name} is taken`);
      case 'undefined':
        if (!target.weak) this.builder.undefined(value.name, this.place);
        return 0n;
      case 'own': {
        const own = target.value;
        if (own.kind === 'alias') return evaluate(own.target, target.unit, this);
        if (own.kind === 'global') return (this.data.addressOf(own) ?? 0n) + this.shift(this.data.anchorOf(own));
        const index = this.builder.indexOf(own);
        // A function that was refused has no address; the image is not used then.
        return index === undefined ? 0n : (this.functions[index]?.va ?? 0n) + this.shift(Anchor.Text);
      }
    }
  }

  private shift(anchor: Anchor): bigint {
    return this.step * BigInt(anchor);
  }

  addressOfBlock(constant: Parameters<Addresses['addressOfBlock']>[0]): bigint {
    const entry = this.blockEntries.get(constant.block), machine = this.machines.get(constant.block);
    if (entry === undefined || machine === undefined) return 0n; // an unreachable block: nothing can go there
    for (let k = machine.blocks.indexOf(entry); k < machine.blocks.length; k++)
      if (machine.blocks[k].first >= 0) return this.codeVa(machine.blocks[k].first) + this.shift(Anchor.Text);
    return 0n;
  }

  // ---- the image ----

  private finish(): Image {
    const { buffer, builder, data, debug } = this;
    const { count } = buffer;
    const text: Segment = { kind: 'text', va: this.textVa, sizeBytes: count * TEXT_BYTES_PER_INSTRUCTION, content: textBytes(buffer.code, count) };
    const exports = new Map<string, { readonly kind: 'function'; readonly index: number } | { readonly kind: 'data'; readonly va: Va; readonly sizeBytes: number }>();
    for (const { name, va, sizeBytes } of data.exported()) exports.set(name, { kind: 'data', va, sizeBytes });
    this.functions.forEach((fn, index) => { if (fn.external) exports.set(fn.name, { kind: 'function', index }); });
    this.exportAliases(exports);
    return {
      name: this.name, path: this.path, code: buffer.code.slice(0, count * INSTRUCTION_BYTES), functions: this.functions, segments: [text, ...data.segments],
      symbols: data.symbols,
      debug: {
        files: debug.files, directory: debug.directory, types: debug.types, line: buffer.line.slice(0, count), column: buffer.column.slice(0, count),
        file: buffer.file.slice(0, count), statement: buffer.statement.slice(0, count),
      },
      importBase: builder.importBase, callDescriptors: builder.callDescriptors, exports, relocations: this.relocations.finish(), tls: data.tls,
    };
  }

  private exportAliases(exports: Map<string, { readonly kind: 'function'; readonly index: number } | { readonly kind: 'data'; readonly va: Va; readonly sizeBytes: number }>): void {
    for (const unit of this.builder.symbols.units)
      for (const alias of unit.module.aliases) {
        if (!isExternal(alias) || exports.has(alias.name)) continue;
        const number = this.builder.numberOf({ kind: 'own', unit, value: alias });
        if (number !== null) exports.set(alias.name, { kind: 'function', index: number - this.builder.importBase });
        else exports.set(alias.name, { kind: 'data', va: evaluate(alias, unit, this), sizeBytes: 0 });
      }
  }
}

function variablePlace({ frameOffsets, addressRegisters }: LoweredFunction, address: Value, top: number, slotOf: (register: Register) => number): VariablePlace | null {
  const displacement = address.kind === 'instruction' ? frameOffsets.get(address) : undefined;
  if (displacement !== undefined) return { frameOffset: top + displacement };
  const register = addressRegisters.get(address);
  return register === undefined ? null : { frameOffset: null, addressSlot: slotOf(register) };
}

/** What the loader puts into text pages: op and a of each instruction, as the hex view shows them. */
function textBytes(code: Uint8Array, count: number): Uint8Array {
  const bytes = new Uint8Array(count * TEXT_BYTES_PER_INSTRUCTION);
  for (let i = 0; i < count; i++) bytes.set(code.subarray(i * INSTRUCTION_BYTES, i * INSTRUCTION_BYTES + TEXT_BYTES_PER_INSTRUCTION), i * TEXT_BYTES_PER_INSTRUCTION);
  return bytes;
}
