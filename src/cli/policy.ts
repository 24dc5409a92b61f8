/**
 * `pagewise policy`: replacement policies over one reference string. Tables to standard output, `--json` to a file. What
 * is wrong with the call or the trace is said in one message and ends with status 125.
 */
import { writeFileSync } from 'node:fs';
import { comparePolicies } from '../core/policy/compare';
import type { ReferenceTrace } from '../core/policy/trace';
import type { SystemPaths } from '../host/paths';
import { readTraceFile, readTraceText, TraceFileError } from '../host/policy-files';
import { SourceFileError } from '../host/source-files';
import { SystemFilesError } from '../host/system-files';
import { LONGEST_STEP_TABLE, MOST_STEP_FRAMES, type PolicyReport, type TraceFormat } from '../shared/policy';
import { ClangFailure } from '../toolchain/clang/driver';
import { parsePolicyOptions, type PolicyOptions } from './policy-options';
import { recordProgram } from './policy-run';
import { policyText } from './policy-text';
import type { Outcome } from './run';
import { writeAll } from './streams';
import { OWN_FAILURE, UsageError } from './usage-error';

/** Without --steps, step tables are printed for strings and numbers of runs up to these. */
const SHORT_STRING = 40;
const FEW_RUNS = 4;
const OURS = [UsageError, TraceFileError, SourceFileError, SystemFilesError, ClangFailure];

interface Loaded { readonly trace: ReferenceTrace; readonly format: TraceFormat | 'run' }

export async function policyCommand(words: readonly string[], paths: SystemPaths): Promise<Outcome> {
  try {
    const options = parsePolicyOptions(words);
    const loaded = await load(options, paths);
    const report = comparePolicies(loaded.trace, {
      policies: options.policies, frameCounts: options.frameCounts, settings: options.settings, curves: options.curves, steps: wantsSteps(options, loaded),
    });
    if (options.jsonFile !== null) writeJson(options.jsonFile, report, options, loaded);
    writeAll(1, new TextEncoder().encode(policyText(report)));
    return { status: 0, inputWaiting: false };
  } catch (error) {
    if (!OURS.some((kind) => error instanceof kind)) throw error;
    writeAll(2, new TextEncoder().encode(`pagewise: ${(error as Error).message}\n`));
    return { status: OWN_FAILURE, inputWaiting: false };
  }
}

async function load(options: PolicyOptions, paths: SystemPaths): Promise<Loaded> {
  if (options.program !== null) return { trace: await recordProgram(options.program, options.args, paths), format: 'run' };
  if (options.string === null) return readTraceFile(options.file, options.reading);
  if (options.reading.format !== 'auto' && options.reading.format !== 'classroom') throw new UsageError(`--string is a classroom string; --format=${options.reading.format} needs a file`);
  try {
    return readTraceText(options.string, { ...options.reading, format: 'classroom' });
  } catch (error) {
    throw error instanceof TraceFileError ? new UsageError(`--string: ${error.message}`) : error;
  }
}

function wantsSteps(options: PolicyOptions, { trace }: Loaded): boolean {
  const length = trace.references.length;
  if (options.steps === null) return length <= SHORT_STRING && options.policies.length * options.frameCounts.length <= FEW_RUNS;
  if (options.steps && length > LONGEST_STEP_TABLE) throw new UsageError(`--steps=yes: the trace has ${length} references; step tables are for at most ${LONGEST_STEP_TABLE}`);
  if (options.steps && options.frameCounts.every((frames) => frames > MOST_STEP_FRAMES)) throw new UsageError(`--steps=yes: step tables are for at most ${MOST_STEP_FRAMES} frames`);
  return options.steps;
}

function writeJson(file: string, report: PolicyReport, options: PolicyOptions, { format }: Loaded): void {
  const source = options.string === null ? { file: options.file, format } : { string: options.string, format };
  try {
    writeFileSync(file, `${JSON.stringify({ source, ...report }, null, 1)}\n`);
  } catch (error) {
    throw new UsageError(`--json=${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
