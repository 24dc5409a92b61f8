/** Installs node_modules when package.json, the lock file or Node's version changed since the last time. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, MODULES, ROOT, run, say, seconds, withTicker } from './console.mjs';

const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const STAMP = join(MODULES, '.pagewise-stamp');

async function wanted() {
  const hash = createHash('sha256');
  const packageJson = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  // Only what npm acts on: a changed script or description installs nothing.
  hash.update(JSON.stringify([packageJson.dependencies, packageJson.devDependencies, packageJson.overrides]));
  hash.update(await readFile(join(ROOT, 'package-lock.json')));
  return `${hash.digest('hex')} node-abi-${process.versions.modules} ${process.platform}-${process.arch}`;
}

export async function ensureModules() {
  const want = await wanted();
  if (existsSync(STAMP) && (await readFile(STAMP, 'utf8')) === want) return;
  const started = performance.now();
  say('Installing dependencies with npm ci (about a minute the first time)…');
  const code = await withTicker('installing dependencies', () =>
    run(NPM, ['ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], { stdio: ['ignore', 'inherit', 'inherit'] }));
  if (code !== 0) {
    throw new Failure(`npm ci failed with code ${code}. The first time the npm registry must be reachable (npm config get registry); after that no network is needed.`);
  }
  await writeFile(STAMP, want);
  say(`Dependencies installed in ${seconds(started)}.`);
}

/** Says that node_modules as it stands is the wanted one (for those who ran npm ci by hand). */
export async function stampModules() {
  await writeFile(STAMP, await wanted());
}
