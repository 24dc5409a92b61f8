/** Speed of memory pressure: faults that need no device, and evictions with their swap-ins, through the real MMU; for bench/pressure.mjs. */
import { DEFAULT_MACHINE, type ReplacementPolicy } from '../src/shared/config';
import { DeviceStatus, type SwapDevice } from '../src/core/swap/swap-device';
import { BASE, PressureBench } from '../src/core/reclaim/pressure.fixture';

export interface Rate { readonly perSecond: number; readonly count: number }

/** Slots in one block of memory that exists before the clock runs: what is measured is the machine. */
class BlockDevice implements SwapDevice {
  readonly description = 'block of memory';
  readonly lastMicroseconds = 0;
  private readonly bytes: Uint8Array;

  constructor(readonly slotCount: number) {
    this.bytes = new Uint8Array(slotCount * 4096).fill(1);
  }

  read(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    pages.forEach((page, i) => { page.set(this.bytes.subarray((slot + i) * 4096, (slot + i + 1) * 4096)); });
    return DeviceStatus.Ok;
  }

  write(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    pages.forEach((page, i) => { this.bytes.set(page, (slot + i) * 4096); });
    return DeviceStatus.Ok;
  }

  close(): void {
    // Nothing to give back.
  }
}

function rate(count: number, cpu: NodeJS.CpuUsage): Rate {
  return { perSecond: count / ((cpu.user + cpu.system) / 1e6), count };
}

/** Demand-zero faults a second of CPU time. */
export async function zeroFaults(kernel: WebAssembly.Module): Promise<Rate> {
  const pages = 200_000;
  const bench = await PressureBench.create({ frames: pages + 2000, slots: 0, scale: DEFAULT_MACHINE.memory.watermarkScale }, kernel);
  const space = bench.newSpace();
  bench.map(space, 0, pages);
  for (let page = 0; page < 20_000; page++) bench.access(space, page, true);
  const before = process.cpuUsage();
  for (let page = 20_000; page < pages; page++) bench.access(space, page, true);
  return rate(pages - 20_000, process.cpuUsage(before));
}

/** Evictions a second of CPU time: a process writes to three times its RAM, over and over; each also brings a page back. */
export async function evictions(kernel: WebAssembly.Module, policy: ReplacementPolicy): Promise<Rate> {
  const frames = 20_000;
  const bench = await PressureBench.create({ frames, slots: 3 * frames, device: new BlockDevice(3 * frames), policy, scale: DEFAULT_MACHINE.memory.watermarkScale, pageCluster: 3 }, kernel);
  const space = bench.newSpace();
  bench.map(space, 0, 2 * frames);
  const round = (): void => { for (let page = 0; page < 2 * frames; page++) { bench.access(space, page, true); if (bench.evicted.length > 10_000) bench.evicted.length = 0; } };
  round();
  const statistics = bench.system.reclaim.evictor.statistics;
  const done = statistics.anonymous;
  const before = process.cpuUsage();
  for (let n = 0; n < (policy === 'nru' || policy === 'aging' ? 1 : 3); n++) round();
  const result = rate(statistics.anonymous - done, process.cpuUsage(before));
  if (bench.system.store.read32(space.tables.entryAddress(BASE)) === 0) throw new Error('the first page is lost');
  return result;
}
