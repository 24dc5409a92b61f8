/** Values of constants once every function and variable has its address. */
import type { Constant, ConstantExpression, GlobalValue } from '../bitcode/module';
import { constantOffset } from './constant-operands';
import { Refusal } from './errors';
import { bitsOf } from './layout';
import type { Unit } from './unit';

export interface Addresses {
  /** Address of what a global value stands for in a unit; throws Refusal if nothing does. */
  addressOf(unit: Unit, value: GlobalValue): bigint;
  addressOfBlock(constant: Constant & { kind: 'blockaddress' }): bigint;
}

/** The bits of a scalar constant, zero-extended. */
export function evaluate(constant: Constant, unit: Unit, addresses: Addresses): bigint {
  switch (constant.kind) {
    case 'global': case 'function': case 'alias': return addresses.addressOf(unit, constant);
    case 'integer': return BigInt.asUintN(bitsOf(constant.type), constant.value);
    case 'float': return constant.bits;
    case 'zero': case 'undef': case 'poison': return 0n;
    case 'blockaddress': return addresses.addressOfBlock(constant);
    case 'dso_local_equivalent': case 'no_cfi': return evaluate(constant.target, unit, addresses);
    case 'expression': return BigInt.asUintN(bitsOf(constant.type), expression(constant, unit, addresses));
    default: throw new Refusal(`a constant of kind ${constant.kind} where a number is needed`);
  }
}

function expression(constant: ConstantExpression, unit: Unit, addresses: Addresses): bigint {
  const value = (index: number): bigint => evaluate(constant.operands[index], unit, addresses);
  const signedValue = (index: number): bigint => BigInt.asIntN(bitsOf(constant.operands[index].type), value(index));
  switch (constant.op) {
    case 'getelementptr': return value(0) + constantOffset(constant);
    case 'ptrtoint': case 'ptrtoaddr': case 'inttoptr': case 'bitcast': case 'addrspacecast': case 'trunc': case 'zext': return value(0);
    case 'sext': return signedValue(0);
    case 'add': return value(0) + value(1);
    case 'sub': return value(0) - value(1);
    case 'mul': return value(0) * value(1);
    case 'and': return value(0) & value(1);
    case 'or': return value(0) | value(1);
    case 'xor': return value(0) ^ value(1);
    case 'shl': return value(0) << value(1);
    case 'lshr': return value(0) >> value(1);
    case 'ashr': return signedValue(0) >> value(1);
    default: throw new Refusal(`the constant expression ${constant.op} is not supported`);
  }
}
