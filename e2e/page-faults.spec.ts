import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, resize, run, runToEnd, setProgram, state, test } from './fixture';

/** Pages are touched so often and in such ways as the numbers say; every fault of them happens on its own line. */
const WRITTEN = 40, READ = 25, COPIED = 10, MAPPED = 6, NOTIFIED = 4;
const PROGRAM = `#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#define PAGE 4096
int main(void) {
  char *a = mmap(0, ${WRITTEN} * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *b = mmap(0, ${READ} * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int fd = open("data", O_RDWR | O_CREAT, 0644);
  ftruncate(fd, ${MAPPED} * PAGE);
  char *f = mmap(0, ${MAPPED} * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  volatile int sum = 0;
  for (int i = 0; i < ${WRITTEN}; i++)
    a[i * PAGE] = 1;
  for (int i = 0; i < ${READ}; i++)
    sum += b[i * PAGE];
  for (int i = 0; i < ${COPIED}; i++)
    b[i * PAGE] = 1;
  for (int i = 0; i < ${MAPPED}; i++)
    sum += f[i * PAGE];
  for (int i = 0; i < ${NOTIFIED}; i++)
    f[i * PAGE] = 1;
  return 0;
}
`;
const LINES = PROGRAM.split('\n');
const lineOf = (text: string): number => LINES.findIndex((line) => line.includes(text)) + 1;

const panel = (page: Page) => page.locator('.panel', { has: page.locator('[data-test=fault-total]') });
const kind = (page: Page, name: string) => panel(page).getByRole('group', { name: 'Kinds of faults' }).getByRole('button', { name });
async function total(page: Page): Promise<number> {
  return Number((await panel(page).locator('[data-test=fault-total]').innerText()).replaceAll(',', ''));
}
async function openFaults(page: Page): Promise<void> {
  await setProgram(page, PROGRAM);
  await runToEnd(page);
  await page.locator('.dv-tab', { hasText: 'Page faults' }).click();
  await expect(panel(page)).toBeVisible();
}
/** A low panel has the timeline in a tab of its own. */
async function showTab(page: Page, name: string): Promise<void> {
  const tab = panel(page).getByRole('tab', { name });
  if (await tab.count() > 0) await tab.click();
}

test('counts each kind as the program made it happen', async ({ page }) => {
  await openFaults(page);
  await showTab(page, 'Timeline');
  await expect(kind(page, 'Zero page')).toContainText(String(READ));
  await expect(kind(page, 'Write notify')).toContainText(String(NOTIFIED));
  await kind(page, 'Demand zero').click();
  const withoutDemandZero = await total(page);
  await kind(page, 'Demand zero').click();
  const chip = (await kind(page, 'Demand zero').innerText()).trim();
  expect(await total(page) - withoutDemandZero).toBe(Number(/(\d+)$/.exec(chip)?.[1]));

  await panel(page).getByRole('tab', { name: 'Cost' }).click();
  const costs = page.locator('[data-test=fault-costs]');
  for (const [text, faults] of [['a[i * PAGE] = 1', WRITTEN], ['sum += b', READ], ['b[i * PAGE] = 1', COPIED], ['sum += f', MAPPED], ['f[i * PAGE] = 1', NOTIFIED]] as const) {
    const row = costs.locator('[role=row]', { hasText: `:${lineOf(text)} ` });
    // 1 µs each: no device was involved
    await expect(row.locator('[role=gridcell]').nth(1), text).toHaveText(String(faults));
    await expect(row.locator('[role=gridcell]').nth(3), text).toHaveText('1.00 µs');
    await expect(row.locator('[role=gridcell]').nth(4), text).toHaveText(`${faults >= 10 ? faults.toFixed(1) : faults.toFixed(2)} µs`);
  }
});

test('filters by line, by address and by size; a fault leads to its line', async ({ page }) => {
  await openFaults(page);
  await panel(page).getByRole('tab', { name: 'Cost' }).click();
  const row = page.locator('[data-test=fault-costs] [role=row]', { hasText: `:${lineOf('sum += b')} ` });
  await row.click();
  await row.dblclick();
  await expect.poll(() => total(page)).toBe(READ);
  const table = page.locator('[data-test=faults]');
  await table.focus();
  await page.keyboard.press('End');
  const chosen = table.locator('[role=row][aria-selected=true]');
  await expect(chosen).toContainText(`main:${lineOf('sum += b')}`);
  await expect(chosen).toContainText('Zero page');
  await expect(page.locator('.cm-line.cm-line-selected, .cm-activeLine').first()).toBeVisible();
  const address = await chosen.locator('[role=gridcell]').nth(3).innerText();
  await panel(page).getByRole('button', { name: 'everywhere' }).click();
  await expect.poll(() => total(page)).toBeGreaterThan(READ);
  await panel(page).getByRole('button', { name: 'where' }).click();
  const first = BigInt(address) - BigInt((READ - 1) * 4096);
  await page.locator('[data-test=fault-low]').fill(`0x${first.toString(16)}`);
  await page.locator('[data-test=fault-high]').fill(`0x${(first + BigInt(READ * 4096)).toString(16)}`);
  await page.keyboard.press('Enter');
  await expect.poll(() => total(page)).toBe(READ + COPIED);
  await page.locator('[data-test=fault-low]').fill('nonsense');
  await expect(panel(page).getByRole('alert')).toContainText('hexadecimal');
  await panel(page).getByRole('button', { name: 'everywhere' }).click();
  await panel(page).getByRole('button', { name: 'major' }).click();
  await expect.poll(() => total(page)).toBe(0);
  await expect(panel(page)).toContainText('No fault passes the filter');
});

test('the timeline zooms by wheel and keys, a brushed range filters the rest, 0 shows all', async ({ page }) => {
  await openFaults(page);
  await showTab(page, 'Timeline');
  const all = await total(page);
  const chart = page.locator('[data-test=fault-timeline]');
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + 170, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await expect(page.locator('[data-test=fault-range]')).toBeVisible();
  const part = await total(page);
  expect(part).toBeGreaterThan(0);
  expect(part).toBeLessThan(all);
  await chart.focus();
  await page.keyboard.press('0');
  await expect.poll(() => total(page)).toBe(all);
  for (let i = 0; i < 4; i++) await page.keyboard.press('+');
  await expect(page.locator('[data-test=fault-range]')).toBeVisible();
  await page.locator('[data-test=fault-all]').click();
  await expect.poll(() => total(page)).toBe(all);
  await page.mouse.move(box.x + box.width * 0.7, box.y + 60);
  await page.mouse.wheel(0, -600);
  await expect(page.locator('[data-test=fault-range]')).toBeVisible();
  await showTab(page, 'Faults');
  await expect(page.locator('[data-test=faults]')).toHaveAttribute('aria-rowcount', String(await total(page) + 1));
});

test('ratios are those of this run', async ({ page }) => {
  await openFaults(page);
  await panel(page).getByRole('tab', { name: 'Ratios' }).click();
  const minor = page.locator('[data-test=fault-ratios] tbody tr').filter({ hasText: 'Minor fault' });
  // 3,000 cycles at 3 GHz are 1 µs
  await expect(minor).toContainText('1.00 µs');
  await expect(minor).toContainText('3,000 ×');
  await expect(panel(page)).toContainText('No fault waited for a device');
});

test('the RAM of a running machine is made smaller and larger', async ({ page }) => {
  await setProgram(page, `#include <stdio.h>\nint main(void) {\n  getchar();\n  return 0;\n}\n`);
  await run(page);
  await expect(state(page)).toContainText('waits for input', { timeout: 40_000 });
  await page.locator('.dv-tab', { hasText: 'Page faults' }).click();
  await panel(page).getByRole('tab', { name: 'RAM' }).click();
  const sentence = page.locator('[data-test=ram-live]');
  await expect(sentence).toContainText('1 GiB');
  const slider = page.locator('[data-test=ram-live-slider]');
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(sentence).toContainText('16 MiB');
  await page.keyboard.press('End');
  await expect(sentence).toContainText('1 GiB');
});

/** Goes round 6 MiB for ever: of a RAM that holds them no page leaves, of a smaller one every page does. */
const ROUND = `#include <sys/mman.h>
int main(void) {
  volatile char *p = mmap(0, 6 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (;;) for (int i = 0; i < 6 << 20; i += 4096) p[i]++;
}
`;
test('dragging the RAM of a running machine moves its fault curve, down and up again', async ({ page }) => {
  test.setTimeout(120_000);
  await page.locator('.dv-tab', { hasText: 'Configuration' }).click();
  for (const [path, value] of [['frameCount', '64 MiB'], ['swap.slotCount', '64 MiB']] as const) {
    const input = page.locator(`[data-field="${path}"] input`);
    await input.fill(value);
    await input.press('Enter');
  }
  await page.locator('[data-field="swap.device"] select').selectOption('nvme');
  await setProgram(page, ROUND);
  await run(page);
  await expect(state(page)).toContainText('Running', { timeout: 40_000 });
  await page.locator('.dv-tab', { hasText: 'Page faults' }).click();
  await panel(page).getByRole('tab', { name: 'RAM' }).click();
  const major = (): Promise<number> => page.evaluate(async () => ((await window.pagewise.invoke('machine:query', { name: 'status', arg: null })).value as { counters: { majorFaults: number } }).counters.majorFaults);
  /** Major faults of half a second. */
  const rate = async (): Promise<number> => {
    const before = await major();
    await page.waitForTimeout(500);
    return await major() - before;
  };
  await expect.poll(rate).toBe(0);
  // The pointer goes all the way to the left with the button down; RAM follows before it is let go.
  const box = (await page.locator('[data-test=ram-live-slider]').boundingBox())!;
  await page.mouse.move(box.x + box.width - 8, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 2, box.y + box.height / 2, { steps: 12 });
  await expect(page.locator('[data-test=ram-live]')).toContainText('has 2 MiB of RAM');
  await expect.poll(rate).toBeGreaterThan(100);
  await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2, { steps: 12 });
  await page.mouse.up();
  await expect(page.locator('[data-test=ram-live]')).toContainText('64 MiB');
  await expect.poll(rate).toBe(0);
  await page.keyboard.press('Shift+F5');
  // The curve over time has it all: the swapped-in pages of the time between, and nothing after.
  await showTab(page, 'Timeline');
  await expect(kind(page, 'Swap in')).toContainText(/\d/);
});

test('the page references of a run are replayed through memories of every size', async ({ page }) => {
  await openFaults(page);
  await panel(page).getByRole('tab', { name: 'RAM' }).click();
  await page.locator('[data-test=ram-replay]').click();
  const rows = page.locator('[data-test=ram-table] tbody tr');
  await expect(rows.first()).toBeVisible({ timeout: 60_000 });
  const faults = (await rows.locator('td:nth-child(3)').allInnerTexts()).map((text) => Number(text.replaceAll(',', '')));
  // More memory never means more faults under LRU, and in the end only first touches are left: at least the pages that the program made.
  expect([...faults].sort((a, b) => b - a)).toEqual(faults);
  expect(faults.at(-1)).toBeGreaterThanOrEqual(WRITTEN + READ + MAPPED);
  const sentence = page.locator('[data-test=ram-sentence]');
  await expect(sentence).toContainText(`${faults.at(-1)} faults`);
  await page.locator('[data-test=ram-slider]').focus();
  await page.keyboard.press('Home');
  await expect(sentence).toContainText('(1 frame)');
  const folder = process.env['PAGEWISE_SHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/faults-ram.png` });
});

for (const [width, height] of [[1280, 800], [1920, 1080]] as const) {
  for (const theme of ['dark', 'light'] as const) {
    test(`axe, ${theme}, ${width}×${height}`, async ({ app, page }) => {
      await resize(app, page, width, height);
      if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
      await openFaults(page);
      await expect(state(page)).toContainText('At exit');
      for (const tab of ['Timeline', 'Faults', 'Cost', 'Ratios', 'RAM']) {
        await showTab(page, tab);
        await page.mouse.move(0, 0);
        await page.waitForTimeout(700);
        const result = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
        expect(result.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}`)), tab).toEqual([]);
        const folder = process.env['PAGEWISE_SHOTS'];
        if (folder) await page.screenshot({ path: `${folder}/faults-${theme}-${width}-${tab}.png` });
      }
    });
  }
}
