/** The few archive formats that the set-up meets: one file out of a .tgz, a .zip, an .asar to write, Electron's fuses. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { createGunzip, inflateRawSync } from 'node:zlib';
import { Failure } from './console.mjs';

/**
 * Streams the file `wanted` of a .tgz to `target` and returns its sha256 in hex. POSIX ustar: 512-byte headers with the
 * name at 0 (100 bytes) and the size in octal at 124 (12 bytes), bodies padded to 512.
 */
export async function extractFromTgz(tgz, wanted, target) {
  const hash = createHash('sha256');
  const file = await open(target, 'w');
  let pending = Buffer.alloc(0);
  let bodyLeft = 0;
  let paddingLeft = 0;
  let inWanted = false;
  let found = false;
  try {
    for await (const chunk of createReadStream(tgz).pipe(createGunzip({ chunkSize: 1 << 20 }))) {
      if (found) continue;
      pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
      while (pending.length > 0 && !found) {
        if (bodyLeft > 0) {
          const part = pending.subarray(0, bodyLeft);
          if (inWanted) { hash.update(part); await file.write(part); }
          bodyLeft -= part.length;
          pending = pending.subarray(part.length);
          found = inWanted && bodyLeft === 0;
        } else if (paddingLeft > 0) {
          const skipped = Math.min(paddingLeft, pending.length);
          paddingLeft -= skipped;
          pending = pending.subarray(skipped);
        } else {
          if (pending.length < 512) break;
          const header = pending.subarray(0, 512);
          pending = pending.subarray(512);
          if (header[0] === 0) continue;
          bodyLeft = parseInt(header.toString('ascii', 124, 136), 8) || 0;
          paddingLeft = (512 - (bodyLeft % 512)) % 512;
          inWanted = header.toString('utf8', 0, 100).replace(/\0.*$/s, '') === wanted;
        }
      }
    }
  } finally {
    await file.close();
  }
  if (!found) throw new Failure(`${wanted} is not in the package ${tgz}.`);
  return hash.digest('hex');
}

/**
 * Unpacks a .zip: central directory, stored or deflated entries, no encryption, no zip64. `rename(name)` gives the path
 * below `target`, or null to leave the entry out.
 */
export async function unzip(zip, target, rename) {
  const file = await open(zip);
  try {
    const { size } = await file.stat();
    const read = async (position, length) => {
      const bytes = Buffer.alloc(length);
      await file.read(bytes, 0, length, position);
      return bytes;
    };
    const tail = await read(Math.max(0, size - 66_000), Math.min(size, 66_000));
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    if (end < 0) throw new Failure(`${zip} is not a complete zip archive.`);
    const directory = await read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50;) {
      const nameLength = directory.readUInt16LE(at + 28);
      const entry = {
        deflated: directory.readUInt16LE(at + 10) === 8,
        compressedBytes: directory.readUInt32LE(at + 20),
        mode: directory.readUInt32LE(at + 38) >>> 16,
        position: directory.readUInt32LE(at + 42),
        name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      };
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
      const relative = rename(entry.name);
      if (relative && !relative.endsWith('/')) await extractEntry(entry, resolve(target, relative), resolve(target), read);
    }
  } finally {
    await file.close();
  }
}

async function extractEntry(entry, path, base, read) {
  if (!path.startsWith(base + sep)) throw new Failure(`An archive entry leaves its folder: ${entry.name}`);
  const local = await read(entry.position, 30);
  const data = await read(entry.position + 30 + local.readUInt16LE(26) + local.readUInt16LE(28), entry.compressedBytes);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, entry.deflated ? inflateRawSync(data) : data);
  if (entry.mode & 0o111) await chmod(path, 0o755);
}

/**
 * An asar archive of a few text files: a pickled JSON header (four u32: 4, header size + 8, header size + 4, JSON
 * length), then the files one after another.
 */
export function asarOf(files) {
  const header = { files: {} };
  const bodies = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const body = Buffer.from(text);
    header.files[name] = { size: body.length, offset: String(offset) };
    offset += body.length;
    bodies.push(body);
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(json.length / 4) * 4;
  const prefix = Buffer.alloc(16 + padded);
  prefix.writeUInt32LE(4, 0);
  prefix.writeUInt32LE(padded + 8, 4);
  prefix.writeUInt32LE(padded + 4, 8);
  prefix.writeUInt32LE(json.length, 12);
  json.copy(prefix, 16);
  return Buffer.concat([prefix, ...bodies]);
}

/** Sets Electron's fuses: one byte each ('0' or '1') after a fixed marker, a version byte and a count in the executable. */
export async function setFuses(executable, fuses) {
  const marker = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
  const data = await readFile(executable);
  const at = data.indexOf(marker);
  if (at < 0 || data[at + marker.length] !== 1) throw new Failure(`${executable} has no fuse wire of version 1.`);
  const file = await open(executable, 'r+');
  for (const [index, value] of Object.entries(fuses)) {
    await file.write(Buffer.from(value), 0, 1, at + marker.length + 2 + Number(index));
  }
  await file.close();
}
