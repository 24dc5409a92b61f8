/**
 * The running machine as the window knows it: the last status that came over the stream, and the commands. It holds no
 * machine state of its own; views ask the machine when the epoch changes (composables/useQuery.ts).
 *
 *   empty ─run─▶ compiling ─▶ running ⇄ paused ─▶ exited        any ─▶ failed        (states and changes are the machine's)
 *
 * A journey to another moment is no running of the program: views stay as they are until it arrives (`travelling`).
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { Diagnostic } from '@shared/diagnostics';
import type { ExampleInfo, RunAccepted, RunCommand, StreamMessage } from '@shared/ipc';
import type { RunResult } from '@shared/report';
import type { SnapshotActivity } from '@shared/snapshot-info';
import type { MachineState, ProcessRow, StatusSnapshot } from '@shared/views';
import { ask, errorText, invoke } from '@/lib/bridge';
import { useConsole } from './console';

const EMPTY_STATUS: StatusSnapshot = {
  epoch: 0, state: 'empty', message: '', simulatedSeconds: 0, usedFrames: 0, frameCount: 0, heapBytes: 0, heapBlocks: 0, errorCount: 0, outputBytes: 0, profile: 'linux', location: null, timeline: null,
  counters: { instructions: 0, cycles: 0, accesses: 0, fetches: 0, l1dMisses: 0, l1iMisses: 0, l2Hits: 0, l2Misses: 0, walks: 0, walkReads: 0, calls: 0, minorFaults: 0, majorFaults: 0 },
};

export type RunRequest = Extract<RunCommand, { type: 'run' }>;

export const useSession = defineStore('session', () => {
  const log = useConsole();
  const status = shallowRef<StatusSnapshot>(EMPTY_STATUS);
  /** A run command is on its way (compiling included). */
  const starting = ref(false);
  /** Grows with every accepted run. */
  const runNumber = ref(0);
  /** What the last run was started with. */
  const request = shallowRef<RunRequest | null>(null);
  /** Why the last run did not start; null when it did. */
  const refusal = shallowRef<RunAccepted | null>(null);
  const result = shallowRef<RunResult | null>(null);
  /** Moment of the machine that the result is of: a result asked for while the program ran may come when it has ended. */
  const resultEpoch = ref(-1);
  const processKey = ref(0);
  const processes = shallowRef<readonly ProcessRow[]>([]);
  const examples = shallowRef<readonly ExampleInfo[]>([]);
  const stdinClosed = ref(false);
  const problem = ref('');
  /** Saving or opening a snapshot, while it goes on. */
  const activity = shallowRef<SnapshotActivity | null>(null);

  const epoch = computed(() => status.value.epoch);
  /** On the way to another moment of the recording. */
  const travelling = computed(() => status.value.timeline?.travelling === true);
  const state = computed<MachineState>(() => {
    if (starting.value && status.value.state !== 'running') return 'compiling';
    return travelling.value && status.value.state === 'running' ? 'paused' : status.value.state;
  });
  /** The machine stands at an earlier moment than its recording has come to. */
  const isPast = computed(() => status.value.timeline?.enabled === true && !status.value.timeline.atHead);
  const isActive = computed(() => ['compiling', 'running', 'paused'].includes(state.value));
  /** The program reads standard input and nothing is there yet. */
  const isWaiting = computed(() => status.value.state === 'running' && status.value.message === 'Waiting for input');
  const canStep = computed(() => state.value === 'paused' && !travelling.value);
  /** The last command by which the machine moved. */
  const moved = ref<'run' | 'step' | 'continue' | 'travel'>('run');

  function onStream(message: Exclude<StreamMessage, { type: 'autosave' }>): void {
    if (message.type === 'status') status.value = message.status;
    else if (message.type === 'output') log.append(message.stream, message.text, message.droppedBytes, { pid: message.pid, name: message.name });
    else if (message.type === 'cleared') log.begin();
    else activity.value = message.activity;
  }

  async function send(command: RunCommand): Promise<RunAccepted> {
    if (command.type === 'run' || command.type === 'step' || command.type === 'continue' || command.type === 'travel') moved.value = command.type;
    try {
      const accepted = await invoke('machine:command', command);
      problem.value = accepted.ok ? '' : accepted.message;
      return accepted;
    } catch (error) {
      problem.value = errorText(error);
      return { ok: false, diagnostics: [], message: problem.value };
    }
  }

  /** Compiles and runs; the answer holds Clang's diagnostics, warnings of an accepted run too. */
  async function run(wanted: RunRequest): Promise<readonly Diagnostic[]> {
    if (starting.value) return [];
    starting.value = true;
    request.value = wanted;
    refusal.value = null;
    result.value = null;
    stdinClosed.value = wanted.stdin !== null;
    try {
      const accepted = await send(wanted);
      if (accepted.ok) runNumber.value++;
      else refusal.value = accepted;
      return accepted.diagnostics;
    } finally {
      starting.value = false;
    }
  }

  /** A machine with a mix of light workload processes, and no program. */
  async function startMachine(wanted: Extract<RunCommand, { type: 'start-machine' }>): Promise<RunAccepted> {
    starting.value = true;
    request.value = null;
    refusal.value = null;
    result.value = null;
    stdinClosed.value = true;
    try {
      const accepted = await send(wanted);
      if (accepted.ok) runNumber.value++;
      return accepted;
    } finally {
      starting.value = false;
    }
  }

  /** A machine that came out of a file has taken the place of the one before. `was`: what its run was started with; null: a mix. */
  function adopt(was: RunRequest | null, inputEnded: boolean): void {
    request.value = was;
    refusal.value = null;
    result.value = null;
    problem.value = '';
    stdinClosed.value = inputEnded;
    moved.value = 'run';
    runNumber.value++;
  }

  const pause = (): Promise<RunAccepted> => send({ type: 'pause' });
  const resume = (): Promise<RunAccepted> => send({ type: 'continue' });
  const stop = (): Promise<RunAccepted> => send({ type: 'stop' });
  const reclaim = (): Promise<RunAccepted> => send({ type: 'reclaim' });
  const step = (how: 'into' | 'over' | 'out'): Promise<RunAccepted> => send({ type: 'step', how });

  async function sendLine(line: string): Promise<void> {
    log.append('stdin', `${line}\n`);
    await send({ type: 'stdin', text: `${line}\n` });
  }
  async function sendEndOfFile(): Promise<void> {
    log.note('end of standard input (Ctrl+D)');
    stdinClosed.value = true;
    await send({ type: 'stdin-eof' });
  }

  /** The result and the processes change what the whole window shows, so they are read here, once, for all views. */
  async function readResult(): Promise<void> {
    const [rows, whole] = await Promise.all([ask('processes', null), ask('result', null)]);
    processes.value = rows.value;
    if (!rows.value.some((row) => row.processKey === processKey.value)) processKey.value = rows.value[0]?.processKey ?? 0;
    result.value = whole.value;
    resultEpoch.value = whole.epoch;
  }
  watch([runNumber, () => status.value.state, epoch], ([number, now, at], [oldNumber, before, oldAt]) => {
    if (travelling.value) return;
    const stands = now === 'paused' || now === 'exited' || now === 'failed';
    if (number === oldNumber && now === before && (!stands || at === oldAt)) return;
    if (now === 'empty' || now === 'compiling') return;
    readResult().catch((error: unknown) => {
      problem.value = errorText(error);
    });
  });

  async function loadExamples(): Promise<void> {
    examples.value = await invoke('examples:list', null);
  }

  /** What the run has come to, once it has ended; null before. */
  const finalResult = computed(() => (state.value === 'exited' && resultEpoch.value === epoch.value ? result.value : null));

  return {
    finalResult, status, state, epoch, travelling, isPast, moved, isActive, isWaiting, canStep, starting, runNumber, request, refusal, result, processKey, processes, examples, stdinClosed, problem, activity,
    onStream, send, run, startMachine, adopt, pause, resume, stop, reclaim, step, sendLine, sendEndOfFile, readResult, loadExamples,
  };
});
