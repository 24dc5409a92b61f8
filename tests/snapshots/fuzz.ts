/** `npm run fuzz -- --snapshots [--count=N]`: kills a saving process at `count` random moments (200 unless said otherwise). */
import { join } from 'node:path';
import { killWhileSaving, randomDelay } from './kill';

/** The exit code: 0 when the file was always the old or the new one, whole. */
export async function fuzz(root: string, words: readonly string[]): Promise<number> {
  const count = Number(words.find((word) => word.startsWith('--count='))?.slice(8) ?? 200);
  if (!Number.isInteger(count) || count < 1) throw new Error('--count needs a whole number');
  try {
    const { rounds, withinSave, newer } = await killWhileSaving(root, join(root, 'out/kernel/snapshot-codec.wasm'), count, randomDelay);
    console.log(`${String(rounds)} kills while saving, ${String(withinSave)} of them before the rename, ${String(newer)} between it and the report of it: always the old or the new file, whole`);
    return 0;
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    return 1;
  }
}
