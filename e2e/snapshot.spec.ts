/** Snapshots in the real window: a machine that swaps is saved, opened by another start of the app, and runs on as if nothing had been. */
import AxeBuilder from '@axe-core/playwright';
import type { ElectronApplication, Page } from '@playwright/test';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StatusSnapshot } from '../src/shared/views';
import { expect, launch, resize, run, setProgram, state, test } from './fixture';

const PICTURES = process.env['PAGEWISE_PICTURES'] ?? '';
/** 3,000 blocks of a page each on a machine of 8 MiB; a third of them is lost. */
const BLOCKS = 3000;
const LOST = 1000;
const PROGRAM = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define BLOCKS ${BLOCKS}
static unsigned char *kept[BLOCKS];
int main(void)
{
    long sum = 0;
    for (int i = 0; i < BLOCKS; i++) {
        kept[i] = malloc(4096);
        memset(kept[i], i % 100 + 1, 4096);
    }
    printf("filled %d\\n", BLOCKS);
    for (int i = 0; i < BLOCKS; i++) sum += kept[i][i];
    printf("sum %ld\\n", sum);
    for (int i = 0; i < BLOCKS; i++) {
        if (i >= ${LOST}) free(kept[i]);
        kept[i] = NULL;
    }
    return 0;
}
`;
const SUM = Array.from({ length: BLOCKS }, (_, i) => i % 100 + 1).reduce((sum, value) => sum + value, 0);

/** 600 MiB that cannot be compressed, each page another one; what the checker knows of them is as much again. */
const LARGE = `#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
static unsigned noise[1 << 18];
int main(void)
{
    long pages = 600 * 256;
    unsigned x = 2463534242u;
    for (int i = 0; i < 1 << 18; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        noise[i] = x;
    }
    char *p = mmap(0, pages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (long i = 0; i < pages; i++) {
        memcpy(p + i * 4096, (char *)noise + i * 4099 % (sizeof noise - 4096), 4096);
        *(long *)(p + i * 4096) = i;
    }
    puts("full");
    return 0;
}
`;

const message = (page: Page, text: string | RegExp) => page.locator('[data-test=message]', { hasText: text });
const hereLine = (page: Page) => page.locator('.cm-line-here');
const cards = (page: Page) => page.locator('[data-test=snapshot-card]');
const log = (page: Page) => page.locator('[data-test=console]');
const status = (page: Page): Promise<StatusSnapshot> => page.evaluate(async () => (await window.pagewise.invoke('machine:query', { name: 'status', arg: null })).value as StatusSnapshot);
const query = (page: Page, name: string, arg: unknown): Promise<unknown> => page.evaluate(async ([which, what]) => (await window.pagewise.invoke('machine:query', { name: which as 'status', arg: what })).value, [name, arg] as const);

/** What views can see of the moment, but for the place of the swap file and what this computer measured. */
async function figure(page: Page): Promise<unknown> {
  const { counters, location, heapBytes, heapBlocks, usedFrames, outputBytes } = await status(page);
  const memory = await query(page, 'memoryStatus', null) as { swap: { usedSlots: number; pagesIn: number; pagesOut: number } };
  const { usedSlots, pagesIn, pagesOut } = memory.swap;
  return { counters, location, heapBytes, heapBlocks, usedFrames, outputBytes, swap: { usedSlots, pagesIn, pagesOut }, stack: await query(page, 'callStack', { processKey: 0 }), vmas: await query(page, 'vmas', { processKey: 0 }) };
}
async function answerDialogs(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen });
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, path);
}
async function violations(page: Page): Promise<readonly string[]> {
  const result = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return result.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
}
/** Drops a file of the disk on the window, as a file manager does. */
async function drop(page: Page, file: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, x: 500, y: 400, data });
}
/** Presses Cancel as soon as it is there; answers with the words beside it, and with what the machine answers meanwhile. */
function cancelAtOnce(page: Page): Promise<readonly [words: string, state: string]> {
  return page.evaluate(() => new Promise((resolve) => {
    const look = (): void => {
      const strip = document.querySelector<HTMLElement>('[data-test=snapshot-progress]');
      if (!strip) return void requestAnimationFrame(look);
      const words = strip.innerText;
      void window.pagewise.invoke('machine:query', { name: 'status', arg: null }).then(({ value }) => { resolve([words, (value as { state: string }).state]); });
      strip.querySelector<HTMLElement>('[data-test=snapshot-cancel]')?.click();
    };
    look();
  }));
}
/** Goes on to the breakpoint's next time. */
async function continueToNext(page: Page): Promise<void> {
  const { instructions } = (await status(page)).counters;
  await page.keyboard.press('F5');
  await expect.poll(async () => { const now = await status(page); return now.state === 'paused' && now.counters.instructions > instructions; }).toBe(true);
}
async function command(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+K');
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
}
async function setTheme(page: Page, theme: 'dark' | 'light'): Promise<void> {
  if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
}
async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === '') return;
  await mkdir(PICTURES, { recursive: true });
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(PICTURES, `snapshot-${name}.png`) });
}

test('a machine that swaps is saved at a breakpoint, found in the list after a new start, and goes on to the end of a run that was never saved', async ({ profile }) => {
  test.setTimeout(240_000);
  const file = join(profile, 'half.pagewise');
  let app = await launch(profile), page = await app.firstWindow();
  await page.waitForSelector('[data-test=run]');
  await resize(app, page, 1440, 900);
  await answerDialogs(app, file);
  await page.locator('.dv-tab', { hasText: 'Configuration' }).click();
  for (const [path, value] of [['frameCount', '8 MiB'], ['swap.slotCount', '32 MiB']] as const) {
    const input = page.locator(`[data-field="${path}"] input`);
    await input.fill(value);
    await input.press('Enter');
  }
  await setProgram(page, PROGRAM);
  await run(page);
  await expect(state(page)).toContainText('At exit', { timeout: 90_000 });
  const straight = await figure(page);
  const report = await query(page, 'reportText', null);
  await page.locator('.cm-line', { hasText: 'sum += kept[i][i]' }).click();
  await page.keyboard.press('F9');
  await run(page);
  await expect(state(page)).toContainText('Paused', { timeout: 90_000 });
  await expect(log(page)).toContainText(`filled ${BLOCKS}`);
  const before = await figure(page);
  expect((before as { swap: { usedSlots: number } }).swap.usedSlots).toBeGreaterThan(BLOCKS - 8 * 256);
  await page.keyboard.press('Control+Alt+S');
  await expect(message(page, /Saved half\.pagewise \([\d.]+ [KM]iB\)/)).toBeVisible({ timeout: 60_000 });
  await expect(page).toHaveTitle(/half\.pagewise/);
  expect(await figure(page)).toEqual(before);
  await app.close();

  app = await launch(profile);
  page = await app.firstWindow();
  try {
    await page.waitForSelector('[data-test=run]');
    await resize(app, page, 1440, 900);
    for (const theme of ['dark', 'light'] as const) {
      await setTheme(page, theme);
      await command(page, 'recent snapshots');
      await expect(cards(page)).toHaveCount(1);
      await expect(cards(page)).toContainText('half.pagewise');
      await expect(cards(page)).toContainText('of 8 MiB RAM');
      await expect(cards(page).locator('img')).toHaveJSProperty('naturalWidth', 320);
      await picture(page, `list-${theme}`);
      expect(await violations(page), `list of snapshots, ${theme}`).toEqual([]);
      if (theme === 'dark') await page.keyboard.press('Escape');
    }
    await expect(cards(page)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(state(page)).toContainText('Paused', { timeout: 60_000 });
    await expect(message(page, 'Opened half.pagewise')).toBeVisible();
    await expect(page).toHaveTitle(/half\.pagewise/);
    await expect(hereLine(page)).toContainText('sum += kept[i][i]');
    await expect(log(page)).toContainText(`filled ${BLOCKS}`);
    await expect(log(page)).not.toContainText('sum');
    await expect(page.locator('[data-test=variables]')).toContainText('sum');
    expect(await figure(page)).toEqual(before);
    expect((await readdir(profile)).filter((name) => name.endsWith('.saving'))).toEqual([]);
    await picture(page, 'opened');
    await command(page, 'remove all breakpoints');
    await page.keyboard.press('F5');
    await expect(state(page)).toContainText('At exit', { timeout: 90_000 });
    await expect(log(page)).toContainText(`sum ${SUM}`);
    await expect(page.locator('[data-test=definite-bytes]')).toHaveText((LOST * 4096).toLocaleString('en-US'));
    expect(await figure(page)).toEqual(straight);
    expect(await query(page, 'reportText', null)).toBe(report);
    // And it can go back behind the moment of the file.
    await page.keyboard.press('Alt+Home');
    await expect(state(page)).toContainText('In the past', { timeout: 60_000 });
  } finally {
    await app.close();
  }
});

test('damaged, foreign and absent files are refused with words, and the machine at hand stays; a file is dropped, and given to the app', async ({ page, app, profile }) => {
  test.setTimeout(120_000);
  const file = join(profile, 'greeting.pagewise'), broken = join(profile, 'broken.pagewise');
  await answerDialogs(app, file);
  await page.keyboard.press('Control+Alt+S');
  await expect(message(page, 'There is no machine to save: press Run first.')).toBeVisible();
  await page.locator('.cm-line', { hasText: 'return text' }).click();
  await page.keyboard.press('F9');
  await run(page);
  await expect(state(page)).toContainText('Paused', { timeout: 60_000 });
  await command(page, 'save snapshot');
  await expect(message(page, 'Saved greeting.pagewise')).toBeVisible({ timeout: 60_000 });
  await continueToNext(page);
  const before = await figure(page), bytes = await readFile(file);
  const wrong: readonly (readonly [Buffer, RegExp])[] = [
    [bytes.subarray(0, bytes.length - 1), /The snapshot is damaged/],
    [Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.from([bytes[Math.floor(bytes.length / 2)]! ^ 1]), bytes.subarray(bytes.length / 2 + 1)]), /The snapshot is damaged/],
    [Buffer.from(PROGRAM), /no snapshot of Pagewise/],
  ];
  for (const [content, words] of wrong) {
    await writeFile(broken, content);
    await answerDialogs(app, broken);
    await page.keyboard.press('Control+Alt+O');
    await expect(message(page, words)).toBeVisible();
    while (await message(page, words).count() > 0) await message(page, words).locator('button').first().click();
    expect(await figure(page)).toEqual(before);
  }
  await answerDialogs(app, join(profile, 'gone.pagewise'));
  await page.keyboard.press('Control+Alt+O');
  await expect(message(page, 'it is not there')).toBeVisible();
  await expect(page).toHaveTitle(/greeting\.pagewise/);
  expect(await figure(page)).toEqual(before);
  await drop(page, file);
  await expect(message(page, 'Opened greeting.pagewise')).toBeVisible({ timeout: 30_000 });
  await expect(hereLine(page)).toContainText('return text');
  expect((await status(page)).counters.instructions).toBeLessThan((before as { counters: { instructions: number } }).counters.instructions);
  await continueToNext(page);
  expect(await figure(page)).toEqual(before);
  // Another start of the app with a file hands it over to this one.
  await app.evaluate(({ app: electron }, path) => { electron.emit('second-instance', {}, ['pagewise', path], '/'); }, file);
  await expect.poll(async () => (await status(page)).counters.instructions).toBeLessThan((before as { counters: { instructions: number } }).counters.instructions);
  // What a script of the page makes up has no path.
  expect(await page.evaluate(() => window.pagewise.takeDropped(new File(['x'], 'a.pagewise')).then(() => 'taken', String))).toContain('refused');
  expect(await page.evaluate((path) => window.pagewise.invoke('snapshot:open', { path, timelineBytes: 0 }), '/etc/passwd')).toEqual({ error: 'passwd was not chosen in a dialog.' });
});

test('a program that waits for input, and a machine of processes alone, go on from their files', async ({ page, app, profile }) => {
  test.setTimeout(120_000);
  await answerDialogs(app, join(profile, 'waits.pagewise'));
  await setProgram(page, '#include <stdio.h>\nint main(void)\n{\n    char name[32];\n    printf("Name? ");\n    fflush(stdout);\n    if (scanf("%31s", name) != 1) return 1;\n    printf("Hello, %s!\\n", name);\n    return 0;\n}\n');
  await run(page);
  await expect(state(page)).toContainText('waits for input', { timeout: 60_000 });
  await page.keyboard.press('Control+Alt+S');
  await expect(message(page, 'Saved waits.pagewise')).toBeVisible({ timeout: 30_000 });
  await expect(state(page)).toContainText('waits for input');
  await page.locator('[data-test=stdin]').fill('Grace');
  await page.locator('[data-test=stdin]').press('Enter');
  await expect(state(page)).toContainText('At exit');
  await page.keyboard.press('Control+Alt+O');
  await expect(state(page)).toContainText('Paused');
  await expect(log(page)).toHaveText('Name?');
  await page.keyboard.press('F5');
  await expect(state(page)).toContainText('waits for input');
  await page.locator('[data-test=stdin]').fill('Ada');
  await page.locator('[data-test=stdin]').press('Enter');
  await expect(state(page)).toContainText('At exit');
  await expect(log(page)).toContainText('Hello, Ada!');
  // Saved again where it came from, at its end.
  await page.keyboard.press('Control+Alt+S');
  await expect(message(page, 'Saved waits.pagewise')).toBeVisible();
  await page.keyboard.press('Control+Alt+O');
  await expect(message(page, 'Opened waits.pagewise')).toBeVisible();
  await expect(log(page)).toContainText(/Hello, Ada!\s*ended with exit status 0/);
  await expect(state(page)).toContainText('At exit: exit status 0');
  await answerDialogs(app, join(profile, 'report.html'));
  await command(page, 'save report as html');
  await expect(message(page, 'Wrote report.html')).toBeVisible();
  const html = await readFile(join(profile, 'report.html'), 'utf8');
  expect(html).toContain('Hello, Ada!');
  expect(html).toContain('scanf');

  await answerDialogs(app, join(profile, 'mix.pagewise'));
  await page.locator('.dv-tab', { hasText: 'Configuration' }).click();
  await page.locator('[data-test=preset]').selectOption('classroom');
  await page.locator('[data-test=start-machine]').click();
  await expect(state(page)).toContainText('Running', { timeout: 30_000 });
  await expect.poll(async () => (await status(page)).counters.majorFaults).toBeGreaterThan(0);
  await page.keyboard.press('Control+F5');
  await expect(state(page)).toContainText('Paused');
  await page.keyboard.press('Control+Alt+S');
  await expect(message(page, 'Saved mix.pagewise')).toBeVisible();
  const before = await figure(page);
  await page.keyboard.press('F5');
  await expect(state(page)).toContainText('Running');
  await expect.poll(async () => (await status(page)).counters.majorFaults).toBeGreaterThan((before as { counters: { majorFaults: number } }).counters.majorFaults);
  await page.keyboard.press('Control+Alt+O');
  await page.locator('[data-test=question]').getByRole('button', { name: 'Open the snapshot' }).click();
  await expect(message(page, 'Opened mix.pagewise')).toBeVisible();
  await expect(state(page)).toContainText('Paused');
  expect(await figure(page)).toEqual(before);
  await page.keyboard.press('F5');
  await expect.poll(async () => (await status(page)).counters.majorFaults).toBeGreaterThan((before as { counters: { majorFaults: number } }).counters.majorFaults);
});

test('a snapshot of the terminal opens with its source, and goes on', async ({ page, app, profile }) => {
  const source = join(profile, 'count.c'), file = join(profile, 'count.pagewise');
  await writeFile(source, '#include <stdio.h>\nint main(void)\n{\n    for (int i = 0; i < 5; i++) printf("%d\\n", i * i);\n    return 3;\n}\n');
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../out/cli/index.js'), 'run', '-q', '--tool=none', `--snapshot-file=${file}`, '--snapshot-at=60', source, '--', 'an argument']).catch((error: { code: number }) => { expect(error.code).toBe(3); });
  await answerDialogs(app, file);
  await page.keyboard.press('Control+Alt+O');
  await expect(message(page, 'Opened count.pagewise')).toBeVisible({ timeout: 30_000 });
  await expect(state(page)).toContainText('Paused');
  await expect(page.locator('.cm-content')).toContainText('i * i');
  await expect(page.locator('[data-test=options]')).toContainText('No checks');
  await page.keyboard.press('F5');
  await expect(state(page)).toContainText('At exit: exit status 3');
  await expect(log(page)).toContainText(/0\s*1\s*4\s*9\s*16/);
  await command(page, 'recent snapshots');
  await expect(cards(page)).toContainText('saved in a terminal');
});

test('saving a large machine shows how far it is, answers, and is cancelled: the old file stays, and the machine goes on', async ({ page, app, profile }) => {
  test.setTimeout(180_000);
  const file = join(profile, 'large.pagewise');
  await writeFile(file, 'an older file');
  await answerDialogs(app, file);
  await setProgram(page, LARGE);
  await page.locator('.cm-line', { hasText: 'puts("full")' }).click();
  await page.keyboard.press('F9');
  await run(page);
  await expect(state(page)).toContainText('Paused', { timeout: 90_000 });
  await setTheme(page, 'dark');
  const cancelled = cancelAtOnce(page);
  await page.keyboard.press('Control+Alt+S');
  const [words, stateThen] = await cancelled;
  expect(words).toMatch(/Saving large\.pagewise…[\s\S]* of 1\.\d+ GiB/);
  expect(stateThen).toBe('paused');
  await expect(message(page, 'large.pagewise was not saved: cancelled.')).toBeVisible();
  await expect(page.locator('[data-test=snapshot-progress]')).toHaveCount(0);
  expect(await readFile(file, 'utf8')).toBe('an older file');
  expect((await readdir(profile)).filter((name) => name.endsWith('.saving'))).toEqual([]);
  await command(page, 'recent snapshots');
  await expect(page.locator('[data-test=snapshot-list]')).toContainText('No snapshots yet');
  expect(await violations(page), 'no snapshots, dark').toEqual([]);
  await picture(page, 'list-empty-dark');
  await page.keyboard.press('Escape');
  await page.keyboard.press('F5');
  await expect(log(page)).toContainText('full');
  await expect(state(page)).toContainText('At exit', { timeout: 60_000 });
});
