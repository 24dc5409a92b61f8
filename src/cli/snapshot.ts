/**
 * `pagewise snapshot info|verify|run FILE`: what a snapshot file says of itself, whether it is sound, and the saved machine run on
 * to its end, with output and report as `pagewise run` has them; `compare A B` is snapshot-compare.ts. What is wrong is said in one
 * message and ends with status 125.
 */
import { join } from 'node:path';
import { CannotLoad } from '../core/segmentation/cannot-load';
import { SnapshotDamage } from '../core/snapshot/damage';
import { CannotLoadHere, readSaved } from '../core/snapshot/machine-loading';
import type { SnapshotAbout } from '../core/snapshot/snapshot';
import { BlobCache } from '../host/blob-cache';
import { loadEngine, runSnapshot } from '../host/engine';
import { LIBRARY_CACHE_BYTES } from '../host/limits';
import type { SystemPaths } from '../host/paths';
import { openSnapshot, readSnapshotInfo, SnapshotFileError, type OpenSnapshot } from '../host/snapshot-file';
import { SwapFileError } from '../host/swap-file';
import { engineVersion, readSnapshotCodec, SystemFilesError } from '../host/system-files';
import { defaultOptions, parseRunOptions, type RunOptions } from './options';
import { Reports } from './reports';
import { complain, failed, play, withSwap, type Outcome } from './run';
import { compareSnapshots } from './snapshot-compare';
import { writeAll } from './streams';
import { UsageError, suggestion } from './usage-error';

const ACTIONS = ['info', 'verify', 'run', 'compare'] as const;
type Action = (typeof ACTIONS)[number];
const OURS = [UsageError, SnapshotFileError, SnapshotDamage, CannotLoad, CannotLoadHere, SwapFileError, SystemFilesError];
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export async function snapshotCommand(words: readonly string[], paths: SystemPaths): Promise<Outcome> {
  try {
    const [word = '', ...rest] = words;
    const action = ACTIONS.find((one) => one === word);
    if (action === undefined) throw new UsageError(word === '' ? 'snapshot: say what to do: info, verify, run or compare' : `snapshot: unknown action ${word}${suggestion(word, ACTIONS)}`);
    return await perform(action, rest, paths);
  } catch (error) {
    if (!OURS.some((kind) => error instanceof kind)) throw error;
    return failed((error as Error).message);
  }
}

async function perform(action: Action, words: readonly string[], paths: SystemPaths): Promise<Outcome> {
  const codec = new WebAssembly.Module(readSnapshotCodec(paths));
  const version = engineVersion(paths);
  if (action === 'run') return run(words, paths, codec, version);
  if (action === 'compare') {
    print(await compareSnapshots(words, paths, codec, version));
    return { status: 0, inputWaiting: false };
  }
  const [file, ...more] = words;
  if (file === undefined || file.startsWith('-') || more.length > 0) throw new UsageError(`usage: pagewise snapshot ${action} FILE`);
  if (action === 'info') {
    const read = readSnapshotInfo(file, codec, version);
    if (!read.ok) return failed(`${file}: ${read.message}`);
    print(infoText(read.about));
    return { status: 0, inputWaiting: false };
  }
  const opened = await open(file, codec, version);
  opened.close();
  print(`${file}: sound\n`);
  return { status: 0, inputWaiting: false };
}

/** @throws UsageError with what is wrong with the file */
async function open(file: string, codec: WebAssembly.Module, version: string): Promise<OpenSnapshot> {
  const opening = await openSnapshot(file, codec, version);
  if (!opening.ok) throw new UsageError(`${file}: ${opening.message}`);
  return opening;
}

async function run(words: readonly string[], paths: SystemPaths, codec: WebAssembly.Module, version: string): Promise<Outcome> {
  const given = parseSnapshotRun(words);
  const file = given.files[0] ?? '';
  const opening = await open(file, codec, version);
  try {
    const { snapshot } = opening;
    for (const notice of snapshot.about.notices) if (!given.quiet) complain(`pagewise: ${notice}`);
    const { config, programs } = readSaved(snapshot);
    const options: RunOptions = { ...given, check: { ...config.check }, machine: { ...config.machine } };
    const reports = new Reports(options, config, process.env, [...new Map(programs.flatMap(({ sources }) => [...sources]))]);
    try {
      const engine = loadEngine(paths, new BlobCache({ folder: join(paths.cache, 'library'), maxBytes: LIBRARY_CACHE_BYTES }));
      return await withSwap(config, options, (swap) => play(() => reports, swap, (streams) => runSnapshot(engine, snapshot, streams, () => { reports.begin(); })));
    } finally {
      reports.close();
    }
  } finally {
    opening.close();
  }
}

/** Options of `run` that concern reports; the machine and what it checks are as they were saved. */
function parseSnapshotRun(words: readonly string[]): RunOptions {
  const file = words.filter((word) => !word.startsWith('-'));
  if (file.length !== 1) throw new UsageError('usage: pagewise snapshot run [OPTIONS] FILE');
  // Swap space is the saved machine's: where its file lies can be said all the same.
  const place = words.find((word) => word.startsWith('--swap-file='));
  const options = parseRunOptions(words.filter((word) => word !== place));
  const plain = defaultOptions();
  const fixed = ['machine', 'check', 'compile', 'environment', 'args', 'with', 'stdout', 'maxInstructions', 'maxOutputBytes', 'maxHeapBytes', 'snapshotFile'] as const;
  for (const name of fixed) {
    if (JSON.stringify(options[name]) !== JSON.stringify(plain[name])) throw new UsageError('snapshot run: the machine goes on as it was saved; only options of reports (--json, --html, --xml, --log-file, -q, -v) apply');
  }
  return { ...options, swapFile: place === undefined ? null : place.slice('--swap-file='.length) };
}

function infoText({ formatVersion, engineVersion: made, info, notices }: SnapshotAbout): string {
  return [
    `title         ${info.title}`,
    ...(info.savedAt.startsWith('1970') ? [] : [`saved         ${info.savedAt}`]),
    `made by       Pagewise ${made}, format ${formatVersion}`,
    `programs      ${info.programs.join(', ')}`,
    `processes     ${info.processCount}`,
    `instructions  ${info.instructions.toLocaleString('en')}`,
    `RAM           ${sizeText(info.ramBytes)}, ${sizeText(info.residentBytes)} in use`,
    `swapped       ${sizeText(info.swappedBytes)}`,
    ...notices.map((notice) => `note          ${notice}`), '',
  ].join('\n');
}

function sizeText(bytes: number): string {
  const unit = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** unit;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

function print(text: string): void {
  writeAll(1, new TextEncoder().encode(text));
}
