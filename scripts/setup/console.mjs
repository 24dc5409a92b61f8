/** How the scripts speak and start other programs. Node's own modules only: this runs before node_modules exists. */
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const MODULES = join(ROOT, 'node_modules');
export const CACHE = join(ROOT, '.cache');
export const isRoot = process.platform !== 'win32' && process.getuid?.() === 0;

/** An expected failure: the message says what to do; no stack trace is shown. */
export class Failure extends Error {}

export function say(message) {
  console.log(`[pagewise] ${message}`);
}

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs `work` and says every ten seconds that it still goes on, so that a slow download never looks like a hang. */
export async function withTicker(what, work) {
  const started = performance.now();
  const timer = setInterval(() => say(`  … ${what}, ${Math.round((performance.now() - started) / 1000)} s`), 10_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/**
 * Starts a program and waits. Returns its exit code (127: not found; 128 + n: ended by signal n is reported as 1).
 * `options` are those of child_process.spawn; standard streams are inherited unless said otherwise.
 */
export function run(command, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32', ...options });
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    child.on('error', () => done(127));
    child.on('close', (code, signal) => {
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      done(signal ? 1 : (code ?? 1));
    });
  });
}

/** Runs a program and returns its output; it is shown only when the program fails. */
export function capture(command, args, options = {}) {
  return new Promise((done) => {
    let output = '';
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32', ...options });
    child.stdout.on('data', (chunk) => { output += chunk; });
    child.stderr.on('data', (chunk) => { output += chunk; });
    child.on('error', (error) => done({ code: 127, output: `${command}: ${error.message}` }));
    child.on('close', (code, signal) => done({ code: signal ? 1 : (code ?? 1), output }));
  });
}

/** Runs a JavaScript program of node_modules with this Node. */
export function runModule(script, args, options = {}) {
  return run(process.execPath, [join(MODULES, script), ...args], options);
}

export function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;
}
