/**
 * Times in the real window: from the start of the process to an editor that takes keys, and from F5 to the leak record.
 *
 * The window's own clock measures a run: from the time stamp of the key's event to the frame that shows the record. The
 * test driver only looks at intervals, which grow to half a second. Every run has a text that no cache knows: once
 * after a pause, as a reader presses F5, and once in the same moment as the last letter, when nothing was compiled ahead.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from '@playwright/test';

const ROUNDS = 3;
/** Runs of each kind in one round. */
const RUNS = 3;
/** The compiler is warm some seconds after the start. */
const WARM_UP_MS = 6000;
const PAUSE_MS = 1500;
const LIMIT_MS = 30_000;

/** Runs in the page: notes when F5 was pressed and when a record was on the screen. */
function installClock() {
  const clock = { pressed: 0, shown: 0 };
  window.benchClock = clock;
  window.addEventListener('keydown', (event) => {
    if (event.key === 'F5') Object.assign(clock, { pressed: event.timeStamp, shown: 0 });
  }, { capture: true });
  const look = () => {
    const isThere = clock.pressed > 0 && /bytes leaked/.test(document.querySelector('.leaks')?.textContent ?? '');
    if (!isThere || clock.shown > 0) return;
    clock.shown = -1;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel(); // its message comes after the frame was painted
      port1.onmessage = () => { clock.shown = performance.now(); };
      port2.postMessage(null);
    });
  };
  new MutationObserver((changes) => { if (clock.shown === 0 && changes.length > 0) look(); }).observe(document.body, { subtree: true, childList: true, characterData: true });
}

async function oneRun(page, pauseMs) {
  await page.evaluate(() => { window.benchClock.pressed = 0; });
  await page.locator('.cm-content').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(`/* ${Date.now()} */`);
  await page.waitForTimeout(pauseMs);
  await page.keyboard.press('F5');
  const shown = await page.waitForFunction(() => window.benchClock.shown > 0 && window.benchClock.shown - window.benchClock.pressed, null, { timeout: LIMIT_MS });
  const milliseconds = await shown.jsonValue();
  await page.waitForTimeout(PAUSE_MS);
  return milliseconds;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Milliseconds: best start; medians of the first run of a window, of runs after a pause, of runs in the moment of a change. */
export async function measureApp(root) {
  let startMs = Infinity;
  const first = [];
  const paused = [];
  const immediate = [];
  for (let round = 0; round < ROUNDS; round++) {
    const profile = mkdtempSync(join(tmpdir(), 'pagewise-bench-app-'));
    const started = performance.now();
    const app = await _electron.launch({
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--user-data-dir=${profile}`, root],
    });
    try {
      const page = await app.firstWindow();
      await page.locator('.cm-content[contenteditable="true"]').first().waitFor();
      startMs = Math.min(startMs, performance.now() - started);
      await page.waitForTimeout(WARM_UP_MS);
      await page.evaluate(installClock);
      first.push(await oneRun(page, PAUSE_MS));
      for (let run = 0; run < RUNS; run++) {
        paused.push(await oneRun(page, PAUSE_MS));
        immediate.push(await oneRun(page, 0));
      }
    } finally {
      await app.close();
      rmSync(profile, { recursive: true, force: true });
    }
  }
  return { startMs, firstMs: median(first), pausedMs: median(paused), immediateMs: median(immediate) };
}
