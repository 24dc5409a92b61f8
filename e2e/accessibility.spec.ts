import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, resize, run, runToEnd, state, test } from './fixture';

const TABS = ['Variables', 'Page faults', 'Processes', 'Compare', 'Policies', 'RAM & swap', 'Translation', 'Segments', 'Configuration', 'Memory', 'Leaks'];

async function violations(page: Page): Promise<readonly string[]> {
  // legacy mode: Electron refuses the extra page that axe otherwise opens for frames
  const result = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return result.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
}
async function setTheme(page: Page, theme: 'dark' | 'light'): Promise<void> {
  if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(250);
}

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing in the ${theme} theme`, async ({ page }) => {
    test.setTimeout(300_000);
    await setTheme(page, theme);
    expect(await violations(page), 'before the first run').toEqual([]);
    await runToEnd(page);
    for (const tab of TABS) {
      await page.locator('.dv-tab', { hasText: tab }).click();
      await page.mouse.move(0, 0);
      await page.waitForTimeout(300);
      expect(await violations(page), tab).toEqual([]);
    }
    await page.keyboard.press('Control+K');
    await page.waitForTimeout(200);
    expect(await violations(page), 'command palette').toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await page.waitForTimeout(200);
    expect(await violations(page), 'shortcuts').toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('[data-test=options]').click();
    await page.waitForTimeout(200);
    expect(await violations(page), 'run options').toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('[data-test=examples]').click();
    await page.waitForTimeout(200);
    expect(await violations(page), 'examples').toEqual([]);
  });
}

/** Elements whose text is cut, or that lie outside everything that can be scrolled. (Totals move sideways with their table.) */
function clipped(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const scrolls = (value: string): boolean => value === 'auto' || value === 'scroll';
    for (const element of document.querySelectorAll<HTMLElement>('.app *')) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || element.closest('.visually-hidden, .cm-editor, svg, canvas, .scroller, .hex, .grid, .totals')) continue;
      const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      if (!text) continue;
      for (let parent = element.parentElement; parent; parent = parent.parentElement) {
        const style = getComputedStyle(parent);
        const around = parent.getBoundingClientRect();
        const name = `${element.className || element.tagName} "${element.textContent?.trim().slice(0, 40)}" in ${parent.className || parent.tagName}`;
        if (scrolls(style.overflowX) && scrolls(style.overflowY)) break;
        if (!scrolls(style.overflowX) && style.overflowX !== 'visible' && (box.left < around.left - 2 || box.right > around.right + 2)) found.push(`${name}: sideways`);
        if (!scrolls(style.overflowY) && style.overflowY !== 'visible' && (box.top < around.top - 2 || box.bottom > around.bottom + 2)) found.push(`${name}: up or down`);
        if (scrolls(style.overflowX) || scrolls(style.overflowY)) break;
      }
    }
    for (const bar of document.querySelectorAll<HTMLElement>('.app > *, .panel-bar, .panel > header')) {
      if (bar.clientHeight > 0 && getComputedStyle(bar).overflowY === 'visible' && bar.scrollHeight > bar.clientHeight + 1) found.push(`${bar.className} does not hold its content`);
    }
    return [...new Set(found)];
  });
}

test('nothing clips at 200 % on 1280×720', async ({ app, page }) => {
  test.setTimeout(180_000);
  await resize(app, page, 1280, 720);
  await runToEnd(page);
  for (let i = 0; i < 12 && await page.evaluate(() => devicePixelRatio) < 2; i++) {
    await page.keyboard.press('Control+=');
    await page.waitForTimeout(120);
  }
  await expect.poll(() => page.evaluate(() => devicePixelRatio)).toBe(2);
  await expect(page.getByRole('tablist')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  for (const name of ['Program', 'Console', ...TABS]) {
    await page.getByRole('tab', { name, exact: true }).click();
    await page.waitForTimeout(300);
    expect.soft(await clipped(page), name).toEqual([]);
  }
  expect(await violations(page)).toEqual([]);
});

test('nothing clips at 100 % on 1280×720', async ({ app, page }) => {
  await resize(app, page, 1280, 720);
  await runToEnd(page);
  for (const tab of TABS) {
    await page.locator('.dv-tab', { hasText: tab }).click();
    await page.waitForTimeout(300);
    expect(await clipped(page), tab).toEqual([]);
  }
});

test('reduced motion and forced colours keep everything usable', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  await run(page);
  await expect(state(page)).toContainText('At exit', { timeout: 40_000 });
  await expect(page.locator('[data-test=definite-bytes]')).toHaveText('32');
});
