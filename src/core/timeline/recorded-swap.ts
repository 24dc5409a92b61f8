/**
 * A swap device that remembers what its slots held at checkpoints. At the head transfers go to the real device, and each page
 * written is kept here too; behind the head nothing reaches the device: a replay does no swap I/O.
 *
 * Contents never change: a slot that is written again gets a new one, so a checkpoint is a copy of the table.
 */
import { DeviceStatus, SLOT_BYTES } from '../swap/swap-device';
import type { SwapDevice } from '../swap/swap-device';

/** Content by slot. */
export type SlotContents = ReadonlyMap<number, Uint8Array>;

export class RecordedSwap implements SwapDevice {
  /** What the slots hold at the present moment. */
  private present = new Map<number, Uint8Array>();
  /** What the device holds, while the machine is behind the head. */
  private head: SlotContents | null = null;
  private written = 0;
  private isKeeping = true;

  /** `device` null: host memory, which is the table itself. */
  constructor(readonly slotCount: number, private readonly device: SwapDevice | null) {}

  get description(): string {
    return this.device?.description ?? 'memory';
  }

  get lastMicroseconds(): number {
    return this.head === null ? this.device?.lastMicroseconds ?? 0 : 0;
  }

  /** Bytes written so far: the most that tables of checkpoints can hold. */
  get keptBytes(): number {
    return this.written;
  }

  read(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    if (this.device !== null && this.head === null) return this.device.read(slot, pages);
    pages.forEach((page, i) => {
      const content = this.present.get(slot + i);
      if (content === undefined) page.fill(0); else page.set(content);
    });
    return DeviceStatus.Ok;
  }

  write(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    const status = this.device === null || this.head !== null ? DeviceStatus.Ok : this.device.write(slot, pages);
    if (status !== DeviceStatus.Ok) return status;
    if (!this.isKeeping) return status;
    pages.forEach((page, i) => { this.present.set(slot + i, page.slice()); });
    if (this.head === null) this.written += pages.length * SLOT_BYTES;
    return status;
  }

  close(): void {
    this.device?.close();
    this.present.clear();
  }

  contents(): SlotContents {
    return new Map(this.present);
  }

  /** There is no recording any more: the machine stays at the head, and a device that keeps its pages itself is enough. */
  stopKeeping(): void {
    if (this.device === null) return;
    this.isKeeping = false;
    this.written = 0;
    this.present.clear();
  }

  leaveHead(): void {
    this.head = this.contents();
  }

  /** The state of a checkpoint. */
  goTo(contents: SlotContents): void {
    this.present = new Map(contents);
  }

  /** The replay has come to where the device stands. */
  arriveAtHead(): void {
    this.present = new Map(this.head ?? this.present);
    this.head = null;
  }

  /** The machine goes on differently from here: the device gets what it does not hold. Answers the first failure. */
  forgetFuture(): DeviceStatus {
    const { head } = this;
    this.head = null;
    if (head === null || this.device === null) return DeviceStatus.Ok;
    for (const [slot, content] of this.present) {
      if (head.get(slot) === content) continue;
      const status = this.device.write(slot, [content]);
      if (status !== DeviceStatus.Ok) return status;
    }
    return DeviceStatus.Ok;
  }
}
