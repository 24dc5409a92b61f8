/**
 * The policy bench of the window: what is compared, the newest answer, and the run that was chosen in it. Answers come
 * from a thread of their own (src/host/policy-client.ts). Short comparisons follow every change at once; one that took
 * long is asked for with the button, can be watched, and cancelled.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { DEFAULT_POLICY_SETTINGS, DEFAULT_TRACE_READING, parseFrameCounts, POLICIES, type PolicyAnswer, type PolicyName, type PolicyProgress, type PolicyQuestion, type PolicySettings, type PolicySource, type StepTable, type TraceReading } from '@shared/policy';
import { errorText, invoke, isRefusal } from '@/lib/bridge';
import { CLASSIC_STRINGS, type ClassicString, framesOf, policiesOf } from '@/lib/policies';
import { useSession } from './session';

const FOLLOW_DELAY_MS = 200;
const PROGRESS_INTERVAL_MS = 120;
/** A comparison that took longer is made again only when asked for. */
const QUICK_MS = 700;
/** Numbers of frames that the window draws. */
export const MOST_COLUMNS = 200;

export interface ChosenRun { readonly policy: PolicyName; readonly frames: number }

export const usePolicyBench = defineStore('policy-bench', () => {
  const session = useSession();
  const kind = ref<PolicySource['kind']>('string');
  const text = ref(CLASSIC_STRINGS[0]!.text);
  const file = ref<{ readonly path: string; readonly name: string } | null>(null);
  const reading = ref<TraceReading>({ ...DEFAULT_TRACE_READING, csv: { ...DEFAULT_TRACE_READING.csv } });
  const policies = ref<readonly PolicyName[]>(CLASSIC_STRINGS[0]!.policies);
  /** As typed; empty: automatic. */
  const framesText = ref('');
  const settings = ref<PolicySettings>({ ...DEFAULT_POLICY_SETTINGS });

  const answer = shallowRef<PolicyAnswer | null>(null);
  /** What `answer` answers. */
  const answered = shallowRef<PolicyQuestion | null>(null);
  const answeredKey = ref('');
  const error = ref('');
  const running = ref(false);
  const progress = shallowRef<PolicyProgress | null>(null);
  const chosen = ref<ChosenRun | null>(null);
  const steps = shallowRef<StepTable | null>(null);
  const stepIndex = ref(0);
  let lastTookMs = 0;
  let newest = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** What is wrong with the field of frames; '' when nothing is. */
  const framesProblem = computed(() => {
    if (framesText.value.trim() === '') return '';
    const counts = parseFrameCounts(framesText.value);
    if (typeof counts === 'string') return counts;
    return counts.length > MOST_COLUMNS ? `${counts.length} numbers of frames are too many to draw; at most ${MOST_COLUMNS}, e.g. with a step: 64-4096:64` : '';
  });
  /** The question as it stands; null while it cannot be asked. */
  const question = computed((): PolicyQuestion | null => {
    const source: PolicySource | null = kind.value === 'string' ? { kind: 'string', text: text.value } : kind.value === 'run' ? { kind: 'run' } : file.value ? { kind: 'file', path: file.value.path } : null;
    if (source === null || policies.value.length === 0 || framesProblem.value !== '' || (source.kind === 'string' && source.text.trim() === '')) return null;
    const counts = framesText.value.trim() === '' ? null : (parseFrameCounts(framesText.value) as readonly number[]);
    return { source, reading: reading.value, policies: POLICIES.map((one) => one.name).filter((name) => policies.value.includes(name)), frameCounts: counts, settings: settings.value };
  });
  const key = computed(() => keyOf(question.value));
  /** The answer is not the one to the question as it stands. */
  const stale = computed(() => question.value !== null && key.value !== answeredKey.value);

  /** Another run of the machine makes the same question another one. */
  function keyOf(asked: PolicyQuestion | null): string {
    return `${JSON.stringify(asked)} ${asked?.source.kind === 'run' ? session.runNumber : ''}`;
  }

  async function compare(): Promise<void> {
    const asked = question.value;
    if (asked === null) return;
    const mine = ++newest, askedKey = keyOf(asked);
    if (running.value) await invoke('policy:cancel', null);
    if (mine !== newest) return;
    running.value = true;
    progress.value = null;
    error.value = '';
    const from = performance.now();
    const watching = setInterval(() => void invoke('policy:progress', null).then((found) => { if (mine === newest) progress.value = found; }), PROGRESS_INTERVAL_MS);
    try {
      const found = await invoke('policy:compare', JSON.parse(JSON.stringify(asked)) as PolicyQuestion);
      if (mine !== newest) return;
      lastTookMs = performance.now() - from;
      if (isRefusal(found)) {
        error.value = found.error;
        answer.value = null;
        answered.value = null;
        answeredKey.value = askedKey;
      } else {
        answer.value = found;
        answered.value = asked;
        answeredKey.value = askedKey;
        keepChosen(found);
      }
    } catch (problem) {
      if (mine === newest) error.value = errorText(problem);
    } finally {
      clearInterval(watching);
      if (mine === newest) running.value = false;
    }
  }

  async function cancel(): Promise<void> {
    newest++;
    running.value = false;
    lastTookMs = Infinity;
    await invoke('policy:cancel', null);
  }

  /** The chosen run stays when the new answer has it; else the first policy, with three frames where there are. */
  function keepChosen({ report }: PolicyAnswer): void {
    const names = policiesOf(report), counts = framesOf(report);
    const policy = chosen.value && names.includes(chosen.value.policy) ? chosen.value.policy : names[0]!;
    const frames = chosen.value && counts.includes(chosen.value.frames) ? chosen.value.frames : counts.includes(3) ? 3 : counts[0]!;
    chosen.value = { policy, frames };
  }

  function choose(policy: PolicyName, frames: number): void {
    chosen.value = { policy, frames };
  }

  function toggle(name: PolicyName): void {
    policies.value = policies.value.includes(name) ? policies.value.filter((one) => one !== name) : [...policies.value, name];
  }

  function useClassic(one: ClassicString): void {
    kind.value = 'string';
    text.value = one.text;
    policies.value = one.policies;
    framesText.value = '';
    stepIndex.value = 0;
  }

  function useRun(): void {
    kind.value = 'run';
    framesText.value = '';
    lastTookMs = 0;
  }

  async function openFile(): Promise<void> {
    const found = await invoke('policy:open', null);
    if (found === null) return;
    file.value = found;
    kind.value = 'file';
    framesText.value = '';
    lastTookMs = 0;
  }

  async function readSteps(): Promise<void> {
    const asked = answered.value, run = chosen.value, of = answer.value;
    if (asked === null || run === null || of === null) {
      steps.value = null;
      return;
    }
    try {
      const found = await invoke('policy:steps', JSON.parse(JSON.stringify({ source: asked.source, reading: asked.reading, settings: asked.settings, ...run })));
      if (answer.value !== of || chosen.value !== run) return;
      steps.value = found === null || isRefusal(found) ? null : found;
      if (steps.value && stepIndex.value >= steps.value.steps.length) stepIndex.value = 0;
    } catch (problem) {
      error.value = errorText(problem);
    }
  }

  // A new run of the machine does not start a comparison by itself: the program may still be running.
  watch(() => JSON.stringify(question.value), () => {
    if (timer) clearTimeout(timer);
    if (question.value === null) {
      if (running.value) void cancel();
      error.value = '';
      return;
    }
    if (kind.value !== 'string' && lastTookMs > QUICK_MS) return;
    timer = setTimeout(() => { if (stale.value) void compare(); }, FOLLOW_DELAY_MS);
  });
  watch([answer, chosen], () => void readSteps());

  return {
    kind, text, file, reading, policies, framesText, framesProblem, settings, question, answer, answered, error, running, progress, stale, chosen, steps, stepIndex,
    compare, cancel, choose, toggle, useClassic, useRun, openFile,
  };
});
