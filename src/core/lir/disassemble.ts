/**
 * LIR as text, for tests and people.
 *
 * One line an instruction: index relative to the function, opcode, operands; registers as r3, the frame base as F, the
 * stack pointer as SP, argument slots of a pending call as arg0 …, memory as [base + displacement], targets as @index.
 */
import { NO_REGISTER, REG_F, REG_SP, WINDOW_HEADER } from '../kernel/ops';
import { decode, imm64, shapeOf, Shape, type Instruction } from './encoding';
import type { Image, LirFunction } from './lir';
import { opName } from './op-names';

/** Text of one function of an image. */
export function disassemble(image: Image, functionIndex: number): string {
  const fn = image.functions[functionIndex];
  if (fn === undefined) throw new Error(`disassemble: no function ${functionIndex}`);
  const lines = [`${fn.name}: frame ${fn.frameBytes}, window ${fn.windowSlots}, parameters ${fn.parameterSlots}`];
  for (let i = 0; i < fn.instructionCount; i++)
    lines.push(`${String(i).padStart(4)}  ${instructionText(decode(image.code, fn.first + i), i, fn)}`);
  return lines.join('\n');
}

/** Text of one instruction; `at` is its index in the function, for branch targets. */
export function instructionText(instruction: Instruction, at: number, fn: LirFunction): string {
  return `${opName(instruction.op)} ${operandText(instruction, at, fn)}`.trimEnd();
}

function registerText(register: number, fn: LirFunction): string {
  if (register === REG_F) return 'F';
  if (register === REG_SP) return 'SP';
  if (register === NO_REGISTER) return '-';
  const argument = register - fn.windowSlots - WINDOW_HEADER;
  return argument >= 0 ? `arg${argument}` : `r${register}`;
}

function signed(value: bigint): string {
  const number = BigInt.asIntN(64, value);
  return number > 0xffffn || number < -0xffffn ? `0x${value.toString(16)}` : number.toString();
}

function address(base: string, displacement: bigint): string {
  const number = BigInt.asIntN(64, displacement);
  return number === 0n ? `[${base}]` : number < 0n ? `[${base} - ${-number}]` : `[${base} + ${number}]`;
}

function operandText(instruction: Instruction, at: number, fn: LirFunction): string {
  const { op, w2, w3 } = instruction;
  const a = registerText(instruction.a, fn), b = registerText(instruction.b, fn), c = registerText(instruction.c, fn);
  const wide = imm64(instruction), target = `@${at + w3}`;
  switch (shapeOf(op)) {
    case Shape.Load: return `${a}, ${address(b, wide)}`;
    case Shape.LoadAbsolute: return `${a}, [0x${wide.toString(16)}]`;
    case Shape.Store: return `${address(b, wide)}, ${a}`;
    case Shape.StoreAbsolute: return `[0x${wide.toString(16)}], ${a}`;
    case Shape.StoreImmediate: return `${address(b, BigInt(w2))}, ${w3}`;
    case Shape.RegisterImm64: return `${a}, ${b}, ${signed(wide)}`;
    case Shape.IndexedAddress: return `${a}, ${b} + ${c} * ${w2} + ${w3}`;
    case Shape.Immediate: return `${a}, ${signed(wide)}`;
    case Shape.Unary: return `${a}, ${b}`;
    case Shape.UnaryW2: return `${a}, ${b}, ${w2}`;
    case Shape.Binary: return `${a}, ${b}, ${c}`;
    case Shape.BinaryW2: return `${a}, ${b}, ${c}, ${w2}`;
    case Shape.BranchRegisters: return `${b}, ${c}, ${target}`;
    case Shape.BranchImmediate: return `${b}, ${w2}, ${target}`;
    case Shape.Jump: return target;
    case Shape.Table: return `${b}, ${w2}`;
    case Shape.Reads: return b;
    case Shape.Writes: return a;
    case Shape.Select: return `${a}, ${registerText(w2, fn)} ? ${b} : ${c}`;
    case Shape.Call: return `${a}, #${w2}, ${instruction.b} arguments${w3 === 0 ? '' : `, descriptor ${w3}`}`;
    case Shape.CallIndirect: return `${a}, ${registerText(w2, fn)}, ${instruction.b} arguments${w3 === 0 ? '' : `, descriptor ${w3}`}`;
    case Shape.Return: return instruction.b === NO_REGISTER ? '' : b;
    case Shape.ReturnImmediate: return signed(wide);
    case Shape.ReturnValue: return `${w2}, ${b}`;
    case Shape.GetResult: return `${a}, ${w2}`;
    case Shape.VariadicSave: return `F + ${w2}, ${instruction.b} general, ${instruction.c} floating`;
    case Shape.Allocate: return `${a}, ${b} bytes, outgoing ${w2}, align ${w3}`;
    case Shape.Intrinsic: return `${a}, #${w2}, ${instruction.c === 0 ? '' : b}${instruction.c > 1 ? ` (${instruction.c})` : ''}`;
    case Shape.Stop: return '';
  }
}
