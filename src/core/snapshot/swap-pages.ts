/**
 * Pages on the swap device of a machine, for its snapshot: those that somebody may want back. A slot whose frame is still in RAM may
 * hold nothing yet, or something stale; what the device has of it goes along when it is what the slot must hold.
 *
 * The device is read directly: that is no transfer of the simulated machine, and leaves no trace in it.
 */
import { DeviceStatus, SLOT_BYTES, statusSentence } from '../swap/swap-device';
import type { SwapArea } from '../swap/swap-area';
import type { PageSource } from './writer';

/** The machine cannot be saved whole; the message is for the user. */
export class CannotSave extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotSave';
  }
}

export function swapPages(swap: SwapArea): PageSource {
  const { slots, device } = swap;
  const page = new Uint8Array(SLOT_BYTES);
  const wanted = slots.inUse().filter((slot) => slots.cached(slot) < 0 || (device.read(slot, [page]) === DeviceStatus.Ok && swap.holds(slot, page)));
  const numbers = Uint32Array.from(wanted);
  return {
    count: numbers.length, pageNumbers: () => numbers,
    read: (i) => {
      const slot = numbers[i] ?? 0;
      const status = device.read(slot, [page]);
      const found = status !== DeviceStatus.Ok ? status : swap.holds(slot, page) ? DeviceStatus.Ok : DeviceStatus.Altered;
      if (found !== DeviceStatus.Ok) throw new CannotSave(`The machine cannot be saved: page ${String(slot)} of its swap space cannot be read. ${statusSentence(found, false)}`);
      return page;
    },
  };
}

/** Slots that must be in a file: nobody else has their pages. */
export function neededSlots(swap: SwapArea): ReadonlySet<number> {
  return new Set(swap.slots.inUse().filter((slot) => swap.slots.cached(slot) < 0));
}
