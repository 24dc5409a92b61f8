/**
 * The Memory view on a program that says where its memory lies and touches a known number of pages in known ways: mappings, pages by
 * residency and permission, pages beside frames, the map from 128 TiB down to single bytes, and who shares a frame after fork.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, run, runToEnd, setProgram, state, test } from './fixture';

const PAGES = 40, WRITTEN = 12, READ = 5, LOCKED = 8;
const FIRST_WORD = [0x50, 0x61, 0x67, 0x65]; // "Page"
/** The last LOCKED pages become a mapping of their own, which nobody may write. */
const PROGRAM = `#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
int main(void) {
    char *p = mmap(0, ${PAGES} * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile char sum = 0;
    for (int i = 0; i < ${WRITTEN}; i++) p[i * 4096] = 1;
    for (int i = ${WRITTEN}; i < ${WRITTEN + READ}; i++) sum += p[i * 4096];
    mprotect(p + ${PAGES - LOCKED} * 4096, ${LOCKED} * 4096, PROT_READ);
    memcpy(p + 2048, "Page", 4);
    printf("at %p\\n", (void *)p);
    return sum;
}
`;
const FORKED = `#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
    char *p = mmap(0, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 4; i++) p[i * 4096] = 1;
    printf("at %p\\n", (void *)p);
    fflush(stdout);
    if (fork() == 0) p[4096] = 2;
    for (;;) pause();
}
`;

async function printed(page: Page): Promise<bigint> {
  const console = page.locator('[data-panel=console]');
  await expect(console).toContainText(/at 0x[0-9a-f]+/);
  return BigInt(/at (0x[0-9a-f]+)/.exec(await console.innerText())?.[1] ?? '0');
}
const hex = (va: bigint): string => `0x${va.toString(16)}`;
const row = (page: Page, va: bigint) => page.locator('[data-test=vmas] [role=row]', { hasText: hex(va) });
const cells = (page: Page) => page.locator('[data-test=pages] [role=option]');

async function openMemory(page: Page): Promise<void> {
  await page.locator('.dv-tab', { hasText: 'Memory' }).click();
  await expect(page.locator('[data-test=vmas]')).toBeVisible();
}

test('mappings and pages are what the program made and touched', async ({ page }) => {
  await setProgram(page, PROGRAM);
  await runToEnd(page);
  const va = await printed(page);
  await openMemory(page);
  const open = PAGES - LOCKED;
  await expect(row(page, va).locator('[role=gridcell]')).toHaveText([/mapping/, hex(va), /^rw-/, `${String(open * 4)} KiB`, `${String(WRITTEN)}/${String(open)}`]);
  await expect(row(page, va).locator('[title*=dirty]').last()).toHaveAttribute('title', `${String(WRITTEN)} dirty, ${String(READ)} on the zero page, 0 swapped out, 1 page tables`);
  await expect(row(page, va + BigInt(open * 4096)).locator('[role=gridcell]').nth(2)).toHaveText(/^r--/);

  await row(page, va).click();
  await expect(cells(page)).toHaveCount(open);
  const labels = await cells(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
  const of = (words: string): number => labels.filter((label) => label.includes(words)).length;
  expect([of(': resident'), of(': zero page'), of(': not resident'), of('dirty')]).toEqual([WRITTEN, READ, open - WRITTEN - READ, WRITTEN]);
  labels.forEach((label, i) => { expect(label).toContain(hex(va + BigInt(i * 4096))); });

  // By residency the zero page has a letter; by permissions, what the entries allow: the zero page may only be read.
  await page.locator('[data-test=page-colour]').selectOption('residency');
  await expect.poll(async () => (await cells(page).allInnerTexts()).filter((text) => text === 'Z').length).toBe(READ);
  await page.locator('[data-test=page-colour]').selectOption('permissions');
  await expect.poll(async () => (await cells(page).allInnerTexts()).join('')).toBe('w'.repeat(WRITTEN) + 'r'.repeat(READ));
  expect((await new AxeBuilder({ page }).setLegacyMode(true).include('[data-panel=memory]').analyze()).violations).toEqual([]);
});

test('pages beside frames: each frame is the one that the last table entry of its page names', async ({ page }) => {
  await setProgram(page, PROGRAM);
  await runToEnd(page);
  const va = await printed(page);
  await openMemory(page);
  await row(page, va).click();
  await page.locator('[data-test=page-picture]').click();
  const list = page.locator('[data-test=page-frames]');
  await expect(list.getByRole('option').first()).toHaveAttribute('aria-label', new RegExp(hex(va)));
  await list.focus();
  await page.keyboard.press('Home');
  const frames: number[] = [];
  for (let i = 0; i < WRITTEN + READ; i++) {
    const at = hex(va + BigInt(i * 4096));
    const chosen = list.locator('[aria-selected=true]');
    await expect(chosen).toHaveAttribute('aria-label', new RegExp(`page ${at}:`));
    const label = await chosen.getAttribute('aria-label') ?? '';
    await expect(page.locator('[data-test=page] h2')).toContainText(at);
    const entry = BigInt(await page.locator('[data-test=page] .walk .box:not(.target) .entry').last().innerText());
    const frame = Number((entry >> 12n) & 0xffffffffffn);
    expect(label).toContain(i < WRITTEN ? `: frame ${String(frame)}, dirty` : `: the zero page, frame ${String(frame)}`);
    expect([entry & 1n, (entry >> 1n) & 1n, (entry >> 6n) & 1n], `P, R/W and D of page ${String(i)}`).toEqual(i < WRITTEN ? [1n, 1n, 1n] : [1n, 0n, 0n]);
    frames.push(frame);
    await page.keyboard.press('ArrowDown');
  }
  // Twelve frames of their own, and one that all that were only read share.
  expect(new Set(frames).size).toBe(WRITTEN + 1);
  await page.keyboard.press('End');
  await expect(list.locator('[aria-selected=true]')).toHaveAttribute('aria-label', new RegExp(`page ${hex(va + BigInt((WRITTEN + READ - 1) * 4096))}:`));
});

test('the map reaches from 128 TiB to single bytes', async ({ page }) => {
  await setProgram(page, PROGRAM);
  await runToEnd(page);
  const va = await printed(page);
  await openMemory(page);
  await row(page, va).click();
  await cells(page).first().click();
  await page.locator('[data-test=scale]').click();
  const map = page.locator('[data-panel=memory] canvas');
  await map.focus();
  await page.keyboard.press('0');
  await expect(map).toHaveAttribute('aria-label', /showing 128 TiB from 0x0\./);
  await page.keyboard.press('Enter');
  await expect(map).toHaveAttribute('aria-label', new RegExp(`showing 12 KiB from ${hex(va - 4096n)}`));
  for (let i = 0; i < 10; i++) await page.keyboard.press('+');
  // Sixteen bytes around the middle of the page: "Page" was written there.
  const middle = va + 2048n;
  await expect(map).toHaveAttribute('aria-label', new RegExp(`showing 16 bytes from ${hex(middle - 8n)}: (00 ){8}${FIRST_WORD.map((byte) => byte.toString(16)).join(' ')}( 00){4}\\.`));
  const box = (await map.boundingBox())!;
  await page.mouse.move(box.x + (box.width * 9.5) / 16, box.y + 20);
  await expect(page.locator('[data-panel=memory] .summary')).toHaveText(new RegExp(`^${hex(middle + 1n)}: byte 61 'a'`));
  await page.mouse.move(2, 2);
  await page.keyboard.press('0');
  await expect(map).toHaveAttribute('aria-label', /showing 128 TiB/);
});

test('after fork a page that nobody wrote has two owners, a written one has one each', async ({ page }) => {
  await setProgram(page, FORKED);
  await run(page);
  const va = await printed(page);
  await openMemory(page);
  await expect(state(page)).toContainText('Running');
  const owners = async (index: number): Promise<readonly string[]> => {
    await row(page, va).click();
    await cells(page).nth(index).click();
    await expect(page.locator('[data-test=page] h2')).toContainText(hex(va + BigInt(index * 4096)));
    return [...(await page.locator('[data-test=frame]').innerText()).matchAll(/process (\d+) at (0x[0-9a-f]+)/g)].map(([, pid, at]) => `${pid ?? ''} ${at ?? ''}`);
  };
  await expect.poll(() => owners(0)).toEqual([`1000 ${hex(va)}`, `1001 ${hex(va)}`]);
  await expect.poll(() => owners(1)).toEqual([`1000 ${hex(va + 4096n)}`]);
});
