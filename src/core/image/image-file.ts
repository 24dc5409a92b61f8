/**
 * Images as bytes of a file, and back. What comes back has the form of an image and nothing more: decode.ts checks its content.
 *
 *   shapes    count, then of each: class, count of keys, keys
 *   strings   count, then texts: count of UTF-16 units, units
 *   objects   count of dynamic ones
 *   headers, content    count of bytes, bytes
 */
import { ByteReader, ByteWriter, ImageDamaged } from './bytes';
import type { ObjectImage, Shape } from './encode';

/** Setting this key would change the class of an object. */
const FORBIDDEN_KEY = '__proto__';

/** @param image a whole one: nothing in it is shared */
export function imageToBytes(image: ObjectImage): Uint8Array {
  if (image.shared.length > 0 || image.pieces !== null) throw new Error('image: what is kept by reference cannot go into a file');
  const writer = new ByteWriter();
  writer.count(image.shapes.length);
  for (const { name, keys } of image.shapes) {
    writeText(writer, name);
    writeTexts(writer, keys);
  }
  writeTexts(writer, image.strings);
  writer.count(image.dynamicCount);
  for (const block of [image.headers, image.content]) {
    writer.count(block.length);
    writer.block(block);
  }
  return writer.take();
}

/** @throws ImageDamaged */
export function imageFromBytes(bytes: Uint8Array): ObjectImage {
  const reader = new ByteReader(bytes);
  const shapes: Shape[] = [];
  for (let left = reader.count(); left > 0; left--) {
    const name = readText(reader), keys = readTexts(reader);
    if (keys.includes(FORBIDDEN_KEY) || new Set(keys).size !== keys.length) throw new ImageDamaged('a shape has keys that no object has');
    shapes.push({ name, keys });
  }
  const strings = readTexts(reader);
  const dynamicCount = reader.count();
  const headers = reader.block(reader.count()), content = reader.block(reader.count());
  if (!reader.isAtEnd) throw new ImageDamaged('there is more than its parts need');
  return { shapes, strings, dynamicCount, headers, content, shared: [], pieces: null };
}

export function writeTexts(writer: ByteWriter, texts: readonly string[]): void {
  writer.count(texts.length);
  for (const text of texts) writeText(writer, text);
}

/** @throws ImageDamaged */
export function readTexts(reader: ByteReader): string[] {
  const texts: string[] = [];
  for (let left = reader.count(); left > 0; left--) texts.push(readText(reader));
  return texts;
}

function writeText(writer: ByteWriter, text: string): void {
  writer.count(text.length);
  for (let i = 0; i < text.length; i++) writer.count(text.charCodeAt(i));
}

function readText(reader: ByteReader): string {
  let text = '';
  for (let left = reader.count(); left > 0; left--) {
    const unit = reader.count();
    if (unit > 0xffff) throw new ImageDamaged('a text has a character that there is not');
    text += String.fromCharCode(unit);
  }
  return text;
}
