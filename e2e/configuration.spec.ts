import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, setProgram, run, state, test } from './fixture';

test.use({ size: { width: 1440, height: 900 } });

const field = (page: Page, path: string) => page.locator(`[data-field="${path}"]`);

async function open(page: Page): Promise<void> {
  await page.locator('.dv-tab', { hasText: 'Configuration' }).click();
  await expect(page.locator('[data-test=preset]')).toBeVisible();
}

test('presets, fields with messages, undo and reset', async ({ page }) => {
  await open(page);
  const ram = field(page, 'frameCount').locator('input');
  await expect(ram).toHaveValue('1 GiB');
  await page.locator('[data-test=preset]').selectOption('laptop');
  await expect(ram).toHaveValue('8 GiB');
  await expect(field(page, 'swap.slotCount').locator('input')).toHaveValue('8 GiB');
  await ram.fill('12 gb');
  await ram.press('Enter');
  await expect(ram).toHaveValue('12 GiB');
  await expect(page.locator('[data-test=changed]')).toHaveText('1 changed');
  await expect(page.getByText('instead of 8 GiB')).toBeVisible();
  await ram.fill('plenty');
  await ram.press('Enter');
  await expect(field(page, 'frameCount').getByRole('alert')).toHaveText('A size such as 512 MiB, 8G or 64K.');
  await ram.press('Escape');
  await field(page, 'tlb.l1dWays').locator('input').fill('3');
  await field(page, 'tlb.l1dWays').locator('input').press('Enter');
  await expect(field(page, 'tlb.l1dWays').getByRole('alert')).toContainText('64 entries in 3 ways make 21.33 sets');
  await expect(page.locator('[data-test=start-machine]')).toBeDisabled();
  await page.locator('[data-test=undo]').click();
  await expect(page.locator('[data-test=start-machine]')).toBeEnabled();
  await page.locator('[data-test=reset]').click();
  await expect(ram).toHaveValue('8 GiB');
  await expect(page.locator('[data-test=changed]')).toHaveCount(0);
});

test('a saved machine comes back from a file; a wrong one is refused with words', async ({ page }) => {
  await open(page);
  const choose = (name: string, text: string) => page.locator('[data-test=import]').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  await choose('mine.json', JSON.stringify({ frameCount: 1024, memory: { policy: 'clock' } }));
  await expect(field(page, 'frameCount').locator('input')).toHaveValue('4 MiB');
  await expect(field(page, 'memory.policy').locator('select')).toHaveValue('clock');
  await choose('wrong.json', JSON.stringify({ memory: { policy: 'lifo' } }));
  await expect(page.getByText('Replacement policy (memory.policy): one of linux, fifo, clock, nru, aging, random, not "lifo"')).toBeVisible();
  await expect(field(page, 'memory.policy').locator('select')).toHaveValue('clock');
});

test('the machine is used by Run, and kept for the next start', async ({ page }) => {
  await open(page);
  const ram = field(page, 'frameCount').locator('input');
  await ram.fill('64 MiB');
  await ram.press('Enter');
  await setProgram(page, '#include <stdio.h>\n#include <unistd.h>\nint main(void) { printf("pages of RAM: %d\\n", 1); return 0; }\n');
  await run(page);
  await expect(state(page)).toContainText('At exit', { timeout: 60_000 });
  const status = await page.evaluate(async () => (await window.pagewise.invoke('machine:query', { name: 'status', arg: null })).value as { frameCount: number });
  expect(status.frameCount).toBe(16_384);
  await page.waitForTimeout(600);
  await page.reload();
  await page.waitForSelector('[data-test=run]');
  await open(page);
  await expect(field(page, 'frameCount').locator('input')).toHaveValue('64 MiB');
});

test('a machine of small processes starts, is changed while it runs, and stops', async ({ page }) => {
  test.setTimeout(120_000);
  await open(page);
  await page.locator('[data-test=preset]').selectOption('classroom');
  await page.locator('[data-test=start-machine]').click();
  await expect(page.locator('[data-panel=processes]').getByText('grower').first()).toBeVisible({ timeout: 20_000 });
  await open(page);
  await expect(field(page, 'swap.slotCount').getByText('At start')).toBeVisible();
  await field(page, 'memory.policy').locator('select').selectOption('fifo');
  await expect.poll(async () => page.evaluate(async () => ((await window.pagewise.invoke('machine:query', { name: 'machineConfig', arg: null })).value as { memory: { policy: string } }).memory.policy)).toBe('fifo');
  const ram = field(page, 'frameCount').locator('input');
  await ram.fill('1.5 MiB');
  await ram.press('Enter');
  await expect.poll(async () => page.evaluate(async () => ((await window.pagewise.invoke('machine:query', { name: 'status', arg: null })).value as { frameCount: number }).frameCount)).toBe(384);
  await ram.fill('64 MiB');
  await ram.press('Enter');
  await expect(field(page, 'frameCount').getByRole('alert')).toContainText('more needs a new start');
  await field(page, 'levels').locator('select').selectOption('5');
  await expect(field(page, 'levels').getByText('At next start')).toBeVisible();
  await page.locator('[data-test=stop-machine]').click();
  await expect(page.locator('[data-test=stop-machine]')).toHaveCount(0);
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing in the ${theme} theme`, async ({ page }) => {
    test.setTimeout(120_000);
    if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
    await open(page);
    await field(page, 'memory.swappiness').locator('input').fill('70');
    await field(page, 'memory.swappiness').locator('input').press('Enter');
    await page.getByText('What runs, and how its scripts are written').click();
    await page.mouse.move(0, 0);
    await page.waitForTimeout(300);
    const result = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(result.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`))).toEqual([]);
  });
}

test('in the words of Windows: page file, working set, hard faults, access violation', async ({ page }) => {
  test.setTimeout(120_000);
  await open(page);
  for (const [path, value] of [['frameCount', '8 MiB'], ['swap.slotCount', '64 MiB']] as const) {
    await field(page, path).locator('input').fill(value);
    await field(page, path).locator('input').press('Enter');
  }
  await field(page, 'swap.device').locator('select').selectOption('nvme');
  await field(page, 'profile').locator('select').selectOption('windows');
  await setProgram(page, '#include <stdlib.h>\nint main(void)\n{\n    char *p = malloc(16 << 20);\n    for (int round = 0; round < 2; round++)\n        for (int i = 0; i < 16 << 20; i += 4096) p[i]++;\n    *(volatile char *)0x10 = 1;\n    return 0;\n}\n');
  await run(page);
  await expect(state(page)).toContainText('At exit', { timeout: 90_000 });
  await expect(page.locator('[data-test=ending]')).toContainText(/Killed by SIGSEGV \(SEGV_MAPERR\)\. Access violation \(0xC0000005\) writing location 0x0000000000000010/);
  await page.locator('.dv-tab', { hasText: 'RAM & swap' }).click();
  await expect(page.locator('[data-test=swap]')).toContainText('Page file');
  await page.locator('.dv-tab', { hasText: 'Processes' }).click();
  const heads = page.locator('[data-test=processes] [role=columnheader]');
  for (const name of ['Working set', 'Private WS', 'Page file', 'Soft', 'Hard']) await expect(heads.filter({ hasText: new RegExp(`^${name}$`) })).toHaveCount(1);
  await page.locator('.dv-tab', { hasText: 'Page faults' }).click();
  await expect(page.getByRole('group', { name: 'Kinds of faults' })).toContainText('Page file read');
});
