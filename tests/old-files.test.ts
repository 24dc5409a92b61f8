/**
 * Files of machines that a Pagewise of another day made: what is there opens and runs to its end as it did then; what this version cannot
 * run on is refused with the version that can.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as layout from '../src/core/kernel/memory-layout';
import { ByteReader, ByteWriter } from '../src/core/image/bytes';
import { imageFromBytes, imageToBytes, readTexts, writeTexts } from '../src/core/image/image-file';
import { plainToBytes } from '../src/core/image/plain-image';
import type { Machine } from '../src/core/machine/machine-api';
import { createMachineFromSnapshot } from '../src/core/machine/machine';
import { FORMAT_VERSION, OLDEST_FORMAT_VERSION } from '../src/core/snapshot/format';
import { MACHINE_FORM } from '../src/core/snapshot/machine-sections';
import type { SnapshotParts } from '../src/core/snapshot/writer';
import { prepareTools } from './engine.fixture';
import { LABEL, codecModule, fileOf, machineOf, openedFile, portsTo } from './machine-snapshot.fixture';
import { become, oldFile } from './snapshots/old-file';

const ROOT = resolve(import.meta.dirname, '..');

let kernel: WebAssembly.Module;
let codec: WebAssembly.Module;
beforeAll(async () => {
  kernel = (await prepareTools()).engine.kernel;
  codec = await codecModule();
});

describe('a machine of format', () => {
  it.each(Array.from({ length: FORMAT_VERSION - OLDEST_FORMAT_VERSION + 1 }, (_, i) => OLDEST_FORMAT_VERSION + i))('%i opens and runs to its end as it did when it was saved', (format) => {
    const { snapshot, became } = oldFile(ROOT, format);
    // When timing is changed on purpose, the numbers in the JSON file change with it. The snapshot never does.
    expect(JSON.parse(JSON.stringify(become(readFileSync(snapshot), { kernel, codec })))).toEqual(JSON.parse(readFileSync(became, 'utf8')));
  });

  it('of another version says so when it is opened', () => {
    const { snapshot } = oldFile(ROOT, 1), opened = openedFile(readFileSync(snapshot), codec, '77.0.0');
    expect(opened.about.notices).toEqual([expect.stringMatching(/^Pagewise 1\.2\.3 made this snapshot, this is 77\.0\.0/)]);
  });
});

describe('a file whose machine this version does not have', () => {
  /** The machine of Pagewise 1.2.3 with one section changed, opened by 77.0.0. */
  function openedForged(name: string, change: (bytes: Uint8Array) => Uint8Array): Machine {
    const parts = machineOf(readFileSync(oldFile(ROOT, FORMAT_VERSION).snapshot), codec, kernel, portsTo([], () => null)).snapshotParts(LABEL);
    const forged: SnapshotParts = { ...parts, sections: parts.sections.map((section) => (section.name === name && 'bytes' in section && section.bytes instanceof Uint8Array ? { name, bytes: change(section.bytes) } : section)) };
    const snapshot = openedFile(fileOf(forged, codec), codec, '77.0.0'), loading = createMachineFromSnapshot(snapshot, portsTo([], () => null), kernel);
    const delivery = snapshot.deliverPages(loading.sections, loading.taker);
    while (delivery.step() !== 'done');
    return loading.finish(snapshot);
  }

  const replaced = (from: string, to: string) => (bytes: Uint8Array): Uint8Array => {
    const at = Buffer.from(bytes).indexOf(from);
    expect([at >= 0, from.length]).toEqual([true, to.length]);
    const changed = bytes.slice();
    changed.set(Buffer.from(to), at);
    return changed;
  };
  /** The field has another name in the file, as if this version called it differently. */
  const withoutKey = (key: string) => (bytes: Uint8Array): Uint8Array => {
    const image = imageFromBytes(bytes);
    const shapes = image.shapes.map((shape) => (shape.keys.includes(key) ? { ...shape, keys: shape.keys.map((each) => (each === key ? `${each}Once` : each)) } : shape));
    expect(shapes).not.toEqual(image.shapes);
    return imageToBytes({ ...image, shapes });
  };

  const classGone = (name: string) => (bytes: Uint8Array): Uint8Array => {
    const image = imageFromBytes(bytes);
    return imageToBytes({ ...image, shapes: image.shapes.map((shape) => (shape.name === name ? { ...shape, name: `${name}Once` } : shape)) });
  };

  it.each([
    ['another form', 'form', () => plainToBytes(MACHINE_FORM + 1), `it is built in form ${String(MACHINE_FORM + 1)}, and this version builds machines in form ${String(MACHINE_FORM)}`],
    ['a part that went', 'skeleton', replaced('pass.computer.system.buddy', 'pass.computer.system.caddy'), 'it has a part "pass.computer.system.caddy", which this version of Pagewise does not have'],
    ['a field that came', 'image', withoutKey('takenAway'), 'its part "pass.computer.system.buddy" lacks "takenAway", which this version of Pagewise has'],
    ['a class that went', 'image', classGone('Pipe'), 'it has an object of class PipeOnce, which this version of Pagewise does not have'],
  ] as const)('%s', (_name, section, change, what) => {
    expect(() => openedForged(section, change)).toThrow(`This version of Pagewise cannot run the snapshot's machine: ${what}. Pagewise 1.2.3 made it: open it with that version.`);
  });

  it('a part that came', () => {
    const withoutLast = (bytes: Uint8Array): Uint8Array => {
      const paths = readTexts(new ByteReader(bytes)), writer = new ByteWriter();
      writeTexts(writer, paths.slice(0, -1));
      writer.block(bytes.subarray(bytes.length - paths.length, bytes.length - 1));
      return writer.take();
    };
    expect(() => openedForged('skeleton', withoutLast)).toThrow(/^This version of Pagewise cannot run the snapshot's machine: it lacks the part "pass\..*", which this version of Pagewise has\. Pagewise 1\.2\.3 made it/);
  });
});

describe('the form of machines', () => {
  /**
   * What snapshots hold is numbers of these. When this fails: may a file that was saved before the change be read as something else?
   * Then raise MACHINE_FORM. In any case write the new hash here.
   */
  const FORMS: Readonly<Record<number, string>> = { 1: '861ce6e2f2be27a2' };

  it('is raised when opcodes, intrinsics or the map of the store change', () => {
    const constants = Object.entries(layout).filter(([, value]) => typeof value === 'number').sort().map(([name, value]) => `${name} ${String(value)}`);
    const enums = ['src/core/kernel/ops.ts', 'src/core/intrinsics.ts'].map((file) => readFileSync(resolve(ROOT, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '').replace(/\s+/g, ' '));
    expect(createHash('sha256').update(JSON.stringify([constants, enums])).digest('hex').slice(0, 16)).toBe(FORMS[MACHINE_FORM]);
  });
});
