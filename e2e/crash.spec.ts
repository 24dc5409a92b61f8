/**
 * What the window does when a part of Pagewise dies: the compiler's process, killed from outside, and the machine's
 * thread, ended under the main process. It must say so, keep the program, and run again. And what the next start finds when all
 * of Pagewise was killed while pages went to swap.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, launch, run, runToEnd, setProgram, state, test } from './fixture';

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
  // A text that no cache of compiled programs knows.
  await setProgram(page, `${LEAK}/* ${Date.now()} */\n`);
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

/** Writes and reads twice as much as the machine below has, for ever. */
const SWAPPING = `#include <sys/mman.h>
int main(void)
{
    volatile char *p = mmap(0, 4096 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (;;)
        for (int i = 0; i < 4096; i++) p[i * 4096]++;
}
`;
const swappedIn = (page: Page): Promise<number> => page.evaluate(async () => ((await window.pagewise.invoke('machine:query', { name: 'memoryStatus', arg: null })).value as { swap: { pagesIn: number } } | null)?.swap.pagesIn ?? 0);

test('all of Pagewise is killed while pages come and go: the next start finds nothing in its way, and clears up', async ({ profile }) => {
  test.setTimeout(120_000);
  const folder = join(profile, 'swap');
  const files = async (): Promise<number> => (await readdir(folder)).length;
  const app = await launch(profile);
  const page = await app.firstWindow();
  await page.waitForSelector('[data-test=run]');
  await app.evaluate(({ dialog }, directory) => { dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [directory] }); }, folder);
  await page.locator('.dv-tab', { hasText: 'Configuration' }).click();
  for (const [path, value] of [['frameCount', '8 MiB'], ['swap.slotCount', '64 MiB'], ['swap.device', 'nvme']] as const) {
    const field = page.locator(`[data-field="${path}"]`);
    if (path === 'swap.device') await field.locator('select').selectOption(value);
    else {
      await field.locator('input').fill(value);
      await field.locator('input').press('Enter');
    }
  }
  await page.locator('[data-test=choose-swap-place]').click();
  await expect(page.locator('[data-test=swap-place]')).toContainText(folder);
  await setProgram(page, SWAPPING);
  await run(page);
  await expect.poll(() => swappedIn(page), { timeout: 40_000 }).toBeGreaterThan(2_000);
  expect(await files()).toBe(1);
  // What was typed and chosen is kept a moment after it was.
  await page.waitForTimeout(1_200);
  const main = app.process();
  const gone = new Promise((resolve) => { main.once('exit', resolve); });
  process.kill(main.pid!, 'SIGKILL');
  await gone;
  expect(await files()).toBe(1);

  const again = await launch(profile);
  try {
    const next = await again.firstWindow();
    await next.waitForSelector('[data-test=run]');
    await expect(next.locator('[data-test=source]')).toContainText('p[i * 4096]++');
    await run(next);
    await expect.poll(() => swappedIn(next), { timeout: 40_000 }).toBeGreaterThan(2_000);
    // The file of the killed one is gone, that of this run is there.
    expect(await files()).toBe(1);
    await next.keyboard.press('Shift+F5');
    await expect(state(next)).not.toContainText('Running');
    await setProgram(next, LEAK);
    await runToEnd(next);
    await expect(next.locator('[data-test=findings]')).toContainText('24 bytes leaked');
  } finally {
    await again.close();
  }
  expect(await files()).toBe(0);
});
