/** What reclaim and swap tell the machine, which logs it; and the clock that they charge. Set once by the machine. */
import type { Pfn, Vpn } from '../paging/units';
import type { DeviceStatus } from '../swap/swap-device';
import type { ThrashingVerdict } from './working-set';

export interface PressureObserver {
  /** A page left RAM. `slot`: swap slot + 1; 0: a page of a file was dropped. */
  evicted(processKey: number, vpn: Vpn, slot: number, pfn: Pfn): void;
  reclaimed(direct: boolean, freed: number, scanned: number): void;
  deviceFailed(status: DeviceStatus, writing: boolean, slot: number, pfn: Pfn): void;
  thrashing(verdict: ThrashingVerdict): void;
}

export interface PressureClock {
  /** Cycles since the machine began. */
  now(): number;
  /** The running process, or the kernel itself, works this long. */
  charge(cycles: number): void;
  /** The running process waits for a device. */
  wait(cycles: number): void;
}

export const SILENT: PressureObserver = {
  evicted: () => undefined, reclaimed: () => undefined, deviceFailed: () => undefined, thrashing: () => undefined,
};

/** A clock of its own, for paging without a machine. */
export function ownClock(): PressureClock {
  let cycles = 0;
  const pass = (by: number): void => { cycles += by; };
  return { now: () => cycles, charge: pass, wait: pass };
}
