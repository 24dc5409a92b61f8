/** RAM & swap in the real window: sums against what the program touched, one frame to its page and back, swap under pressure. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, resize, run, runToEnd, setProgram, state, test } from './fixture';

const PICTURES = process.env['PAGEWISE_PICTURES'] ?? '';
const PAGES = (pages: number): string => `#include <stdio.h>
#include <sys/mman.h>
int main(void) {
    char *p = mmap(0, ${pages} * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < ${pages}; i++) p[i * 4096] = (char)i;
    printf("at %p\\n", (void *)p);
    return 0;
}
`;
/** 16 MiB written, then read again and compared: more than a machine of 8 MiB can hold. */
const TOUCHED = 4096;
const LARGE = `#include <stdio.h>
#include <sys/mman.h>
int main(void) {
    int *p = mmap(0, ${TOUCHED} * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long wrong = 0;
    for (int i = 0; i < ${TOUCHED}; i++) p[i * 1024 + i % 1024] = i * 7 + 1;
    for (int i = 0; i < ${TOUCHED}; i++) wrong += p[i * 1024 + i % 1024] != i * 7 + 1;
    printf("%ld wrong\\n", wrong);
    return 0;
}
`;

async function openRam(page: Page): Promise<void> {
  await page.locator('.dv-tab', { hasText: 'RAM & swap' }).click();
  await expect(page.locator('[data-test=ram-kinds]')).toBeVisible();
}
/** KiB of a kind in the list beside the bar. */
async function kibOf(page: Page, kind: string): Promise<number> {
  const text = await page.locator('[data-test=ram-kinds] li', { hasText: kind }).first().locator('b').innerText();
  const found = /^([\d.,]+) (KiB|MiB|GiB)$/.exec(text);
  expect(found, text).not.toBeNull();
  return Number(found?.[1]?.replace(',', '')) * { KiB: 1, MiB: 1024, GiB: 1048576 }[found?.[2] as 'KiB'];
}
async function violations(page: Page): Promise<readonly string[]> {
  const result = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return result.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
}

test('50 pages more touched are 200 KiB more of anonymous memory, and as much less free', async ({ page }) => {
  test.setTimeout(90_000);
  await setProgram(page, PAGES(30));
  await runToEnd(page);
  await openRam(page);
  const before = await kibOf(page, 'anonymous');
  await setProgram(page, PAGES(80));
  await runToEnd(page);
  await openRam(page);
  await expect.poll(() => kibOf(page, 'anonymous')).toBe(before + 200);
});

test('a frame names its page, the page its frame', async ({ page }) => {
  await setProgram(page, PAGES(30));
  await runToEnd(page);
  const printed = /at (0x[0-9a-f]+)/.exec(await page.locator('[data-panel=console]').innerText())?.[1] ?? '';
  expect(printed).not.toBe('');
  await openRam(page);
  // The frames that the machine says hold the first three pages, by way of the page tables.
  const frames = await page.evaluate(async (va) => {
    const ask = async (name: string, arg: unknown) => (await window.pagewise.invoke('machine:query', { name: name as 'page', arg })).value as { pfn: number };
    return Promise.all([0, 1, 2].map(async (i) => (await ask('page', { processKey: 0, va: `0x${(BigInt(va) + BigInt(i) * 4096n).toString(16)}` })).pfn));
  }, printed);
  const map = page.locator('[data-test=frame-map]');
  await map.focus();
  await page.keyboard.press('0');
  // All RAM is in sight: go in around the frame until squares are single frames, by keys alone.
  for (const [i, pfn] of frames.entries()) {
    await page.keyboard.press('0');
    await expect(map).toHaveAttribute('aria-label', /^All 1 GiB/);
    await page.keyboard.press('Home');
    await reach(page, pfn);
    const card = page.locator('[data-test=frame-card]');
    await expect(card.locator('h2')).toHaveText(`Frame ${pfn}`);
    await expect(card).toContainText('anonymous');
    await expect(card.locator('li')).toHaveCount(1);
    await expect(card.locator('li button')).toHaveText(`0x${(BigInt(printed) + BigInt(i) * 4096n).toString(16)}`);
  }
  await page.locator('[data-test=frame-card] li button').click();
  await page.locator('.dv-tab', { hasText: 'Memory' }).click();
  await expect(page.locator('[data-test=frame]')).toContainText(`Frame ${frames[2]}`);
});

/** Moves the cursor of the map to a frame with keys, going closer as long as a square holds several. */
async function reach(page: Page, pfn: number): Promise<void> {
  const hint = page.locator('[data-test=frame-hint]');
  await page.mouse.move(2, 2);
  for (let step = 0; step < 400; step++) {
    const text = (await hint.innerText()).replaceAll(',', '');
    const many = /^frames (\d+) – (\d+)/.exec(text);
    const one = /^frame (\d+)/.exec(text);
    const [low, high] = many ? [Number(many[1]), Number(many[2])] : [Number(one?.[1] ?? -1), Number(one?.[1] ?? -1)];
    expect(low, text).toBeGreaterThanOrEqual(0);
    if (one && low === pfn) return;
    if (many && low <= pfn && pfn <= high) await page.keyboard.press('Enter');
    else await page.keyboard.press(pfn < low ? 'ArrowLeft' : 'ArrowRight');
    await expect(hint).not.toHaveText(text);
  }
  throw new Error(`frame ${pfn} was not reached`);
}

test('a program larger than RAM runs out to swap, in the folder that the user chose, and comes back whole', async ({ page, app, profile }) => {
  test.setTimeout(120_000);
  const folder = join(profile, 'my swap');
  await app.evaluate(({ dialog }, directory) => { dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [directory] }); }, folder);
  await page.locator('.dv-tab', { hasText: 'Configuration' }).click();
  for (const [path, value] of [['frameCount', '8 MiB'], ['swap.slotCount', '64 MiB']] as const) {
    const input = page.locator(`[data-field="${path}"] input`);
    await input.fill(value);
    await input.press('Enter');
  }
  await page.locator('[data-test=choose-swap-place]').click();
  await expect(page.locator('[data-test=swap-place]')).toContainText(folder);
  await setProgram(page, LARGE);
  await run(page);
  await expect(state(page)).toContainText('At exit', { timeout: 90_000 });
  await expect(page.locator('[data-panel=console]')).toContainText('0 wrong');
  const files = await readdir(folder);
  expect(files).toHaveLength(1);
  expect((await stat(join(folder, files[0]!))).size).toBeGreaterThanOrEqual(64 * 2 ** 20);
  await openRam(page);
  const swap = page.locator('[data-test=swap]');
  await expect(page.locator('[data-test=swap-file]')).toContainText(join(folder, files[0]!));
  await expect(page.locator('[data-test=swap-file]')).toContainText(/\((direct transfers|through the host cache)\)/);
  const out = Number(/out ([\d,]+) pages/.exec((await swap.innerText()).replaceAll('\n', ' '))?.[1]?.replaceAll(',', ''));
  const inn = Number(/in ([\d,]+) pages/.exec((await swap.innerText()).replaceAll('\n', ' '))?.[1]?.replaceAll(',', ''));
  const frames = 8 * 256 - 256;
  // The second round reads all pages in order: at least those that no frame could hold had left, and came back.
  expect(out).toBeGreaterThanOrEqual(TOUCHED - frames);
  expect(inn).toBeGreaterThanOrEqual(TOUCHED - frames);
  await expect(page.locator('[data-test=slot-map]')).toBeVisible();
  await page.locator('[data-test=slot-map]').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-test=slot-card]')).toContainText('Slot 0');
});

test('the table says the same as the map; no violations in both themes', async ({ page, app }) => {
  test.setTimeout(90_000);
  await setProgram(page, PAGES(30));
  await runToEnd(page);
  await openRam(page);
  await page.locator('[data-test=frame-map]').focus();
  await page.keyboard.press('0');
  await page.keyboard.press('Home');
  await page.locator('[data-test=frames-table]').click();
  await expect(page.locator('[data-test=frame-table] [role=row]').nth(1)).toContainText('kernel');
  await page.locator('[data-test=frames-table]').click();
  for (const theme of ['dark', 'light'] as const) {
    if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
    expect(await violations(page)).toEqual([]);
    if (!PICTURES) continue;
    await mkdir(PICTURES, { recursive: true });
    for (const [width, height] of [[1280, 800], [1920, 1080]] as const) {
      await resize(app, page, width, height);
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(PICTURES, `ram-${theme}-${width}.png`) });
    }
  }
});
