/**
 * The swap device in simulated time: requests queue, one begins when the device is done with those before it. What a request
 * costs is in paging/device-timing.ts.
 */
import type { SwapDeviceModel } from '../../shared/config';
import { transferCycles } from '../paging/device-timing';

export class DeviceTimeline {
  /** Cycle at which the device is done with everything asked of it. */
  busyUntil = 0;
  /** Cycles that it has worked. */
  busyCycles = 0;

  constructor(public model: SwapDeviceModel) {}

  /** Queues a request of `pages` neighbouring pages at cycle `now`; answers the cycle of its completion. */
  request(now: number, pages: number): number {
    const work = transferCycles(this.model, pages);
    this.busyUntil = Math.max(this.busyUntil, now) + work;
    this.busyCycles += work;
    return this.busyUntil;
  }
}
