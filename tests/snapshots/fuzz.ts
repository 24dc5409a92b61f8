/**
 * `npm run fuzz -- --snapshots [--seed=N] [--count=N]`: random runs that are saved and loaded on their way (world.ts), and random journeys
 * there and back (journeys.ts), `count` of each from seed N on (50 from 1 unless said otherwise).
 *
 * `npm run fuzz -- --snapshots --kills=N`: kills a saving process at N random moments (kill.ts).
 *
 * `npm run fuzz -- --snapshots --fixture`: makes the file of a machine in the present format (old-file.ts).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pagewise, caseOf } from '../fuzz/ways';
import { travel } from './journeys';
import { killWhileSaving, randomDelay } from './kill';
import { makeOldFile } from './old-file';
import { play, type Material } from './world';

/** The exit code: 0 when all held. */
export async function fuzz(root: string, words: readonly string[]): Promise<number> {
  const number = (name: string, fallback: number): number => {
    const word = words.find((one) => one.startsWith(`--${name}=`)), value = word === undefined ? fallback : Number(word.slice(name.length + 3));
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} needs a whole number`);
    return value;
  };
  if (words.includes('--fixture')) {
    console.log(await makeOldFile(materialOf(root)));
    return 0;
  }
  const kills = number('kills', 0);
  return kills > 0 ? fuzzKills(root, kills) : fuzzWorlds(root, number('seed', 1), number('count', 50));
}

async function fuzzKills(root: string, count: number): Promise<number> {
  try {
    const { rounds, withinSave, newer } = await killWhileSaving(root, join(root, 'out/kernel/snapshot-codec.wasm'), count, randomDelay);
    console.log(`${String(rounds)} kills while saving, ${String(withinSave)} of them before the rename, ${String(newer)} between it and the report of it: always the old or the new file, whole`);
    return 0;
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

function materialOf(root: string): Material {
  const pagewise = new Pagewise(root);
  return {
    root, kernel: pagewise.kernel, codec: new WebAssembly.Module(readFileSync(join(root, 'out/kernel/snapshot-codec.wasm'))),
    program: (name) => pagewise.compile(caseOf(join(root, 'tests', `${name}.c`), [], []), 0),
  };
}

async function fuzzWorlds(root: string, first: number, count: number): Promise<number> {
  const material = materialOf(root);
  let failures = 0, saves = 0;
  const moments = new Map<string, number>();
  for (let seed = first; seed < first + count; seed++) {
    try {
      const shown = await play(seed, material);
      saves += shown.saves;
      for (const moment of shown.moments) moments.set(moment, (moments.get(moment) ?? 0) + 1);
      console.log(`seed ${String(seed)}: ${shown.name}, saved and loaded ${String(shown.saves)} times (${[...shown.moments].join(', ')}): equal`);
      console.log(`seed ${String(seed)}, there and back: ${await travel(seed, material)}: equal`);
    } catch (error) {
      failures++;
      console.log(error instanceof Error ? error.message : String(error));
    }
  }
  console.log(`${String(count)} runs, ${String(saves)} times saved and loaded; runs saved while: ${[...moments].map(([name, runs]) => `${name} ${String(runs)}`).join(', ')}; ${String(failures)} differ`);
  return failures === 0 ? 0 : 1;
}
