import { describe, expect, it } from 'vitest';
import { DescriptorTable } from './descriptors';
import { EBADF, EEXIST, EINVAL, EISDIR, ENOENT, ESPIPE, FileSystem } from './file-system';
import type { MemoryFile, OpenFile } from './file-system';

const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;

function opened(fs: FileSystem, path: string, flags: number): OpenFile {
  const file = fs.open(path, flags);
  if (typeof file === 'number') throw new Error(`errno ${String(-file)}`);
  return file;
}
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const bytes = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));

describe('file system', () => {
  it('one file under every spelling of its path', () => {
    let id = 0;
    const fs = new FileSystem(() => ++id);
    opened(fs, 'dir/../a.txt', O_CREAT | O_RDWR).file?.write(0, bytes('hello'));
    expect(text(opened(fs, '/./a.txt', 0).file!.read(1, 10))).toBe('ello');
    expect(fs.open('/a.txt', O_CREAT | O_EXCL)).toBe(-EEXIST);
    expect(fs.open('/b.txt', O_RDWR)).toBe(-ENOENT);
    expect(fs.open('', 0)).toBe(-ENOENT);
    expect(fs.open('/', 0)).toBe(-EISDIR);
  });

  it('truncates, grows with zeros, renames over, unlinks while open', () => {
    let id = 0;
    const fs = new FileSystem(() => ++id);
    const a = opened(fs, 'a', O_CREAT | O_RDWR);
    a.file?.write(0, bytes('abc'));
    expect(opened(fs, 'a', O_WRONLY | O_TRUNC).file?.size()).toBe(0);
    a.file?.write(5, bytes('x'));
    expect([...a.file!.read(0, 10)]).toEqual([0, 0, 0, 0, 0, 120]);
    opened(fs, 'b', O_CREAT | O_RDWR).file?.write(0, bytes('old'));
    expect(fs.rename('a', 'b')).toBe(0);
    expect(opened(fs, 'b', 0).file?.size()).toBe(6);
    expect(fs.unlink('b')).toBe(0);
    expect(fs.unlink('b')).toBe(-ENOENT);
    expect(a.file?.size()).toBe(6);
    expect(opened(fs, 'c', O_CREAT | O_APPEND | O_WRONLY)).toMatchObject({ append: true, readable: false, writable: true });
  });

  it('a file without name and description is unused', () => {
    let id = 0;
    const unused: string[] = [];
    const fs = new FileSystem(() => ++id, undefined, (file) => { unused.push(file.path); });
    const [a, again, b] = [opened(fs, 'a', O_CREAT | O_RDWR), opened(fs, 'a', O_RDWR), opened(fs, 'b', O_CREAT | O_RDWR)];
    fs.unlink('a');
    fs.closed(a.file as MemoryFile);
    expect(unused).toEqual([]);
    fs.closed(again.file as MemoryFile);
    expect(unused).toEqual(['/a']);
    fs.closed(b.file as MemoryFile);
    opened(fs, 'c', O_CREAT | O_RDWR);
    fs.rename('c', 'b');
    expect(unused).toEqual(['/a', '/b']);
  });

  it('descriptors take the lowest free number and seek within a file only', () => {
    let id = 0;
    const fs = new FileSystem(() => ++id);
    const table = DescriptorTable.standard();
    const file = opened(fs, 'a', O_CREAT | O_RDWR);
    file.file?.write(0, bytes('0123456789'));
    expect([table.add(file), table.add(file)]).toEqual([3, 4]);
    expect(table.close(3)).toBe(0);
    expect(table.close(3)).toBe(-EBADF);
    expect(table.add(file)).toBe(3);
    expect([table.seek(3, 4, 0), table.seek(3, 2, 1), table.seek(3, -1, 2)]).toEqual([4, 6, 9]);
    expect([table.seek(3, -1, 0), table.seek(3, 0, 9), table.seek(0, 0, 0), table.seek(77, 0, 0)]).toEqual([-EINVAL, -EINVAL, -ESPIPE, -EBADF]);
  });
});
