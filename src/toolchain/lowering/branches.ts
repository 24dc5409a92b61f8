/** Tidying of branches before emission: jumps through empty blocks, fall-through, inverted conditions. */
import { Op } from '../../core/kernel/ops';
import { TABLE_PART, type MachineBlock, type MachineFunction, type MachineInstruction } from './mir';
import { oppositeBranch } from './tests';

/** Rewrites targets and drops jumps to the next instruction. Empty blocks stay in the list, without code. */
export function tidyBranches(fn: MachineFunction): void {
  const { blocks } = fn;
  const position = new Map(blocks.map((block, k): [MachineBlock, number] => [block, k]));
  const destination = (start: MachineBlock): MachineBlock => {
    let block = start;
    for (let steps = 0; steps < blocks.length; steps++) {
      const next = passesOn(block, blocks, position);
      if (next === null) return block;
      block = next;
    }
    return block;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const block of blocks)
      for (const instruction of block.instructions)
        if (instruction.target !== null) instruction.target = destination(instruction.target);
    for (let k = 0; k < blocks.length; k++) if (tidyEnd(blocks[k], k + 1 < blocks.length ? destination(blocks[k + 1]) : null)) changed = true;
  }
}

/** The block that runs next when this one does nothing: it is empty, or a bare jump that no source line claims. */
function passesOn(block: MachineBlock, blocks: readonly MachineBlock[], position: ReadonlyMap<MachineBlock, number>): MachineBlock | null {
  const { instructions } = block;
  if (instructions.length === 0) return blocks[(position.get(block) ?? 0) + 1] ?? null;
  const [only] = instructions;
  if (instructions.length === 1 && only.op === Op.JMP && !block.addressTaken && only.location === null && only.target !== block) return only.target;
  return null;
}

function isConditional(instruction: MachineInstruction | undefined): instruction is MachineInstruction {
  return instruction !== undefined && instruction.op >= Op.BEQ32 && instruction.op <= Op.BSGE64I;
}

/** A jump to the following block goes away; a branch over a jump is inverted. `next` is where falling off the end leads. */
function tidyEnd(block: MachineBlock, next: MachineBlock | null): boolean {
  const { instructions } = block;
  const last = instructions[instructions.length - 1];
  if (last === undefined || last.op !== Op.JMP || last.w2 === TABLE_PART || next === null) return false;
  const before = instructions[instructions.length - 2];
  if (last.target === next) {
    instructions.pop();
    return true;
  }
  if (isConditional(before) && before.target === next) {
    before.op = oppositeBranch(before.op);
    before.target = last.target;
    instructions.pop();
    return true;
  }
  return false;
}
