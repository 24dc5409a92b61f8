/** All of Pagewise is killed while a machine is at hand: the next start offers it, and it goes on with the same numbers. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { ElectronApplication, Page } from '@playwright/test';
import type { StatusSnapshot } from '../src/shared/views';
import { expect, launch, run, setProgram, state, test } from './fixture';

const status = (page: Page): Promise<StatusSnapshot> => page.evaluate(async () => (await window.pagewise.invoke('machine:query', { name: 'status', arg: null })).value as StatusSnapshot);
const question = (page: Page) => page.locator('[data-test=question]');
const files = async (profile: string): Promise<readonly string[]> => (await readdir(join(profile, 'autosave'))).sort();

async function open(profile: string): Promise<{ app: ElectronApplication; page: Page }> {
  const app = await launch(profile);
  const page = await app.firstWindow();
  await page.waitForSelector('[data-test=run]');
  return { app, page };
}
async function kill(app: ElectronApplication): Promise<void> {
  const main = app.process();
  const gone = new Promise((resolve) => { main.once('exit', resolve); });
  process.kill(main.pid!, 'SIGKILL');
  await gone;
}

const PROGRAM = `#include <stdio.h>
#include <stdlib.h>
int main(void)
{
    int *squares = malloc(100 * sizeof *squares);
    long sum = 0;
    for (int i = 0; i < 100; i++) squares[i] = i * i;
    for (int i = 0; i < 100; i++) sum += squares[i];
    printf("the sum is %ld\\n", sum);
    return 0;
}
`;

test('killed while a program is paused: recovered with its counters, its past, and the text typed last', async ({ profile }) => {
  test.setTimeout(120_000);
  const first = await open(profile);
  await setProgram(first.page, PROGRAM);
  await first.page.locator('.cm-line', { hasText: 'printf' }).click();
  await first.page.keyboard.press('F9');
  await run(first.page);
  await expect(state(first.page)).toContainText('Paused', { timeout: 40_000 });
  await expect.poll(() => files(profile)).toEqual(['machine.pagewise']);
  const before = await status(first.page);
  await first.page.keyboard.press('Control+End');
  await first.page.keyboard.insertText('/* typed last */');
  // Kept within a second.
  await first.page.waitForTimeout(1_000);
  await kill(first.app);

  const { app, page } = await open(profile);
  try {
    await expect(question(page)).toContainText('Recover the machine “lost-greeting.c”?');
    await expect(question(page)).toContainText(/Pagewise saved it at \d\d:\d\d:\d\d: lost-greeting; 1 process/);
    for (const theme of ['dark', 'light']) {
      await page.evaluate((name) => { document.documentElement.dataset['theme'] = name; }, theme);
      await page.waitForTimeout(300);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      expect(violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`)), theme).toEqual([]);
    }
    await page.getByRole('button', { name: 'Recover' }).click();
    await expect(state(page)).toContainText('Paused', { timeout: 20_000 });
    const after = await status(page);
    expect([after.counters, after.heapBytes, after.usedFrames, after.location]).toEqual([before.counters, before.heapBytes, before.usedFrames, before.location]);
    await expect(page.locator('.cm-line-here')).toContainText('printf');
    await expect(page.locator('[data-test=source]')).toContainText('/* typed last */');
    expect(await files(profile)).toEqual(['machine.pagewise']);
    await page.keyboard.press('Shift+F10');
    await expect(state(page)).toContainText('In the past');
    await page.keyboard.press('Alt+End');
    await expect(state(page)).toContainText('Paused');
    await page.keyboard.press('F5');
    await expect(state(page)).toContainText('At exit');
    await expect(page.locator('[data-test=console]')).toContainText('the sum is 328350');
  } finally {
    await app.close();
  }
  expect(await files(profile)).toEqual([]);
});

test('killed while it runs: recovered, and it runs on; what is damaged is said and set aside', async ({ profile }) => {
  test.setTimeout(150_000);
  const first = await open(profile);
  await first.page.keyboard.press('Control+,');
  await first.page.locator('[data-setting=autosaveSeconds] select').selectOption('5');
  await setProgram(first.page, 'int main(void)\n{\n    for (volatile long i = 0;; i++) { }\n}\n');
  await run(first.page);
  await expect(state(first.page)).toContainText('Running', { timeout: 40_000 });
  await expect.poll(() => files(profile), { timeout: 20_000 }).toEqual(['machine.pagewise']);
  await first.page.locator('.dv-tab', { hasText: 'Settings' }).click();
  await expect(first.page.locator('[data-test=autosave-status]')).toContainText(/Saved at .* in \d+ ms/);
  await kill(first.app);

  const second = await open(profile);
  await second.page.getByRole('button', { name: 'Recover' }).click();
  await expect(state(second.page)).toContainText('Paused', { timeout: 20_000 });
  const { counters } = await status(second.page);
  expect(counters.instructions).toBeGreaterThan(1_000_000);
  await second.page.keyboard.press('F5');
  await expect.poll(async () => (await status(second.page)).counters.instructions).toBeGreaterThan(counters.instructions);
  await kill(second.app);

  const [name] = await files(profile);
  const path = join(profile, 'autosave', name!);
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length - 100));
  const third = await open(profile);
  await third.page.getByRole('button', { name: 'Recover' }).click();
  await expect(third.page.locator('[data-test=message]', { hasText: 'cannot be opened' })).toContainText('Its file is kept as');
  expect(await files(profile)).toEqual([expect.stringMatching(/^damaged-/)]);
  await third.app.close();
});

test('a thread that ends by itself: its machine is offered at once', async ({ profile }) => {
  test.setTimeout(120_000);
  const first = await open(profile);
  await first.app.evaluate(() => {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const { postMessage: send } = Worker.prototype;
    Worker.prototype.postMessage = function (this: InstanceType<typeof Worker>, ...message: Parameters<typeof send>): void {
      Object.assign(globalThis, { machineWorker: this });
      send.apply(this, message);
    };
  });
  await run(first.page);
  await expect(state(first.page)).toContainText('At exit', { timeout: 40_000 });
  await expect.poll(() => files(profile)).toEqual(['machine.pagewise']);
  await first.app.evaluate(() => (globalThis as unknown as { machineWorker: { terminate(): Promise<number> } }).machineWorker.terminate());
  await expect(question(first.page)).toContainText('Recover the machine');
  await first.page.getByRole('button', { name: 'Recover' }).click();
  await expect(state(first.page)).toContainText('At exit', { timeout: 20_000 });
  await expect(first.page.locator('[data-test=findings]')).toContainText('32 bytes leaked');
  await first.app.close();
  expect(await files(profile)).toEqual([]);
});

test('the last machine comes back at the start, when that is wanted', async ({ profile }) => {
  test.setTimeout(120_000);
  const first = await open(profile);
  await first.page.keyboard.press('Control+,');
  await first.page.locator('[data-setting=reopenMachine] input').check();
  await run(first.page);
  await expect(state(first.page)).toContainText('At exit', { timeout: 40_000 });
  const before = await status(first.page);
  await first.app.close();
  expect(await files(profile)).toEqual(['last.pagewise']);
  const { app, page } = await open(profile);
  await expect(state(page)).toContainText('At exit', { timeout: 20_000 });
  expect((await status(page)).counters).toEqual(before.counters);
  await expect(question(page)).toHaveCount(0);
  await app.close();
});
