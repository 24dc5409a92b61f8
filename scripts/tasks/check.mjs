/** Static checks: types (one configuration per layer), lint, layers. Each returns true when it found nothing. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODULES, ROOT, capture, say, seconds } from '../setup/console.mjs';

/** The renderer holds Vue files; vue-tsc reads them, and so it does for the tests that import them. */
const PROJECTS = [
  ['src/renderer', 'vue-tsc/bin/vue-tsc.js'],
  ['.', 'vue-tsc/bin/vue-tsc.js'],
  ['src/shared', 'typescript/bin/tsc'],
  ['src/core', 'typescript/bin/tsc'],
  ['src/toolchain', 'typescript/bin/tsc'],
  ['src/host', 'typescript/bin/tsc'],
  ['src/cli', 'typescript/bin/tsc'],
  ['src/main', 'typescript/bin/tsc'],
  ['src/preload', 'typescript/bin/tsc'],
];

async function check(name, work) {
  const started = performance.now();
  say(`${name}…`);
  const problems = await work();
  if (problems.length > 0) {
    console.log(problems.join('\n'));
    say(`${name}: FAILED (${seconds(started)})`);
    return false;
  }
  say(`${name}: ok (${seconds(started)})`);
  return true;
}

const node = (script, args) => capture(process.execPath, [join(MODULES, script), ...args]);

/** Two compilers at a time: each needs a core and about 500 MB. */
export function typecheck() {
  return check('Type check, one configuration per layer', async () => {
    const queue = PROJECTS.filter(([folder]) => existsSync(join(ROOT, folder, 'tsconfig.json')));
    const problems = [];
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [folder, compiler] = next;
        const { code, output } = await node(compiler, ['-p', join(folder, 'tsconfig.json'), '--pretty', 'false']);
        const nothingThere = output.includes('TS18003');
        if (code !== 0 && !nothingThere) problems.push(`${folder}:\n${output.trim()}`);
      }
    };
    await Promise.all([worker(), worker()]);
    return problems;
  });
}

export function lint() {
  return check('Lint', async () => {
    const { code, output } = await node('eslint/bin/eslint.js', ['.', '--max-warnings=0', '--cache', '--cache-location', '.cache/eslint/']);
    return code === 0 ? [] : [output.trim()];
  });
}

export function layers() {
  return check('Layers', async () => {
    const { code, output } = await node('dependency-cruiser/bin/dependency-cruise.mjs', ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long']);
    return code === 0 ? [] : [output.trim()];
  });
}

/** The test runners' versions of a summary: numbers out of their JSON reports; null when a runner wrote none. */
export async function countsOf(file, kind) {
  if (!existsSync(file)) return null;
  const report = JSON.parse(await readFile(file, 'utf8'));
  if (kind === 'vitest') {
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests + (report.numTodoTests ?? 0), brokenFiles: report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length };
  }
  return { passed: report.stats.expected + report.stats.flaky, failed: report.stats.unexpected, skipped: report.stats.skipped, brokenFiles: report.errors?.length ?? 0 };
}
