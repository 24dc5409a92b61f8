/** The policy bench's work for the window: keeps the last trace, so that another question about it reads nothing again. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { LoweringError } from '../toolchain/lowering/lower';
import { comparePolicies, curvePoints } from '../core/policy/compare';
import { stepTable } from '../core/policy/steps';
import { TraceError, type ReferenceTrace } from '../core/policy/trace';
import { LONGEST_STEP_TABLE, MOST_STEP_FRAMES, type PolicyAnswer, type PolicyProgress, type PolicyQuestion, type PolicySource, type StepQuestion, type StepTable, type TraceFormat, type TraceReading } from '../shared/policy';
import type { Engine } from './engine';
import { readTraceFile, readTraceText, TraceFileError } from './policy-files';
import { recordRun, type RecordableRun } from './policy-record';

/** Numbers of frames that are looked at when the user names none. */
const AUTOMATIC_COUNTS = 16;

/** The last run of the machine; numbers differ from run to run. */
export interface LastRun { readonly number: number; readonly run: RecordableRun }

interface Loaded { readonly trace: ReferenceTrace; readonly format: TraceFormat | null }

export class PolicyWork {
  private key = '';
  private loaded: Loaded | null = null;

  /** @param engine made when a run is to be recorded */
  constructor(private readonly engine: () => Engine, private readonly progress: (progress: PolicyProgress) => void) {}

  /** @throws TraceFileError */
  compare(question: PolicyQuestion, run: LastRun | null): PolicyAnswer {
    const { trace, format } = this.load(question.source, question.reading, run);
    const frameCounts = question.frameCounts ?? curvePoints(trace.pageCount, AUTOMATIC_COUNTS);
    const report = comparePolicies(trace, { policies: question.policies, frameCounts, settings: question.settings, curves: true, steps: false }, (part) => { this.progress({ phase: 'running', part, references: 0 }); });
    return { report, format };
  }

  /** Null where the string or the number of frames is too large for a table. @throws TraceFileError */
  steps({ source, reading, policy, frames, settings }: StepQuestion, run: LastRun | null): StepTable | null {
    const { trace } = this.load(source, reading, run);
    return trace.references.length > LONGEST_STEP_TABLE || frames > MOST_STEP_FRAMES ? null : stepTable(policy, trace, frames, settings);
  }

  private load(source: PolicySource, reading: TraceReading, run: LastRun | null): Loaded {
    const key = JSON.stringify([source, reading, source.kind === 'file' ? stampOf(source.path) : source.kind === 'run' ? run?.number : '']);
    if (this.loaded === null || this.key !== key) {
      this.loaded = null; // the old one need not stay in memory beside the new one
      this.loaded = this.read(source, reading, run);
      this.key = key;
    }
    return this.loaded;
  }

  private read(source: PolicySource, reading: TraceReading, run: LastRun | null): Loaded {
    switch (source.kind) {
      case 'string': return readTraceText(source.text, { ...reading, format: 'classroom' });
      case 'file': return readTraceFile(source.path, reading, (part) => { this.progress({ phase: 'reading', part, references: 0 }); });
      case 'run':
        if (run === null) throw new TraceFileError('No program has run yet: press Run, then compare policies on its page references.');
        return { trace: this.record(run.run), format: null };
    }
  }

  private record(run: RecordableRun): ReferenceTrace {
    try {
      return recordRun(this.engine(), run, (references) => { this.progress({ phase: 'recording', part: 0, references }); });
    } catch (error) {
      if (error instanceof TraceError || error instanceof RangeError) throw new TraceFileError(`The last run: ${error.message}.`);
      if (error instanceof LoweringError) throw new TraceFileError('The last program cannot run on the simulated machine.');
      throw error;
    }
  }
}

function stampOf(path: string): string {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs} ${size}`;
  } catch (error) {
    throw new TraceFileError(`${basename(path)}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file any more' : String(error)}`);
  }
}
