/**
 * The reference string of a program of Pagewise: the run once more, on a machine that nobody sees, with its page references recorded
 * exactly. Same program, configuration and input give the same run, so these are the references of the run that the
 * user saw; what was typed in the console meanwhile is not there a second time: the program reads the end of its input.
 */
import { TraceError, type ReferenceTrace } from '../core/policy/trace';
import { createMachine } from '../core/machine/machine';
import { RunRecorder } from '../core/policy/record-run';
import { linkProgram, type Engine } from './engine';
import type { StartRequest } from './machine-protocol';

const SLICE_INSTRUCTIONS = 1_000_000;
/** Four bytes each, and OPT needs eight more. */
const MOST_RUN_REFERENCES = 2 ** 26;

/** What a run is made of. */
export type RecordableRun = Pick<StartRequest, 'bitcode' | 'sources' | 'config' | 'stdin'>;

/**
 * @param progress called between slices with the references so far
 * @throws TraceError when there are too many, LoweringError, or RangeError when there are none
 */
export function recordRun(engine: Engine, run: RecordableRun, progress: (references: number) => void): ReferenceTrace {
  const recorder = new RunRecorder(MOST_RUN_REFERENCES);
  let input: Uint8Array | null = run.stdin === null ? null : new TextEncoder().encode(run.stdin);
  const config = { ...run.config, check: { ...run.config.check, leakCheck: 'no' as const, explainLeaks: false } };
  const machine = createMachine(config, {
    output: () => { /* the user saw it when the program ran */ },
    input: (limit) => {
      if (input === null || input.length === 0) return null;
      const part = input.subarray(0, limit);
      input = input.subarray(part.length);
      return part;
    },
    references: (entries) => {
      try {
        recorder.take(entries);
      } catch (error) {
        throw error instanceof TraceError ? new TraceError(`the run makes more than ${MOST_RUN_REFERENCES.toLocaleString('en')} references; shorten it`, 0, 0) : error;
      }
    },
  }, engine.kernel);
  machine.load(linkProgram(engine, run.bitcode, new Map(run.sources)));
  for (;;) {
    const reason = machine.run(SLICE_INSTRUCTIONS);
    progress(recorder.length);
    if (reason === 'exited' || reason === 'limit') return recorder.finish();
    if (reason === 'deadlock') machine.stop('no process can go on: each waits for another, or for a signal that nobody sends');
  }
}
