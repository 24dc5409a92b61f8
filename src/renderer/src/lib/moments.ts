/** The moments of findings: where a block was allocated, freed, lost its last pointer, where an error happened. */
import type { Moment, TimelineInfo } from '@shared/timeline';
import type { Finding } from '@/stores/findings';

export type MomentKind = 'allocated' | 'freed' | 'lost' | 'error';
export interface FindingMoment {
  readonly kind: MomentKind;
  /** The machine stands just before it. */
  readonly instruction: number;
  readonly findingId: number;
}
/** What the records of blocks say. */
export interface BlockMoments { readonly allocated: number; readonly freed: number | null }

export const MOMENT_WORDS: Readonly<Record<MomentKind, { readonly letter: string; readonly name: string; /** After "Go to where". */ readonly where: string; readonly go: string }>> = {
  allocated: { letter: 'A', name: 'allocated', where: 'it was allocated', go: 'Go to where it was allocated' },
  freed: { letter: 'F', name: 'freed', where: 'it was freed', go: 'Go to where it was freed' },
  lost: { letter: 'L', name: 'last pointer lost', where: 'its last pointer was lost', go: 'Go to where its last pointer was lost' },
  error: { letter: 'E', name: 'memory error', where: 'the error happened', go: 'Go to where the error happened' },
};

/** The block that a finding is about; of a leak with many blocks the first. */
export function blockOfFinding(finding: Finding): number | null {
  return finding.leak?.blockIds[0] ?? finding.error?.description?.blockId ?? null;
}

/** In the order of time. `block`: of `blockOfFinding`, when it is known. */
export function momentsOfFinding(finding: Finding, block: BlockMoments | null): readonly FindingMoment[] {
  const { findingId, leak, error } = finding;
  const found: FindingMoment[] = [];
  const add = (kind: MomentKind, instruction: number | null | undefined): void => {
    if (instruction != null && instruction >= 0) found.push({ kind, instruction, findingId });
  };
  add('allocated', block?.allocated);
  add('freed', block?.freed);
  if (leak?.explanation && leak.explanation.cause !== 'unknown') add('lost', leak.explanation.instruction);
  add('error', error?.instruction);
  return found.sort((a, b) => a.instruction - b.instruction);
}

/** Where a cycle lies between start and head of a recording, 0 to 1. */
export function shareOf(cycle: number, info: Pick<TimelineInfo, 'start' | 'head'>): number {
  const span = info.head.cycle - info.start.cycle;
  return span <= 0 ? 1 : Math.min(1, Math.max(0, (cycle - info.start.cycle) / span));
}
export function cycleAt(share: number, info: Pick<TimelineInfo, 'start' | 'head'>): number {
  return Math.round(info.start.cycle + Math.min(1, Math.max(0, share)) * (info.head.cycle - info.start.cycle));
}

export interface Tick { readonly kind: MomentKind; readonly moment: Moment; readonly share: number; readonly findingId: number; readonly count: number }

/** Ticks of the bar: those that would cover each other become one. `least`: the share of the bar that a tick takes. */
export function ticksOf(moments: readonly FindingMoment[], cycleOf: (instruction: number) => number | undefined, info: Pick<TimelineInfo, 'start' | 'head'>, least: number): readonly Tick[] {
  const ticks: Tick[] = [];
  for (const { kind, instruction, findingId } of [...moments].sort((a, b) => a.instruction - b.instruction)) {
    const cycle = cycleOf(instruction);
    if (cycle === undefined || instruction > info.head.instruction) continue;
    const share = shareOf(cycle, info);
    const near = ticks.findIndex((tick) => tick.kind === kind && share - tick.share < least);
    if (near >= 0) ticks[near] = { ...ticks[near]!, count: ticks[near]!.count + 1 };
    else ticks.push({ kind, moment: { instruction, cycle }, share, findingId, count: 1 });
  }
  return ticks;
}
