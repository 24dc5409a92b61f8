/**
 * Checkpoints of the store of a running machine: what is written outside of its used ranges would be lost by a restore, and
 * what is restored must be what was there, byte by byte.
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { TimelineInput } from '../src/core/machine/timeline-input';
import * as layout from '../src/core/kernel/memory-layout';
import type { Computer } from '../src/core/machine/computer';
import { Pass } from '../src/core/machine/pass';
import { PAGE_BYTES } from '../src/core/store/store';
import { PageHistory } from '../src/core/timeline/page-history';
import { CHUNK_PAGES, usedChunks, usedRanges } from '../src/core/timeline/used-pages';
import { compileUnits, linkProgram } from '../src/host/engine';
import { collectSources } from '../src/host/source-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../src/shared/config';
import { prepareTools, type Tools } from './engine.fixture';

let tools: Tools;
beforeAll(async () => { tools = await prepareTools(); });

async function start(name: string, tool: 'memcheck' | 'none'): Promise<Pass> {
  const compiled = await compileUnits(tools.clang, [collectSources(resolve(import.meta.dirname, `processes/${name}.c`), [])], { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  const config: RunConfig = {
    machine: DEFAULT_MACHINE, check: { ...DEFAULT_CHECK, tool }, programName: `./${name}`, args: [], environment: ['HOME=/'], stdout: 'pipe', pid: 1000,
    maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  };
  const pass = new Pass(config, { output: () => undefined, input: () => null }, new TimelineInput(() => null), tools.engine.kernel, { precise: false, stopAt: -1, endsWith: -1, ended: () => undefined });
  pass.load(linkProgram(tools.engine, compiled.bitcode ?? [], compiled.sources));
  return pass;
}

/**
 * Store addresses of pages that are not zero and not in use: of everything below the pool, and of 64 MiB beyond its high water. Page 0 is
 * left out: there the compiler of the kernel puts its tables (a walk's notes, which no other walk reads).
 */
function strays({ store, kernel, code }: Computer): readonly string[] {
  const used = new Set<number>();
  for (const { index, spans } of usedChunks(usedRanges(store, code)).chunks) {
    for (const { first, last } of spans) for (let page = first; page < last; page++) used.add(index * CHUNK_PAGES + page);
  }
  const found: string[] = [];
  const end = store.pool.highWater / PAGE_BYTES + (64 << 20) / PAGE_BYTES;
  for (let first = 0; first < end; first += CHUNK_PAGES) {
    kernel.hashPages(first * PAGE_BYTES, CHUNK_PAGES, layout.PAGE_HASHES);
    for (let i = first === 0 ? 1 : 0; i < CHUNK_PAGES; i++) {
      const zero = store.read32(layout.PAGE_HASHES + 8 * i) === 0 && store.read32(layout.PAGE_HASHES + 8 * i + 4) === 0;
      if (!zero && !used.has(first + i)) found.push(`0x${((first + i) * PAGE_BYTES).toString(16)}`);
    }
  }
  return found;
}

/** SHA-256 of all used ranges. */
function digest({ store }: Computer, ranges: ReturnType<typeof usedRanges>): string {
  const hash = createHash('sha256');
  for (const { from, to } of ranges) hash.update(store.bytes.subarray(from, to));
  return hash.digest('hex');
}

it.each([['fork-tree', 'memcheck'], ['copy-on-write', 'none'], ['many-children', 'none'], ['parallel-sort', 'memcheck']] as const)('%s (%s): nothing lies outside of the used ranges, and every moment comes back', async (name, tool) => {
  const pass = await start(name, tool);
  const { computer } = pass;
  const history = new PageHistory(computer.store, computer.kernel, () => usedRanges(computer.store, computer.code));
  const moments: { readonly id: number; readonly ranges: ReturnType<typeof usedRanges>; readonly digest: string }[] = [];
  let running = true;
  for (let moment = 0; moment < 8; moment++) {
    const ranges = usedRanges(computer.store, computer.code);
    moments.push({ id: history.take(), ranges, digest: digest(computer, ranges) });
    for (let i = 0; running && i < 4; i++) {
      const outcome = pass.scheduler.run(7_919);
      running = outcome === 'quantum' || outcome === 'breakpoint';
    }
  }
  expect(strays(computer)).toEqual([]);
  expect(new Set(moments.map((moment) => moment.digest)).size).toBeGreaterThan(1);
  for (const { id, ranges, digest: expected } of [...moments].reverse().concat(moments)) {
    history.restore(id);
    expect(digest(computer, ranges)).toBe(expected);
  }
  for (const { id } of moments) history.drop(id);
  expect(history.usedBytes).toBe(0);
});
