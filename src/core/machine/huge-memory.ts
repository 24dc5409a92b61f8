/**
 * Brings huge pages, khugepaged and compaction into a machine: pools at start, the simulated clock, and the events that they
 * leave in the log. Called once by Computer.
 *
 *   EventKind.HugePage    va: first byte; detail: HugeCause; word: 4 KiB pages; b: first frame + 1 (0: none)
 *   EventKind.Shootdown   va and word 1: one page of another address space; word 0: all of it
 *   EventKind.Compaction  word: frames moved; b: frames that the migrate scanner looked at; detail: 1 when a block is free now
 */
import type { PagingConfig } from '../../shared/config';
import { EventKind } from '../events/event-log';
import { Compactor } from '../paging/compaction';
import { CLEAR_PAGE_CYCLES } from '../paging/huge-pages';
import { Khugepaged } from '../paging/khugepaged';
import type { AddressSpace } from '../paging/address-space';
import type { PagingSystem } from '../paging/paging-system';
import { highOf, lowOf } from '../paging/units';
import type { Timers } from './timers';

/** What this needs of the machine. */
interface HugeHost {
  readonly system: PagingSystem;
  readonly timers: Timers;
  cycles(): number;
  chargeCycles(cycles: number): void;
  log(kind: EventKind, vaLow: number, vaHigh: number, word: number, b: number, detail: number, mappingId: number, about: number): number;
}

export function bringUpHugeMemory(host: HugeHost, config: PagingConfig): { readonly khugepaged: Khugepaged; readonly compactor: Compactor } {
  const { system } = host;
  const { huge } = system;
  huge.setUp(config);
  huge.report = (cause, space, vpn, pages, pfn) => { host.log(EventKind.HugePage, lowOf(vpn), highOf(vpn), pages, pfn + 1, cause, 0, space.processKey); };
  system.asids.invalidated = (space, vpn) => {
    if (!(space as AddressSpace).isRunning) host.log(EventKind.Shootdown, vpn < 0 ? 0 : lowOf(vpn), vpn < 0 ? 0 : highOf(vpn), vpn < 0 ? 0 : 1, 0, 0, 0, space.processKey ?? 0);
  };
  const compactor = new Compactor(system);
  compactor.report = (run) => {
    host.chargeCycles(run.moved * CLEAR_PAGE_CYCLES);
    host.log(EventKind.Compaction, 0, 0, run.moved, run.scanned, run.success ? 1 : 0, 0, 0);
  };
  huge.makeRoom = (order) => compactor.compact(order);
  const khugepaged = new Khugepaged(system, { scanCycles: config.khugepagedScanCycles, pagesToScan: config.khugepagedPages, maxPtesNone: config.maxPtesNone }, {
    scanAfter: (cycles) => { host.timers.set(host.cycles() + cycles, { kind: 'khugepaged' }); },
    charge: (cycles) => { host.chargeCycles(cycles); },
  });
  huge.candidate = () => { khugepaged.wake(); };
  return { khugepaged, compactor };
}
