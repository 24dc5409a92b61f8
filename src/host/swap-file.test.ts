import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceStatus } from '../core/swap/swap-device';
import { openSwapFile, removeStaleFiles, SwapFileError } from './swap-file';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'pagewise-swap-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

/** Pages as the store has them: at page boundaries. */
function pages(count: number): Uint8Array[] {
  const memory = new WebAssembly.Memory({ initial: 1 });
  return Array.from({ length: count }, (_, i) => new Uint8Array(memory.buffer, i * 4096, 4096));
}

describe('swap file', () => {
  it('gives back what was written, slot by slot and in runs', () => {
    const file = openSwapFile({ slotCount: 100, path: null, directory: folder });
    const [a, b, c] = pages(3) as [Uint8Array, Uint8Array, Uint8Array];
    for (let slot = 0; slot < 100; slot += 2) {
      a.fill(slot);
      b.fill(slot + 1);
      expect(file.write(slot, [a, b])).toBe(DeviceStatus.Ok);
    }
    for (let slot = 99; slot >= 0; slot--) {
      expect(file.read(slot, [c])).toBe(DeviceStatus.Ok);
      expect(c.every((byte) => byte === slot)).toBe(true);
    }
    expect(file.lastMicroseconds).toBeGreaterThan(0);
    expect(file.description).toContain(file.isDirect ? 'direct' : 'host cache');
    file.close();
    expect(readdirSync(folder)).toEqual([]);
    expect([file.read(0, [c]), file.write(0, [c])]).toEqual([DeviceStatus.IoError, DeviceStatus.IoError]);
  });

  it('takes pages that lie anywhere in memory', () => {
    const file = openSwapFile({ slotCount: 8, path: null, directory: folder });
    const odd = (value: number): Uint8Array => new Uint8Array(3 * 4096).fill(value).subarray(1234 + value, 1234 + value + 4096);
    expect(file.write(2, [odd(7), odd(8), odd(9)])).toBe(DeviceStatus.Ok);
    const back = [odd(0), odd(1), odd(2)];
    expect(file.read(2, back)).toBe(DeviceStatus.Ok);
    expect(back.map((page) => [page[0], page.every((byte) => byte === page[0])])).toEqual([[7, true], [8, true], [9, true]]);
    file.close();
  });

  it('refuses a file that is not its own, and leaves it alone', () => {
    const path = join(folder, 'thesis.txt');
    writeFileSync(path, 'years of work');
    expect(() => openSwapFile({ slotCount: 4, path })).toThrow(SwapFileError);
    expect(() => openSwapFile({ slotCount: 4, path: join(folder, 'no', 'such', 'swap') })).toThrow(/folder .* does not exist/);
    expect(() => openSwapFile({ slotCount: 4, path: folder })).toThrow(SwapFileError);
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });

  it('is locked while in use, and free again afterwards', () => {
    const path = join(folder, 'placed.swap');
    const first = openSwapFile({ slotCount: 4, path });
    expect(() => openSwapFile({ slotCount: 4, path })).toThrow(/in use/);
    first.close();
    expect(existsSync(path)).toBe(false);
    openSwapFile({ slotCount: 4, path }).close();
  });

  it('finds a disk without room before the machine runs', () => {
    expect(() => openSwapFile({ slotCount: 2 ** 46, path: null, directory: folder })).toThrow(/does not fit/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says when it was cut short, and goes on when it was removed', () => {
    const file = openSwapFile({ slotCount: 8, path: null, directory: folder });
    const [page] = pages(1) as [Uint8Array];
    page.fill(7);
    expect(file.write(7, [page])).toBe(DeviceStatus.Ok);
    truncateSync(file.path, 4096 * 3);
    expect(file.read(7, [page])).toBe(DeviceStatus.Truncated);
    expect(file.notices.join()).toContain('cut short');
    unlinkSync(file.path);
    expect(file.write(0, [page])).toBe(DeviceStatus.Ok);
    expect(file.read(0, [page])).toBe(DeviceStatus.Ok);
    expect(file.read(7, [page])).toBe(DeviceStatus.Truncated);
    expect(file.notices.join()).toContain('was removed');
    file.close();
  });

  it('files of a killed run are removed at the next start, placed ones are taken over', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const pid = child.pid ?? 0;
    const stale = join(folder, `pagewise-${String(pid)}-0-abcdef01.swap`);
    const placed = join(folder, 'placed.swap');
    writeFileSync(stale, 'PAGEWISE SWAP 1\n{"pid":1,"start":"0","slotCount":4}\n');
    writeFileSync(placed, `PAGEWISE SWAP 1\n{"pid":${String(pid)},"start":"0","slotCount":4}\n`);
    expect(removeStaleFiles(folder)).toBe(0);
    expect(() => openSwapFile({ slotCount: 4, path: placed })).toThrow(/in use/);
    const gone = new Promise((resolve) => { child.on('exit', resolve); });
    child.kill('SIGKILL');
    await gone;
    openSwapFile({ slotCount: 4, path: placed }).close();
    const next = openSwapFile({ slotCount: 4, path: null, directory: folder });
    expect(existsSync(stale)).toBe(false);
    expect(next.notices.join()).toContain('1 swap file of ended runs removed');
    next.close();
  });

  it('a file that an ended thread of this process left is removed by the thread that follows, and only then', () => {
    const left = openSwapFile({ slotCount: 4, path: null, directory: folder });
    openSwapFile({ slotCount: 4, path: null, directory: folder }).close();
    expect(existsSync(left.path)).toBe(true);
    const next = openSwapFile({ slotCount: 4, path: null, directory: folder, inUse: [] });
    expect(readdirSync(folder)).toHaveLength(1);
    expect(existsSync(left.path)).toBe(false);
    const second = openSwapFile({ slotCount: 4, path: null, directory: folder, inUse: [next.path] });
    expect(readdirSync(folder)).toHaveLength(2);
    for (const file of [left, next, second]) file.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
