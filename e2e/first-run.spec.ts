import { expect, launch, run, runToEnd, state, test } from './fixture';

test('first start: an example, one button, the leak report', async ({ page }) => {
  await expect(page.locator('[data-test=source]')).toContainText('greeting');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.locator('.btn.primary[data-test=run]')).toBeEnabled();
  await page.locator('[data-test=run]').click();
  await expect(page.locator('[data-test=definite-bytes]')).toHaveText('32', { timeout: 40_000 });
  await expect(page.locator('[data-test=finding-sentence]')).toContainText('the last pointer');
  await expect(page.locator('[data-test=findings] [aria-selected=true]')).toHaveCount(1);
  await expect(page.locator('[data-test=console]')).toContainText('Hello, Grace!');
  await expect(state(page)).toContainText('exit status 0');
  await expect(page.locator('.cm-line-lost')).toContainText('line = greeting("Grace")');
});

test('“Let the OS reclaim” empties the machine', async ({ page }) => {
  await runToEnd(page);
  await page.locator('[data-test=reclaim]').click();
  await expect(page.getByText('The OS has reclaimed everything.')).toBeVisible();
});

test('every example runs to a result that the window can show', async ({ page }) => {
  await page.locator('[data-test=examples]').click();
  const count = await page.getByRole('menuitem').count();
  expect(count).toBeGreaterThanOrEqual(12);
  await page.keyboard.press('Escape');
  for (let index = 0; index < count; index++) {
    await page.locator('[data-test=examples]').click();
    await page.getByRole('menuitem').nth(index).click();
    await run(page);
    // A short run is over before anybody could see it compile: that the text is no other than the one that ran tells it from the run before.
    await expect(page.locator('.stale')).toHaveCount(0);
    await expect(state(page)).toContainText('At exit', { timeout: 40_000 });
    await expect(page.locator('[data-test=sentence]')).not.toBeEmpty();
  }
});

test('layout, theme and text are remembered', async ({ app, page, profile }) => {
  await page.locator('[data-test=theme]').click();
  const theme = await page.evaluate(() => document.documentElement.dataset['theme']);
  await page.locator('[data-test=source]').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('/* a thought */');
  await expect(page.locator('[data-test=dirty]')).toBeVisible();
  await page.waitForTimeout(1_200);
  await app.close();
  const again = await launch(profile);
  try {
    const window = await again.firstWindow();
    await window.waitForSelector('[data-test=run]');
    await expect(window.locator('[data-test=source]')).toContainText('a thought');
    await expect(window.locator('[data-test=dirty]')).toBeVisible();
    expect(await window.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
  } finally {
    await again.close();
  }
});
