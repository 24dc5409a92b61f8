/**
 * What the window does when a part of Pagewise dies: the compiler's process, killed from outside, and the machine's
 * thread, ended under the main process. It must say so, keep the program, and run again.
 */
import type { ElectronApplication } from '@playwright/test';
import { expect, run, runToEnd, setProgram, state, test } from './fixture';

const LEAK = '#include <stdlib.h>\nint main(void)\n{\n    char *p = malloc(24);\n    p = 0;\n    return p != 0;\n}\n';
const ENDLESS = 'int main(void)\n{\n    for (volatile int i = 0;; i = 1 - i) ;\n}\n';

/** Process id of the compiler's helper; 0 while there is none. */
const compilerPid = (app: ElectronApplication): Promise<number> =>
  app.evaluate(({ app: electron }) => electron.getAppMetrics().find(({ type, name }) => type === 'Utility' && name === 'Pagewise compiler')?.pid ?? 0);

async function findCompiler(app: ElectronApplication): Promise<number> {
  await expect.poll(() => compilerPid(app)).toBeGreaterThan(0);
  return compilerPid(app);
}

test('the compiler dies while it works: a message, and the next run has a new one', async ({ app, page }) => {
  await runToEnd(page);
  const pid = await findCompiler(app);
  process.kill(pid, 'SIGSTOP'); // so that the compilation is surely under way when it dies
  await setProgram(page, LEAK);
  await run(page);
  await expect(state(page)).toContainText('Compiling');
  process.kill(pid, 'SIGKILL');
  await expect(state(page)).toContainText('Failed', { timeout: 15_000 });
  await expect(page.locator('[data-panel=leaks]')).toContainText(/compiler's process ended/);
  await runToEnd(page);
  await expect(page.locator('[data-test=findings]')).toContainText('24 bytes leaked');
  expect(await findCompiler(app)).not.toBe(pid);
});

test('the compiler dies while it rests: the next run starts another', async ({ app, page }) => {
  await runToEnd(page);
  const pid = await findCompiler(app);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => compilerPid(app)).not.toBe(pid);
  await setProgram(page, LEAK);
  await runToEnd(page);
  await expect(page.locator('[data-test=findings]')).toContainText('24 bytes leaked');
});

test('the machine dies while a program runs: a message, and Run starts a new machine', async ({ app, page }) => {
  await setProgram(page, ENDLESS);
  // The test reaches the worker as whoever sends it messages does: by its class.
  await app.evaluate(() => {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const send = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function postMessage(this: typeof Worker.prototype, ...message: Parameters<typeof send>): void {
      Object.assign(globalThis, { machineWorker: this });
      send.apply(this, message);
    };
  });
  await run(page);
  await expect(state(page)).toContainText('Running', { timeout: 40_000 });
  await app.evaluate(() => (globalThis as unknown as { machineWorker: { terminate(): Promise<number> } }).machineWorker.terminate());
  await expect(state(page)).toContainText('Failed');
  await expect(page.locator('.status .message')).toContainText(/failed while simulating.*Press Run/);
  await expect(page.locator('[data-test=source]')).toContainText('for (volatile int i');
  await setProgram(page, LEAK);
  await runToEnd(page);
  await expect(page.locator('[data-test=findings]')).toContainText('24 bytes leaked');
});
