/**
 * Checks a function that has been read: every block ends in its terminator, and operands have the types that their
 * instructions ask for. What passes here cannot make a consumer meet a type that it does not expect.
 */
import { BitcodeError, isTerminator, type CallInstruction, type FunctionValue, type Instruction, type Type } from './module';
import { binaryProblem, castProblem, extractElementProblem, getElementPtrProblem, insertElementProblem, isIntegerLike, isPointerLike, isSized, memberType, shuffleProblem } from './type-rules';
import { isFirstClass, isFloat } from './type-table';

/** Throws a BitcodeError that names the function and what is wrong in it. */
export function checkFunction(fn: FunctionValue): void {
  for (const block of fn.blocks) {
    let leading = true;
    for (let i = 0; i < block.instructions.length; i++) {
      const instruction = block.instructions[i]!;
      leading &&= instruction.op === 'phi';
      const problem = instructionProblem(instruction, fn)
        ?? (instruction.op === 'phi' && !leading ? 'phi after other instructions' : null)
        ?? (isTerminator(instruction) !== (i === block.instructions.length - 1) ? 'a block that does not end in a terminator' : null);
      if (problem !== null) throw new BitcodeError(`function ${fn.name}, block ${block.index}: ${problem}`);
    }
  }
}

function instructionProblem(i: Instruction, fn: FunctionValue): string | null {
  const types = i.operands.map((operand) => operand.type);
  const [a, b, c] = types;
  switch (i.op) {
    case 'fneg': return a === i.type && isFloat(a) ? null : 'fneg of something else';
    case 'freeze': return a === i.type && isFirstClass(a) ? null : 'freeze of something else';
    case 'getelementptr': return getElementPtrProblem(i.source, i.operands);
    case 'select': return b === i.type && c === i.type && isBoolean(a!, i.type) ? null : 'select of different types';
    case 'extractelement': return extractElementProblem(i.type, a!, b!);
    case 'insertelement': return insertElementProblem(i.type, a!, b!, c!);
    case 'shufflevector': return shuffleProblem(i.type, a!, b!, i.operands[2]);
    case 'extractvalue': return memberType(a!, i.indices) === i.type ? null : 'extractvalue of another type';
    case 'insertvalue': return a === i.type && memberType(a, i.indices) === b ? null : 'insertvalue of another type';
    case 'icmp': return a === b && (isIntegerLike(a!) || isPointerLike(a!)) ? null : 'icmp of different types';
    case 'fcmp': return a === b && isFloat(a!) ? null : 'fcmp of different types';
    case 'phi': return i.operands.length > 0 && types.every((type) => type === i.type) && isFirstClass(i.type) ? null : 'phi of different types';
    case 'va_arg': return a!.kind === 'pointer' && isSized(i.type) ? null : 'malformed va_arg';
    case 'call': return callProblem(i);
    case 'alloca': case 'load': case 'store': case 'cmpxchg': case 'atomicrmw': case 'fence': return memoryProblem(i);
    case 'ret': return (fn.functionType.result.kind === 'void' ? i.operands.length === 0 : a === fn.functionType.result) ? null : 'ret of another type than the function';
    case 'br': return a === undefined || (a.kind === 'integer' && a.width === 1) ? null : 'br on something that is no i1';
    case 'switch': return a!.kind === 'integer' && i.cases.every((value) => value.type === a) ? null : 'switch on different types';
    case 'indirectbr': return a!.kind === 'pointer' ? null : 'indirectbr to something that is no address';
    case 'unreachable': return null;
    case 'trunc': case 'zext': case 'sext': case 'fptoui': case 'fptosi': case 'uitofp': case 'sitofp': case 'fptrunc': case 'fpext':
    case 'ptrtoint': case 'inttoptr': case 'bitcast': case 'addrspacecast': case 'ptrtoaddr': return castProblem(i.op, a!, i.type);
    default: return binaryProblem(i.op, i.type, a!, b!);
  }
}

function isBoolean(condition: Type, selected: Type): boolean {
  if (condition.kind === 'vector') return condition.element.kind === 'integer' && condition.element.width === 1 && selected.kind === 'vector' && selected.count === condition.count;
  return condition.kind === 'integer' && condition.width === 1 && isFirstClass(selected);
}

function memoryProblem(i: Extract<Instruction, { op: 'alloca' | 'load' | 'store' | 'cmpxchg' | 'atomicrmw' | 'fence' }>): string | null {
  switch (i.op) {
    case 'alloca': return i.operands[0].type.kind === 'integer' && isSized(i.allocated) ? null : 'malformed alloca';
    case 'load': return i.operands[0].type.kind === 'pointer' && isSized(i.type) ? null : 'malformed load';
    case 'store': return i.operands[1].type.kind === 'pointer' && isSized(i.operands[0].type) ? null : 'malformed store';
    case 'cmpxchg': {
      const [pointer, expected, desired] = i.operands, { type } = expected;
      const result = i.type.kind === 'struct' && i.type.elements[0] === type;
      return pointer.type.kind === 'pointer' && type === desired.type && (type.kind === 'integer' || type.kind === 'pointer') && result ? null : 'malformed cmpxchg';
    }
    case 'atomicrmw': {
      const { type } = i.operands[1], float = /^f(add|sub|max|min)/.test(i.operation);
      const suits = float ? isFloat(type) : i.operation === 'xchg' ? isSized(type) : type.kind === 'integer';
      return i.operands[0].type.kind === 'pointer' && type === i.type && suits ? null : 'malformed atomicrmw';
    }
    case 'fence': return null;
  }
}

function callProblem(i: CallInstruction): string | null {
  const { functionType: { parameters, varargs, result }, operands, callee } = i;
  if (callee.type.kind !== 'pointer') return 'a call of something that is no function';
  if (callee.kind === 'asm' && callee.functionType !== i.functionType) return 'inline assembly called with another type';
  if (operands.length < parameters.length || (operands.length > parameters.length && !varargs)) return `a call with ${operands.length} arguments`;
  if (result.kind !== 'void' && !isFirstClass(result)) return `a call that returns ${result.kind}`;
  const wrong = operands.findIndex(({ type }, k) => (k < parameters.length ? type !== parameters[k] : !isFirstClass(type)));
  return wrong < 0 ? null : `argument ${wrong + 1} of a call has the wrong type`;
}
