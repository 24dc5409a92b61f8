/** What the window needs of the system, on Linux: shared libraries, a display, a sandbox that can start. */
import { spawnSync } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, has, isRoot, run, say, withTicker } from './console.mjs';
import { electronExecutable } from './electron-runtime.mjs';

/** Debian and Ubuntu names; the second is what the transition to 64-bit time_t made of the first. */
const LIBRARY_PACKAGES = [
  'libnss3', 'libnspr4', 'libatk1.0-0|libatk1.0-0t64', 'libatk-bridge2.0-0|libatk-bridge2.0-0t64', 'libatspi2.0-0|libatspi2.0-0t64',
  'libcups2|libcups2t64', 'libdbus-1-3', 'libdrm2', 'libgbm1', 'libgtk-3-0|libgtk-3-0t64', 'libpango-1.0-0', 'libcairo2', 'libx11-6',
  'libxcb1', 'libxcomposite1', 'libxdamage1', 'libxext6', 'libxfixes3', 'libxrandr2', 'libxkbcommon0', 'libexpat1',
  'libasound2|libasound2t64', 'libglib2.0-0|libglib2.0-0t64',
];
const DISPLAY_PACKAGES = ['xvfb', 'xauth'];

function missingLibraries(executable) {
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' });
  const names = (stdout ?? '').split('\n').filter((line) => line.includes('not found')).map((line) => line.trim().split(' ')[0]);
  return [...new Set(names)];
}

function available(names) {
  const known = (name) => /Candidate: (?!\(none\))/.test(
    spawnSync('apt-cache', ['policy', name], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout ?? '');
  return names.map((entry) => {
    const choices = entry.split('|');
    return choices.find(known) ?? choices[0];
  });
}

async function aptInstall(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  if ((await withTicker('apt-get update', () => run('apt-get', ['update', '-qq'], quiet))) !== 0) return false;
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...available(names)];
  return (await withTicker('apt-get install', () => run('apt-get', install, quiet))) === 0;
}

/**
 * Makes sure that the runtime can start. Returns the command to put before it: [] with a display, xvfb-run without one.
 */
export async function ensureSystem(runtimeFolder) {
  if (process.platform !== 'linux') return [];
  const executable = electronExecutable(runtimeFolder);
  const libraries = missingLibraries(executable);
  const noDisplay = !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  const needsXvfb = noDisplay && !(has('xvfb-run') && has('Xvfb') && has('xauth'));
  if (libraries.length > 0 || needsXvfb) {
    const needed = [...(libraries.length > 0 ? LIBRARY_PACKAGES : []), ...(needsXvfb ? DISPLAY_PACKAGES : [])];
    const byHand = `sudo apt-get install ${needed.map((entry) => entry.split('|')[0]).join(' ')}`;
    if (libraries.length > 0) say(`Missing system libraries: ${libraries.join(', ')}`);
    if (needsXvfb) say('There is no display, and the virtual one (Xvfb) is not installed.');
    if (!isRoot || !has('apt-get')) throw new Failure(`Install what is missing, then run this again:\n  ${byHand}`);
    say('Installing what is missing with apt-get…');
    if (!(await aptInstall(needed))) throw new Failure(`apt-get failed. Try it by hand:\n  ${byHand}`);
    const still = missingLibraries(executable);
    if (still.length > 0) throw new Failure(`Still missing after apt-get: ${still.join(', ')}. Find their packages with "apt-file search NAME".`);
  }
  if (!noDisplay) return [];
  say('No display: using a virtual one (Xvfb). The window cannot be seen; set DISPLAY to see it.');
  return ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24'];
}

/** Chromium's sandbox cannot start as root; otherwise it needs user namespaces or its setuid helper. */
export async function sandboxArguments(runtimeFolder) {
  if (process.platform !== 'linux') return [];
  if (isRoot) {
    say("Running as root: Chromium's sandbox is off.");
    return ['--no-sandbox'];
  }
  if (process.env.PAGEWISE_NO_SANDBOX === '1') {
    say("PAGEWISE_NO_SANDBOX=1: Chromium's sandbox is off.");
    return ['--no-sandbox'];
  }
  const helper = join(runtimeFolder, 'chrome-sandbox');
  const status = await lstat(helper).catch(() => null);
  if (status && status.uid === 0 && (status.mode & 0o4111) === 0o4111) return [];
  if (!has('unshare') || spawnSync('unshare', ['-Ur', 'true'], { stdio: 'ignore' }).status === 0) return [];
  throw new Failure(`This system does not let programs make user namespaces, so Chromium's sandbox needs its helper:\n  sudo chown root:root ${helper} && sudo chmod 4755 ${helper}\nor start without the sandbox:\n  PAGEWISE_NO_SANDBOX=1 npm start`);
}
