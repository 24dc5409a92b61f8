/** Who uses each value of a function: decides what may stay unevaluated. */
import type { FunctionValue, Instruction, Value } from '../bitcode/module';

export interface Use {
  count: number;
  /** All users stand in the block of the definition, and none is a phi. */
  local: boolean;
  /** Every user is a store of this value or a trunc of it. */
  lowBitsOnly: boolean;
  /** The only user so far, or null after a second one. */
  single: Instruction | null;
}

export type Uses = ReadonlyMap<Value, Use>;

/** Uses of arguments and instructions of a function. */
export function findUses(fn: FunctionValue): Uses {
  const uses = new Map<Value, Use>();
  for (const block of fn.blocks)
    for (const user of block.instructions) {
      user.operands.forEach((value, index) => note(uses, value, user, index));
      if (user.op === 'call') note(uses, user.callee, user, -1);
    }
  return uses;
}

function note(uses: Map<Value, Use>, value: Value, user: Instruction, index: number): void {
  if (value.kind !== 'instruction' && value.kind !== 'argument') return;
  let use = uses.get(value);
  if (use === undefined) {
    use = { count: 0, local: true, lowBitsOnly: true, single: user };
    uses.set(value, use);
  } else use.single = null;
  use.count++;
  const home = value.kind === 'instruction' ? value.block : null;
  if (user.op === 'phi' || user.block !== home) use.local = false;
  if (!(user.op === 'trunc' || (user.op === 'store' && index === 0))) use.lowBitsOnly = false;
}
