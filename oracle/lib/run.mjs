/** Child processes of the oracle: bounded in time, output as text, exit status as a shell sees it. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const TIME_LIMIT_MS = 120_000;

/** @returns {Promise<{status: number, stdout: string, stderr: string}>} */
export function run(command, args, { cwd, stdin = '', env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const chunks = { stdout: [], stderr: [] };
    const timer = setTimeout(() => { child.kill('SIGKILL'); }, TIME_LIMIT_MS);
    child.stdout.on('data', (data) => chunks.stdout.push(data));
    child.stderr.on('data', (data) => chunks.stderr.push(data));
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    child.on('error', (error) => { clearTimeout(timer); reject(error); });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const status = code ?? 128 + (constants.signals[signal] ?? 0);
      resolve({ status, stdout: Buffer.concat(chunks.stdout).toString(), stderr: Buffer.concat(chunks.stderr).toString() });
    });
  });
}
