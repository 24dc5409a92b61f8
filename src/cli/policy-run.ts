/** `pagewise policy … PROGRAM.c`: compiles a program, runs it, and takes its page references for the reference string. */
import { join } from 'node:path';
import { RunRecorder } from '../core/policy/record-run';
import { TraceError, type ReferenceTrace } from '../core/policy/trace';
import { BlobCache } from '../host/blob-cache';
import { loadEngine, runProgram } from '../host/engine';
import { LIBRARY_CACHE_BYTES } from '../host/limits';
import type { SystemPaths } from '../host/paths';
import type { Program } from '../core/lir/lir';
import { defaultOptions } from './options';
import { compile, configOf, diagnosticLine, link } from './run';
import { StandardInput, writeAll } from './streams';
import { UsageError } from './usage-error';

const STDERR = 2;
const say = (text: string): void => { writeAll(STDERR, new TextEncoder().encode(text)); };

/**
 * The program's output goes to standard error, because standard output is for the tables; it reads standard input.
 * No checker runs beside it.
 *
 * @throws UsageError when it does not compile or makes too many references; what compile and loadEngine throw
 */
export async function recordProgram(file: string, args: readonly string[], paths: SystemPaths): Promise<ReferenceTrace> {
  const options = defaultOptions();
  options.files = [file];
  options.args = [...args];
  options.check = { ...options.check, tool: 'none', leakCheck: 'no', explainLeaks: false };
  const compiled = await compile(options, options.files, paths);
  say(compiled.text);
  if (!compiled.bitcode) throw new UsageError(`${file} does not compile`);
  const engine = loadEngine(paths, new BlobCache({ folder: join(paths.cache, 'library'), maxBytes: LIBRARY_CACHE_BYTES }));
  const linked = link(engine, compiled);
  if (Array.isArray(linked)) {
    for (const diagnostic of linked) say(`${diagnosticLine(diagnostic)}\n`);
    throw new UsageError(`${file} cannot run on the simulated machine`);
  }
  const recorder = new RunRecorder();
  const input = new StandardInput();
  try {
    await runProgram(engine, linked as Program, configOf(options), {
      output: (_stream, bytes) => { writeAll(STDERR, bytes); },
      input: (limit) => input.read(limit),
      references: (entries) => { recorder.take(entries); },
    });
    return recorder.finish();
  } catch (error) {
    if (error instanceof TraceError || error instanceof RangeError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}
