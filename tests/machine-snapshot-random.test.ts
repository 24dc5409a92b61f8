/** Random runs, saved and loaded on their way: three seeds here, as many as one likes with `npm run fuzz -- --snapshots`. */
import { resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { compileProgram, prepareTools } from './engine.fixture';
import { codecModule } from './machine-snapshot.fixture';
import { travel } from './snapshots/journeys';
import { play, type Material } from './snapshots/world';

let material: Material;
beforeAll(async () => {
  const tools = await prepareTools();
  material = { kernel: tools.engine.kernel, codec: await codecModule(), program: (name) => compileProgram(tools, resolve(import.meta.dirname, `${name}.c`)), root: resolve(import.meta.dirname, '..') };
});

it.each([1, 2, 3])('a run that is saved and loaded on its way is the one that was never saved (seed %i)', async (seed) => {
  const { saves } = await play(seed, material);
  expect(saves).toBeGreaterThan(1);
});

it.each([1, 2, 3])('steps back and as many forward lead to the same moment (seed %i)', async (seed) => {
  expect(await travel(seed, material)).toMatch(/ [1-9]/);
});
