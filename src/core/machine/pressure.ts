/**
 * Memory pressure as the machine sees it: what reclaim and swap tell becomes events, what they cost goes to the clock, and
 * failures of the swap device go into the input log, so that a replay without that device takes the same path.
 */
import { EventKind } from '../events/event-log';
import type { PressureOptions } from '../paging/paging-system';
import { highOf, lowOf } from '../paging/units';
import type { RunConfig } from '../../shared/config';
import type { Computer } from './computer';
import type { InputLog } from './input-log';
import type { MachinePorts } from './machine-api';

/** Details of EventKind.Reclaim: a turn in the background, one by a process itself, thrashing began or ended. */
export const enum ReclaimDetail { Background, Direct, ThrashingBegan, ThrashingEnded }

/** What the machine's configuration and ports make of memory management. A replay has a device of its own, in memory. */
export function pressureOptions(config: RunConfig, ports: MachinePorts, input: InputLog): PressureOptions {
  const { memory, swap, seed } = config.machine;
  return { memory, swap, device: input.isReplay ? null : ports.swap ?? null, seed };
}

/** To be called once, when the machine's parts are there. */
export function connectPressure(computer: Computer): void {
  const { system } = computer;
  system.clock = {
    now: () => computer.cycles(),
    charge: (cycles) => { computer.chargeCycles(cycles); },
    wait: (cycles) => { computer.chargeCycles(cycles); },
  };
  system.observer = {
    evicted: (processKey, vpn, slot, pfn) => { computer.log(EventKind.Evict, lowOf(vpn), highOf(vpn), slot, pfn, 0, 0, processKey); },
    reclaimed: (direct, freed, scanned) => { computer.log(EventKind.Reclaim, 0, 0, freed, scanned, direct ? ReclaimDetail.Direct : ReclaimDetail.Background); },
    deviceFailed: (status, writing, slot, pfn) => { computer.log(EventKind.DeviceError, 0, 0, slot, pfn, status * 2 + (writing ? 1 : 0)); },
    thrashing: (verdict) => {
      computer.log(EventKind.Reclaim, 0, 0, verdict.missingFrames, Math.round(verdict.stallShare * 1000), verdict.isThrashing ? ReclaimDetail.ThrashingBegan : ReclaimDetail.ThrashingEnded);
    },
  };
  system.swap.journal = {
    settle: (request, status) => computer.input.settle(request, status, computer.stamp()),
  };
}
