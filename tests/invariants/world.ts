/**
 * Random operations on the memory of a small machine: processes that map, unmap, protect, touch, fork and exit under pressure,
 * on the real MMU, tables, fault handler, page cache, reclaim and swap, beside the naive model of model.ts.
 *
 * After each operation what it touched is compared; `checkAll` compares everything. A difference is thrown as an Error that
 * names the operation, so that `run` can say seed and step.
 */
import type { KernelExports } from '../../src/core/kernel-interface';
import { ACCESS_READ, ACCESS_WRITE, CONTINUE, LEAVE_RETRY } from '../../src/core/kernel-interface';
import { instantiateKernel } from '../../src/core/kernel/instantiate';
import * as layout from '../../src/core/kernel/memory-layout';
import { AddressSpace } from '../../src/core/paging/address-space';
import { FaultHandler, FaultVerdict } from '../../src/core/paging/fault-handler';
import { forkSpace } from '../../src/core/paging/fork';
import type { FileObject } from '../../src/core/paging/page-cache';
import { PagingSystem } from '../../src/core/paging/paging-system';
import { highOf, lowOf } from '../../src/core/paging/units';
import { PROT_READ, PROT_WRITE } from '../../src/core/paging/vma';
import { Store } from '../../src/core/store/store';
import { DEFAULT_MACHINE, type ReplacementPolicy } from '../../src/shared/config';
import { violations } from './check';
import { ModelFile, ModelSpace, type Backing } from './model';

/** Frames beyond those that belong to firmware and kernel. */
const FRAMES = 256;
const RESERVED = 256;
const SLOTS = 700;
/** Pages in which processes map: two page tables, so that tables come and go. */
const WINDOW_FIRST = 0x40_0000 + 300;
const WINDOW_PAGES = 420;
const MOST_PROCESSES = 9;
const FILE_PAGES = 40;
const POLICIES: readonly ReplacementPolicy[] = ['linux', 'fifo', 'clock', 'nru', 'aging', 'random'];

class Random {
  constructor(private state: number) {
    this.state = (Math.imul(state + 1, 0x9e3779b9) ^ 0x2545f491) >>> 0 || 1;
  }
  below(limit: number): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return Math.floor((this.state / 4294967296) * limit);
  }
  chance(percent: number): boolean { return this.below(100) < percent; }
}

/** A file with its device, and what the model knows of it. */
interface WorldFile { readonly object: FileObject; readonly model: ModelFile; readonly device: Uint8Array }

interface WorldProcess { readonly key: number; readonly space: AddressSpace; readonly model: ModelSpace }

export class World {
  readonly store = new Store();
  readonly kernel: KernelExports;
  readonly system: PagingSystem;
  readonly counts: Record<string, number> = {};
  /** A hash of every fault and of every place that an access found: equal seeds must give equal ones (I6). */
  trace = 0x811c9dc5;
  processes: WorldProcess[] = [];
  private readonly handler = new FaultHandler(2048);
  private readonly random: Random;
  private readonly files: WorldFile[];
  private running: WorldProcess | null = null;
  private verdict: FaultVerdict = FaultVerdict.Resolved;
  private nextKey = 1;
  private nextMapping = 0;
  private nextValue = 1;
  private cycles = 0;

  constructor(readonly seed: number, module: WebAssembly.Module) {
    this.random = new Random(seed);
    this.kernel = instantiateKernel(module, this.store.memory, {
      pageFault: (low, high, access) => this.pageFault(low, high, access), frameSlot: (pfn) => this.system.frames.slot(pfn),
      shadowPage: () => 0, invalidAccess: () => undefined, badJump: () => LEAVE_RETRY, stackSmashed: () => LEAVE_RETRY, arithmeticTrap: () => LEAVE_RETRY,
      intrinsic: () => LEAVE_RETRY, registerStackFull: () => LEAVE_RETRY, watch: () => undefined, heapGrow: () => 0,
    });
    const { tlb } = DEFAULT_MACHINE;
    for (const [at, value] of [
      [layout.ST_LEVELS, 4], [layout.ST_FETCH_PAGE, 0xffffffff], [layout.GEO_L1D_SETS, tlb.l1dEntries / tlb.l1dWays], [layout.GEO_L1D_WAYS, tlb.l1dWays],
      [layout.GEO_L1I_SETS, tlb.l1iEntries / tlb.l1iWays], [layout.GEO_L1I_WAYS, tlb.l1iWays], [layout.GEO_L2_SETS, tlb.l2Entries / tlb.l2Ways], [layout.GEO_L2_WAYS, tlb.l2Ways],
    ] as const) this.store.write32(at, value);
    this.kernel.reset();
    const { kernel } = this;
    this.system = new PagingSystem(this.store, RESERVED + FRAMES, 4, {
      invalidatePage: (low, high) => { kernel.invalidatePage(low, high); }, invalidateAsid: (asid) => { kernel.invalidateAsid(asid); },
      invalidateAll: () => { kernel.invalidateAll(); }, clearFast: () => { kernel.clearFast(); },
    }, { memory: { ...DEFAULT_MACHINE.memory, policy: POLICIES[seed % POLICIES.length] ?? 'linux', overcommit: 1 }, swap: { slotCount: SLOTS, device: 'nvme', pageCluster: seed % 4 }, device: null, seed });
    this.system.pageCache.settings = { coldFiles: seed % 2 === 0, readAheadPages: 1 + (seed % 3) * 4, faultAroundPages: [1, 4, 16][seed % 3] ?? 1, device: 'nvme' };
    this.system.pageCache.now = () => this.cycles;
    this.files = [this.newFile(1, 'constant'), this.newFile(2, 'disk'), this.newFile(3, 'disk'), this.newFile(4, 'memory')];
    this.spawn();
  }

  /** One random operation. */
  step(): void {
    this.cycles += 1000;
    const dice = this.random.below(1000);
    if (dice < 800) this.touch();
    else if (dice < 880) this.map();
    else if (dice < 900) this.unmap();
    else if (dice < 920) this.protect();
    else if (dice < 945) this.forget();
    else if (dice < 962) this.fork();
    else if (dice < 977) this.exit();
    else if (dice < 987) this.press();
    else if (dice < 995) this.settle();
    else this.reconfigure();
  }

  /** Everything: the invariants, and every page of every process against the model, without touching any. */
  checkAll(): void {
    const found = violations(this.system, this.processes.map(({ space }) => space));
    if (found.length > 0) throw new Error(found.slice(0, 10).join('\n'));
    for (const process of this.processes) {
      for (const [vpn, page] of process.model.pages) {
        const at = process.space.peek(lowOf(vpn), highOf(vpn));
        if (at === 0) continue;
        const value = this.store.read32(at + offsetOf(page.backing, vpn));
        const expected = process.model.read(vpn);
        if (value !== expected) throw new Error(`process ${String(process.key)}: page 0x${vpn.toString(16)} holds ${String(value)}, ${String(expected)} was written there`);
      }
    }
  }

  /** The end: every process exits; nothing may be left over, and the devices hold what was written. */
  finish(): void {
    while (this.processes.length > 0) this.end(this.processes[0] as WorldProcess);
    for (const file of this.files) {
      this.system.writeBack.write(this.system.pageCache.of(file.object), 0, Infinity, 'sync');
      if (file.object.write === undefined) continue;
      const view = new DataView(file.device.buffer);
      file.model.words.forEach((word, page) => {
        if (view.getUint32(page * 4096 + fileOffset(page), true) !== word) throw new Error(`I4 page ${String(page)} of ${file.object.path} did not reach its device`);
      });
    }
    this.checkAll();
    if (this.system.swap.slots.usedSlots !== 0) throw new Error(`I2 ${String(this.system.swap.slots.usedSlots)} swap slots are left over`);
    this.system.pageCache.shrink();
    const left = this.system.buddy.usedFrames - RESERVED - 1 - this.system.pageCache.frameCount;
    if (left !== 0) throw new Error(`I2 ${String(left)} frames are left over`);
  }

  private note(...values: readonly number[]): void {
    for (const value of values) this.trace = Math.imul(this.trace ^ value, 0x01000193) >>> 0;
  }
  private count(name: string): void { this.counts[name] = (this.counts[name] ?? 0) + 1; }
  private pick<T>(list: readonly T[]): T { return list[this.random.below(list.length)] as T; }

  private newFile(id: number, kind: 'constant' | 'disk' | 'memory'): WorldFile {
    const initial = (page: number): number => (kind === 'memory' ? 0 : id * 1000 + page);
    const device = new Uint8Array(FILE_PAGES * 4096);
    const view = new DataView(device.buffer);
    for (let page = 0; page < FILE_PAGES; page++) view.setUint32(page * 4096 + fileOffset(page), initial(page), true);
    const read = (offset: number, length: number): Uint8Array => device.slice(offset, offset + length);
    const object: FileObject = {
      fileId: id, path: `/file-${String(id)}`, size: () => device.length, read,
      ...(kind === 'disk' ? { write: (offset: number, bytes: Uint8Array) => { device.set(bytes, offset); } } : {}),
      ...(kind === 'memory' ? { backing: 'memory' as const } : {}),
    };
    return { object, model: new ModelFile(object.path, FILE_PAGES, initial), device };
  }

  private spawn(): void {
    if (this.processes.length >= MOST_PROCESSES || this.system.buddy.freeFrames < 2) return;
    const key = this.nextKey++;
    this.processes.push({ key, space: new AddressSpace(this.system, key, () => ++this.nextMapping), model: new ModelSpace() });
    this.count('spawn');
  }

  private switchTo(process: WorldProcess): void {
    if (this.running === process) return;
    this.running = process;
    this.system.asids.use(process.space);
    this.store.write32(layout.ST_CR3, process.space.tables.root);
    this.store.write32(layout.ST_ASID, this.system.asids.current(process.space));
    this.store.write32(layout.ST_ADDRESS_SPACE, process.key);
    this.kernel.clearFast();
  }

  private noFault(): void { this.verdict = FaultVerdict.Resolved; }

  private pageFault(low: number, high: number, access: number): number {
    const process = this.running;
    if (process === null) throw new Error('a fault and nobody runs');
    this.verdict = this.handler.handle(process.space, low, high, access);
    this.count(this.verdict === FaultVerdict.Resolved ? `fault kind ${String(this.handler.last.kind)}` : `verdict ${String(this.verdict)}`);
    this.note(low, high, this.verdict, this.handler.last.kind, this.handler.last.waitCycles);
    this.cycles += 3000 + this.handler.last.waitCycles;
    this.system.reclaim.background();
    this.system.writeBack.tick();
    return this.verdict === FaultVerdict.Resolved ? CONTINUE : LEAVE_RETRY;
  }

  private touch(): void {
    const process = this.pick(this.processes);
    this.switchTo(process);
    // Mostly pages of an area, now and then any page.
    const areas = process.space.vmas.all();
    const area = areas.length === 0 || this.random.chance(4) ? { first: WINDOW_FIRST, last: WINDOW_FIRST + WINDOW_PAGES } : this.pick(areas);
    const vpn = area.first + this.random.below(area.last - area.first);
    for (let i = 1 + this.random.below(4); i > 0; i--) this.access(process, vpn + this.random.below(3), this.random.chance(45));
  }

  private access(process: WorldProcess, vpn: number, write: boolean): void {
    const expected = process.model.allows(vpn, write);
    const page = process.model.pages.get(vpn);
    const offset = page === undefined ? 0 : offsetOf(page.backing, vpn);
    let at = 0;
    for (let attempt = 0; ; attempt++) {
      this.noFault();
      at = this.kernel.translate((lowOf(vpn) | offset) >>> 0, highOf(vpn), write ? ACCESS_WRITE : ACCESS_READ);
      if (at !== 0 || this.verdict !== FaultVerdict.OutOfMemory) break;
      if (attempt > MOST_PROCESSES || !this.outOfMemory(process)) return;
    }
    const name = `process ${String(process.key)}: ${write ? 'write to' : 'read of'} page 0x${vpn.toString(16)}`;
    this.note(at);
    if (expected === 'mapped') {
      if (at === 0) throw new Error(`${name}: verdict ${String(this.verdict)}, the page is mapped`);
      const value = this.store.read32(at);
      if (value !== process.model.read(vpn)) throw new Error(`${name}: finds ${String(value)}, ${String(process.model.read(vpn))} was written there`);
      if (write) {
        const fresh = this.nextValue++;
        this.store.write32(at, fresh);
        process.model.write(vpn, fresh);
      }
      if (process.space.peek(lowOf(vpn) | offset, highOf(vpn)) !== at) throw new Error(`${name}: the MMU and the tables lead to different places`);
      return;
    }
    if (at !== 0) throw new Error(`I8 ${name}: succeeded, the page is ${expected}`);
    const wanted = expected === 'absent' ? FaultVerdict.NoMapping : FaultVerdict.Protection;
    if (this.verdict !== wanted) throw new Error(`${name}: verdict ${String(this.verdict)}, ${String(wanted)} is right`);
  }

  /** Memory ran out: another process must go. False: there is none. */
  private outOfMemory(of: WorldProcess): boolean {
    const others = this.processes.filter((process) => process !== of);
    const victim = others.sort((a, b) => b.space.residentPages - a.space.residentPages || a.key - b.key)[0];
    if (victim === undefined) return false;
    this.count('out of memory');
    this.end(victim);
    this.switchTo(of);
    return true;
  }

  private map(): void {
    const process = this.pick(this.processes);
    const count = 1 + this.random.below(24);
    const first = WINDOW_FIRST + this.random.below(WINDOW_PAGES - count);
    if (!process.space.vmas.isFree(first, first + count)) return;
    const dice = this.random.below(10);
    const readable = this.random.chance(95);
    const writable = readable && this.random.chance(80);
    const prot = (readable ? PROT_READ : 0) | (writable ? PROT_WRITE : 0);
    const common = { first, last: first + count, prot, kind: 'mmap' as const, name: '', growsDown: false };
    this.count('map');
    if (dice < 6) {
      process.space.map({ ...common, file: null, filePage: 0, shared: false }, 2);
      process.model.map(first, count, () => ({ kind: 'anonymous' }), readable, writable);
      return;
    }
    const file = this.pick(this.files);
    const isShared = file.object.backing === 'memory' || (dice < 8 && file.object.write !== undefined);
    const filePage = this.random.below(FILE_PAGES - count);
    process.space.map({ ...common, file: file.object, filePage, shared: isShared }, 2);
    process.model.map(first, count, (i) => ({ kind: isShared ? 'shared' : 'private', file: file.model, page: filePage + i }), readable, writable);
  }

  private range(): { readonly first: number; readonly count: number } {
    const count = 1 + this.random.below(30);
    return { first: WINDOW_FIRST + this.random.below(WINDOW_PAGES - count), count };
  }

  private unmap(): void {
    const process = this.pick(this.processes);
    this.switchTo(process);
    const { first, count } = this.range();
    process.space.unmap(first, first + count);
    process.model.unmap(first, count);
    this.count('unmap');
  }

  private protect(): void {
    const process = this.pick(this.processes);
    this.switchTo(process);
    const { first, count } = this.range();
    if (!process.space.vmas.covers(first, first + count)) return;
    const readable = this.random.chance(90);
    const writable = readable && this.random.chance(70);
    process.space.protect(first, first + count, (readable ? PROT_READ : 0) | (writable ? PROT_WRITE : 0));
    process.model.protect(first, count, readable, writable);
    this.count('protect');
  }

  private forget(): void {
    const process = this.pick(this.processes);
    this.switchTo(process);
    const { first, count } = this.range();
    if (!process.space.vmas.covers(first, first + count)) return;
    process.space.zap(first, first + count);
    process.model.forget(first, count);
    this.count('forget');
  }

  private fork(): void {
    if (this.processes.length >= MOST_PROCESSES) return;
    const parent = this.pick(this.processes);
    this.switchTo(parent);
    const key = this.nextKey++;
    const space = forkSpace(parent.space, key, () => ++this.nextMapping, (slot) => { this.system.duplicateSlot(slot); });
    this.count(space === null ? 'fork refused' : 'fork');
    if (space !== null) this.processes.push({ key, space, model: parent.model.fork() });
  }

  private exit(): void {
    if (this.random.chance(40)) this.spawn();
    if (this.processes.length > 1) this.end(this.pick(this.processes));
  }

  private end(process: WorldProcess): void {
    process.space.destroy();
    if (this.running === process) {
      this.running = null;
      this.store.write32(layout.ST_CR3, 0);
    }
    this.processes = this.processes.filter((other) => other !== process);
    this.count('exit');
  }

  /** Frames are wanted all at once. */
  private press(): void {
    this.system.reclaim.freeUntil(this.random.below(FRAMES / 2));
    this.count('reclaim');
  }

  private settle(): void {
    this.cycles += 20e9;
    this.system.writeBack.tick();
    this.system.reclaim.background();
    const file = this.pick(this.files);
    if (this.random.chance(50)) this.system.writeBack.write(this.system.pageCache.of(file.object), 0, Infinity, 'sync');
    this.count('write back');
  }

  private reconfigure(): void {
    const { settings } = this.system.reclaim;
    this.system.reclaim.configure({ ...settings, policy: this.pick(POLICIES), swappiness: this.random.below(201) });
    this.count('policy');
  }
}

/** Where a page keeps its word: by file page, so that all who map it look at the same place. */
function offsetOf(backing: Backing, vpn: number): number {
  return backing.kind === 'anonymous' ? (vpn * 72) & 4088 : fileOffset(backing.page);
}
function fileOffset(page: number): number {
  return (page * 136) & 4088;
}

export interface Outcome { readonly seed: number; readonly operations: number; readonly counts: Readonly<Record<string, number>>; readonly trace: number }

/** Runs one seed; throws with seed and step at the first difference. */
export function run(seed: number, operations: number, module: WebAssembly.Module, every = 1000): Outcome {
  const world = new World(seed, module);
  let step = 0;
  try {
    for (; step < operations; step++) {
      world.step();
      if (step % every === every - 1) world.checkAll();
    }
    world.checkAll();
    world.finish();
  } catch (error) {
    throw new Error(`seed ${String(seed)}, operation ${String(step)}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`, { cause: error });
  }
  return { seed, operations, counts: world.counts, trace: world.trace };
}
