/** Pictures for README, of the real app: `PAGEWISE_SCREENSHOTS=1 npx playwright test --project screenshots`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { resize, runToEnd, state, test, expect } from './fixture';

const FOLDER = join(import.meta.dirname, '../docs/screenshots');
const SIZES = [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }] as const;

async function setTheme(page: Page, theme: string): Promise<void> {
  if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
}
async function shoot(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}
async function example(page: Page, name: RegExp): Promise<void> {
  await page.locator('[data-test=examples]').click();
  await page.getByRole('menuitem', { name }).click();
}

test.beforeAll(() => mkdir(FOLDER, { recursive: true }));

for (const size of SIZES) {
  for (const theme of ['dark', 'light']) {
    test(`first example, ${theme}, ${size.width}×${size.height}`, async ({ app, page }) => {
      await resize(app, page, size.width, size.height);
      await page.locator('[data-test=run]').focus();
      await setTheme(page, theme);
      await page.keyboard.press('Control+Shift+P');
      await page.keyboard.type('reset the layout');
      await page.keyboard.press('Enter');
      await runToEnd(page);
      await expect(page.locator('[data-test=finding]')).toBeVisible();
      await shoot(page, `${theme}-${size.width}x${size.height}`);
    });
  }
}

test('faults, breakpoint and indirect leak', async ({ app, page }) => {
  await resize(app, page, 1440, 900);
  await setTheme(page, 'dark');
  await example(page, /growing server/);
  await runToEnd(page);
  await page.locator('.dv-tab', { hasText: 'Page faults' }).click();
  await shoot(page, 'page-faults');
  await example(page, /train without its front/);
  await runToEnd(page);
  await page.keyboard.press('Alt+3');
  await shoot(page, 'one-selection');
  await page.locator('.cm-line', { hasText: 'wagon->next = train;' }).click();
  await page.keyboard.press('F9');
  await page.keyboard.press('F5');
  await expect(state(page)).toContainText('Paused');
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('F5');
    await page.waitForTimeout(400);
  }
  await page.locator('.dv-tab', { hasText: 'Memory' }).click();
  await shoot(page, 'paused');
});
