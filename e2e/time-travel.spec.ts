import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, runToEnd, setProgram, state, test } from './fixture';

const hereLine = (page: Page) => page.locator('.cm-line-here');
const bar = (page: Page) => page.locator('[data-test=timeline]');
const slider = (page: Page) => page.locator('[data-test=time-slider]');
const message = (page: Page, text: string | RegExp) => page.locator('[data-test=message]', { hasText: text });
const inThePast = (page: Page) => expect(state(page)).toContainText('In the past');
/** Arrows from and to the block of the selected finding. */
const arrows = (page: Page) => page.locator('[data-test=heap] .box .arrow.on');
const blocks = (page: Page) => page.locator('[data-test=heap] .block');

test('the arrow to a block vanishes as the playhead crosses the line that loses it, and comes back', async ({ page }) => {
  await expect(slider(page)).toHaveAttribute('aria-disabled', 'true');
  await expect(bar(page)).toContainText('Run a program first');
  await runToEnd(page);
  await expect(bar(page)).toContainText('the end of the recording');
  await expect(arrows(page)).toHaveCount(0);
  await page.locator('[data-test=moment-lost]').click();
  await inThePast(page);
  await expect(bar(page)).toContainText(/You are at [\d.]+ µs, in the past: the program has run on to [\d.]+ µs/);
  await expect(hereLine(page)).toContainText('line = greeting("Grace")');
  await expect(page.locator('[data-test=finding]')).toContainText('step on (F10), and the arrow');
  await expect(arrows(page)).toHaveCount(1);
  await page.keyboard.press('F10');
  await expect(hereLine(page)).toContainText('puts(line)');
  await expect(arrows(page)).toHaveCount(0);
  await page.keyboard.press('Shift+F10');
  await expect(hereLine(page)).toContainText('line = greeting("Grace")');
  await expect(arrows(page)).toHaveCount(1);
  await page.locator('[data-test="travel.head"]').click();
  await expect(state(page)).toContainText('At exit');
  await expect(arrows(page)).toHaveCount(0);
  await expect(page.locator('[data-test=definite-bytes]')).toHaveText('32');
});

test('stepping back from the end, to the allocation, to the start; playing on stops at a breakpoint', async ({ page }) => {
  await runToEnd(page);
  await page.keyboard.press('Shift+F10');
  await inThePast(page);
  await expect(hereLine(page)).toContainText('return 0');
  await page.keyboard.press('Shift+F10');
  await expect(hereLine(page)).toContainText('free(line)');
  await expect(blocks(page)).toHaveCount(3);
  await page.locator('[data-test=moment-allocated]').click();
  await expect(hereLine(page)).toContainText('malloc(32)');
  await expect(page.locator('[data-test=moment-allocated]')).toHaveAttribute('aria-pressed', 'true');
  await expect(blocks(page)).toHaveCount(0);
  await page.keyboard.press('Alt+Home');
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '0');
  await page.keyboard.press('Shift+F11');
  await expect(message(page, 'This is the start of the recording.')).toBeVisible();
  await page.locator('.cm-line', { hasText: 'return text' }).click();
  await page.keyboard.press('F9');
  await page.keyboard.press('F5');
  await inThePast(page);
  await expect(hereLine(page)).toContainText('return text');
  await page.keyboard.press('F5');
  await expect(page.locator('[data-test=calls]').or(hereLine(page)).first()).toBeVisible();
  await page.keyboard.press('F5');
  await expect(state(page)).toContainText('At exit');
  await page.keyboard.press('Control+Shift+F9');
  await expect(hereLine(page)).toContainText('return text');
  await expect(page.locator('[data-test=console] .line.later').first()).toContainText('Hello, Grace!');
  await page.keyboard.press('Alt+End');
  await expect(state(page)).toContainText('At exit');
  await expect(page.locator('[data-test=console] .line.later')).toHaveCount(0);
});

test('the bar by pointer and by keys', async ({ page }) => {
  await runToEnd(page);
  const box = (await slider(page).boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.9, box.y + 20);
  await expect(bar(page).locator('.bubble')).toContainText('µs');
  await page.mouse.down();
  for (const share of [0.8, 0.6, 0.5]) await page.mouse.move(box.x + box.width * share, box.y + 20);
  await page.mouse.up();
  await inThePast(page);
  await expect.poll(async () => Number(await slider(page).getAttribute('aria-valuenow'))).toBeLessThan(600);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', /in the past of/);
  // The bar does not move under the pointer.
  expect((await slider(page).boundingBox())!.width).toBe(box.width);
  await slider(page).focus();
  const before = Number(await slider(page).getAttribute('aria-valuenow'));
  await page.keyboard.press('PageDown');
  await expect.poll(async () => Number(await slider(page).getAttribute('aria-valuenow'))).toBeLessThan(before);
  await page.keyboard.press('Home');
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '0');
  await page.keyboard.press('ArrowRight');
  await expect(hereLine(page)).toContainText('greeting("Ada")');
  await page.keyboard.press('End');
  await expect(state(page)).toContainText('At exit');
  await page.keyboard.press('ArrowLeft');
  await inThePast(page);
});

test('who wrote a variable, and who wrote a byte', async ({ page }) => {
  await setProgram(page, '#include <stdlib.h>\nint total;\nint main(void)\n{\n    char *block = malloc(16);\n    block[3] = \'x\';\n    total = 41;\n    block[0] = \'a\';\n    free(block);\n    return total;\n}\n');
  await runToEnd(page);
  await page.keyboard.press('Shift+F10');
  await expect(hereLine(page)).toContainText('return total');
  await page.keyboard.press('Shift+F10');
  await page.locator('.dv-tab', { hasText: 'Variables' }).click();
  const variable = page.getByRole('treeitem', { name: /block/ });
  await variable.getByRole('button', { name: '#1' }).click();
  await page.locator('.dv-tab', { hasText: 'Variables' }).click();
  const total = page.getByRole('treeitem', { name: /total/ });
  await total.hover();
  await total.getByRole('button', { name: 'Who wrote total last?' }).click();
  await expect(hereLine(page)).toContainText('total = 41');
  await expect(message(page, 'where total was written last')).toBeVisible();
  await expect(total).toContainText('0');
  await page.keyboard.press('Alt+3');
  await page.locator('[data-test=bytes] .byte.block').first().click();
  await page.keyboard.press('Alt+End');
  await expect(state(page)).toContainText('At exit');
  await page.locator('[data-test=who-wrote]').click();
  await expect(hereLine(page)).toContainText("block[0] = 'a'");
  await page.locator('[data-test=who-wrote]').click();
  await expect(message(page, /No store wrote 0x[0-9a-f]+ before/)).toBeVisible();
});

/** A name of twelve letters in room for eight: the rest lands in the pointer beside it, and the crash comes later, elsewhere. */
const OVERRUN = `#include <stdio.h>
struct account { char owner[8]; long *balance; };
static struct account account;
static long money = 100;

static void rename_to(const char *name)
{
    for (int i = 0; name[i] != 0; i++)
        account.owner[i] = name[i];
}
static long pay(long amount)
{
    return *account.balance -= amount;
}
int main(void)
{
    account.balance = &money;
    printf("%ld left\\n", pay(10));
    rename_to("Grace Hopper");
    printf("%ld left\\n", pay(10));
    return 0;
}
`;

test('from a crash back to the store that caused it', async ({ page }) => {
  await setProgram(page, OVERRUN);
  await runToEnd(page);
  await expect(page.locator('[data-test=ending]')).toContainText('Killed by SIGSEGV');
  await page.locator('.dv-tab', { hasText: 'Variables' }).click();
  await page.getByRole('treeitem', { name: /account/ }).first().click();
  await page.keyboard.press('ArrowRight');
  const pointer = page.getByRole('treeitem', { name: /^balance/ });
  await pointer.hover();
  await pointer.getByRole('button', { name: /Who wrote .*balance last/ }).click();
  await inThePast(page);
  await expect(hereLine(page)).toContainText('account.owner[i] = name[i]');
  // The letter before it has overwritten the byte before.
  await pointer.hover();
  await pointer.getByRole('button', { name: /Who wrote .*balance last/ }).click();
  await expect(hereLine(page)).toContainText('account.owner[i] = name[i]');
  await page.keyboard.press('F5');
  await expect(state(page)).toContainText('At exit');
});

test('a page fault leads to its moment', async ({ page }) => {
  await runToEnd(page);
  await page.locator('.dv-tab', { hasText: 'Page faults' }).click();
  await page.locator('[data-tab=list]').click();
  await page.locator('[data-test=faults] [role=row]', { hasText: 'Demand zero' }).first().click();
  await page.locator('[data-test=fault-moment]').click();
  await inThePast(page);
  const faults = page.locator('.status span', { hasText: 'faults' }).locator('b');
  const before = Number(await faults.textContent());
  await page.keyboard.press('F10');
  await expect.poll(async () => Number(await faults.textContent())).toBeGreaterThan(before);
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing in the past, in the ${theme} theme`, async ({ page }) => {
    test.setTimeout(120_000);
    if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
    await runToEnd(page);
    await page.locator('[data-test=moment-lost]').click();
    await inThePast(page);
    const check = async (where: string): Promise<void> => {
      await page.mouse.move(0, 0);
      await page.waitForTimeout(300);
      // legacy mode: Electron refuses the extra page that axe otherwise opens for frames
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      expect(violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`)), where).toEqual([]);
    };
    for (const tab of ['Leaks', 'Variables', 'Page faults', 'Memory']) {
      await page.locator('.dv-tab', { hasText: tab }).click();
      await check(tab);
    }
    await page.locator('[data-test=travel-menu]').click();
    await check('the menu of journeys');
  });
}
