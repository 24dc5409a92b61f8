#!/usr/bin/env node
/**
 * One command on a fresh clone: installs what is missing, then does what was asked. package.json names the tasks.
 * Node's own modules only, until node_modules is there.
 *
 *   node scripts/bootstrap.mjs setup|start|dev|build|test|unit|e2e|typecheck|lint|oracle|fuzz|bench [ARGUMENTS]
 */
import { Failure, ROOT, isRoot, run, say, seconds } from './setup/console.mjs';

const OLDEST_NODE = [20, 19];
/** Chromium's own messages (no D-Bus, no GPU) are nothing that a user can act on; the app's still show. */
const QUIET_CHROMIUM = ['--log-level=3'];

async function prepare(parts) {
  const { ensureModules } = await import('./setup/node-modules.mjs');
  await ensureModules();
  if (!parts.includes('electron')) return { runtime: '', display: [] };
  const { ensureElectron } = await import('./setup/electron-runtime.mjs');
  const { ensureSystem } = await import('./setup/system.mjs');
  const runtime = await ensureElectron();
  return { runtime, display: await ensureSystem(runtime) };
}

async function build(only) {
  const { build: buildParts } = await import('./tasks/build.mjs');
  await buildParts(only);
}

/** Each task returns an exit code. */
const TASKS = {
  async setup() {
    await prepare(['electron']);
    return 0;
  },
  async start(args, started) {
    const { runtime, display } = await prepare(['electron']);
    await build();
    const { sandboxArguments } = await import('./setup/system.mjs');
    const { electronExecutable } = await import('./setup/electron-runtime.mjs');
    const command = [...display, electronExecutable(runtime), ...(await sandboxArguments(runtime)), ...QUIET_CHROMIUM, ROOT, ...args];
    say(`Ready in ${seconds(started)}; opening the window.`);
    return run(command[0], command.slice(1));
  },
  async dev(args) {
    const { display } = await prepare(['electron']);
    await build(['kernel', 'libc']);
    const script = [process.execPath, 'node_modules/electron-vite/bin/electron-vite.js', 'dev', ...(isRoot ? ['--noSandbox'] : []), ...args];
    const command = [...display, ...script];
    return run(command[0], command.slice(1));
  },
  async build() {
    await prepare([]);
    await build();
    return 0;
  },
  async test() {
    const { display } = await prepare(['electron']);
    await build();
    const { testAll } = await import('./tasks/test.mjs');
    return testAll(display);
  },
  async unit(args) {
    await prepare([]);
    await build(['kernel', 'libc', 'cli']);
    const { unit } = await import('./tasks/test.mjs');
    return (await unit(args)).code;
  },
  async e2e(args) {
    const { display } = await prepare(['electron']);
    await build();
    const { endToEnd } = await import('./tasks/test.mjs');
    return (await endToEnd(display, args)).code;
  },
  async typecheck() {
    await prepare([]);
    const { typecheck } = await import('./tasks/check.mjs');
    return (await typecheck()) ? 0 : 1;
  },
  async lint() {
    await prepare([]);
    const { layers, lint } = await import('./tasks/check.mjs');
    const clean = [await lint(), await layers()];
    return clean.every(Boolean) ? 0 : 1;
  },
  async oracle(args) {
    await prepare([]);
    await build(['kernel', 'libc', 'cli']);
    return run(process.execPath, ['scripts/oracle.mjs', ...args]);
  },
  async fuzz(args) {
    await prepare([]);
    await build(['kernel', 'libc']);
    const { fuzz } = await import('./tasks/fuzz.mjs');
    return fuzz(args);
  },
  async bench(args) {
    const { display } = await prepare(['electron']);
    await build();
    const command = [...display, process.execPath, 'bench/run.mjs', ...args];
    return run(command[0], command.slice(1));
  },
};

async function main() {
  const started = performance.now();
  const [task = 'start', ...args] = process.argv.slice(2);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new Failure(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
  if (!Object.hasOwn(TASKS, task)) throw new Failure(`There is no task "${task}". Tasks: ${Object.keys(TASKS).join(', ')}.`);
  return TASKS[task](args, started);
}

main().then(
  (code) => { process.exitCode = code; },
  (error) => {
    console.error(error instanceof Failure ? `[pagewise] ${error.message}` : error);
    process.exitCode = 1;
  },
);
