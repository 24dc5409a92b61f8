/**
 * Machines with many processes: speed of touches, faults and process switches; the two scenes with their host memory; and the work of
 * the real window while a scene runs. Each scene has a process of its own, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from '@playwright/test';

const TARGETS = { touches: 2e6, faults: 5e5, switchRatio: 2, hostMegabytes: 3072, gibAllocated: 48, frameMs: 8 };
const FRAME_US = 1e6 / 60;

async function bundle(root) {
  const { build } = await import('vite');
  const outDir = join(root, 'out', 'bench-scale');
  await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { scale: join(root, 'bench/scale.ts') }, output: { entryFileNames: '[name].js' } } },
  });
  return join(outDir, 'scale.js');
}

/** Calls a function of the bundle in a Node of its own. */
function alone(root, module, call) {
  const code = `import { readFileSync } from 'node:fs'; import * as scale from ${JSON.stringify(module)};
    const kernel = new WebAssembly.Module(readFileSync('out/kernel/kernel.wasm')); console.log(JSON.stringify(scale.${call}));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${call} failed:\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

const number = (value, digits = 0) => value.toLocaleString('en-US', { maximumFractionDigits: digits });

/** @param miss called with the text of each missed target */
export async function measureScale(root, miss) {
  const module = await bundle(root);
  console.log('\nMachines with many processes');
  const touches = alone(root, module, 'touchesPerSecond(kernel)');
  const faults = alone(root, module, 'faultsPerSecond(kernel)');
  const few = alone(root, module, 'switchMicroseconds(kernel, 100)');
  const many = alone(root, module, 'switchMicroseconds(kernel, 5000)');
  console.log(`  in processor time: touches through TLB and tables ${number(touches)}/s (target ${number(TARGETS.touches)}), demand-zero faults ${number(faults)}/s (target ${number(TARGETS.faults)})`);
  console.log(`  a wake of a process with 100 touches: ${few.toFixed(1)} µs among 100 processes, ${many.toFixed(1)} µs among 5,000`);
  if (touches < TARGETS.touches) miss(`touches: ${number(touches)}/s`);
  if (faults < TARGETS.faults) miss(`faults: ${number(faults)}/s`);
  if (many > few * TARGETS.switchRatio) miss(`process switch: ${many.toFixed(1)} µs among 5,000, ${few.toFixed(1)} µs among 100`);
  for (const [index, name] of ['desktop', 'server'].entries()) {
    const scene = alone(root, module, `sceneNamed(kernel, ${index}, 20, 0)`);
    console.log(`  ${name}: ${number(scene.processes)} processes started in ${scene.startSeconds.toFixed(1)} s, ${scene.gibAllocated.toFixed(1)} GiB in use, ${number(scene.swapOutPages)} pages in swap, ${number(scene.touchesPerSecond)} touches/s, host memory ${number(scene.hostMegabytes)} MB`);
    if (scene.hostMegabytes > TARGETS.hostMegabytes) miss(`${name}: ${number(scene.hostMegabytes)} MB of host memory`);
    if (scene.gibAllocated < TARGETS.gibAllocated) miss(`${name}: ${scene.gibAllocated.toFixed(1)} GiB in use`);
    if (index === 0 && scene.swapOutPages === 0) miss('desktop: swap is not in use');
  }
}

/** Work of the window's main thread a frame while the desktop scene runs. @returns milliseconds at p50, p95, and of the worst frame */
export async function measureSceneWindow(root, preset = 'desktop') {
  const profile = mkdtempSync(join(tmpdir(), 'pagewise-bench-scene-'));
  const app = await _electron.launch({ args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--user-data-dir=${profile}`, root] });
  try {
    const page = await app.firstWindow();
    await page.waitForSelector('[data-test=run]');
    await page.locator('.dv-tab', { hasText: 'Configuration' }).click();
    await page.locator('[data-test=preset]').selectOption(preset);
    await page.locator('[data-test=start-machine]').click();
    await page.locator('[data-panel=processes]').waitFor();
    await page.waitForFunction(async () => {
      const { value } = await window.pagewise.invoke('machine:query', { name: 'status', arg: null });
      return value.counters.accesses > 100_000;
    }, null, { timeout: 120_000, polling: 500 });
    const client = await page.context().newCDPSession(page);
    await client.send('Tracing.start', { transferMode: 'ReturnAsStream', traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'] } });
    await page.waitForTimeout(10_000);
    const complete = new Promise((resolve) => { client.once('Tracing.tracingComplete', resolve); });
    await client.send('Tracing.end');
    const { stream } = await complete;
    let text = '';
    for (;;) {
      const { data, eof, base64Encoded } = await client.send('IO.read', { handle: stream });
      text += base64Encoded ? Buffer.from(data, 'base64').toString('utf8') : data;
      if (eof) break;
    }
    return framesOf(JSON.parse(text).traceEvents);
  } finally {
    await app.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** Milliseconds that tasks of the page's main thread took in each sixtieth of a second. */
function framesOf(events) {
  const mains = new Set(events.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain').map((event) => `${event.pid}:${event.tid}`));
  const tasks = events.filter((event) => event.ph === 'X' && mains.has(`${event.pid}:${event.tid}`) && /RunTask$/.test(event.name));
  if (tasks.length === 0) throw new Error('the trace of the window holds no tasks');
  const first = Math.min(...tasks.map((task) => task.ts));
  const last = Math.max(...tasks.map((task) => task.ts + task.dur));
  const frames = new Float64Array(Math.ceil((last - first) / FRAME_US));
  for (const task of tasks) frames[Math.floor((task.ts - first) / FRAME_US)] += (task.tdur ?? task.dur) / 1000;
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p95: at(0.95), worst: sorted.at(-1), frames: sorted.length };
}

export async function judgeSceneWindow(root, miss) {
  for (const preset of ['desktop', 'server']) {
    const { p50, p95, worst, frames } = await measureSceneWindow(root, preset);
    console.log(`\nThe window while the ${preset} scene runs, script and drawing in a sixtieth of a second (${number(frames)} frames): median ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, worst ${worst.toFixed(1)} ms (target p95 ${TARGETS.frameMs} ms)`);
    if (p95 > TARGETS.frameMs) miss(`window during the ${preset} scene: p95 ${p95.toFixed(1)} ms`);
  }
}
