import { expect, runToEnd, test } from './fixture';
import type { Page } from '@playwright/test';

const focusedPanel = (page: Page): Promise<string | undefined> => page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-panel]')?.dataset['panel']);

test('from a leak record to its line, block, page, frame and first-touch fault, and back, by keyboard alone', async ({ page }) => {
  await runToEnd(page);
  await expect(page.locator('[data-test=crumb-finding]')).toBeVisible();
  await page.keyboard.press('F8');
  await expect.poll(() => focusedPanel(page)).toBe('leaks');

  await page.keyboard.press('Alt+1');
  await expect.poll(() => focusedPanel(page)).toBe('editor');
  await expect(page.locator('.cm-activeLine')).toContainText('line = greeting("Grace")');

  await page.keyboard.press('Alt+2');
  await expect.poll(() => focusedPanel(page)).toBe('leaks');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toContain('Block #1, 32 bytes, definitely lost');

  await page.keyboard.press('Alt+3');
  await expect.poll(() => focusedPanel(page)).toBe('memory');
  await expect(page.locator('[data-test=page]')).toContainText('Page 0x4a');

  await page.keyboard.press('Alt+4');
  await expect(page.locator('[data-test=frame]')).toContainText('anonymous');
  await expect(page.locator('[data-test=crumb-frame]')).toHaveAttribute('aria-current', 'true');

  await page.keyboard.press('Alt+5');
  await expect.poll(() => focusedPanel(page)).toBe('faults');
  await expect(page.locator('[data-test=faults] [role=row][aria-selected=true]')).toContainText('Demand zero');

  for (const facet of ['frame', 'page', 'block', 'line', 'finding']) {
    await page.keyboard.press('Alt+ArrowLeft');
    await expect(page.locator(`[data-test=crumb-${facet}]`)).toHaveAttribute('aria-current', 'true');
  }
  await expect.poll(() => focusedPanel(page)).toBe('leaks');
  await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(() => focusedPanel(page)).toBe('editor');
});

test('F6 goes round the panes', async ({ page }) => {
  await page.locator('[data-test=source]').click();
  const seen: (string | undefined)[] = [];
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('F6');
    await page.waitForTimeout(150);
    seen.push(await focusedPanel(page));
  }
  expect(new Set(seen).size).toBe(4);
  expect(seen.at(-1)).toBe('editor');
});

test('the command palette finds and runs commands', async ({ page }) => {
  await page.keyboard.press('Control+K');
  await expect(page.locator('[data-test=palette-dialog]')).toBeVisible();
  await page.keyboard.type('show proc');
  await expect(page.locator('#palette-list [aria-selected=true]')).toContainText('Show Processes');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-test=palette-dialog]')).toHaveCount(0);
  await expect(page.locator('[data-panel=processes]')).toBeVisible();
  await page.keyboard.press('F1');
  await expect(page.getByRole('dialog')).toContainText('Keyboard shortcuts');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('keys inside views: list, blocks, mappings, variables', async ({ page }) => {
  await page.locator('[data-test=examples]').click();
  await page.getByRole('menuitem', { name: /train without its front/ }).click();
  await runToEnd(page);
  const findings = page.locator('[data-test=findings]');
  await findings.focus();
  const first = await findings.locator('[aria-selected=true]').textContent();
  await page.keyboard.press('ArrowDown');
  await expect(findings.locator('[aria-selected=true]')).not.toHaveText(first ?? '');
  await page.keyboard.press('Alt+2');
  const focused = (): Promise<string | null | undefined> => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await expect.poll(focused).toContain('Block #');
  const block = await focused();
  await page.keyboard.press('ArrowRight');
  await expect.poll(focused).not.toBe(block);
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-block][aria-pressed=true]')).toHaveAttribute('aria-label', await focused() ?? '');
  await expect(page.locator('[data-test=crumb-block]')).toHaveAttribute('aria-current', 'true');
  await page.locator('[data-test=vmas]').focus();
  const mapping = page.locator('[data-test=vmas] [aria-selected=true]');
  const before = await mapping.textContent();
  await page.keyboard.press('ArrowDown');
  await expect(mapping).not.toHaveText(before ?? '');
});
