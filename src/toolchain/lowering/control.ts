/**
 * Blocks, branches, switches and phis.
 *
 * A phi is a virtual register that its predecessors write, as one parallel copy on the edge. The copies stand at the
 * end of a predecessor with one successor; otherwise in a block of their own on the edge. The targets of an indirect
 * branch cannot have such blocks: their phis are written through a second register that only lives on edges.
 */
import { Op } from '../../core/kernel/ops';
import type { Block, BranchInstruction, FunctionValue, IndirectBranchInstruction, PhiInstruction, ReturnInstruction, SwitchInstruction, Terminator } from '../bitcode/module';
import { MachineBlock, NONE, type Register } from './mir';
import { inRegister, negate, type Operand } from './operands';
import { conditionOf } from './compare';
import type { Selector } from './selector';
import { lowerSwitch } from './switches';
import { emitBranch } from './tests';

interface Copy { readonly to: Register; from: Operand }

export class ControlFlow {
  readonly entries = new Map<Block, MachineBlock>();
  /** Machine blocks of each bitcode block, in layout order. */
  private readonly parts = new Map<Block, MachineBlock[]>();
  private readonly phis = new Map<Block, readonly PhiInstruction[]>();
  private readonly indirectTargets = new Set<Block>();
  private readonly edgeRegisters = new Map<PhiInstruction, readonly Register[]>();
  private current: Block | null = null;

  constructor(private readonly selector: Selector, order: readonly Block[]) {
    for (const block of order) {
      this.entries.set(block, new MachineBlock());
      this.phis.set(block, block.instructions.filter(instruction => instruction.op === 'phi'));
      const last = block.instructions[block.instructions.length - 1];
      if (last.op === 'indirectbr') for (const target of last.targets) this.indirectTargets.add(target);
    }
  }

  begin(block: Block): void {
    const { selector } = this;
    this.current = block;
    selector.block = this.entryOf(block);
    selector.location = null;
    this.parts.set(block, [selector.block]);
    if (!this.indirectTargets.has(block)) return;
    selector.block.addressTaken = true;
    for (const phi of this.phisOf(block))
      selector.slots(phi).forEach((slot, i) => {
        if (slot.operand.kind === 'register') selector.emit(Op.MOV, { a: slot.operand.register, b: this.edgeRegistersOf(phi)[i] });
      });
  }

  /** All machine blocks, bitcode blocks in their own order. */
  layOut(fn: FunctionValue): MachineBlock[] {
    return fn.blocks.flatMap(block => this.parts.get(block) ?? []);
  }

  private entryOf(block: Block): MachineBlock {
    const entry = this.entries.get(block);
    if (entry === undefined) throw new Error(`lowering: a branch to an unreachable block in ${this.selector.fn.name}`);
    return entry;
  }

  private phisOf(block: Block): readonly PhiInstruction[] {
    return this.phis.get(block) ?? [];
  }

  private home(): Block {
    if (this.current === null) throw new Error('lowering: no block has begun');
    return this.current;
  }

  /** A further machine block of the current bitcode block. */
  newPart(): MachineBlock {
    const part = new MachineBlock();
    this.parts.get(this.home())?.push(part);
    return part;
  }

  lowerTerminator(instruction: Terminator): void {
    const { selector } = this;
    switch (instruction.op) {
      case 'ret': this.lowerReturn(instruction); return;
      case 'br': this.lowerBr(instruction); return;
      case 'switch': this.lowerSwitchInstruction(instruction); return;
      case 'indirectbr': this.lowerIndirect(instruction); return;
      case 'unreachable': selector.emit(Op.UNREACHABLE, {}); return;
    }
  }

  private lowerReturn(instruction: ReturnInstruction): void {
    const { selector } = this;
    const slots = instruction.operands.length === 0 ? [] : selector.slots(instruction.operands[0]);
    if (slots.length > 16) selector.refuse('a result of more than 16 scalars is returned in registers');
    for (let i = 1; i < slots.length; i++) selector.emit(Op.RETV, { b: selector.toRegister(slots[i]), w2: i });
    if (slots.length === 0) selector.emit(Op.RET, { b: NONE });
    else if (slots[0].operand.kind === 'immediate') selector.emit(Op.RETI, { imm: slots[0].operand.value });
    else selector.emit(Op.RET, { b: selector.toRegister(slots[0]) });
  }

  private lowerBr(instruction: BranchInstruction): void {
    const { selector } = this;
    const [first, second] = instruction.targets;
    if (instruction.operands.length === 0 || first === second) { this.jump(first); return; }
    const condition = conditionOf(selector, instruction.operands[0]);
    if (typeof condition === 'boolean') {
      // The other edge is never taken, but its phis need no copies either.
      this.jump(condition ? first : second);
      return;
    }
    const edges = new Map<Block, MachineBlock>();
    const negated = this.needsCopies(first) && !this.needsCopies(second);
    const [taken, other] = negated ? [second, first] : [first, second];
    const branchBlock = selector.block;
    const takenEdge = this.edge(taken, edges);
    selector.block = branchBlock;
    emitBranch(selector, negated ? negate(condition) : condition, takenEdge);
    const otherEdge = this.edge(other, edges);
    selector.block = branchBlock;
    selector.emit(Op.JMP, { target: otherEdge });
  }

  /** Unconditional: copies stand here. */
  private jump(target: Block): void {
    this.emitCopies(target);
    this.selector.emit(Op.JMP, { target: this.entryOf(target) });
  }

  private needsCopies(target: Block): boolean {
    return this.phisOf(target).length > 0;
  }

  /** Where a branch to `target` goes: the block itself, or a block with the copies of this edge. */
  private edge(target: Block, edges: Map<Block, MachineBlock>): MachineBlock {
    if (!this.needsCopies(target)) return this.entryOf(target);
    let edge = edges.get(target);
    if (edge === undefined) {
      edge = this.newPart();
      edges.set(target, edge);
      const { selector } = this;
      const { block } = selector;
      selector.block = edge;
      this.jump(target);
      selector.block = block;
    }
    return edge;
  }

  private lowerSwitchInstruction(instruction: SwitchInstruction): void {
    const { selector } = this;
    const edges = new Map<Block, MachineBlock>();
    const targets = instruction.targets.map(target => this.edge(target, edges));
    lowerSwitch(selector, instruction, targets, () => this.newPart());
  }

  private lowerIndirect(instruction: IndirectBranchInstruction): void {
    const { selector } = this;
    const address = selector.register(instruction.operands[0]);
    const copies: Copy[] = [];
    for (const target of new Set(instruction.targets)) this.collectCopies(target, copies);
    this.emitParallel(copies);
    selector.emit(Op.IBR, { b: address });
    for (const target of instruction.targets) selector.block.indirectTargets.push(this.entryOf(target));
  }

  // ---- phis ----

  private edgeRegistersOf(phi: PhiInstruction): readonly Register[] {
    let registers = this.edgeRegisters.get(phi);
    if (registers === undefined) {
      registers = this.selector.slots(phi).map(() => this.selector.newRegister());
      this.edgeRegisters.set(phi, registers);
    }
    return registers;
  }

  private collectCopies(target: Block, copies: Copy[]): void {
    const from = this.home();
    for (const phi of this.phisOf(target)) {
      const index = phi.blocks.indexOf(from);
      const incoming = this.selector.slots(phi.operands[index]);
      const through = this.indirectTargets.has(target) ? this.edgeRegistersOf(phi) : null;
      this.selector.slots(phi).forEach((slot, i) => {
        if (slot.operand.kind !== 'register') throw new Error('lowering: a phi is not in a register');
        copies.push({ to: through === null ? slot.operand.register : through[i], from: incoming[i].operand });
      });
    }
  }

  private emitCopies(target: Block): void {
    const copies: Copy[] = [];
    this.collectCopies(target, copies);
    this.emitParallel(copies);
  }

  /** Writes all destinations as if at once: a destination that another copy still reads waits, a cycle goes through a temporary. */
  private emitParallel(copies: Copy[]): void {
    const { selector } = this;
    let pending = copies.filter(copy => !(copy.from.kind === 'register' && copy.from.register === copy.to));
    while (pending.length > 0) {
      const ready = pending.find(copy => pending.every(other => other === copy || readBy(other.from) !== copy.to));
      if (ready !== undefined) {
        selector.into(ready.to, ready.from);
        pending = pending.filter(copy => copy !== ready);
        continue;
      }
      const [blocked] = pending;
      const saved = selector.make(Op.MOV, { b: blocked.to });
      for (const copy of pending) copy.from = renamed(copy.from, blocked.to, saved);
    }
  }
}

/** The register that an operand reads, or NONE. Lazy operands never reach an edge. */
function readBy(operand: Operand): Register {
  switch (operand.kind) {
    case 'register': case 'raw': return operand.register;
    case 'address': return operand.base;
    case 'compare': throw new Error('lowering: a comparison was left open at an edge');
    default: return NONE;
  }
}

function renamed(operand: Operand, from: Register, to: Register): Operand {
  if (readBy(operand) !== from) return operand;
  if (operand.kind === 'address') return { ...operand, base: to };
  return inRegister(to);
}
