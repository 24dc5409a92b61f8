/**
 * The Segments view: the test packs and unpacks descriptors itself, works out which accesses are refused and where the others lead, places
 * segments by hand, and follows a thread-local variable from the base of FS to its bytes.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, resize, runToEnd, setProgram, test } from './fixture';

const PROGRAM = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
_Thread_local int counter = 0x11223344;
static _Thread_local char name[8] = "thread";
int main(void) {
    char *blocks[4];
    for (int i = 0; i < 4; i++) { blocks[i] = malloc(200000); memset(blocks[i], i, 200000); }
    free(blocks[0]);
    free(blocks[2]);
    counter++;
    printf("counter %p %s\\n", (void *)&counter, name);
    return 0;
}
`;
const PICTURES = process.env['PAGEWISE_PICTURES'] ?? '';

async function openView(page: Page): Promise<void> {
  await page.locator('.dv-tab', { hasText: 'Segments' }).click();
  await expect(page.locator('[data-test=part-tables]')).toBeVisible();
}
const part = (page: Page, id: string) => page.locator(`[data-test=part-${id}]`);
async function violations(page: Page): Promise<readonly string[]> {
  const result = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return result.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
}
async function setTheme(page: Page, theme: 'dark' | 'light'): Promise<void> {
  if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
}
async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === '') return;
  await mkdir(PICTURES, { recursive: true });
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(PICTURES, `segments-${name}.png`) });
}
/** The 8 bytes as the manual lays them out. */
function pack({ base, limit, type, s, dpl, p, db, g }: { base: number; limit: number; type: number; s: number; dpl: number; p: number; db: number; g: number }): number[] {
  return [
    limit & 255, (limit >>> 8) & 255, base & 255, (base >>> 8) & 255, (base >>> 16) & 255,
    type | (s << 4) | (dpl << 5) | (p << 7), ((limit >>> 16) & 15) | (db << 6) | (g << 7), (base >>> 24) & 255,
  ];
}
async function put(page: Page, field: string, value: string): Promise<void> {
  const input = page.locator(`[data-test=field-${field}]`);
  await input.fill(value);
  await input.press('Enter');
}

test('a descriptor is edited bit by bit and field by field, judged, and the edits are undone', async ({ page }) => {
  await openView(page);
  const bytes = page.locator('[data-test=descriptor-bytes]');
  const before = await bytes.innerText();
  await put(page, 'base', '0x12345678');
  await put(page, 'limit', '0x0abc');
  await page.locator('[data-test=bit-55]').click();
  const wanted = pack({ base: 0x12345678, limit: 0xabc, type: 2, s: 1, dpl: 3, p: 1, db: 1, g: 1 });
  await expect(bytes).toHaveText(wanted.map((byte) => byte.toString(16).padStart(2, '0')).join(' '));

  // G: the last byte is 0xabcfff. One byte more is refused.
  const selector = (9 << 3) | 3;
  await expect(page.locator('[data-test=selector]')).toHaveValue(`0x${selector.toString(16)}`);
  await page.locator('[data-test=offset]').fill('0xabcffc');
  await expect(page.locator('[data-test=verdict]')).toContainText(`= 0x${(0x12345678 + 0xabcffc).toString(16)}`);
  await page.locator('[data-test=offset]').fill('0xabcffd');
  await expect(page.locator('[data-test=verdict]')).toContainText('#GP(0x0)');
  await expect(page.locator('[data-test=step-limit]')).toContainText('0xabcffd to 0xabd000');
  await page.locator('[data-test=through-ss]').check();
  await expect(page.locator('[data-test=verdict]')).toContainText('#SS(0x0)');
  await page.locator('[data-test=through-ss]').uncheck();
  await page.locator('[data-test=access-kind]').selectOption('execute');
  await expect(page.locator('[data-test=step-type]')).toContainText('does not allow to execute');
  await page.locator('[data-test=access-kind]').selectOption('write');
  await page.locator('[data-test=bit-47]').click();
  await expect(page.locator('[data-test=verdict]')).toContainText(`#NP(0x${(9 << 3).toString(16)})`);
  // The kernel's data: DPL 0 is not for CPL 3.
  await page.locator('[data-test=selector]').fill('0x1b');
  await page.locator('[data-test=selector]').press('Enter');
  await expect(page.locator('[data-test=verdict]')).toContainText('#GP(0x18)');
  await page.locator('[data-test=cpl]').selectOption('0');
  await page.locator('[data-test=rpl]').selectOption('0');
  await expect(page.locator('[data-test=verdict]')).toContainText('linear address');

  await page.locator('[data-test=selector-index]').fill('9');
  await page.locator('[data-test=selector-index]').press('Enter');
  const grid = page.getByRole('grid', { name: 'Descriptors' });
  await grid.focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('Control+z');
  await expect(bytes).toHaveText(before);
  await expect(page.locator('[data-test=undo]')).toBeDisabled();
  await page.locator('[data-test=redo]').click();
  await expect(page.locator('[data-test=field-base]')).toHaveValue('0x12345678');
});

test('requests are placed as by hand, and compared with pages', async ({ page }) => {
  await openView(page);
  await part(page, 'lab').click();
  await page.locator('[data-test=lab-total]').fill('50');
  await page.locator('[data-test=lab-page]').fill('4');
  await page.locator('[data-test=lab-text]').fill('A 10\nB 5\nC 20\nfree A\nfree C\nD 8\nE 30');
  // After D there is a hole of 2 or 10 at the start and one of 35 or 27 behind B.
  await page.locator('[data-test=lab-fit]').selectOption('first');
  await expect(page.locator('[data-test=lab-step-6]')).toContainText('E lies at 15');
  await page.locator('[data-test=lab-fit]').selectOption('worst');
  await expect(page.locator('[data-test=lab-step-6]')).toContainText('37 units are free, but the largest hole has 27');
  await expect(page.locator('[data-test=lab-external]')).toHaveText(`${((1 - 27 / 37) * 100).toFixed(1)} %`);
  await expect(page.locator('[data-test=lab-used]')).toHaveText('13');
  // B, D and E in pages of 4: 2 + 2 + 8 of 12 pages; 8 − 5 + 8 − 8 + 32 − 30 units are wasted.
  await expect(page.locator('[data-test=lab-pages-used]')).toHaveText('48 (12 pages)');
  await expect(page.locator('[data-test=lab-internal]')).toHaveText('5 units');
});

test('a run under segmentation: tables in memory, fragmentation, compaction, FS, and the four ways compared', async ({ app, page }) => {
  test.setTimeout(240_000);
  await setProgram(page, PROGRAM);
  await openView(page);
  await page.locator('[data-test=translation]').selectOption('segmentation');
  await runToEnd(page);
  await openView(page);
  await expect(page.locator('[data-test=mode]')).toHaveText('segmentation');

  // The process's own table: code is its entry 1, and its selector checks and leads into physical memory.
  await expect(page.locator('[data-test=descriptor-source]')).toHaveValue('ldt');
  await page.getByRole('grid', { name: 'Descriptors' }).getByText('code, execute/read').first().click();
  await expect(page.locator('[data-test=selector]')).toHaveValue('0xf');
  await page.locator('[data-test=access-kind]').selectOption('execute');
  const base = Number(await page.locator('[data-test=field-base]').inputValue());
  await page.locator('[data-test=offset]').fill('0x10');
  await expect(page.locator('[data-test=verdict]')).toContainText(`= 0x${(base + 0x10).toString(16)}`);
  await expect(page.locator('[data-test=verdict]')).toContainText('physical address');
  await page.locator('[data-test=access-kind]').selectOption('write');
  await expect(page.locator('[data-test=verdict]')).toContainText('#GP(0x0)');

  await part(page, 'memory').click();
  await expect(page.locator('[data-test=physical]')).toContainText('library code');
  await page.locator('[data-test=compact]').click();
  await expect(page.locator('[data-test=external]')).toHaveText('0 %');
  await expect(page.locator('[data-test=holes]')).toHaveText('1');

  // The variable's bytes, little-endian, one more than it began with; its address is base + offset, and what the program printed.
  await part(page, 'fs').click();
  await page.locator('[data-test=tls-variable-counter]').click();
  await expect(page.locator('[data-test=tls-bytes]')).toHaveText('45 33 22 11');
  const fsBase = BigInt(await page.locator('[data-test=fs-base]').innerText());
  const offset = BigInt(await page.locator('[data-test=tls-offset]').innerText());
  const va = await page.locator('[data-test=tls-va]').innerText();
  expect(offset < 0n).toBe(true);
  expect(BigInt(va)).toBe(fsBase + offset);
  await expect(page.locator('[data-panel=console]')).toContainText(`counter ${va} thread`);

  await part(page, 'compare').click();
  await page.locator('[data-test=compare-run]').click();
  await expect(page.locator('[data-test=compare-ending-none]')).toHaveText('exit 0', { timeout: 60_000 });
  const value = async (id: string, mode: string): Promise<number> => Number((await page.locator(`[data-test=compare-${id}-${mode}]`).innerText()).split(' ')[0]?.replaceAll(',', ''));
  for (const mode of ['segmentation', 'none']) expect(await value('tlb', mode), mode).toBe(0);
  for (const mode of ['paging', 'segmentation-paging']) expect(await value('tlb', mode), mode).toBeGreaterThan(0);
  await picture(page, 'compare');
  await resize(app, page, 1280, 800);
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing in the ${theme} theme`, async ({ app, page }) => {
    test.setTimeout(240_000);
    await setTheme(page, theme);
    await setProgram(page, PROGRAM);
    await openView(page);
    await page.locator('[data-test=translation]').selectOption('segmentation');
    await runToEnd(page);
    await openView(page);
    for (const [width, height] of [[1280, 800], [1920, 1080]] as const) {
      await resize(app, page, width, height);
      for (const id of ['tables', 'memory', 'lab', 'fs', 'compare']) {
        await part(page, id).click();
        await page.waitForTimeout(250);
        expect(await violations(page), id).toEqual([]);
        await picture(page, `${id}-${theme}-${width}`);
      }
    }
  });
}
