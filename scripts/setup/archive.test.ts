import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asarOf, extractFromTgz, setFuses, unzip } from './archive.mjs';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'pagewise-archive-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

function tar(files: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, body] of Object.entries(files)) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(body.length.toString(8).padStart(11, '0'), 124);
    parts.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

interface ZipEntry { readonly name: string; readonly body: Buffer; readonly deflate: boolean; readonly mode: number }

function zip(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const { name, body, deflate, mode } of entries) {
    const data = deflate ? deflateRawSync(body) : body;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(deflate ? 8 : 0, 10);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE((mode << 16) >>> 0, 38);
    central.writeUInt32LE(position, 42);
    bodies.push(local, Buffer.from(name), data);
    directory.push(central, Buffer.from(name));
    position += 30 + name.length + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...bodies, central, end]);
}

describe('extractFromTgz', () => {
  it('finds one file, over many chunks, and hashes it', async () => {
    const big = Buffer.from(Array.from({ length: 3_000_001 }, (_, i) => (i * 31) & 255));
    writeFileSync(join(folder, 'a.tgz'), gzipSync(tar({ 'package/first': Buffer.from('x'.repeat(700)), 'package/big': big, 'package/last': Buffer.from('y') })));
    const sha256 = await extractFromTgz(join(folder, 'a.tgz'), 'package/big', join(folder, 'out'));
    expect(readFileSync(join(folder, 'out')).equals(big)).toBe(true);
    expect(sha256).toBe(createHash('sha256').update(big).digest('hex'));
  });

  it('says when the file is not there', async () => {
    writeFileSync(join(folder, 'a.tgz'), gzipSync(tar({ other: Buffer.from('x') })));
    await expect(extractFromTgz(join(folder, 'a.tgz'), 'wanted', join(folder, 'out'))).rejects.toThrow('wanted is not in the package');
  });
});

describe('unzip', () => {
  it('unpacks stored and deflated entries, renames, skips, keeps the execute bit', async () => {
    writeFileSync(join(folder, 'a.zip'), zip([
      { name: 'App/run', body: Buffer.from('#!'), deflate: false, mode: 0o100755 },
      { name: 'App/data/text', body: Buffer.from('hello '.repeat(1000)), deflate: true, mode: 0o100644 },
      { name: 'App/skip', body: Buffer.from('no'), deflate: false, mode: 0o100644 },
    ]));
    await unzip(join(folder, 'a.zip'), join(folder, 'out'), (name: string) => (name === 'App/skip' ? null : name.slice(4)));
    expect(readFileSync(join(folder, 'out/data/text'), 'utf8')).toBe('hello '.repeat(1000));
    expect(statSync(join(folder, 'out/run')).mode & 0o111).toBe(0o111);
    expect(statSync(join(folder, 'out/data/text')).mode & 0o111).toBe(0);
    expect(existsSync(join(folder, 'out/skip'))).toBe(false);
  });

  it('refuses an entry that leaves its folder, and a cut archive', async () => {
    writeFileSync(join(folder, 'a.zip'), zip([{ name: '../evil', body: Buffer.from('x'), deflate: false, mode: 0 }]));
    await expect(unzip(join(folder, 'a.zip'), join(folder, 'out'), (name: string) => name)).rejects.toThrow('leaves its folder');
    expect(existsSync(join(folder, 'evil'))).toBe(false);
    writeFileSync(join(folder, 'b.zip'), 'nonsense');
    await expect(unzip(join(folder, 'b.zip'), join(folder, 'out'), (name: string) => name)).rejects.toThrow('not a complete zip');
  });
});

describe('asarOf', () => {
  it('has the offsets that its header names', () => {
    const archive: Buffer = asarOf({ 'package.json': '{"main":"main.js"}', 'main.js': 'run()' });
    const jsonLength = archive.readUInt32LE(12);
    const header = JSON.parse(archive.toString('utf8', 16, 16 + jsonLength)) as { files: Record<string, { size: number; offset: string }> };
    const bodies = 8 + archive.readUInt32LE(4);
    const main = header.files['main.js'];
    expect(archive.toString('utf8', bodies + Number(main?.offset), bodies + Number(main?.offset) + (main?.size ?? 0))).toBe('run()');
  });
});

describe('setFuses', () => {
  it('changes the asked ones only, and refuses a file without fuses', async () => {
    const wire = Buffer.concat([Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'), Buffer.from([1, 4]), Buffer.from('0000')]);
    writeFileSync(join(folder, 'exe'), Buffer.concat([Buffer.from('code'), wire, Buffer.from('more')]));
    await setFuses(join(folder, 'exe'), { 1: '1', 3: 'r' });
    expect(readFileSync(join(folder, 'exe')).toString('latin1').slice(-8)).toBe('010rmore');
    writeFileSync(join(folder, 'plain'), 'nothing here');
    await expect(setFuses(join(folder, 'plain'), { 1: '1' })).rejects.toThrow('no fuse wire');
  });
});
