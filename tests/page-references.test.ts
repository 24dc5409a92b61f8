/** Exact page references of a run: every access is there, in order, and recording changes nothing else. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from '../src/core/machine/machine';
import { RunRecorder } from '../src/core/policy/record-run';
import type { Program } from '../src/core/lir/lir';
import { compileUnits, linkProgram, type Engine } from '../src/host/engine';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../src/shared/config';
import type { Counters } from '../src/shared/report';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import { prepareTools } from './engine.fixture';

let engine: Engine;
let clang: ClangRunner;

beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
}, 240_000);

async function compile(text: string): Promise<Program> {
  const compiled = await compileUnits(clang, [[{ path: 'p.c', text }]], { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] });
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  return linkProgram(engine, compiled.bitcode ?? [], compiled.sources);
}

/** Runs to the end in quanta of odd lengths. */
function run(program: Program, recorder: RunRecorder | null, tool: 'memcheck' | 'none'): { out: string; counters: Counters } {
  let out = '';
  const machine = createMachine({
    machine: DEFAULT_MACHINE, check: { ...DEFAULT_CHECK, tool, explainLeaks: false }, programName: './p', args: [], environment: [], stdout: 'pipe', pid: 500, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, {
    output: (_stream, bytes) => { out += Buffer.from(bytes).toString('latin1'); }, input: () => null,
    ...(recorder ? { references: (entries: Uint32Array) => { recorder.take(entries); } } : {}),
  }, engine.kernel);
  machine.load(program);
  while (machine.run(77_777) !== 'exited') expect(machine.state).not.toBe('exited');
  return { out, counters: machine.counters() };
}

const PROGRAM = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static char walked[8 * 4096] __attribute__((aligned(4096)));
static int depth(int n) { return n == 0 ? 0 : 1 + depth(n - 1); }
int main(void)
{
    static const int order[] = { 3, 1, 4, 1, 5, 2, 6, 5 };
    printf("%p\\n", (void *)walked);
    for (int i = 0; i < 8; i++)
        walked[order[i] * 4096 + i] = 'x';
    volatile char seen = walked[7 * 4096];
    char *copy = malloc(9000);
    memcpy(copy, walked, 9000);
    memset(walked + 100, 'y', 5000);
    walked[5100] = 0;
    unsigned long *across = (unsigned long *)(copy + (4096 - ((unsigned long)copy & 4095)) - 3);
    *across = 7;
    printf("%zu %d %d %lu\\n", strlen(walked + 100), depth(200), seen, *across);
    free(copy);
    return 0;
}
`;

describe.each(['none', 'memcheck'] as const)('with tool %s', (tool) => {
  it('recording changes neither output nor counters, and misses no access', async () => {
    const program = await compile(PROGRAM);
    const recorder = new RunRecorder();
    const plain = run(program, null, tool), recorded = run(program, recorder, tool);
    expect(recorded).toEqual(plain);
    const trace = recorder.finish();
    // One store and one load of 8 bytes cross a page border: two references each, one access.
    expect(trace.references.length).toBe(plain.counters.accesses + 2);
  });
});

it('references come in the order of the accesses', async () => {
  const program = await compile(PROGRAM);
  const recorder = new RunRecorder();
  const { out } = run(program, recorder, 'none');
  const trace = recorder.finish(), base = Number.parseInt(out.slice(2), 16);
  const pages = Array.from(trace.references, (word) => [(Number(trace.label(word >>> 1)) - base) / 4096, word & 1] as const).filter(([page]) => page >= 0 && page < 8);
  const first = pages.slice(0, 9).map(([page, store]) => `${page}${store ? 'w' : ''}`).join(' ');
  expect(first).toBe('3w 1w 4w 1w 5w 2w 6w 5w 7');
  // memcpy reads 1,125 words of three pages; memset writes 625 words, of 500 and 125 in its pages after bytes to the boundary.
  const after = pages.slice(9);
  const runs: string[] = [];
  for (let k = 0, from = 0; k < after.length; k = from) {
    while (from < after.length && after[from]![0] === after[k]![0] && after[from]![1] === after[k]![1]) from++;
    runs.push(`${after[k]![0]}${after[k]![1] ? 'w' : ''}×${from - k}`);
  }
  expect(runs.slice(0, 3)).toEqual(['0×512', '1×512', '2×101']);
  const stored = after.filter(([, store]) => store === 1).length;
  expect(stored).toBe(4 + 624 + 4 + 1);
});
