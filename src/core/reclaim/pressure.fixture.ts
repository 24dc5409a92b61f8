/**
 * Paging under pressure without programs: a store, the real kernel's MMU with its TLBs, and as many frames for data as a test
 * wants. Used by the tests of reclaim and swap.
 */
import { kernelModule } from '../kernel/test-bench';
import { instantiateKernel } from '../kernel/instantiate';
import type { KernelExports } from '../kernel-interface';
import { ACCESS_READ, ACCESS_WRITE, CONTINUE, LEAVE_RETRY } from '../kernel-interface';
import * as layout from '../kernel/memory-layout';
import { AddressSpace } from '../paging/address-space';
import { RESERVED_FRAMES } from '../paging/buddy';
import { FaultHandler, FaultVerdict } from '../paging/fault-handler';
import type { FaultKind } from '../paging/fault-handler';
import { PagingSystem } from '../paging/paging-system';
import { highOf, lowOf } from '../paging/units';
import type { Pfn, Vpn } from '../paging/units';
import { PROT_READ, PROT_WRITE } from '../paging/vma';
import { Store } from '../store/store';
import { pressureViolations } from './violations';
import type { SwapDevice } from '../swap/swap-device';
import type { ReplacementPolicy } from '../../shared/config';

/** Zero page, and the four tables of one 2 MiB of address space. */
const OVERHEAD = 5;
/** First page of the area that tests use. */
export const BASE: Vpn = 0x7f00_0000_0;

export interface PressureBenchOptions {
  /** Frames for data beside the overhead of one space. */
  readonly frames: number;
  readonly policy?: ReplacementPolicy;
  readonly slots?: number;
  /** vm.watermark_scale_factor; 0, the default here: a page leaves when its frame is needed. */
  readonly scale?: number;
  readonly swappiness?: number;
  readonly overcommit?: 0 | 1 | 2;
  readonly device?: SwapDevice;
  readonly pageCluster?: number;
  readonly seed?: number;
}

export interface Evicted { readonly key: number; readonly vpn: Vpn; readonly slot: number; readonly pfn: Pfn }

export class PressureBench {
  readonly store = new Store();
  readonly kernel: KernelExports;
  readonly system: PagingSystem;
  readonly handler = new FaultHandler(2048);
  readonly evicted: Evicted[] = [];
  readonly failures: string[] = [];
  /** Kinds of the faults since the last `access`. */
  faults: FaultKind[] = [];
  verdict = FaultVerdict.Resolved;
  private mappings = 0;
  private keys = 0;
  private current: AddressSpace | null = null;

  /** `module`: the compiled kernel; without it, it is built when needed. */
  static async create(options: PressureBenchOptions, module?: WebAssembly.Module): Promise<PressureBench> {
    return new PressureBench(options, module ?? await kernelModule());
  }

  private constructor(options: PressureBenchOptions, module: WebAssembly.Module) {
    const { store } = this;
    store.write32(layout.ST_LEVELS, 4);
    const geometry = [[layout.GEO_L1D_SETS, 16], [layout.GEO_L1D_WAYS, 4], [layout.GEO_L1I_SETS, 16], [layout.GEO_L1I_WAYS, 4], [layout.GEO_L2_SETS, 128], [layout.GEO_L2_WAYS, 12]] as const;
    for (const [at, value] of geometry) store.write32(at, value);
    const nothing = (): number => { throw new Error('not in this test'); };
    this.kernel = instantiateKernel(module, store.memory, {
      pageFault: (low, high, access) => this.fault(low, high, access),
      frameSlot: (pfn) => this.system.frames.slot(pfn),
      shadowPage: nothing, invalidAccess: nothing, badJump: nothing, stackSmashed: nothing, arithmeticTrap: nothing,
      intrinsic: nothing, registerStackFull: nothing, watch: nothing, heapGrow: nothing,
    });
    this.kernel.reset();
    const { kernel } = this;
    this.system = new PagingSystem(store, RESERVED_FRAMES + OVERHEAD + options.frames, 4, {
      invalidatePage: (low, high) => { kernel.invalidatePage(low, high); },
      invalidateAsid: (asid) => { kernel.invalidateAsid(asid); },
      invalidateAll: () => { kernel.invalidateAll(); },
      clearFast: () => { kernel.clearFast(); },
      checksum: (address) => kernel.checksum(address),
    }, {
      memory: { policy: options.policy ?? 'linux', overcommit: options.overcommit ?? 1, overcommitRatio: 50, swappiness: options.swappiness ?? 60, watermarkScale: options.scale ?? 0, kernelTables: false },
      swap: { slotCount: options.slots ?? 4096, device: 'nvme', pageCluster: options.pageCluster ?? 0 },
      device: options.device ?? null, seed: options.seed ?? 7,
    });
    this.system.observer = {
      evicted: (key, vpn, slot, pfn) => { this.evicted.push({ key, vpn, slot, pfn }); },
      reclaimed: () => undefined,
      deviceFailed: (status, writing, slot) => { this.failures.push(`${writing ? 'write' : 'read'} ${String(slot)}: ${String(status)}`); },
      thrashing: () => undefined,
    };
  }

  newSpace(): AddressSpace {
    return new AddressSpace(this.system, ++this.keys, () => ++this.mappings);
  }

  /** Maps `pages` private writable pages at BASE + first. */
  map(space: AddressSpace, first: number, pages: number): void {
    space.map({ first: BASE + first, last: BASE + first + pages, prot: PROT_READ | PROT_WRITE, kind: 'mmap', name: '', file: null, filePage: 0, growsDown: false, shared: false }, 2);
  }

  nextKey(): number {
    return ++this.keys;
  }
  readonly newMappingId = (): number => ++this.mappings;

  /** Makes a space the running one, as a context switch does. */
  switchTo(space: AddressSpace): void {
    if (this.current === space) return;
    this.current = space;
    this.store.write32(layout.ST_CR3, space.tables.root);
    this.store.write32(layout.ST_ASID, this.system.asids.use(space));
    this.kernel.clearFast();
  }

  /** One access through the MMU: store address of the byte, or 0 when it cannot be made. */
  access(space: AddressSpace, page: number, write: boolean, offset = 0): number {
    this.switchTo(space);
    this.faults = [];
    this.verdict = FaultVerdict.Resolved;
    const vpn = BASE + page;
    return this.kernel.translate((lowOf(vpn) + offset) >>> 0, highOf(vpn), write ? ACCESS_WRITE : ACCESS_READ);
  }

  put(space: AddressSpace, page: number, value: number, offset = 0): boolean {
    const at = this.access(space, page, true, offset);
    if (at !== 0) this.store.write32(at, value);
    return at !== 0;
  }

  get(space: AddressSpace, page: number, offset = 0): number {
    const at = this.access(space, page, false, offset);
    return at === 0 ? -1 : this.store.read32(at);
  }

  /** Every frame's references, every slot's, and the lists, counted anew; violations as text. */
  check(spaces: readonly AddressSpace[]): readonly string[] {
    return [...this.system.buddy.check(), ...this.system.swap.slots.check(), ...pressureViolations(this.system, spaces)];
  }

  private fault(low: number, high: number, access: number): number {
    if (this.current === null) throw new Error('no space runs');
    if (this.faults.length > 8) throw new Error('an access faults for ever');
    this.system.reclaim.background();
    this.verdict = this.handler.handle(this.current, low, high, access);
    if (this.verdict !== FaultVerdict.Resolved) return LEAVE_RETRY;
    this.faults.push(this.handler.last.kind);
    this.system.clock.charge(this.handler.last.waitCycles);
    return CONTINUE;
  }
}
