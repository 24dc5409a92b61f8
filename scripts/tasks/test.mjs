/** `npm test`: static checks, unit and golden tests, end-to-end tests in the real Electron; one summary at the end. */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, MODULES, ROOT, run, runModule, say, seconds } from '../setup/console.mjs';
import { countsOf, layers, lint, typecheck } from './check.mjs';

const VITEST_REPORT = join(CACHE, 'reports', 'vitest.json');
const PLAYWRIGHT_REPORT = join(CACHE, 'reports', 'playwright.json');

/** Vitest over everything, or over the files named in `args`. Returns counts; null when the runner itself failed. */
export async function unit(args = []) {
  await mkdir(join(CACHE, 'reports'), { recursive: true });
  await rm(VITEST_REPORT, { force: true });
  const code = await runModule('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`, ...args]);
  return { code, counts: await countsOf(VITEST_REPORT, 'vitest') };
}

/** Playwright in the real Electron; `display` is the command to put before it where there is no display. */
export async function endToEnd(display, args = []) {
  await mkdir(join(CACHE, 'reports'), { recursive: true });
  await rm(PLAYWRIGHT_REPORT, { force: true });
  if (!existsSync(join(ROOT, 'playwright.config.ts'))) return { code: 0, counts: null };
  const command = [...display, process.execPath, join(MODULES, '@playwright/test/cli.js'), 'test', '--reporter=list,json', ...args];
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: PLAYWRIGHT_REPORT };
  const code = await run(command[0], command.slice(1), { env });
  return { code, counts: await countsOf(PLAYWRIGHT_REPORT, 'playwright') };
}

/** All of it. Goes on after a failure, so that one run shows everything; returns the exit code. */
export async function testAll(display) {
  const started = performance.now();
  const failedChecks = [];
  if (!(await typecheck())) failedChecks.push('type check');
  if (!(await lint())) failedChecks.push('lint');
  if (!(await layers())) failedChecks.push('layers');
  say('Unit and golden tests…');
  const unitResult = await unit();
  say('End-to-end tests in Electron…');
  const endToEndResult = await endToEnd(display);

  const total = { passed: 0, failed: 0, skipped: 0, brokenFiles: 0 };
  for (const [name, result] of [['unit tests', unitResult], ['end-to-end tests', endToEndResult]]) {
    if (result.code !== 0) failedChecks.push(name);
    for (const key of Object.keys(total)) total[key] += result.counts?.[key] ?? 0;
  }
  console.log('');
  say(`Finished in ${seconds(started)}.${failedChecks.length > 0 ? ` Failed: ${failedChecks.join(', ')}.` : ' Type check, lint and layers are clean.'}`);
  if (total.skipped > 0) say(`${total.skipped} skipped.`);
  if (total.brokenFiles > 0) say(`${total.brokenFiles} test files could not be run.`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return failedChecks.length > 0 ? 1 : 0;
}
