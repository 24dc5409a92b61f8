/**
 * From classified blocks to loss records and the leak summary.
 *
 * Blocks of the same kind whose allocation stacks are alike make one record. How alike: --leak-resolution low compares
 * the two innermost call frames, med four, high all that were recorded. Records are numbered by size (indirect bytes
 * included), then kind (reachable, possible, indirect, definite), then number of blocks, then age of the stack: the order
 * in which Memcheck lists them.
 */
import type { CheckConfig, LeakKind } from '../../shared/config';
import type { LeakSummary, LeakTotals, LossRecord } from '../../shared/report';
import type { CheckerMachine } from './checker-api';
import type { BlockReach, LeakScan } from './leak-check';
import { Reach } from './leak-check';
import { lossSentence } from './sentences';
import { grouped } from './wording';

const KIND: Readonly<Record<Reach, LeakKind>> = {
  [Reach.Reachable]: 'reachable', [Reach.Possible]: 'possible', [Reach.Indirect]: 'indirect', [Reach.Unreached]: 'definite',
};
const WORDS: Readonly<Record<LeakKind, string>> = {
  definite: 'definitely lost', indirect: 'indirectly lost', possible: 'possibly lost', reachable: 'still reachable',
};
const FRAMES_COMPARED: Readonly<Record<CheckConfig['leakResolution'], number>> = { low: 2, med: 4, high: Number.MAX_SAFE_INTEGER };

export function leakKind(reach: Reach): LeakKind { return KIND[reach]; }

const REACHES = 4;

interface Group { readonly reach: Reach; readonly stack: number; bytes: number; indirectBytes: number; readonly members: BlockReach[] }

function compareGroups(a: Group, b: Group): number {
  return (a.bytes + a.indirectBytes) - (b.bytes + b.indirectBytes)
    || a.reach - b.reach
    || a.members.length - b.members.length
    || a.stack - b.stack;
}

function group(scan: LeakScan, machine: CheckerMachine, check: CheckConfig): Group[] {
  const groups = new Map<string, Group>();
  /** By stack and reach, so that each stack is compared with others only once. */
  const known = new Map<number, Group>();
  const limit = FRAMES_COMPARED[check.leakResolution];
  for (const member of scan.blocks) {
    const { block, reach, indirectBytes } = member;
    const stackAndReach = block.allocStack * REACHES + reach;
    let each = known.get(stackAndReach);
    if (each === undefined) {
      const key = `${reach}:${machine.stackAddresses(block.allocStack).slice(0, limit).join(',')}`;
      each = groups.get(key) ?? { reach, stack: block.allocStack, bytes: 0, indirectBytes: 0, members: [] };
      groups.set(key, each);
      known.set(stackAndReach, each);
    }
    each.bytes += block.size;
    each.indirectBytes += indirectBytes;
    each.members.push(member);
  }
  return [...groups.values()].sort(compareGroups);
}

/** The first line of a record, as Memcheck words it. */
export function lossText(kind: LeakKind, bytes: number, indirectBytes: number, blocks: number, number: number, total: number): string {
  const size = indirectBytes > 0
    ? `${grouped(bytes + indirectBytes)} (${grouped(bytes)} direct, ${grouped(indirectBytes)} indirect)`
    : grouped(bytes);
  return `${size} bytes in ${grouped(blocks)} blocks are ${WORDS[kind]} in loss record ${grouped(number)} of ${grouped(total)}`;
}

/**
 * The records; each block of the scan is told the finding of its record.
 *
 * @param findingIdFor a number for the finding with this key, the same at every check
 */
export function lossRecords(scan: LeakScan, machine: CheckerMachine, check: CheckConfig, firstUnique: number, findingIdFor: (key: string) => number): LossRecord[] {
  const groups = group(scan, machine, check);
  return groups.map((each, index) => {
    const kind = KIND[each.reach];
    const findingId = findingIdFor(`${kind}:${each.stack}`);
    for (const member of each.members) member.findingId = findingId;
    const blockIds = each.members.map(({ block }) => block.blockId).sort((a, b) => a - b);
    const record = {
      findingId, unique: firstUnique + index, kind,
      bytes: each.bytes, indirectBytes: each.indirectBytes, blocks: blockIds.length, stack: machine.stackOf(each.stack), blockIds,
      what: lossText(kind, each.bytes, each.indirectBytes, blockIds.length, index + 1, groups.length),
      explanation: null, suppressed: false,
    };
    return { ...record, sentence: lossSentence(record, []) };
  });
}

const NONE: LeakTotals = { bytes: 0, blocks: 0 };

function total(blocks: readonly BlockReach[]): LeakTotals {
  return blocks.length === 0 ? NONE : { bytes: blocks.reduce((sum, each) => sum + each.block.size, 0), blocks: blocks.length };
}

export function leakSummary(scan: LeakScan): LeakSummary {
  const of = (reach: Reach): BlockReach[] => scan.blocks.filter((each) => each.reach === reach);
  const reachable = of(Reach.Reachable);
  const heuristics: Record<string, LeakTotals> = {};
  for (const name of new Set(reachable.map((each) => each.heuristic))) {
    if (name !== null) heuristics[name] = total(reachable.filter((each) => each.heuristic === name));
  }
  return {
    definite: total(of(Reach.Unreached)), indirect: total(of(Reach.Indirect)), possible: total(of(Reach.Possible)),
    reachable: total(reachable), suppressed: NONE, heuristics,
  };
}
