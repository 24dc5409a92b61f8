/** How the window draws replacement policies, the strings that teachers use, and the frames that an answer covers. */
import { POLICIES, type PolicyInfo, type PolicyName, type PolicyReport, type PolicyRun } from '@shared/policy';

/** Shapes in a box of 24 × 24: marks in tables and, as `path://…`, symbols in charts. */
export const POLICY_SHAPE: Readonly<Record<PolicyName, string>> = {
  fifo: 'M12 3a9 9 0 1 0 .01 0z',
  clock: 'M4 4h16v16h-16z',
  nru: 'M12 3l10 18h-20z',
  lru: 'M12 1l10 11l-10 11l-10 -11z',
  lfu: 'M2 3h20l-10 18z',
  random: 'M5 2l7 7 7-7 3 3-7 7 7 7-3 3-7-7-7 7-3-3 7-7-7-7z',
  '2q': 'M9 2h6v7h7v6h-7v7h-6v-7h-7v-6h7z',
  arc: 'M7 3h10l5 9-5 9h-10l-5-9z',
  's3-fifo': 'M12 1l3.2 7.4 8 .7-6 5.3 1.8 7.9-7-4.2-7 4.2 1.8-7.9-6-5.3 8-.7z',
  opt: 'M2 9h20v6h-20z',
};
/** Lines that lie on one another stay visible. */
export const POLICY_DASH: Readonly<Partial<Record<PolicyName, readonly number[]>>> = { clock: [7, 4], nru: [3, 3], random: [1, 3], '2q': [10, 3, 2, 3] };
export const policyColour = (name: PolicyName): string => `--policy-${name}`;
export const policyInfo = (name: PolicyName): PolicyInfo => POLICIES.find((one) => one.name === name) ?? POLICIES[0]!;

export interface ClassicString { readonly id: string; readonly title: string; readonly text: string; readonly policies: readonly PolicyName[]; readonly lesson: string }

export const CLASSIC_STRINGS: readonly ClassicString[] = [
  { id: 'belady', title: 'Belady’s anomaly', text: '1,2,3,4,1,2,5,1,2,3,4,5', policies: ['fifo', 'clock', 'lru', 'opt'], lesson: 'With FIFO, four frames make more faults than three. LRU and OPT can never do that: what they keep in three frames is always part of what they keep in four.' },
  { id: 'twenty', title: 'Twenty references', text: '7,0,1,2,0,3,0,4,2,3,0,3,2,1,2,0,1,7,0,1', policies: ['fifo', 'lru', 'opt'], lesson: 'The string of many textbooks: with three frames FIFO has 15 faults, LRU 12, and OPT shows that 9 are unavoidable.' },
  { id: 'clock', title: 'Second chances', text: '2,3,2,1,5,2,4,5,3,2,5,2', policies: ['fifo', 'clock', 'lru', 'opt'], lesson: 'With three frames Clock (8 faults) lies between FIFO (9) and LRU (7): a page referenced since the hand passed is spared once.' },
  { id: 'loop', title: 'A loop that does not fit', text: '1,2,3,4,5,1,2,3,4,5,1,2,3,4,5,1,2,3,4,5', policies: ['fifo', 'lru', 'random', 'opt'], lesson: 'With one frame too few, LRU evicts each page just before it is needed and has nothing but faults. Even drawing victims does better.' },
  { id: 'scan', title: 'A scan through a working set', text: '1,2,1,2,1,2,9,10,11,12,13,14,1,2,1,2,15,16,17,18,1,2,1,2', policies: ['lru', 'lfu', 'arc', 's3-fifo', 'opt'], lesson: 'Pages that are read once push the working set {1, 2} out of LRU. ARC and S3-FIFO keep it: 12 faults instead of 16 with three frames.' },
  { id: 'stores', title: 'Loads and stores', text: '1:w,2,3,4,1:w,2,5,1:w,3,4:w,2,6,1,3:w,5', policies: ['fifo', 'nru', 'lru', 'opt'], lesson: ':w marks a store. A page that was stored to must be written back when it leaves, so NRU rather evicts a clean one.' },
];

/** The run of one policy with one number of frames. */
export function runOf(report: PolicyReport, policy: PolicyName, frames: number): PolicyRun | null {
  return report.runs.find((run) => run.policy === policy && run.frames === frames) ?? null;
}

export function framesOf(report: PolicyReport): readonly number[] {
  return [...new Set(report.runs.map((run) => run.frames))];
}
export function policiesOf(report: PolicyReport): readonly PolicyName[] {
  return [...new Set(report.runs.map((run) => run.policy))];
}

/** "FIFO has 9 faults with 3 frames and 10 with 4." */
export function anomalySentences(report: PolicyReport): readonly string[] {
  return report.anomalies.map((one) => {
    const chance = one.policy === 'random' || one.policy === 'nru' ? ' It draws its victims: another seed may not show it.' : '';
    return `${policyInfo(one.policy).title} has ${one.faultsWithFewer} faults with ${one.fewerFrames} ${one.fewerFrames === 1 ? 'frame' : 'frames'} and ${one.faultsWithMore} with ${one.moreFrames}.${chance}`;
  });
}
