/**
 * Golden tests: every example of resources/examples, run by the engine with the checker on, gives the output and report in
 * its .expected.txt. After an intended change: PAGEWISE_UPDATE_GOLDEN=1 npx vitest run tests/golden.test.ts, then read the
 * difference before it is committed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { textReport } from '../src/core/checker/report-text';
import { compileUnits, linkProgram, runProgram, type Engine } from '../src/host/engine';
import { readExamples } from '../src/host/system-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type CheckConfig, type RunConfig } from '../src/shared/config';
import type { ExampleInfo } from '../src/shared/ipc';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import { PATHS, prepareTools } from './engine.fixture';

const UPDATE = process.env.PAGEWISE_UPDATE_GOLDEN === '1';
const CHECK: CheckConfig = { ...DEFAULT_CHECK, showLeakKinds: ['definite', 'indirect', 'possible', 'reachable'] };

let engine: Engine;
let clang: ClangRunner;

beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
}, 240_000);

/** Output, ending and report of an example, without what differs between equal runs of different builds. */
async function transcript(example: ExampleInfo): Promise<string> {
  const compiled = await compileUnits(clang, [[{ path: `${example.id}.c`, text: example.text }]], { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] });
  expect(compiled.text, 'an example compiles without a warning').toBe('');
  const config: RunConfig = {
    machine: DEFAULT_MACHINE, check: CHECK, programName: `./${example.id}`, args: [], environment: [], stdout: 'pipe', pid: 1000,
    maxInstructions: 200_000_000, maxOutputBytes: 0, maxHeapBytes: 0,
  };
  const output = { stdout: '', stderr: '' };
  let input: Uint8Array | null = new TextEncoder().encode(example.stdin);
  const machine = await runProgram(engine, linkProgram(engine, compiled.bitcode ?? [], compiled.sources), config, {
    output: (stream, bytes) => { output[stream] += new TextDecoder().decode(bytes); },
    input: () => {
      const answer = input;
      input = null;
      return Promise.resolve(answer !== null && answer.byteLength > 0 ? answer : null);
    },
  });
  const result = machine.result();
  const report = textReport(result, { check: CHECK, verbosity: 1, sentences: true, genSuppressions: false }, DEFAULT_MACHINE.stackLimitBytes);
  expect(machine.sanityCheck()).toEqual([]);
  return [
    `exit status ${result.exitStatus}`, '', '--- standard output', output.stdout, '--- standard error', output.stderr, '--- report', normalise(report, `${example.id}.c`),
  ].join('\n');
}

/** Process ids go; addresses become 0x…; call frames of the C library lose their file and line. */
function normalise(report: string, file: string): string {
  return report
    .replace(/^==\d+== ?/gm, '')
    .replace(/0x[0-9A-Fa-f]{4,}/g, '0x…')
    .replace(/(0x…: \w+) \(([^():]+):\d+\)$/gm, (line, head: string, place: string) => (place === file ? line : `${head} (in the C library)`))
    .replace(/[ \t]+$/gm, '');
}

describe('examples', () => {
  const examples = readExamples(PATHS);

  it('are at least twelve, and each has a story', () => {
    expect(examples.length).toBeGreaterThanOrEqual(12);
    for (const example of examples) expect(example.text, example.id).toMatch(/^\/\* \S/);
    expect(new Set(examples.map(({ id }) => id)).size).toBe(examples.length);
  });

  it.each(examples.map((example) => [example.id, example] as const))('%s', async (id, example) => {
    const file = join(PATHS.resources, 'examples', `${id}.expected.txt`);
    const actual = await transcript(example);
    if (UPDATE) writeFileSync(file, actual);
    expect(existsSync(file), `${id}.expected.txt is missing`).toBe(true);
    expect(actual).toBe(readFileSync(file, 'utf8'));
  });
});
