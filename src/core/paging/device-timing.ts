/**
 * Simulated time of transfers to and from a disk: one request costs its latency, and each page after the first the time that
 * its bytes take; a cluster of neighbouring pages is one request.
 *
 *   | model    | latency | throughput | 4 KiB more | what it stands for                              |
 *   |----------|---------|------------|------------|--------------------------------------------------|
 *   | hdd      | 5 ms    | 150 MB/s   | 27.3 µs    | seek and half a turn of a 7,200 rpm disk         |
 *   | sata-ssd | 1 ms    | 500 MB/s   | 8.2 µs     | a busy SATA drive, queue and interface included  |
 *   | nvme     | 0.1 ms  | 3 GB/s     | 1.4 µs     | a PCIe drive, interrupt and driver included      |
 */
import { CYCLES_PER_SECOND } from '../../shared/config';
import type { SwapDeviceModel } from '../../shared/config';

interface DeviceTiming { readonly requestSeconds: number; readonly bytesPerSecond: number }

const TIMINGS: Readonly<Record<SwapDeviceModel, DeviceTiming>> = {
  'hdd': { requestSeconds: 0.005, bytesPerSecond: 150e6 },
  'sata-ssd': { requestSeconds: 0.001, bytesPerSecond: 500e6 },
  'nvme': { requestSeconds: 0.0001, bytesPerSecond: 3e9 },
};

/** Cycles that one request for `pages` neighbouring pages takes; whole cycles. */
export function transferCycles(model: SwapDeviceModel, pages: number): number {
  const { requestSeconds, bytesPerSecond } = TIMINGS[model];
  return Math.round((requestSeconds + ((pages - 1) * 4096) / bytesPerSecond) * CYCLES_PER_SECOND);
}
