/**
 * Going to other moments of the run: which journeys are possible now and why not, the journey under way, and what is known
 * of the moments of findings. The machine itself is put back (shared/timeline.ts); this store only sends targets.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { TravelTarget, TravelUnit } from '@shared/timeline';
import { ask, errorText } from '@/lib/bridge';
import { blockOfFinding, momentsOfFinding, type BlockMoments, type FindingMoment } from '@/lib/moments';
import { useFindings, type Finding } from './findings';
import { useMessages } from './messages';
import { useSelection } from './selection';
import { useSession } from './session';

/** Blocks and instruction counts whose moments are kept. */
const BLOCKS_READ = 4_000;
const MOMENTS_READ = 10_000;

export const useTimeTravel = defineStore('time-travel', () => {
  const session = useSession();
  const messages = useMessages();
  const findings = useFindings();
  const selection = useSelection();

  const info = computed(() => session.status.timeline);
  /** A command is on its way to the machine, or the machine on its way to the moment. */
  const underway = ref(false);
  /** Where the last dragging wants to go, while a journey is under way. */
  let queued: TravelTarget | null = null;
  let sentAt = -1;
  let hasLeft = false;
  let onFound = '';

  /** Why nobody can travel now; '' when one can. */
  const blocked = computed(() => {
    switch (session.state) {
      case 'empty': return 'Run a program first: its run is recorded, and then you can go to any moment of it.';
      case 'compiling': return 'The program is being compiled.';
      case 'failed': return 'It did not run, so there is nothing to go back to.';
      case 'running': return 'The program is running: pause it (Ctrl+F5) to go back.';
      default: return info.value?.enabled === true ? '' : info.value?.message || 'This machine does not record its run: only the present can be seen.';
    }
  });
  const blockedBack = computed(() => {
    const here = info.value;
    return blocked.value || (here && here.now.instruction <= here.start.instruction ? 'This is the start of the recording.' : '');
  });
  const blockedForward = computed(() => blocked.value || (session.isPast ? '' : session.state === 'exited' ? 'This is the end: the program has ended here.' : 'This is the end of the recording: let the program run on with F5 or F10.'));

  /** Begins a journey. `found`: what to say on arrival. A failure is said too. */
  async function go(target: TravelTarget, found = ''): Promise<void> {
    if (blocked.value) return messages.say(blocked.value);
    queued = null;
    sentAt = session.epoch;
    hasLeft = false;
    onFound = found;
    underway.value = true;
    const { ok } = await session.send({ type: 'travel', target });
    if (!ok) underway.value = false;
  }
  /** Dragging: one journey at a time, the newest wish next. */
  function scrub(target: TravelTarget): void {
    if (underway.value) queued = target;
    else void go(target);
  }
  const step = (direction: 'back' | 'forward', unit: TravelUnit, over = false): Promise<void> => go({ kind: 'step', direction, unit, over });
  const lastWrite = (va: string, length: number, what: string): Promise<void> =>
    go({ kind: 'last-write', va, length }, `This is where ${what} was written last: the line here does it next.`);

  /** Statuses come newest only: the one that says "on the way" may be missing. */
  watch(() => session.status, (status) => {
    if (!underway.value) return;
    if (status.timeline?.travelling === true) {
      hasLeft = true;
      return;
    }
    if (!hasLeft && status.epoch <= sentAt) return;
    underway.value = false;
    const next = queued;
    if (next) return void go(next);
    const outcome = status.timeline?.outcome;
    if (outcome?.found === false && outcome.message) messages.say(outcome.message);
    else if (outcome?.found === true && onFound) messages.say(onFound);
  });

  /** Of blocks by number and of instruction counts, as read at the end of the recording: in the past they are not there yet. */
  const blocks = shallowRef<ReadonlyMap<number, BlockMoments>>(new Map());
  const cycles = shallowRef<ReadonlyMap<number, number>>(new Map());
  const ofFinding = (finding: Finding): readonly FindingMoment[] => momentsOfFinding(finding, blocks.value.get(blockOfFinding(finding) ?? -1) ?? null);

  /** What counts is the moment that an answer is of: whoever goes back at once leaves before the answers are here. */
  async function readMoments(): Promise<void> {
    const { epoch, runNumber } = session;
    const isStale = (at: number): boolean => at !== epoch || session.runNumber !== runNumber;
    const known = new Map<number, BlockMoments>();
    if (findings.all.some((finding) => blockOfFinding(finding) !== null)) {
      const answer = await ask('blocks', { processKey: session.processKey, from: 0, count: BLOCKS_READ, state: 'all' });
      if (isStale(answer.epoch)) return;
      for (const block of answer.value.rows) known.set(block.blockId, { allocated: block.allocatedInstruction, freed: block.freedInstruction });
    }
    blocks.value = known;
    const wanted = [...new Set(findings.all.flatMap((finding) => ofFinding(finding).map((moment) => moment.instruction)))].slice(0, MOMENTS_READ);
    if (wanted.length === 0) {
      cycles.value = new Map();
      return;
    }
    const answer = await ask('moments', { instructions: wanted });
    if (!isStale(answer.epoch)) cycles.value = new Map(answer.value.map((moment) => [moment.instruction, moment.cycle]));
  }
  watch(() => [findings.all, session.epoch, session.state, session.travelling] as const, ([, , state, travelling]) => {
    if (travelling || session.isPast || (state !== 'paused' && state !== 'exited')) return;
    readMoments().catch((error: unknown) => messages.say(errorText(error), 'error'));
  });
  watch(() => session.runNumber, () => {
    blocks.value = new Map();
    cycles.value = new Map();
    underway.value = false;
    queued = null;
  });

  /** What the bar marks: errors, and all moments of the selected finding. */
  const marked = computed<readonly FindingMoment[]>(() => {
    const chosen = selection.chain?.findingId ?? null;
    return findings.all.flatMap((finding) => (finding.findingId === chosen ? ofFinding(finding) : finding.kind === 'error' ? ofFinding(finding).filter((moment) => moment.kind === 'error') : []));
  });

  return { info, underway, blocked, blockedBack, blockedForward, marked, cycles, ofFinding, go, scrub, step, lastWrite };
});
