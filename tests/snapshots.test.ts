/** A process that is killed while it saves leaves the old snapshot or the new one. More rounds: `npm run fuzz -- --snapshots --kills=200`. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { ensureSnapshotCodec } from '../scripts/build-kernel.mjs';
import { killWhileSaving, randomDelay } from './snapshots/kill';

it('kill -9 at 20 random moments leaves a whole file', async () => {
  const { path } = await ensureSnapshotCodec();
  const { rounds, withinSave } = await killWhileSaving(resolve(import.meta.dirname, '..'), path, 20, randomDelay);
  expect(rounds).toBe(20);
  // Otherwise the moments were not within saves, and nothing was shown.
  expect(withinSave).toBeGreaterThan(5);
});
