/**
 * `npm run fuzz -- --invariants [--seed=N] [--count=N] [--operations=N]`: random operations on the memory of a small machine, 10^6 for
 * each of `count` seeds unless said otherwise. Prints each seed; a failure says at which operation it came.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './world';

/** The exit code: 0 when every invariant held. */
export function fuzz(root: string, words: readonly string[]): number {
  const number = (name: string, fallback: number): number => {
    const word = words.find((one) => one.startsWith(`--${name}=`));
    const value = word === undefined ? fallback : Number(word.slice(name.length + 3));
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} needs a whole number`);
    return value;
  };
  const first = number('seed', 1);
  const count = number('count', 3);
  const operations = number('operations', 1_000_000);
  const kernel = new WebAssembly.Module(readFileSync(join(root, 'out/kernel/kernel.wasm')));
  let failures = 0;
  for (let seed = first; seed < first + count; seed++) {
    const from = performance.now();
    try {
      const { counts } = run(seed, operations, kernel);
      const total = Object.entries(counts).filter(([name]) => name.startsWith('fault kind')).reduce((sum, [, n]) => sum + n, 0);
      console.log(`seed ${String(seed)}: ${String(operations)} operations, ${String(total)} faults, ${String(counts['fork'] ?? 0)} forks, ${String(counts['exit'] ?? 0)} exits: sound (${((performance.now() - from) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failures++;
      console.log(error instanceof Error ? error.message : String(error));
    }
  }
  return failures === 0 ? 0 : 1;
}
