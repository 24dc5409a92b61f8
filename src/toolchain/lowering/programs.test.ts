/** C programs of fixtures/ run on the kernel at each optimisation level; their output is what a processor printed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lower, run } from './run.fixture';

const FOLDER = join(import.meta.dirname, 'fixtures');
const PROGRAMS: readonly (readonly [name: string, status: number])[] = [['integers', 100], ['floats', 0], ['aggregates', 3], ['control', 0], ['mixed', 42]];

describe.each(PROGRAMS)('%s', (name, status) => {
  const source = readFileSync(join(FOLDER, `${name}.c`), 'utf8'), expected = readFileSync(join(FOLDER, `${name}.expected`), 'utf8');
  it.each([0, 1, 2] as const)('-O%i', async level => {
    const outcome = await run(await lower(source, level));
    expect(outcome.output).toBe(expected);
    expect(outcome.status).toBe(status);
    expect(outcome.log).toEqual([]);
  });
});
