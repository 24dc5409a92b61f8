/** Checks the types of a constant whose operands have been linked. */
import { BitcodeError, type Constant, type ConstantExpression } from './module';
import { binaryProblem, castProblem, extractElementProblem, getElementPtrCount, getElementPtrProblem, insertElementProblem, shuffleProblem } from './type-rules';
import { isFloat } from './type-table';

/** Throws a BitcodeError if the constant's operands do not suit its type. */
export function checkConstant(constant: Constant): void {
  const problem = constant.kind === 'aggregate' ? aggregateProblem(constant) : constant.kind === 'expression' ? expressionProblem(constant) : null;
  if (problem !== null) throw new BitcodeError(`constants: ${problem}`);
}

function aggregateProblem({ type, operands }: Extract<Constant, { kind: 'aggregate' }>): string | null {
  const count = type.kind === 'struct' ? type.elements.length : type.count;
  if (operands.length !== count) return `${operands.length} elements for ${count}`;
  const wrong = operands.findIndex((o, i) => o.type !== (type.kind === 'struct' ? type.elements[i] : type.element));
  return wrong < 0 ? null : `element ${wrong} of an aggregate has the wrong type`;
}

function expressionProblem(constant: ConstantExpression): string | null {
  const { op, type, operands } = constant;
  const [a, b, c] = operands;
  switch (op) {
    case 'fneg': return a!.type === type && isFloat(type) ? null : 'fneg of different types';
    case 'getelementptr': {
      const problem = getElementPtrProblem(constant.source, operands);
      if (problem !== null) return problem;
      const count = getElementPtrCount(operands);
      return (count === null ? type.kind === 'pointer' : type.kind === 'vector' && type.count === count) ? null : 'getelementptr with a bad result';
    }
    case 'extractelement': return extractElementProblem(type, a!.type, b!.type);
    case 'insertelement': return insertElementProblem(type, a!.type, b!.type, c!.type);
    case 'shufflevector': return shuffleProblem(type, a!.type, b!.type, c!);
    case 'trunc': case 'zext': case 'sext': case 'fptoui': case 'fptosi': case 'uitofp': case 'sitofp': case 'fptrunc': case 'fpext':
    case 'ptrtoint': case 'inttoptr': case 'bitcast': case 'addrspacecast': case 'ptrtoaddr': return castProblem(op, a!.type, type);
    default: return binaryProblem(op, type, a!.type, b!.type);
  }
}
