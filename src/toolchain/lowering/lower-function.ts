/**
 * One function from bitcode to machine instructions on virtual registers.
 *
 * Blocks are lowered in reverse postorder, so that every value but a phi's has been lowered before it is used, and laid
 * out in the order of the bitcode (the order of the source). Unreachable blocks are left out.
 */
import { WINDOW_HEADER } from '../../core/kernel/ops';
import type { AllocaInstruction, Block, FunctionValue, Instruction, Value } from '../bitcode/module';
import { lowerArithmetic } from './arithmetic';
import { lowerAtomic } from './atomics';
import { lowerCall } from './calls';
import { saveVariadicRegisters } from './variadic';
import { lowerCast } from './casts';
import { lowerCompare, lowerSelect } from './compare';
import { ControlFlow } from './control';
import { lowerAggregate, lowerVector } from './aggregates';
import { Refusal } from './errors';
import type { ImageBuilder } from './image-builder';
import { alignOf, piecesOf, sizeOf } from './layout';
import { lowerAlloca, lowerGep, lowerLoad, lowerStore } from './memory';
import type { MachineBlock, MachineFunction, Register } from './mir';
import { inRegister } from './operands';
import { Selector } from './selector';
import type { Unit } from './unit';

export interface LoweredFunction {
  readonly machine: MachineFunction;
  /** First machine block of each reachable bitcode block. */
  readonly entries: ReadonlyMap<Block, MachineBlock>;
  /** Displacement from the top of the locals of each alloca with a fixed place. */
  readonly frameOffsets: ReadonlyMap<Instruction, number>;
  /** Registers with the addresses of other variables in memory. */
  readonly addressRegisters: ReadonlyMap<Value, Register>;
}

/** Lowers a function with a body. Throws Refusal with the place of what is unsupported. */
export function lowerFunction(image: ImageBuilder, unit: Unit, fn: FunctionValue): LoweredFunction {
  const selector = new Selector(image, unit, fn);
  const order = reversePostorder(fn);
  const control = new ControlFlow(selector, order);
  try {
    prepare(selector, fn, order);
    for (const block of order) {
      control.begin(block);
      if (block === order[0] && startsVariadic(fn)) saveVariadicRegisters(selector);
      for (const instruction of block.instructions) lowerAt(selector, control, instruction);
    }
  } catch (error) {
    if (error instanceof Refusal && error.place === null) throw new Refusal(error.message, selector.place());
    throw error;
  }
  selector.machine.blocks.push(...control.layOut(fn));
  if (returnsTwice(fn)) for (let register = WINDOW_HEADER; register < selector.machine.registerCount; register++) selector.machine.pinned.add(register);
  return { machine: selector.machine, entries: control.entries, frameOffsets: selector.frameOffsets, addressRegisters: pinAddresses(selector, order) };
}

/** Variables that live where a register points (struct parameters in the caller's frame, arrays of variable length): the register stays. */
function pinAddresses(selector: Selector, order: readonly Block[]): Map<Value, Register> {
  const registers = new Map<Value, Register>();
  for (const block of order)
    for (const { records } of block.instructions)
      for (const record of records) {
        if (record.kind !== 'declare' || record.value.kind !== 'value') continue;
        const { value } = record.value;
        if (value.kind !== 'argument' && value.kind !== 'instruction') continue;
        const { operand } = selector.slot(value);
        if (operand.kind !== 'register') continue;
        registers.set(value, operand.register);
        selector.machine.pinned.add(operand.register);
      }
  return registers;
}

const RETURN_TWICE = new Set(['setjmp', '_setjmp', 'sigsetjmp']);

/** After a second return of setjmp, values from before the first one are needed again: no register may have been reused meanwhile. */
function returnsTwice(fn: FunctionValue): boolean {
  return fn.blocks.some(block => block.instructions.some(
    instruction => instruction.op === 'call' && instruction.callee.kind === 'function' && RETURN_TWICE.has(instruction.callee.name)));
}

function startsVariadic(fn: FunctionValue): boolean {
  return fn.functionType.varargs && fn.blocks.some(block => block.instructions.some(
    instruction => instruction.op === 'call' && instruction.callee.kind === 'function' && instruction.callee.name.startsWith('llvm.va_start')));
}

/** Fixed places of allocas of the entry block, and registers of phis. */
function prepare(selector: Selector, fn: FunctionValue, order: readonly Block[]): void {
  for (const instruction of fn.blocks[0].instructions)
    if (instruction.op === 'alloca') placeAlloca(selector, instruction);
  for (const block of order)
    for (const instruction of block.instructions)
      if (instruction.op === 'phi')
        selector.define(instruction, piecesOf(instruction.type).map(() => inRegister(selector.newRegister())));
}

/** An alloca of known size in the entry block lives at a fixed place of the frame: the first one highest, as compilers lay them out. */
function placeAlloca(selector: Selector, alloca: AllocaInstruction): void {
  const [count] = alloca.operands;
  const align = Math.max(alloca.align, alignOf(alloca.allocated));
  if (count.kind !== 'integer' || align > 16) return;
  const sizeBytes = sizeOf(alloca.allocated) * Number(count.value);
  selector.frameOffsets.set(alloca, selector.reserve(sizeBytes, align));
}

function lowerAt(selector: Selector, control: ControlFlow, instruction: Instruction): void {
  selector.location = selector.image.debug.lineOf(instruction.location) ?? selector.location;
  lowerInstruction(selector, control, instruction);
  if (instruction.type.kind === 'void' || instruction.op === 'phi') return;
  const use = selector.uses.get(instruction);
  if (use !== undefined && !use.local) selector.settle(instruction);
}

function lowerInstruction(selector: Selector, control: ControlFlow, instruction: Instruction): void {
  switch (instruction.op) {
    case 'phi': return;
    case 'alloca': lowerAlloca(selector, instruction); return;
    case 'load': lowerLoad(selector, instruction); return;
    case 'store': lowerStore(selector, instruction); return;
    case 'getelementptr': lowerGep(selector, instruction); return;
    case 'icmp': case 'fcmp': lowerCompare(selector, instruction); return;
    case 'select': lowerSelect(selector, instruction); return;
    case 'call': lowerCall(selector, instruction); return;
    case 'trunc': case 'zext': case 'sext': case 'fptoui': case 'fptosi': case 'uitofp': case 'sitofp': case 'fptrunc': case 'fpext':
    case 'ptrtoint': case 'inttoptr': case 'bitcast': case 'addrspacecast': case 'ptrtoaddr':
      lowerCast(selector, instruction); return;
    case 'extractvalue': case 'insertvalue': lowerAggregate(selector, instruction); return;
    case 'extractelement': case 'insertelement': case 'shufflevector': lowerVector(selector, instruction); return;
    case 'cmpxchg': case 'atomicrmw': lowerAtomic(selector, instruction); return;
    case 'fence': return;
    case 'freeze': selector.defineSlots(instruction, selector.slots(instruction.operands[0])); return;
    case 'va_arg': selector.refuse('the va_arg instruction is not supported'); return;
    case 'ret': case 'br': case 'switch': case 'indirectbr': case 'unreachable': control.lowerTerminator(instruction); return;
    default: lowerArithmetic(selector, instruction);
  }
}

function successorsOf(block: Block): readonly Block[] {
  const last = block.instructions[block.instructions.length - 1];
  switch (last.op) {
    case 'br': case 'switch': case 'indirectbr': return last.targets;
    default: return [];
  }
}

/** Reachable blocks, each after all its dominators. Iterative: functions may be deep. */
function reversePostorder(fn: FunctionValue): Block[] {
  const done: Block[] = [];
  const seen = new Set<Block>([fn.blocks[0]]);
  const stack: { block: Block; next: number }[] = [{ block: fn.blocks[0], next: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const successors = successorsOf(top.block);
    if (top.next === successors.length) { done.push(top.block); stack.pop(); continue; }
    const successor = successors[top.next++];
    if (!seen.has(successor)) { seen.add(successor); stack.push({ block: successor, next: 0 }); }
  }
  return done.reverse();
}
