/** The "info" section: JSON with everything beyond ASCII escaped (the core has no text encoder, and needs none so). */
import type { SnapshotInfo } from '../../shared/snapshot-info';

export function encodeInfo(info: SnapshotInfo): Uint8Array {
  const text = JSON.stringify(info).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** null: the bytes are no description of a snapshot. Fields that this version does not know are left out. */
export function decodeInfo(bytes: Uint8Array): SnapshotInfo | null {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const { title, savedAt, programs } = fields;
  const counts: number[] = [];
  for (const name of ['processCount', 'instructions', 'ramBytes', 'residentBytes', 'swappedBytes']) {
    const count = fields[name];
    if (typeof count !== 'number' || !Number.isFinite(count) || count < 0) return null;
    counts.push(count);
  }
  if (typeof title !== 'string' || typeof savedAt !== 'string' || !isTexts(programs)) return null;
  const [processCount = 0, instructions = 0, ramBytes = 0, residentBytes = 0, swappedBytes = 0] = counts;
  return { title, savedAt, programs, processCount, instructions, ramBytes, residentBytes, swappedBytes };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
