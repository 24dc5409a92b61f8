/**
 * The Translation view on a program that prints an address: the test walks the page tables itself, from the bytes that the view
 * shows, and compares every table, index and the physical address; then rates against the machine's own counters.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_MACHINE, type MachineConfig } from '../src/shared/config';
import type { Bridge } from '../src/shared/ipc';
import type { StatusSnapshot } from '../src/shared/views';
import { expect, resize, runToEnd, setProgram, state, test } from './fixture';

const PROGRAM = `#include <stdio.h>
#include <stdlib.h>
static int answer[3000];
int main(void) {
    for (int round = 0; round < 20; round++) for (int i = 0; i < 3000; i++) answer[i] += i;
    answer[2000] = 42;
    printf("address %p\\n", (void *)&answer[2000]);
    return 0;
}
`;
const PICTURES = process.env['PAGEWISE_PICTURES'] ?? '';

async function open(page: Page): Promise<bigint> {
  await setProgram(page, PROGRAM);
  await runToEnd(page);
  await page.locator('.dv-tab', { hasText: 'Translation' }).click();
  const text = await page.locator('[data-panel=console]').innerText();
  const found = /address (0x[0-9a-f]+)/.exec(text);
  expect(found, text).not.toBeNull();
  return BigInt(found?.[1] ?? '0');
}
async function go(page: Page, address: string): Promise<void> {
  const field = page.locator('[data-test=translation-va]');
  await field.fill(address);
  await field.press('Enter');
}
const number = (text: string | null): number => Number((text ?? '').replace(/[^0-9]/g, ''));
async function violations(page: Page): Promise<readonly string[]> {
  const result = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return result.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
}
async function setTheme(page: Page, theme: 'dark' | 'light'): Promise<void> {
  if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
}

test('the walk is the one that the bytes of the tables give', async ({ page }) => {
  const va = await open(page);
  await go(page, `0x${va.toString(16)}`);
  const walk = page.locator('[data-test=walk]');
  await expect(page.locator('[data-test=pa]')).toBeVisible();
  await walk.focus();
  await page.keyboard.press('Home');
  let frame = number(await walk.locator('.cr3 .mono').innerText());
  for (let level = 4; level >= 1; level--) {
    const index = Number((va >> BigInt(3 + 9 * level)) & 511n);
    const table = page.locator(`[data-test=table-${level}]`);
    await expect(table).toHaveAttribute('aria-current', 'step');
    expect(number(await table.locator('header .mono').innerText()), `frame of level ${level}`).toBe(frame);
    expect(number(await page.locator(`[data-test=field-${level}] .value`).innerText())).toBe(index);
    await expect(table.locator('li.chosen .index')).toHaveText(String(index));
    // The marked bytes, little-endian, are the entry.
    const bytes = (await page.locator('[data-test=hex-entry]').innerText()).trim().split(/\s+/).map((byte) => parseInt(byte, 16));
    expect(bytes).toHaveLength(8);
    const entry = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    expect((await page.locator('[data-test=entry-raw]').innerText()).replaceAll(' ', '')).toBe(entry.toString(16).padStart(16, '0'));
    await expect(page.locator('[data-test=narration]')).toContainText(`entry ${index} is read at physical address 0x${(BigInt(frame) * 4096n + BigInt(index) * 8n).toString(16)}`);
    expect(entry & 1n, 'P').toBe(1n);
    frame = Number((entry >> 12n) & 0xffffffffffn);
    await page.keyboard.press('ArrowRight');
  }
  await expect(page.locator('[data-test=pa]')).toHaveText(`0x${(BigInt(frame) * 4096n + (va & 4095n)).toString(16)}`);
  await expect(page.locator('[data-test=narration]')).toHaveText('The walk found a 4 KiB page.');
});

test('keys change the address field by field; what cannot be translated is explained', async ({ page }) => {
  const va = await open(page);
  await go(page, `0x${va.toString(16)}`);
  const field = page.locator('[data-test=translation-va]');
  await page.locator('[data-test=field-1]').focus();
  await page.keyboard.press('ArrowUp');
  await expect(field).toHaveValue(`0x${(va + 4096n).toString(16)}`);
  await page.locator('[data-test=field-0]').focus();
  await page.keyboard.press('Home');
  await expect(field).toHaveValue(`0x${((va + 4096n) & ~4095n).toString(16)}`);
  await go(page, '800000000000');
  await expect(page.locator('[data-test=narration]')).toContainText('Not canonical: with 4 levels, bits 63 to 47');
  await expect(page.locator('[data-test=walk-end]')).toContainText('#GP');
  await expect(page.locator('[data-test=table-4]')).toHaveCount(0);
  await go(page, '0xffff8880 0000 1000');
  await expect(page.locator('[data-test=walk-end]')).toContainText('kernel half');
  await go(page, '0x123456789000');
  await expect(page.locator('[data-test=narration]')).toContainText('No mapping covers 0x123456789000');
  await go(page, 'nonsense');
  await expect(page.getByText('An address is up to 16 hexadecimal digits')).toBeVisible();
  // Stepping: the walk begins at CR3 and goes on by the button.
  await go(page, `0x${va.toString(16)}`);
  await page.locator('[data-test=walk-next]').click();
  await expect(page.locator('[data-test=table-3]')).toHaveAttribute('aria-hidden', 'true');
  for (let i = 0; i < 4; i++) await page.locator('[data-test=walk-next]').click();
  await expect(page.locator('[data-test=walk-end]')).not.toHaveAttribute('aria-hidden', 'true');
});

test('rates are those of the machine\'s counters; grids have a table twin', async ({ page }) => {
  await open(page);
  await page.locator('[data-test=part-tlb]').click();
  const { counters } = await page.evaluate(async () => {
    const bridge = (window as unknown as { pagewise: Bridge }).pagewise;
    return ((await bridge.invoke('machine:query', { name: 'status', arg: null })) as { value: StatusSnapshot }).value;
  });
  const shown = async (name: string): Promise<number> => parseFloat((await page.locator(`[data-test=rate-${name}]`).innerText()).replace(' %', ''));
  expect(await shown('l1d')).toBeCloseTo((100 * (counters.accesses - counters.l1dMisses)) / counters.accesses, 2);
  expect(await shown('l2')).toBeCloseTo((100 * counters.l2Hits) / (counters.l1dMisses + counters.l1iMisses), 0);
  expect(number(await page.locator('[data-test=walks]').innerText())).toBe(counters.walks);
  expect(counters.walks).toBe(counters.l2Misses);
  expect(number(await page.locator('[data-test=cost]').innerText())).toBe(counters.l2Hits * 7 + counters.walkReads * 20);
  const inUse = await page.locator('[data-test^=tlb-] figcaption span').allInnerTexts();
  await page.locator('[data-test=tlb-as-table]').click();
  const total = inUse.map((text) => number(/, (\d+) in use/.exec(text)?.[1] ?? '')).reduce((sum, one) => sum + one, 0);
  await expect(page.locator('[data-test=tlb-table]')).toHaveAttribute('aria-rowcount', String(total + 1));
});

const HUGE_PROGRAM = `#include <stdio.h>
#include <sys/mman.h>
int main(void) {
    char *guest = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise(guest, 4 << 20, MADV_HUGEPAGE);
    for (long i = 0; i < 4 << 20; i += 4096) guest[i] = 1;
    printf("address %p\\n", (void *)(guest + 0x123456));
    return 0;
}
`;

test('a page of 2 MiB ends the walk early, with five levels', async ({ app, page }) => {
  const machine: MachineConfig = { ...DEFAULT_MACHINE, levels: 5, paging: { ...DEFAULT_MACHINE.paging, transparentHugePages: 'madvise' } };
  await page.evaluate(async ({ text, machine: wanted }) => {
    const bridge = (window as unknown as { pagewise: Bridge }).pagewise;
    const options = { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] } as const;
    await bridge.invoke('machine:command', { type: 'run', file: 'huge.c', text, options, config: { tool: 'none', machine: wanted }, breakpoints: [], stdin: null, pauseAtMain: false, timelineBytes: 0 });
  }, { text: HUGE_PROGRAM, machine });
  await expect(state(page)).toContainText('At exit', { timeout: 40_000 });
  await page.locator('.dv-tab', { hasText: 'Translation' }).click();
  const va = BigInt(/address (0x[0-9a-f]+)/.exec(await page.locator('[data-panel=console]').innerText())?.[1] ?? '0');
  await go(page, `0x${va.toString(16)}`);
  await expect(page.locator('[data-test=walk-end]')).toContainText('2 MiB page');
  for (const level of [5, 4, 3, 2]) await expect(page.locator(`[data-test=table-${level}]`)).toBeVisible();
  await expect(page.locator('[data-test=table-1]')).toHaveCount(0);
  await expect(page.locator('[data-test=field-0] .top')).toContainText('20–0');
  await page.locator('[data-test=table-2] header').click();
  const bytes = (await page.locator('[data-test=hex-entry]').innerText()).trim().split(/\s+/).map((byte) => parseInt(byte, 16));
  const entry = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  expect(entry & 0x81n, 'P and PS').toBe(0x81n);
  const pa = (entry & 0xfffffffe00000n) + (va & 0x1fffffn);
  await expect(page.locator('[data-test=pa]')).toHaveText(`0x${pa.toString(16)}`);
  await expect(page.locator('[data-test=answered-by]')).toHaveText('L1 TLB hit');
  if (PICTURES) {
    for (const [width, height] of [[1280, 800], [1920, 1080]] as const) {
      await resize(app, page, width, height);
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(PICTURES, `translation-huge-${width}.png`) });
      await page.locator('[data-test=entry]').scrollIntoViewIfNeeded();
      await page.locator('[data-test=table-hex]').scrollIntoViewIfNeeded();
      await page.screenshot({ path: join(PICTURES, `translation-huge-detail-${width}.png`) });
    }
  }
  await page.locator('[data-test=part-tlb]').click();
  // 512 times the reach: an entry of 2 MiB alone is more than all 17 others together.
  await expect(page.locator('[data-test=tlb-l1d] figcaption')).toBeVisible();
  // Free blocks by order add up to the free memory that the sentence names.
  const cells = await page.locator('[data-test=large-blocks] tbody tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  const free = cells.reduce((sum, [order, , blocks]) => sum + 2 ** number(order ?? '') * number(blocks ?? ''), 0);
  const { usedFrames, frameCount } = await page.evaluate(async () => {
    const bridge = (window as unknown as { pagewise: Bridge }).pagewise;
    return ((await bridge.invoke('machine:query', { name: 'status', arg: null })) as { value: StatusSnapshot }).value;
  });
  expect(free).toBe(frameCount - usedFrames);
  await page.locator('[data-test=large-blocks]').scrollIntoViewIfNeeded();
  if (PICTURES) await page.screenshot({ path: join(PICTURES, 'translation-huge-tlb.png') });
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing, ${theme}`, async ({ app, page }) => {
    test.setTimeout(240_000);
    await setTheme(page, theme);
    const va = await open(page);
    await go(page, `0x${va.toString(16)}`);
    await expect(page.locator('[data-test=pa]')).toBeVisible();
    await page.mouse.move(0, 0);
    for (const [width, height] of [[1280, 800], [1920, 1080]] as const) {
      await resize(app, page, width, height);
      for (const part of ['walk', 'tlb']) {
        const button = page.locator(`[data-test=part-${part}]`);
        if (await button.isVisible()) await button.click();
        await page.waitForTimeout(300);
        expect(await violations(page), `${part} ${width}`).toEqual([]);
        if (PICTURES) {
          await mkdir(PICTURES, { recursive: true });
          await page.screenshot({ path: join(PICTURES, `translation-${part}-${theme}-${width}.png`) });
        }
      }
    }
  });
}
