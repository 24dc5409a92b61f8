/**
 * Huge pages under random use beside a model that knows nothing of them: per process a plain map from page to content, and rights per
 * page. Mapping, unmapping, mprotect, discarding, fork, exit, writes, khugepaged, MADV_COLLAPSE, splits, compaction and swap, on
 * a machine of 8,192 frames. What a page holds must never depend on how it is mapped.
 */
import { describe, expect, it } from 'vitest';
import { DEFAULT_MACHINE } from '../../shared/config';
import { ACCESS_READ, ACCESS_WRITE } from '../kernel-interface';
import * as layout from '../kernel/memory-layout';
import { Store } from '../store/store';
import { AddressSpace } from './address-space';
import { Compactor } from './compaction';
import { FaultHandler, FaultVerdict } from './fault-handler';
import { forkSpace } from './fork';
import { FLAG_HUGE_HEAD, FLAG_HUGE_TAIL, FrameKind } from './frame-table';
import { HugeCause } from './huge-outcomes';
import { Khugepaged, collapse } from './khugepaged';
import { PTE_P, PTE_PROTNONE, entryPfn } from './page-tables';
import { PagingSystem } from './paging-system';
import { highOf, lowOf } from './units';
import type { Vpn } from './units';
import { PROT_READ, PROT_WRITE } from './vma';

const RW = PROT_READ | PROT_WRITE;
const AREA = 4096;
const BASE = 512 * 1000;
const NO_CACHES = { invalidatePage: () => undefined, invalidateAsid: () => undefined, invalidateAll: () => undefined, clearFast: () => undefined };

interface Page { value: number; prot: number }
interface Twin { readonly space: AddressSpace; readonly pages: Map<Vpn, Page>; readonly key: number }

class World {
  readonly system = new PagingSystem(new Store(), 8192, 4, NO_CACHES);
  readonly handler = new FaultHandler(2048);
  readonly compactor = new Compactor(this.system);
  readonly daemon: Khugepaged;
  readonly twins: Twin[] = [];
  readonly causes = new Map<HugeCause | 'fault', number>();
  private due = 0;
  private mappings = 0;
  private keys = 0;

  constructor(private readonly random: (below: number) => number) {
    this.system.huge.setUp({ ...DEFAULT_MACHINE.paging, transparentHugePages: 'always' });
    this.system.huge.makeRoom = (order) => this.compactor.compact(order);
    this.system.huge.report = (cause) => { this.count(cause); };
    this.daemon = new Khugepaged(this.system, { scanCycles: 1, pagesToScan: 2048, maxPtesNone: 400 }, { scanAfter: () => { this.due++; }, charge: () => undefined });
    this.system.huge.candidate = () => { this.daemon.wake(); };
    this.add(new AddressSpace(this.system, ++this.keys, () => ++this.mappings), new Map());
  }

  private count(what: HugeCause | 'fault'): void { this.causes.set(what, (this.causes.get(what) ?? 0) + 1); }
  private add(space: AddressSpace, pages: Map<Vpn, Page>): void { this.twins.push({ space, pages, key: this.keys }); }
  pick(): Twin { return this.twins[this.random(this.twins.length)] as Twin; }
  range(): readonly [Vpn, Vpn] {
    const first = BASE + this.random(AREA);
    const length = this.random(3) === 0 ? 512 * (1 + this.random(3)) : 1 + this.random(700);
    return this.random(2) === 0 ? [first - (first % 512), Math.min(BASE + AREA, first - (first % 512) + length)] : [first, Math.min(BASE + AREA, first + length)];
  }

  map({ space, pages }: Twin, first: Vpn, last: Vpn): void {
    space.unmap(first, last);
    space.map({ first, last, prot: RW, kind: 'mmap', name: '', file: null, filePage: 0, growsDown: false, shared: false }, 2);
    for (let vpn = first; vpn < last; vpn++) pages.set(vpn, { value: 0, prot: RW });
  }
  unmap({ space, pages }: Twin, first: Vpn, last: Vpn): void {
    space.unmap(first, last);
    for (let vpn = first; vpn < last; vpn++) pages.delete(vpn);
  }
  protect({ space, pages }: Twin, first: Vpn, last: Vpn, prot: number): void {
    for (const vma of [...space.vmas.within(first, last)]) space.protect(Math.max(first, vma.first), Math.min(last, vma.last), prot);
    for (let vpn = first; vpn < last; vpn++) { const page = pages.get(vpn); if (page) page.prot = prot; }
  }
  discard({ space, pages }: Twin, first: Vpn, last: Vpn): void {
    for (const vma of [...space.vmas.within(first, last)]) space.zap(Math.max(first, vma.first), Math.min(last, vma.last));
    for (let vpn = first; vpn < last; vpn++) { const page = pages.get(vpn); if (page) page.value = 0; }
  }
  touch({ space, pages }: Twin, vpn: Vpn, write: boolean): void {
    const page = pages.get(vpn);
    const access = write ? ACCESS_WRITE : ACCESS_READ;
    const verdict = this.handler.handle(space, lowOf(vpn), highOf(vpn), access);
    const allowed = page !== undefined && (page.prot & (write ? PROT_WRITE : PROT_READ | PROT_WRITE)) !== 0;
    if (verdict === FaultVerdict.OutOfMemory) return;
    expect(verdict === FaultVerdict.Resolved, `page ${String(vpn - BASE)} ${write ? 'write' : 'read'}`).toBe(allowed);
    if (!allowed) return;
    if (this.handler.last.pages > 1) this.count('fault');
    const entry = space.tables.leafEntry(vpn);
    this.system.store.write32(entry, (this.system.store.read32(entry) | 0x20 | (write ? 0x40 : 0)) >>> 0);
    const pfn = space.tables.frameOf(vpn);
    if (write) {
      page.value = 1 + this.random(1_000_000);
      this.system.store.write32(this.system.frames.slot(pfn), page.value);
    }
    expect(this.read(space, vpn)).toBe(page.value);
  }
  read(space: AddressSpace, vpn: Vpn): number {
    const at = space.peek(lowOf(vpn), highOf(vpn));
    return at === 0 ? 0 : this.system.store.read32(at);
  }
  fork(twin: Twin): void {
    const child = forkSpace(twin.space, ++this.keys, () => ++this.mappings, () => undefined);
    if (child !== null) this.add(child, new Map([...twin.pages].map(([vpn, page]) => [vpn, { ...page }])));
  }
  exit(twin: Twin): void {
    this.twins.splice(this.twins.indexOf(twin), 1);
    twin.space.destroy();
  }
  runDaemon(): void {
    const { due } = this;
    this.due = 0;
    for (let left = due; left > 0; left--) this.daemon.scan();
  }

  /** Everything: contents, reference counts, marks of huge pages, the allocator. */
  check(): void {
    const { system } = this;
    const references = new Map<number, number>();
    const huge = new Set<number>();
    const count = (pfn: number): void => { references.set(pfn, (references.get(pfn) ?? 0) + 1); };
    count(system.zeroPfn);
    for (const { space, pages } of this.twins) {
      for (const [vpn, page] of pages) if (this.read(space, vpn) !== page.value) expect.fail(`page ${String(vpn - BASE)} holds ${String(this.read(space, vpn))}, not ${String(page.value)}`);
      space.tables.forEachTable((pfn) => { count(pfn); });
      let resident = 0;
      space.tables.forEach(0, space.userEnd, (_vpn, entry, n) => {
        const low = system.store.read32(entry);
        if ((low & (PTE_P | PTE_PROTNONE)) === 0) return;
        const pfn = entryPfn(low, system.store.read32(entry + 4));
        for (let k = 0; k < n; k++) { count(pfn + k); if (n > 1) huge.add(pfn + k); }
        if (pfn !== system.zeroPfn) resident += n;
      });
      expect(space.residentPages).toBe(resident);
      expect(space.vmas.check()).toEqual([]);
    }
    for (let pfn = 256; pfn < system.frames.frameCount; pfn++) {
      const flags = system.frames.field(pfn, layout.FD_FLAGS);
      if ((flags & 15) === FrameKind.Free) continue;
      if (system.frames.references(pfn) !== (references.get(pfn) ?? 0)) expect.fail(`frame ${String(pfn)} of kind ${String(flags & 15)} has ${String(system.frames.references(pfn))} references, ${String(references.get(pfn) ?? 0)} are known`);
      if (((flags & (FLAG_HUGE_HEAD | FLAG_HUGE_TAIL)) !== 0) !== huge.has(pfn)) expect.fail(`frame ${String(pfn)} is ${huge.has(pfn) ? 'not ' : ''}marked as part of a huge page`);
    }
    expect(system.buddy.check()).toEqual([]);
  }
}

function randomBelow(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

function step(world: World, random: (below: number) => number): void {
  const twin = world.pick();
  const [first, last] = world.range();
  const dice = random(100);
  if (dice < 8) world.map(twin, first, last);
  else if (dice < 12) world.unmap(twin, first, last);
  else if (dice < 17) world.protect(twin, first, last, [0, PROT_READ, RW][random(3)] as number);
  else if (dice < 20) world.discard(twin, first, last);
  else if (dice < 23 && world.twins.length < 4) world.fork(twin);
  else if (dice < 25 && world.twins.length > 1) world.exit(twin);
  else if (dice < 28) world.runDaemon();
  else if (dice < 30) world.compactor.compact(9, true);
  else if (dice < 32) world.system.huge.relieve();
  else if (dice < 33) world.system.huge.look();
  else if (dice < 35) {
    const vma = twin.space.vmas.find(first - (first % 512));
    if (vma !== null && (vma.prot & PROT_WRITE) !== 0) collapse(twin.space, vma, first - (first % 512), 512, true);
  } else for (let n = random(60); n >= 0; n--) world.touch(twin, BASE + ((first - BASE + random(900)) % AREA), random(3) > 0);
}

describe('huge pages under random use', () => {
  it.each([[1], [2], [3]])('contents, counts and marks agree with the model (seed %i)', (seed) => {
    const random = randomBelow(seed);
    const world = new World(random);
    for (let i = 0; i < 3000; i++) {
      step(world, random);
      if (i % 300 === 299) world.check();
    }
    // The string has come to all there is.
    for (const cause of ['fault', HugeCause.Promoted, HugeCause.Collapsed, HugeCause.SplitUnmap, HugeCause.SplitProtect, HugeCause.SplitAdvice, HugeCause.SplitCopy, HugeCause.SplitReclaim] as const) {
      expect(world.causes.get(cause) ?? 0, `cause ${String(cause)}`).toBeGreaterThan(0);
    }
    expect(world.compactor.counts.runs).toBeGreaterThan(0);
    while (world.twins.length > 0) world.exit(world.twins[0] as Twin);
    expect(world.system.buddy.check()).toEqual([]);
    expect(world.system.buddy.freeFrames).toBe(8192 - 256 - 1);
  }, 120_000);
});
