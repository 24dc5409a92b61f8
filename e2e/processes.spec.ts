/** The process manager, on a program whose processes, states and sizes are known beforehand. */
import AxeBuilder from '@axe-core/playwright';
import { expect, setProgram, test } from './fixture';

const PAGES = 100;
const FAMILY = `#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  if (fork() == 0) _exit(7);
  pid_t big = fork();
  if (big == 0) {
    char *data = malloc(${PAGES} * 4096);
    memset(data, 1, ${PAGES} * 4096);
    for (;;) pause();
  }
  pid_t busy = fork();
  if (busy == 0) for (volatile unsigned long i = 0;; i++) {}
  char line[10];
  fgets(line, sizeof line, stdin);
  kill(busy, SIGKILL);
  while (wait(NULL) > 0) {}
  return 0;
}
`;
const OTHER = '#include <unistd.h>\nint main(void) { for (;;) pause(); }\n';

test('shows, sorts, filters, pauses, kills', async ({ page }) => {
  await setProgram(page, FAMILY);
  await page.locator('[data-test=run]').click();
  await page.locator('.dv-tab', { hasText: 'Processes' }).click();
  const panel = page.locator('[data-panel=processes]');
  const grid = panel.locator('[data-test=processes]');
  const row = (pid: number) => grid.getByRole('row').filter({ has: page.getByRole('gridcell', { name: String(pid), exact: true }) });
  await expect(row(1003)).toBeVisible({ timeout: 30_000 });

  // 1000 waits for a line, 1001 ended and nobody waited for it, 1002 waits for a signal, 1003 runs.
  await expect(row(1000)).toContainText('Waiting: input');
  await expect(row(1001)).toContainText('Zombie');
  await expect(row(1002)).toContainText('Waiting: a signal');
  await expect(panel.locator('[data-test=process-summary]')).toContainText('3 live');
  await expect(panel.locator('[data-test=process-summary]')).toContainText('1 zombie');

  // Choosing a process shows it closely, and in the other views; its own pages are at least those that it wrote.
  await row(1002).click();
  const detail = panel.locator('[data-test=process-detail]');
  await expect(detail.getByRole('heading', { level: 3 })).toContainText('1002');
  const uss = await detail.locator('dl.memory div').filter({ hasText: 'USS' }).locator('dd').innerText();
  expect(uss).toMatch(/ KiB$/);
  expect(parseFloat(uss)).toBeGreaterThanOrEqual(PAGES * 4);
  expect(parseFloat(uss)).toBeLessThan(PAGES * 4 + 200);

  // Sorted by resident set, the large one comes first; the filter leaves one.
  await grid.getByRole('columnheader', { name: 'RSS', exact: true }).getByRole('button').click();
  await expect(grid.getByRole('row').nth(1)).toContainText('1002');
  await panel.locator('[data-test=process-filter]').fill('zombie');
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await expect(row(1001)).toBeVisible();
  await panel.locator('[data-test=process-filter]').fill('');

  // The tree: children below their parent, one step in.
  await grid.getByRole('columnheader', { name: 'PID', exact: true }).getByRole('button').click();
  await panel.locator('[data-test=process-tree]').click();
  await expect(grid.getByRole('row').nth(1)).toContainText('1000');
  await expect(row(1001).locator('.name')).toHaveCSS('padding-left', '14px');
  await panel.locator('[data-test=process-tree]').click();

  // Pause and continue by keys; kill by keys: a zombie then, whose teardown is told.
  await row(1003).click();
  await grid.focus();
  await page.keyboard.press('Space');
  await expect(row(1003)).toContainText('Paused');
  await page.keyboard.press('Space');
  await expect(row(1003)).not.toContainText('Paused');
  await page.keyboard.press('Shift+Delete');
  await expect(row(1003)).toContainText('Zombie');
  await expect(detail).toContainText('Ended by SIGKILL');
  await expect(detail.locator('[data-test=teardown]')).toContainText('Resident pages');
  expect((await new AxeBuilder({ page }).setLegacyMode(true).include('[data-panel=processes]').analyze()).violations).toEqual([]);
});

test('columns are chosen and kept; a second program runs beside the first', async ({ page }) => {
  await setProgram(page, OTHER);
  await page.locator('[data-test=run]').click();
  await page.locator('.dv-tab', { hasText: 'Processes' }).click();
  const panel = page.locator('[data-panel=processes]');
  const grid = panel.locator('[data-test=processes]');
  await expect(grid.getByRole('gridcell', { name: '1000', exact: true })).toBeVisible({ timeout: 30_000 });
  await panel.locator('[data-test=process-columns]').click();
  await page.getByRole('menuitemcheckbox', { name: 'PSS', exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(grid.getByRole('columnheader', { name: 'PSS', exact: true })).toBeVisible();
  const alone = await grid.getByRole('row').nth(1).innerText();

  await panel.locator('[data-test=add-program]').click();
  await page.locator('[data-test=add-editor]').click();
  await expect(grid.getByRole('gridcell', { name: '1001', exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(panel.locator('[data-test=process-summary]')).toContainText('2 live');
  expect(alone).toContain('1000');
  await grid.getByRole('gridcell', { name: '1001', exact: true }).click();
  await grid.focus();
  await page.keyboard.press('Delete');
  await expect(panel.locator('[data-test=process-summary]')).toContainText('1 lives');
  await expect(panel.locator('[data-test=process-detail]')).toContainText('Ended by SIGTERM');
});

for (const [width, height] of [[1280, 800], [1920, 1080]] as const) {
  for (const theme of ['dark', 'light'] as const) {
    test(`pictures ${String(width)}×${String(height)} ${theme}`, async ({ page, app }) => {
      test.skip(process.env['PAGEWISE_PICTURES'] === undefined, 'only on demand');
      const { resize } = await import('./fixture');
      await resize(app, page, width, height);
      if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
      await setProgram(page, FAMILY);
      await page.locator('[data-test=run]').click();
      await page.locator('.dv-tab', { hasText: 'Processes' }).click();
      const grid = page.locator('[data-panel=processes] [data-test=processes]');
      await expect(grid.getByRole('gridcell', { name: '1003', exact: true })).toBeVisible({ timeout: 30_000 });
      await grid.getByRole('gridcell', { name: '1002', exact: true }).click();
      await page.waitForTimeout(1200);
      await page.screenshot({ path: `${process.env['PAGEWISE_PICTURES'] ?? '.'}/processes-${String(width)}-${theme}.png` });
    });
  }
}
