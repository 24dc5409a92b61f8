/** The Policies panel: every number is computed here once more, by models a few lines long. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, resize, runToEnd, setProgram, test } from './fixture';

type Choose = (resident: readonly string[], refs: readonly string[], at: number, loaded: ReadonlyMap<string, number>) => string;
const last = (refs: readonly string[], page: string, at: number): number => refs.slice(0, at).lastIndexOf(page);
const next = (refs: readonly string[], page: string, at: number): number => (refs.indexOf(page, at) < 0 ? Infinity : refs.indexOf(page, at));
const least = (pages: readonly string[], key: (page: string) => number): string => pages.reduce((a, b) => (key(b) < key(a) ? b : a));

const VICTIM: Readonly<Record<'fifo' | 'lru' | 'opt', Choose>> = {
  fifo: (resident, _refs, _at, loaded) => least(resident, (page) => loaded.get(page) ?? 0),
  lru: (resident, refs, at) => least(resident, (page) => last(refs, page, at)),
  opt: (resident, refs, at) => least(resident, (page) => -next(refs, page, at)),
};

function faults(policy: keyof typeof VICTIM, refs: readonly string[], frames: number): number {
  const loaded = new Map<string, number>();
  let total = 0;
  refs.forEach((page, at) => {
    if (loaded.has(page)) return;
    total++;
    if (loaded.size === frames) loaded.delete(VICTIM[policy]([...loaded.keys()], refs, at, loaded));
    loaded.set(page, at);
  });
  return total;
}

const BELADY = '1,2,3,4,1,2,5,1,2,3,4,5';
const cell = (page: Page, policy: string, frames: number) => page.locator(`[data-run="${policy}/${frames}"]`);
const numberIn = async (page: Page, policy: string, frames: number): Promise<number> => Number((await cell(page, policy, frames).innerText()).replace(/\D/g, ''));

async function show(page: Page): Promise<void> {
  await page.locator('.dv-tab', { hasText: 'Policies' }).click();
  await expect(page.locator('[data-test=policy-matrix]')).toBeVisible();
}
/** Only these policies are compared. */
async function only(page: Page, names: readonly string[]): Promise<void> {
  for (const name of ['fifo', 'clock', 'nru', 'lru', 'lfu', 'random', '2q', 'arc', 's3-fifo', 'opt']) {
    const button = page.locator(`[data-test="policy-${name}"]`);
    if ((await button.getAttribute('aria-pressed') === 'true') !== names.includes(name)) await button.click();
  }
}
async function answerDialog(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths: [chosen] })) as typeof dialog.showOpenDialog;
  }, path);
}
async function checkMatrix(page: Page, refs: readonly string[], counts: readonly number[]): Promise<void> {
  for (const policy of ['fifo', 'lru', 'opt'] as const) {
    for (const frames of counts) await expect.poll(() => numberIn(page, policy, frames), { message: `${policy} ${frames}` }).toBe(faults(policy, refs, frames));
  }
}

test('opens with Belady’s string: counts, anomaly, steps', async ({ page }) => {
  await show(page);
  await checkMatrix(page, BELADY.split(','), [1, 2, 3, 4, 5]);
  expect(await numberIn(page, 'fifo', 3)).toBe(9);
  expect(await numberIn(page, 'fifo', 4)).toBe(10);
  await expect(page.locator('[data-test=policy-anomaly]')).toContainText('FIFO has 9 faults with 3 frames and 10 with 4.');
  await cell(page, 'fifo', 4).click();
  await expect(page.locator('[data-test=policy-run]')).toContainText('FIFO with 4 frames: 10 faults, 83.3 % of the references.');
  const table = page.locator('[data-test=policy-steps]');
  await expect(table.locator('tbody tr').first().locator('td')).toHaveText(['1', '1', '1', '1', '1', '1', '5', '5', '5', '5', '4', '4']);
  await expect(table.locator('tbody tr').last().locator('td')).toHaveText(['', '', '', '', '', '', '1', '2', '3', '4', '5', '1']);
  await expect(table.locator('.came')).toHaveCount(10);
});

test('a typed string, other policies, numbers of frames', async ({ page }) => {
  await show(page);
  const refs = 'a b c a d e a b f c d a b e f a c b d e a'.split(' ');
  await page.locator('[data-test=policy-text]').fill(refs.join(' '));
  await only(page, ['fifo', 'lru', 'opt', 's3-fifo']);
  await page.locator('[data-test=policy-frames]').fill('2-4,6');
  await checkMatrix(page, refs, [2, 3, 4, 6]);
  await expect(page.locator('[data-test=policy-matrix] tbody tr')).toHaveCount(4);
  await expect(page.locator('[data-test=policy-references]')).toHaveText('21');
  await page.locator('[data-test=policy-curve-numbers]').click();
  const row = page.locator('[data-test=policy-curve-table] [role=row]').nth(3);
  await expect(row).toContainText(`${((100 * faults('lru', refs, 3)) / refs.length).toFixed(1)} %`);
});

test('classic strings; the textbook’s twenty references', async ({ page }) => {
  await show(page);
  await page.locator('[data-test=policy-classics]').click();
  await page.getByRole('menuitem', { name: /Twenty references/ }).click();
  await expect.poll(() => numberIn(page, 'fifo', 3)).toBe(15);
  expect(await numberIn(page, 'lru', 3)).toBe(12);
  expect(await numberIn(page, 'opt', 3)).toBe(9);
});

test('keyboard: cells of the table, steps', async ({ page }) => {
  await show(page);
  await cell(page, 'fifo', 3).focus();
  await page.keyboard.press('ArrowRight');
  await expect(cell(page, 'fifo', 4)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(cell(page, 'clock', 4)).toBeFocused();
  await expect(cell(page, 'clock', 4)).toHaveAttribute('aria-pressed', 'true');
  await cell(page, 'fifo', 3).click();
  await page.getByRole('group', { name: /Frames after each reference/ }).focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-test=policy-sentence]')).toHaveText('Reference 4: page 4 is not in memory: a fault. Every frame is in use; FIFO evicts page 1 from frame 0: it was loaded first, at reference 1.');
  await page.keyboard.press('End');
  await expect(page.locator('[data-test=policy-sentence]')).toContainText('Reference 12: page 5');
});

test('says what is wrong with a string and with numbers of frames', async ({ page }) => {
  await show(page);
  await page.locator('[data-test=policy-text]').fill('1,2,,3');
  await expect(page.locator('[data-test=policy-error]')).toHaveText('line 1, column 5: a page is missing before this separator');
  await page.locator('[data-test=policy-text]').fill('1,2,3');
  await expect(page.locator('[data-test=policy-error]')).toHaveCount(0);
  await page.locator('[data-test=policy-frames]').fill('5-2');
  await expect(page.locator('[data-test=policy-frames-error]')).toContainText('the range 5-2 runs backwards');
  await page.locator('[data-test=policy-text]').fill('');
  await page.locator('[data-test=policy-frames]').fill('');
  await page.locator('[data-test=policy-text]').fill('9 8 7');
  await checkMatrix(page, ['9', '8', '7'], [1, 2, 3]);
});

test('a Lackey trace from a file; a long one can be cancelled; a file that is none', async ({ app, page }) => {
  test.setTimeout(180_000);
  const folder = await mkdtemp(join(tmpdir(), 'pagewise-policy-'));
  try {
    await show(page);
    await only(page, ['fifo', 'lru', 'opt']);
    const pages = Array.from({ length: 600 }, (_, k) => (k * 7 + (k % 5) * (k % 11)) % 23);
    await writeFile(join(folder, 'small.trace'), pages.map((at, k) => (k % 3 === 0 ? ` S ${(at * 4096 + 64).toString(16)},8` : ` L ${(at * 4096).toString(16)},4`)).join('\n'));
    await answerDialog(app, join(folder, 'small.trace'));
    await page.locator('[data-test=policy-kind-file]').click();
    await page.locator('[data-test=policy-frames]').fill('4,8,16');
    await checkMatrix(page, pages.map(String), [4, 8, 16]);
    await expect(page.locator('[data-test=policy-panel]')).toContainText('small.trace');
    await expect(page.locator('[data-test=policy-panel]')).toContainText('Lackey trace');

    const lines = Array.from({ length: 400_000 }, (_, k) => `${k},${(k * 2_654_435_761) % 65_537}`);
    await writeFile(join(folder, 'long.csv'), Array.from({ length: 8 }, () => lines.join('\n')).join('\n'));
    await only(page, ['fifo', 'clock', 'nru', 'lru', 'lfu', 'random', '2q', 'arc', 's3-fifo', 'opt']);
    await answerDialog(app, join(folder, 'long.csv'));
    await page.locator('[data-test=policy-open]').click();
    await expect(page.getByRole('progressbar')).toBeVisible({ timeout: 30_000 });
    await page.locator('[data-test=policy-cancel]').click();
    await expect(page.getByRole('progressbar')).toHaveCount(0);
    await expect(page.locator('[data-test=policy-compare]')).toBeVisible();

    await writeFile(join(folder, 'odd.csv'), 'time,obj\n1,5\n2\n');
    await answerDialog(app, join(folder, 'odd.csv'));
    await page.locator('[data-test=policy-open]').click();
    await expect(page.locator('[data-test=policy-error]')).toHaveText('odd.csv: line 3: there is no column 2: the line has 1 column (delimiter ",")');
    await page.locator('[data-test=policy-kind-string]').click();
    await expect.poll(() => numberIn(page, 'fifo', 4)).toBe(10);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the page cannot name a file that was not chosen', async ({ page }) => {
  const answer = await page.evaluate(() => {
    const question = {
      source: { kind: 'file', path: '/etc/passwd' }, policies: ['lru'], frameCounts: [3],
      reading: { format: 'auto', pageSizeBytes: 4096, instructions: true, csv: { idColumn: 2, sizeColumn: null, operationColumn: null, delimiter: ',', header: 'auto' } },
      settings: { seed: 1, nruInterval: null, clockLoadSetsR: true, twoQIn: 0.25, twoQOut: 0.5, s3Small: 0.1 },
    };
    return (window as unknown as { pagewise: { invoke(channel: string, value: unknown): Promise<unknown> } }).pagewise.invoke('policy:compare', question);
  });
  expect(answer).toEqual({ error: 'passwd was not chosen in a dialog.' });
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing, ${theme}`, async ({ app, page }) => {
    test.setTimeout(180_000);
    if (await page.evaluate(() => document.documentElement.dataset['theme']) !== theme) await page.locator('[data-test=theme]').click();
    await show(page);
    const violations = async (): Promise<readonly string[]> => {
      await page.mouse.move(0, 0);
      await page.waitForTimeout(300);
      const result = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      return result.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
    };
    expect(await violations(), 'faults').toEqual([]);
    await page.locator('[data-test=policy-curve-numbers]').click();
    expect(await violations(), 'curve in numbers').toEqual([]);
    await page.locator('[data-test=policy-text]').fill('1,,2');
    await expect(page.locator('[data-test=policy-error]')).toBeVisible();
    expect(await violations(), 'error').toEqual([]);
    await page.locator('[data-test=policy-parameters]').click();
    expect(await violations(), 'parameters').toEqual([]);
    await page.keyboard.press('Escape');
    await resize(app, page, 800, 700);
    await page.getByRole('tab', { name: 'Policies', exact: true }).click();
    await page.locator('[data-test=policy-text]').fill(BELADY);
    await expect(page.locator('[data-test=policy-matrix]')).toBeVisible();
    expect(await violations(), 'small window').toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });
}

test('the last run of a program', async ({ page }) => {
  test.setTimeout(120_000);
  await show(page);
  await page.locator('[data-test=policy-kind-run]').click();
  await expect(page.locator('[data-test=policy-error]')).toContainText('No program has run yet');
  await setProgram(page, '#include <stdio.h>\nstatic char page[8][4096] __attribute__((aligned(4096)));\nint main(void)\n{\n    for (int round = 0; round < 50; round++)\n        for (int i = 0; i < 8; i++)\n            page[i][round]++;\n    puts("done");\n    return 0;\n}\n');
  await runToEnd(page);
  await page.locator('.dv-tab', { hasText: 'Policies' }).click();
  await page.locator('[data-test=policy-compare]').click();
  await only(page, ['fifo', 'lru', 'opt']);
  await page.locator('[data-test=policy-frames]').fill('4,10,30');
  await expect(page.locator('[data-run="lru/30"]')).toBeVisible({ timeout: 30_000 });
  // 400 loads and 400 stores of the array, and what the stack, printf and the start of the program touch.
  const references = Number((await page.locator('[data-test=policy-references]').innerText()).replaceAll(',', ''));
  expect(references).toBeGreaterThan(800);
  // With four frames the loop over eight pages has a fault a step, as LRU always has; with thirty frames only first references.
  expect(await numberIn(page, 'lru', 4)).toBeGreaterThanOrEqual(400);
  expect(await numberIn(page, 'lru', 30)).toBeLessThan(30);
  expect(await numberIn(page, 'opt', 4)).toBeLessThan(await numberIn(page, 'lru', 4));
});
