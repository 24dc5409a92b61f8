/** Starts the real app on a profile of its own for each test, and fails a test on any error of the page. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, test as base, expect, type ElectronApplication, type Page } from '@playwright/test';

const ROOT = join(import.meta.dirname, '..');

/** An address that a test tries to reach, to see that the page's policy refuses it. */
export const OUTSIDE = 'https://example.com/';

interface Fixtures {
  /** Size of the page in CSS pixels. */
  size: { width: number; height: number };
  profile: string;
  app: ElectronApplication;
  page: Page;
}

export async function launch(profile: string): Promise<ElectronApplication> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name, value]) => value !== undefined && name !== 'ELECTRON_RUN_AS_NODE')) as Record<string, string>;
  return _electron.launch({
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--user-data-dir=${profile}`, '--force-device-scale-factor=1', ROOT], cwd: ROOT, env,
  });
}

export async function resize(app: ElectronApplication, page: Page, width: number, height: number): Promise<void> {
  await app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w as number, h as number), [width, height]);
  await expect.poll(() => page.evaluate(() => window.innerWidth * Math.round(window.devicePixelRatio * 100))).toBe(width * 100);
}

export const test = base.extend<Fixtures>({
  size: [{ width: 1440, height: 900 }, { option: true }],
  // eslint-disable-next-line no-empty-pattern
  profile: async ({}, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'pagewise-e2e-'));
    await use(profile);
    await rm(profile, { recursive: true, force: true });
  },
  app: async ({ profile }, use) => {
    const app = await launch(profile);
    await use(app);
    await app.close();
  },
  page: async ({ app, size }, use) => {
    const page = await app.firstWindow();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.stack ?? String(error)));
    page.on('console', (message) => { if (message.type() === 'error' && !message.text().includes(OUTSIDE)) errors.push(message.text()); });
    await page.waitForSelector('[data-test=run]');
    await resize(app, page, size.width, size.height);
    await use(page);
    expect(errors, 'errors of the page').toEqual([]);
  },
});
export { expect };

/** Replaces the program in the editor by typing over it. */
export async function setProgram(page: Page, text: string): Promise<void> {
  const source = page.locator('[data-test=source]');
  await source.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

export async function run(page: Page): Promise<void> {
  await page.keyboard.press('F5');
}

export const state = (page: Page) => page.locator('[data-test=state]');

/** Runs to the end; the first start of Clang may take seconds. */
export async function runToEnd(page: Page): Promise<void> {
  await run(page);
  await expect(state(page)).toContainText('At exit', { timeout: 40_000 });
}
