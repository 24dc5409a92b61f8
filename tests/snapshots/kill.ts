/**
 * Kills a process that saves (saver.ts) at random moments, and looks at the file each time: it must be whole, and be the snapshot of the
 * last save that ended or of the one that was under way. The next save must remove what the killed one left.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSnapshot, saveSnapshot, takePages } from '../../src/host/snapshot-file';
import { VERSION, pageOf, partsOf } from './content';

/** The killing begins when the process has saved this often, and takes up to this long. */
const WARM_SAVES = 2;
const LONGEST_MS = 60;

export interface Kills {
  readonly rounds: number;
  /** Kills that left an unfinished file beside the snapshot: the process was within a save. */
  readonly withinSave: number;
  /** After how many the file was the one whose save had not been reported as ended. */
  readonly newer: number;
}

/** Builds saver.ts for plain Node; answers its path. */
export async function bundleSaver(root: string): Promise<string> {
  const { build } = await import('vite');
  const outDir = join(root, 'out', 'snapshot-saver');
  await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { saver: join(root, 'tests/snapshots/saver.ts') }, output: { entryFileNames: '[name].mjs' } } },
  });
  return join(outDir, 'saver.mjs');
}

/** @throws Error when a file is not whole, is of another save, or something stays behind */
export async function killWhileSaving(root: string, codecPath: string, rounds: number, delayMs: () => number): Promise<Kills> {
  const saver = await bundleSaver(root), codec = new WebAssembly.Module(readFileSync(codecPath));
  const folder = mkdtempSync(join(tmpdir(), 'pagewise-kill-')), path = join(folder, 'run.pagewise');
  let withinSave = 0, newer = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      await saveSnapshot(path, partsOf(0), codec);
      if (readdirSync(folder).length !== 1) throw new Error(`round ${String(round)}: a save left ${readdirSync(folder).join(', ')}`);
      const { begun, ended } = await killOne(saver, [path, codecPath, '1'], delayMs());
      const n = await numberOf(path, codec);
      if (n !== ended && n !== begun) throw new Error(`round ${String(round)}: save ${String(begun)} had begun, ${String(ended)} had ended, the file is of ${String(n)}`);
      if (n > ended) newer++;
      if (readdirSync(folder).length > 1) withinSave++;
    }
    return { rounds, withinSave, newer };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const randomDelay = (): number => Math.random() * LONGEST_MS;

/** Starts the process, lets it save for a while, kills it; answers what it had said. */
function killOne(saver: string, words: readonly string[], delayMs: number): Promise<{ begun: number; ended: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [saver, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '', isTimed = false;
    const last = (word: string): number => Number(said.split('\n').slice(0, -1).filter((line) => line.startsWith(word)).at(-1)?.slice(word.length) ?? 0);
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      said += text;
      if (isTimed || last('end ') < WARM_SAVES) return;
      isTimed = true;
      setTimeout(() => { child.kill('SIGKILL'); }, delayMs);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the saving process ended by itself (${String(code ?? signal)})`));
      else resolve({ begun: last('begin '), ended: last('end ') });
    });
  });
}

/** Number of the snapshot in a file, every byte of which is looked at. */
async function numberOf(path: string, codec: WebAssembly.Module): Promise<number> {
  const opening = await openSnapshot(path, codec, VERSION);
  if (!opening.ok) throw new Error(opening.message);
  try {
    const n = opening.snapshot.about.info.instructions, image = opening.snapshot.bytes('image'), expected = partsOf(n);
    if (image?.length !== 100_000 || !image.every((byte) => byte === (n & 255))) throw new Error(`snapshot ${String(n)}: its image is another's`);
    let pages = 0;
    await takePages(opening.snapshot, ['pages'], (_, number, bytes) => {
      pages++;
      if (bytes === null || Buffer.compare(bytes, pageOf(n, number / 3)) !== 0) throw new Error(`snapshot ${String(n)}: page ${String(number)} is another's`);
    });
    if (!expected.sections.some((section) => 'pages' in section && section.pages.count === pages)) throw new Error(`snapshot ${String(n)} has ${String(pages)} pages`);
    return n;
  } finally {
    opening.close();
  }
}
