/** Two moments of a program whose blocks are known beforehand: 400 sessions of 100 bytes, 16 of which are freed at the end. */
import AxeBuilder from '@axe-core/playwright';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, runToEnd, setProgram, state, test } from './fixture';

const TEXT = readFileSync(join(import.meta.dirname, '../resources/examples/growing-server.c'), 'utf8');
const [, PLACES, VISITS] = /PLACES = (\d+), VISITS = (\d+)/.exec(TEXT)!.map(Number) as [number, number, number];
const SESSION = 4 + 96;
const LINE = TEXT.split('\n').findIndex((line) => line.includes('malloc(')) + 1;
const LOST = VISITS - PLACES;
const number = (value: number): string => value.toLocaleString('en-US');

test('the end against the start: numbers are the program\'s own', async ({ page }) => {
  await setProgram(page, TEXT);
  await page.locator('.dv-tab', { hasText: 'Compare' }).click();
  const panel = page.locator('[data-panel=compare]');
  await expect(panel.getByRole('heading', { name: 'What changed between two moments?' })).toBeVisible();
  await expect(panel.locator('[data-test=remember]')).toBeDisabled();
  await runToEnd(page);
  await page.locator('.dv-tab', { hasText: 'Compare' }).click();
  await panel.locator('[data-test=remember]').click();
  const sentence = panel.locator('[data-test=compare-sentence]');
  await expect(sentence).toContainText('the heap did not change');

  // Going back has to wait until the leaks are explained.
  await expect(async () => {
    await page.keyboard.press('Alt+Home');
    await expect(state(page)).toContainText('In the past', { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expect(sentence).toContainText('the heap shrank by');
  await panel.locator('[data-test=remember]').click();
  await expect(panel.locator('[data-test=moment-a] option')).toHaveCount(3);

  // From the start to the end: the other way round.
  await panel.locator('[data-test=moment-a]').selectOption({ index: 1 });
  await panel.locator('[data-test=moment-b]').selectOption({ index: 0 });
  await expect(sentence).toContainText(`allocated by open_session at line ${LINE}.`);
  const row = panel.locator('[data-test=diff-stacks] tbody tr').filter({ hasText: 'open_session' });
  await expect(row.locator('td.number')).toHaveText(['0', number(LOST * SESSION), `+${number(LOST * SESSION)}`, `+${String(LOST)}`]);
  await expect(row.locator('.fate')).toHaveText('new');
  // By blocks, the other measure in full.
  await panel.locator('[data-test=diff-stacks]').getByRole('button', { name: 'Blocks' }).click();
  await expect(row.locator('td.number')).toHaveText(['0', String(LOST), `+${String(LOST)}`, `+${number(LOST * SESSION)}`]);
  // Totals: every row of the stacks together is what the sentence says.
  await expect(sentence).toContainText(`grew by ${await panel.locator('[data-test=diff-stacks] tfoot td.number').last().innerText().then((text) => text.slice(1))} bytes`);
  // What was there at the start of the run is no leak; at the end all but the last visits are lost.
  await expect(panel.locator('[data-test=diff-leaks] tbody tr').filter({ hasText: 'definitely lost' }).locator('td.number').first()).toHaveText('0');
  await expect(panel.locator('[data-test=diff-overview] tr').filter({ hasText: 'Definitely lost' })).toContainText(`+${number(LOST * SESSION)}`);

  await expect(panel.locator('[data-test=compare-others] li').first()).toHaveText(`${number(LOST * SESSION)} bytes more, in ${LOST} blocks, are definitely lost.`);

  // A row leads to its line, by keys too.
  await row.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(row).toHaveClass(/selected/);
  await expect(page.locator('.cm-line', { hasText: 'malloc(sizeof *session)' })).toBeInViewport();

  // Unchanged rows wait behind their number; a filter finds rows by their text.
  const faults = panel.locator('[data-test=diff-faults]');
  const changed = await faults.locator('tbody tr').count();
  const hidden = Number(/(\d+) rows unchanged/.exec(await faults.innerText())![1]);
  await panel.locator('[data-test=changed-only]').uncheck();
  await expect(faults.locator('tbody tr')).toHaveCount(changed + hidden);
  await panel.locator('[data-test=compare-filter]').fill('copy on');
  await expect(faults.locator('tbody tr')).toHaveCount(1);
  await panel.locator('[data-test=compare-filter]').fill('');
  await panel.locator('[data-test=changed-only]').check();

  // To the other moment, where a row leads to its block.
  await panel.locator('[data-test=go-b]').click();
  await expect(panel.locator('[data-test=go-b]')).toHaveText('You are here');
  await row.getByRole('button').click();
  await expect(row).toHaveClass(/selected/);
  await expect(page.locator('[data-test=selection]')).toContainText('block');

  for (const theme of ['dark', 'light']) {
    if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
    await page.mouse.move(0, 0);
    await page.waitForTimeout(300);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).include('[data-panel=compare]').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.failureSummary ?? ''}`), theme).toEqual([]);
    await page.screenshot({ path: `test-results/compare-${theme}.png` });
  }
});

test('two snapshot files, without running anything; a damaged one is refused in words', async ({ app, page, profile }) => {
  const file = (name: string): string => join(profile, name);
  for (const instructions of ['100K', '300K']) {
    const { status, stderr } = spawnSync(process.execPath, ['out/cli/index.js', 'run', '-q', `--snapshot-file=${file(`${instructions}.pagewise`)}`, `--snapshot-at=${instructions}`, 'resources/examples/growing-server.c'], {
      cwd: join(import.meta.dirname, '..'), encoding: 'utf8', env: { ...process.env, PAGEWISE_CACHE: file('cache') },
    });
    expect(status, stderr).toBe(0);
  }
  const whole = readFileSync(file('300K.pagewise'));
  writeFileSync(file('damaged.pagewise'), whole.map((byte, i) => (i === whole.length >> 1 ? byte ^ 4 : byte)));
  await page.locator('.dv-tab', { hasText: 'Compare' }).click();
  const panel = page.locator('[data-panel=compare]');
  const add = async (name: string): Promise<void> => {
    await app.evaluate(({ dialog }, path) => { dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] }); }, file(name));
    await panel.locator('[data-test=add-file]').click();
  };
  await add('100K.pagewise');
  await expect(panel.locator('[data-test=side-a]')).toContainText('100K.pagewise');
  await add('300K.pagewise');
  await expect(panel.locator('[data-test=side-b] option:checked')).toContainText('300K.pagewise');
  await expect(panel.locator('[data-test=compare-sentence]')).toContainText(`allocated by open_session at line ${LINE}.`);
  await expect(panel.locator('[data-test=diff-leaks]')).toContainText('definitely lost');
  await expect(state(page)).toContainText('Ready');
  await expect(panel.locator('[data-test=go-b]')).toHaveCount(0);
  await panel.locator('[data-test=open-b]').click();
  await expect(panel.locator('[data-test=go-b]')).toHaveText('You are here');
  await panel.locator('[data-test=diff-stacks]').getByRole('button', { name: /^open_session/ }).click();
  await expect(page.locator('[data-test=crumb-block]')).toContainText('block #361');
  await add('damaged.pagewise');
  await expect(page.locator('[data-test=message]').filter({ hasText: 'damaged.pagewise' })).toContainText(/damaged\.pagewise: .*damaged/);

  // A name of one's own; the comparison as a file.
  await panel.getByRole('button', { name: 'Rename moment A' }).click();
  await page.keyboard.type('Monday');
  await page.keyboard.press('Enter');
  await expect(panel.locator('[data-test=side-a] option:checked')).toContainText('Monday');
  await app.evaluate(({ dialog }, path) => { dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path }); }, file('out.csv'));
  await panel.locator('[data-test=compare-export]').click();
  await page.getByRole('menuitem', { name: /CSV/ }).click();
  await expect.poll(() => existsSync(file('out.csv')) && readFileSync(file('out.csv'), 'utf8')).toContain(`growing-server.c,${LINE},Bytes,`);
});
