import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { StatusSnapshot } from '../src/shared/views';
import { expect, launch, runToEnd, setProgram, state, test } from './fixture';

const setting = (page: Page, id: string) => page.locator(`[data-setting="${id}"]`);
const status = (page: Page): Promise<StatusSnapshot> => page.evaluate(async () => (await window.pagewise.invoke('machine:query', { name: 'status', arg: null })).value as StatusSnapshot);

async function openSettings(page: Page): Promise<void> {
  await page.keyboard.press('Control+,');
  await expect(page.locator('[data-test=find-setting]')).toBeFocused();
}
async function typeSize(page: Page, text: string): Promise<void> {
  const field = setting(page, 'recordingBytes').locator('input');
  await field.fill(text);
  await field.press('Enter');
}

test('settings act at once, show their defaults, go back to them, and are kept', async ({ profile }) => {
  test.setTimeout(120_000);
  const app = await launch(profile);
  const page = await app.firstWindow();
  await page.waitForSelector('[data-test=run]');
  await openSettings(page);
  await setting(page, 'theme').locator('select').selectOption('light');
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
  await typeSize(page, '12 MiB');
  await expect(setting(page, 'recordingBytes').getByRole('alert')).toContainText('Between 64 MiB and 4 GiB, or off');
  await typeSize(page, '128M');
  await expect(setting(page, 'recordingBytes')).toContainText('Default: 512 MiB');
  await runToEnd(page);
  expect((await status(page)).timeline?.budgetBytes).toBe(128 * 2 ** 20);
  // A run that is recorded takes up a change at once; none at all begins with the next run.
  await openSettings(page);
  await expect(page.locator('[data-test=recording-use]')).toContainText(/takes [\d.]+ MiB of at most 128 MiB/);
  await typeSize(page, '1 GiB');
  await expect.poll(async () => (await status(page)).timeline?.budgetBytes).toBe(2 ** 30);
  await typeSize(page, 'off');
  await expect(page.locator('[data-test=recording-use]')).toContainText('The next run will not be recorded');
  await runToEnd(page);
  expect((await status(page)).timeline).toBeNull();
  await openSettings(page);
  await page.locator('[data-test=find-setting]').fill('theme');
  await expect(page.locator('[data-setting]')).toHaveCount(1);
  await page.locator('[data-test=find-setting]').press('Escape');
  await expect(page.locator('[data-test=settings-changed]')).toHaveText('2 changed');
  await app.close();

  const again = await launch(profile);
  try {
    const next = await again.firstWindow();
    await next.waitForSelector('[data-test=run]');
    await expect.poll(() => next.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
    await openSettings(next);
    await expect(setting(next, 'recordingBytes').locator('input')).toHaveValue('Off');
    await setting(next, 'recordingBytes').locator('[data-test=reset-setting]').click();
    await expect(setting(next, 'recordingBytes').locator('input')).toHaveValue('512 MiB');
    await next.locator('[data-test=reset-settings]').click();
    await next.getByRole('button', { name: 'Back to the defaults' }).click();
    await expect(next.locator('[data-test=settings-changed]')).toHaveCount(0);
  } finally {
    await again.close();
  }
});

const LONG = `#include <stdio.h>\n${Array.from({ length: 120 }, (_, i) => `/* line ${String(i + 2)} */`).join('\n')}\nint main(void)\n{\n    puts("kept");\n    return 0;\n}\n`;

test('the window comes back as it was left: text, place, breakpoints, layout, machine', async ({ profile }) => {
  test.setTimeout(120_000);
  const app = await launch(profile);
  const page = await app.firstWindow();
  await page.waitForSelector('[data-test=run]');
  await setProgram(page, LONG);
  await page.locator('.cm-line', { hasText: 'puts("kept")' }).click();
  await page.keyboard.press('F9');
  await page.locator('.dv-tab', { hasText: 'Configuration' }).click();
  await page.locator('[data-test=preset]').selectOption('laptop');
  await page.locator('.dv-tab', { hasText: 'Page faults' }).click();
  await page.locator('.dv-tab', { hasText: 'Policies' }).hover();
  await page.locator('.dv-tab', { hasText: 'Policies' }).locator('.x').click();
  await expect(page.locator('.dv-tab', { hasText: 'Policies' })).toHaveCount(0);
  const scrolled = await page.locator('.cm-scroller').evaluate((element) => element.scrollTop);
  expect(scrolled).toBeGreaterThan(500);
  await app.close();

  const again = await launch(profile);
  try {
    const next = await again.firstWindow();
    await next.waitForSelector('[data-test=run]');
    await expect(next.locator('.cm-line', { hasText: 'puts("kept")' })).toBeVisible();
    await expect(next.locator('.status')).toContainText('124:');
    await expect.poll(async () => Math.abs(await next.locator('.cm-scroller').evaluate((element) => element.scrollTop) - scrolled)).toBeLessThan(30);
    await expect(next.locator('[data-panel=faults]')).toBeVisible();
    await expect(next.locator('.dv-tab', { hasText: 'Policies' })).toHaveCount(0);
    await next.keyboard.press('F5');
    await expect(state(next)).toContainText('Paused', { timeout: 40_000 });
    await expect(next.locator('.cm-line-here')).toContainText('puts("kept")');
    expect((await status(next)).frameCount).toBe(8 * 2 ** 18);
  } finally {
    await again.close();
  }
});

/** A stored layout without one of its panels, as a version had it that did not know the panel. */
function without(layout: unknown, id: string): unknown {
  if (Array.isArray(layout)) return layout.filter((each) => each !== id).map((each) => without(each, id));
  if (typeof layout !== 'object' || layout === null) return layout;
  return Object.fromEntries(Object.entries(layout).filter(([name]) => name !== id).map(([name, value]) => [name, without(value, id)]));
}

test('preferences of an older version get the panels that came since; damaged ones stop nothing', async ({ profile }) => {
  test.setTimeout(120_000);
  const file = join(profile, 'preferences.json');
  const first = await launch(profile);
  const page = await first.firstWindow();
  await page.waitForSelector('[data-test=run]');
  await page.locator('.dv-tab', { hasText: 'Variables' }).click();
  await first.close();
  const { panels: _panels, settings: _settings, layout, ...old } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...old, layout: without(layout, 'compare') }));

  const second = await launch(profile);
  const next = await second.firstWindow();
  await next.waitForSelector('[data-test=run]');
  await expect(next.locator('.dv-tab', { hasText: 'Compare' })).toHaveCount(1);
  await expect(next.locator('[data-panel=variables]')).toBeVisible();
  await second.close();
  await writeFile(file, '{"theme":"dark","layout":');

  const third = await launch(profile);
  try {
    const last = await third.firstWindow();
    await last.waitForSelector('[data-test=run]');
    await expect(last.locator('[data-test=message]')).toContainText('The preferences were damaged');
    await expect(last.locator('[data-panel=leaks]')).toBeVisible();
  } finally {
    await third.close();
  }
});

test('axe finds nothing in the settings, in both themes', async ({ page }) => {
  await openSettings(page);
  await typeSize(page, 'much');
  await setting(page, 'pauseAtMain').locator('input').check();
  for (const theme of ['dark', 'light']) {
    await setting(page, 'theme').locator('select').selectOption(theme);
    await page.mouse.move(0, 0);
    await page.waitForTimeout(300);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`)), theme).toEqual([]);
  }
});
