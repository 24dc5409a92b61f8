/** Two moments of a program whose blocks are known beforehand: 400 sessions of 100 bytes, 16 of which are freed at the end. */
import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  await expect(row.locator('td')).toHaveText(['0', number(LOST * SESSION), `+${number(LOST * SESSION)}`, '0', String(LOST), `+${String(LOST)}`]);
  // Totals: every row of the stacks together is what the sentence says.
  const bytes = await panel.locator('[data-test=diff-stacks] tbody tr').evaluateAll((rows) => rows.map((one) => Number(one.querySelectorAll('td')[2]!.textContent!.replaceAll(',', '').replace('−', '-'))));
  await expect(sentence).toContainText(`grew by ${number(bytes.reduce((sum, value) => sum + value, 0))} bytes`);
  await expect(panel).toContainText('Leaks are known where a leak check has run');

  // A row leads to its line, by keys too.
  await row.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(row).toHaveClass(/selected/);
  await expect(page.locator('.cm-line', { hasText: 'malloc(sizeof *session)' })).toBeInViewport();

  // Unchanged rows wait behind their number.
  const faults = panel.locator('[data-test=diff-faults]');
  const changed = await faults.locator('tbody tr').count();
  const hidden = Number(/Show (\d+) unchanged/.exec(await faults.innerText())![1]);
  await faults.getByRole('button', { name: /unchanged/ }).click();
  await expect(faults.locator('tbody tr')).toHaveCount(changed + hidden);

  for (const theme of ['dark', 'light']) {
    if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
    await page.mouse.move(0, 0);
    await page.waitForTimeout(300);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).include('[data-panel=compare]').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.failureSummary ?? ''}`), theme).toEqual([]);
    await page.screenshot({ path: `test-results/compare-${theme}.png` });
  }
});
