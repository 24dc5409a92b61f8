import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { expect, OUTSIDE, run, setProgram, state, test } from './fixture';

/** Answers the next dialogs with a path, as the user would. */
async function answerDialogs(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths: [chosen] })) as typeof dialog.showOpenDialog;
    dialog.showSaveDialog = (() => Promise.resolve({ canceled: false, filePath: chosen })) as typeof dialog.showSaveDialog;
  }, path);
}

test('a syntax error shows at its place as one types, and goes when it is mended', async ({ page }) => {
  await setProgram(page, 'int main(void)\n{\n    int answer = 42\n    return answer;\n}\n');
  const squiggle = page.locator('.cm-lintRange-error, .cm-lintPoint-error');
  await expect(squiggle.first()).toBeAttached({ timeout: 40_000 });
  await expect(page.locator('[data-test=problems]')).toHaveText('1 error');
  const line = page.locator('.cm-line', { has: squiggle.first() });
  await expect(line).toContainText('int answer = 42');
  await page.locator('[data-test=problems]').click();
  const message = page.locator('.cm-diagnostic');
  await expect(message).toContainText("expected ';' at end of declaration");
  await message.getByRole('button', { name: /Fix/ }).click();
  await expect(page.locator('[data-test=problems]')).toHaveCount(0);
  await expect(page.locator('.cm-content')).toContainText('int answer = 42;');
});

test('a program that does not compile says so and leaves the window ready', async ({ page }) => {
  await setProgram(page, 'this is not C at all\n');
  await run(page);
  await expect(state(page)).toContainText('Failed', { timeout: 40_000 });
  await expect(page.locator('[data-test=refusal]')).toContainText('It did not run');
  await expect(page.locator('[data-test=run]')).toBeEnabled();
});

test('inline assembly is refused with its line', async ({ page }) => {
  await setProgram(page, 'int main(void)\n{\n    __asm__ volatile("cpuid");\n    return 0;\n}\n');
  await run(page);
  await expect(state(page)).toContainText('Failed', { timeout: 40_000 });
  await expect(page.locator('[data-test=problems]')).toContainText('1 error');
  await expect(page.locator('.cm-activeLine')).toContainText('cpuid');
});

test('files: open, edit, save, save as, recent; a file that is no text is refused', async ({ app, page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'pagewise-files-'));
  const file = join(folder, 'mine.c');
  await writeFile(file, '#include "mine.h"\nint main(void) { return N; }\n');
  await writeFile(join(folder, 'mine.h'), '#define N 3\n');
  await answerDialogs(app, file);
  await page.keyboard.press('Control+O');
  await expect(page.locator('[data-test=source]')).toContainText('return N;');
  await run(page);
  await expect(state(page)).toContainText('exit status 3', { timeout: 40_000 });

  await page.locator('[data-test=source]').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText('/* new */ ');
  await expect(page.locator('[data-test=dirty]')).toBeVisible();
  await page.keyboard.press('Control+S');
  await expect(page.locator('[data-test=dirty]')).toHaveCount(0);
  expect(await readFile(file, 'utf8')).toContain('/* new */ #include');

  const copy = join(folder, 'copy.c');
  await answerDialogs(app, copy);
  await page.keyboard.press('Control+Shift+S');
  await expect(page.locator('.tab', { hasText: 'copy.c' })).toBeVisible();
  expect(await readFile(copy, 'utf8')).toContain('/* new */');

  const binary = join(folder, 'a.out');
  await writeFile(binary, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]));
  await answerDialogs(app, binary);
  await page.keyboard.press('Control+O');
  await expect(page.locator('[data-test=message]', { hasText: 'a.out is not a text file' })).toBeVisible();
  await expect(page.locator('[data-test=source]')).toContainText('return N;');

  await page.locator('[data-test=file]').click();
  await page.getByRole('menuitem', { name: 'mine.c' }).click();
  await expect(page.locator('.tab', { hasText: 'mine.c' })).toBeVisible();
});

test('leaving changed text asks first', async ({ page }) => {
  await page.locator('[data-test=source]').click();
  await page.keyboard.insertText('x');
  await page.keyboard.press('Control+N');
  await expect(page.locator('[data-test=question]')).toContainText('Save the changes to lost-greeting.c?');
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-test=source]')).toContainText('greeting');
  await page.keyboard.press('Control+N');
  await page.getByRole('button', { name: 'Do not save' }).click();
  await expect(page.locator('[data-test=source]')).not.toContainText('greeting');
});

test('the report is exported as text and XML', async ({ app, page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'pagewise-report-'));
  await run(page);
  await expect(page.locator('[data-test=definite-bytes]')).toHaveText('32', { timeout: 40_000 });
  for (const [entry, name, expected] of [['Export the report as text', 'r.txt', 'definitely lost: 32 bytes in 1 blocks'], ['Export the report as XML', 'r.xml', '<kind>Leak_DefinitelyLost</kind>']] as const) {
    await answerDialogs(app, join(folder, name));
    await page.locator('[data-test=file]').click();
    await page.getByRole('menuitem', { name: entry }).click();
    await expect(page.locator('[data-test=message]', { hasText: name })).toBeVisible();
    expect(await readFile(join(folder, name), 'utf8')).toContain(expected);
  }
});

test('the report to hand in is saved as one HTML file, from the menu and from Leaks', async ({ app, page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'pagewise-report-'));
  await run(page);
  await expect(page.locator('[data-test=definite-bytes]')).toHaveText('32', { timeout: 40_000 });
  await answerDialogs(app, join(folder, 'menu.html'));
  await page.locator('[data-test=file]').click();
  await page.getByRole('menuitem', { name: 'Save report as HTML' }).click();
  await expect(page.locator('[data-test=message]', { hasText: 'menu.html' })).toBeVisible();
  await answerDialogs(app, join(folder, 'leaks.html'));
  await page.locator('[data-test=save-report]').click();
  await expect(page.locator('[data-test=message]', { hasText: 'leaks.html' })).toBeVisible();
  const [fromMenu, fromLeaks] = await Promise.all(['menu.html', 'leaks.html'].map((name) => readFile(join(folder, name), 'utf8')));
  expect(fromLeaks).toBe(fromMenu);
  for (const expected of ['32 bytes in 1 block are lost for good', 'Hello, Grace!', 'overwrites the last pointer to the block', 'exit status 0']) expect(fromMenu).toContain(expected);
  expect(fromMenu).not.toContain(folder);
  expect(fromMenu).not.toContain('<script');
});

test('the page can reach nothing but the contract', async ({ app, page }) => {
  const reached = await page.evaluate(async (outside) => {
    const attempts = await Promise.allSettled([
      window.pagewise.invoke('file:open', { path: '/etc/passwd' }),
      window.pagewise.invoke('shell:open' as never, null as never),
      window.pagewise.invoke('machine:command', { type: 'run' } as never),
      fetch(outside),
    ]);
    return { attempts: attempts.map((one) => (one.status === 'fulfilled' ? JSON.stringify(one.value) : 'refused')), node: typeof (globalThis as { require?: unknown }).require, opened: window.open(outside) === null };
  }, OUTSIDE);
  expect(reached.attempts[0]).toContain('was not opened from a dialog');
  expect(reached.attempts.slice(1)).toEqual(['refused', 'refused', 'refused']);
  expect(reached).toMatchObject({ node: 'undefined', opened: true });
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});
