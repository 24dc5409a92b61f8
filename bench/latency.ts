/** Time from pressing Run to the report, in the engine: Clang, linking, the run with its leak check, the text. */
import { textReport } from '../src/core/checker/report-text';
import { compileUnits, linkProgram, loadEngine, runProgram } from '../src/host/engine';
import { treePaths } from '../src/host/paths';
import { readExamples, readHeaders } from '../src/host/system-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../src/shared/config';
import { createClangRunner } from '../src/toolchain/clang/driver';

const RUNS = 9;
const OPTIONS = { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] } as const;

export interface Latency { readonly phases: Readonly<Record<string, number>>; readonly totals: readonly number[] }

/** Runs the list example with a changed comment each time. Phases are medians. */
export async function measureRuns(root: string): Promise<Latency> {
  const paths = treePaths(root);
  const engine = loadEngine(paths, null);
  const clang = createClangRunner({ headers: readHeaders(paths) });
  await clang.warm();
  const example = readExamples(paths).find(({ id }) => id === 'lost-head');
  if (!example) throw new Error('the example lost-head is missing');
  const measured: Record<string, number[]> = { compile: [], link: [], run: [], report: [] };
  const totals: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const started = performance.now();
    let from = started;
    const lap = (phase: string): void => {
      const now = performance.now();
      measured[phase]?.push(now - from);
      from = now;
    };
    const compiled = await compileUnits(clang, [[{ path: 'main.c', text: `${example.text}/* ${i} */\n` }]], OPTIONS);
    lap('compile');
    const program = linkProgram(engine, compiled.bitcode ?? [], compiled.sources);
    lap('link');
    const machine = await runProgram(engine, program, {
      machine: DEFAULT_MACHINE, check: DEFAULT_CHECK, programName: './main', args: [], environment: [], stdout: 'tty', pid: 1000,
      maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
    }, { output: () => undefined, input: () => Promise.resolve(null) });
    const result = machine.result();
    lap('run');
    const report = textReport(result, { check: DEFAULT_CHECK, verbosity: 1, sentences: true, genSuppressions: false }, DEFAULT_MACHINE.stackLimitBytes);
    lap('report');
    if (!report.includes('definitely lost: 16 bytes')) throw new Error(`the report is wrong:\n${report}`);
    totals.push(performance.now() - started);
  }
  const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
  return { phases: Object.fromEntries(Object.entries(measured).map(([name, values]) => [name, median(values)])), totals };
}
