/** The policy bench's work for the window: keeps the last trace, so that another question about it reads nothing again. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { comparePolicies, curvePoints } from '../core/policy/compare';
import { stepTable } from '../core/policy/steps';
import type { ReferenceTrace } from '../core/policy/trace';
import { LONGEST_STEP_TABLE, MOST_STEP_FRAMES, type PolicyAnswer, type PolicyProgress, type PolicyQuestion, type PolicySource, type StepQuestion, type StepTable, type TraceReading } from '../shared/policy';
import { readTraceFile, readTraceText, TraceFileError, type LoadedTrace } from './policy-files';

/** Numbers of frames that are looked at when the user names none. */
const AUTOMATIC_COUNTS = 16;

/** References of a run of the machine, as src/core/policy/trace.ts has them. */
export interface RecordedRun { readonly runNumber: number; readonly references: Uint32Array; readonly pageNumbers: Float64Array }

export class PolicyWork {
  private key = '';
  private loaded: LoadedTrace | null = null;

  constructor(private readonly progress: (progress: PolicyProgress) => void) {}

  /** @throws TraceFileError */
  compare(question: PolicyQuestion, run: RecordedRun | null): PolicyAnswer {
    const { trace, format } = this.load(question.source, question.reading, run);
    const frameCounts = question.frameCounts ?? curvePoints(trace.pageCount, AUTOMATIC_COUNTS);
    const report = comparePolicies(trace, { policies: question.policies, frameCounts, settings: question.settings, curves: true, steps: false }, (part) => { this.progress({ phase: 'running', part }); });
    return { report, format };
  }

  /** Null where the string or the number of frames is too large for a table. @throws TraceFileError */
  steps({ source, reading, policy, frames, settings }: StepQuestion, run: RecordedRun | null): StepTable | null {
    const { trace } = this.load(source, reading, run);
    return trace.references.length > LONGEST_STEP_TABLE || frames > MOST_STEP_FRAMES ? null : stepTable(policy, trace, frames, settings);
  }

  private load(source: PolicySource, reading: TraceReading, run: RecordedRun | null): LoadedTrace {
    const key = JSON.stringify([source, reading, source.kind === 'file' ? stampOf(source.path) : source.kind === 'run' ? run?.runNumber : '']);
    if (this.loaded === null || this.key !== key) {
      this.loaded = null; // the old one need not stay in memory beside the new one
      this.loaded = this.read(source, reading, run);
      this.key = key;
    }
    return this.loaded;
  }

  private read(source: PolicySource, reading: TraceReading, run: RecordedRun | null): LoadedTrace {
    switch (source.kind) {
      case 'string': return readTraceText(source.text, { ...reading, format: 'classroom' });
      case 'file': return readTraceFile(source.path, reading, (part) => { this.progress({ phase: 'reading', part }); });
      case 'run':
        if (run === null) throw new TraceFileError('There is no recorded run: run a program with “record page references” first.');
        return { trace: traceOfRun(run), format: 'classroom' };
    }
  }
}

function traceOfRun({ references, pageNumbers }: RecordedRun): ReferenceTrace {
  let storeCount = 0;
  for (const reference of references) storeCount += reference & 1;
  return { references, pageCount: pageNumbers.length, storeCount, storesKnown: true, label: (page) => `0x${(BigInt(pageNumbers[page]) << 12n).toString(16)}` };
}

function stampOf(path: string): string {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs} ${size}`;
  } catch (error) {
    throw new TraceFileError(`${basename(path)}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file any more' : String(error)}`);
  }
}
