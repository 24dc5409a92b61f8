/** switch: dense groups of cases by jump table, the rest by binary search. */
import { Op } from '../../core/kernel/ops';
import type { SwitchInstruction } from '../bitcode/module';
import { TABLE_PART, type MachineBlock, type Register } from './mir';
import type { Relation } from './operands';
import type { Selector } from './selector';
import { emitBranch } from './tests';

interface Case { readonly value: bigint; readonly target: MachineBlock }
/** Cases with neighbouring values: a table, or a single value. */
interface Cluster { readonly low: bigint; readonly high: bigint; readonly cases: readonly Case[] }

/** A table pays from four cases on, at least half of it used; it must fit in a code page with room to spare. */
const TABLE_CASES_MIN = 4;
const TABLE_ENTRIES_MAX = 512n;

export function lowerSwitch(selector: Selector, instruction: SwitchInstruction, targets: readonly MachineBlock[], newPart: () => MachineBlock): void {
  const [selected] = instruction.operands;
  if (selected.type.kind !== 'integer') throw new Error('lowering: a switch on a value that is no integer');
  const { width } = selected.type;
  if (width > 64) selector.refuse('a switch on an integer of more than 64 bits is not supported');
  const [fallback] = targets;
  const cases = instruction.cases.map((constant, i): Case => ({ value: BigInt.asUintN(width, constant.value), target: targets[i + 1] }));
  const known = selector.known(selected);
  if (known !== null) {
    selector.emit(Op.JMP, { target: cases.find(one => one.value === known)?.target ?? fallback });
    return;
  }
  cases.sort((a, b) => (a.value < b.value ? -1 : 1));
  const search = new Search(selector, selector.register(selected), width <= 32 ? 32 : 64, fallback, newPart);
  search.emit(cluster(cases.filter(one => one.target !== fallback)));
}

/** Greedy from the lowest value: the longest run that is dense enough. */
function cluster(cases: readonly Case[]): Cluster[] {
  const clusters: Cluster[] = [];
  for (let i = 0; i < cases.length;) {
    let end = i + 1;
    for (let j = i + TABLE_CASES_MIN - 1; j < cases.length; j++) {
      const span = cases[j].value - cases[i].value + 1n;
      if (span > TABLE_ENTRIES_MAX) break;
      if (span <= BigInt(2 * (j - i + 1))) end = j + 1;
    }
    clusters.push({ low: cases[i].value, high: cases[end - 1].value, cases: cases.slice(i, end) });
    i = end;
  }
  return clusters;
}

class Search {
  constructor(private readonly selector: Selector, private readonly register: Register, private readonly bits: 32 | 64,
    private readonly fallback: MachineBlock, private readonly newPart: () => MachineBlock) {}

  emit(clusters: readonly Cluster[]): void {
    const { selector } = this;
    if (clusters.length === 0) { selector.emit(Op.JMP, { target: this.fallback }); return; }
    if (clusters.length <= 3 && clusters.every(one => one.cases.length === 1)) {
      for (const { cases: [one] } of clusters) this.branch('eq', one.value, one.target);
      selector.emit(Op.JMP, { target: this.fallback });
      return;
    }
    if (clusters.length === 1) { this.table(clusters[0]); return; }
    const middle = clusters.length >> 1;
    const upper = this.newPart();
    this.branch('uge', clusters[middle].low, upper);
    const lower = this.newPart();
    selector.emit(Op.JMP, { target: lower });
    selector.block = lower;
    this.emit(clusters.slice(0, middle));
    selector.block = upper;
    this.emit(clusters.slice(middle));
  }

  private branch(relation: Relation, value: bigint, target: MachineBlock): void {
    emitBranch(this.selector, { kind: 'integer', relation, bits: this.bits, left: this.register, right: null, value }, target);
  }

  private table({ low, high, cases }: Cluster): void {
    const { selector } = this;
    const entries = Number(high - low) + 1;
    const index = low === 0n ? this.register : selector.makeImmediate(this.bits === 64 ? Op.SUB64I : Op.SUB32I, this.register, low, this.bits);
    selector.emit(Op.BRTAB, { b: index, w2: entries });
    const byValue = new Map(cases.map(one => [one.value, one.target]));
    for (let i = 0; i < entries; i++) selector.emit(Op.JMP, { target: byValue.get(low + BigInt(i)) ?? this.fallback, w2: TABLE_PART });
    selector.emit(Op.JMP, { target: this.fallback, w2: TABLE_PART });
  }
}
