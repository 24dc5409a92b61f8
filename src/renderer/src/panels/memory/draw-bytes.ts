/** The bytes of a page on the address map: bands of A and V bits, and from a few pixels a byte on cells with their values. */
import type { PageDetail } from '@shared/views';
import { token } from '@/lib/theme';
import { parseVa } from '@/lib/va';
import { shadeRuns } from './byte-view';

/** Pixels a byte from which its two digits fit. */
const DIGITS_PX = 17;
const BAND_PX = 8;
const SHADES = ['no access', 'undefined', 'defined'];

export interface ByteBox {
  readonly xOf: (address: number) => number;
  readonly top: number;
  readonly height: number;
  /** Addresses in sight. */
  readonly low: number;
  readonly high: number;
}

export function drawBytes(g: CanvasRenderingContext2D, page: PageDetail, box: ByteBox): void {
  const start = Number(parseVa(page.va));
  const width = box.xOf(start + 1) - box.xOf(start);
  if (width >= DIGITS_PX) drawDigits(g, page, box, start, width);
  const fills = [token('--k-suppressed'), token('--warn'), token('--accent-fill')];
  for (const [from, length, shade] of shadeRuns(page.shadow)) {
    if (start + from > box.high || start + from + length < box.low) continue;
    const x = box.xOf(start + from);
    g.fillStyle = fills[shade] ?? fills[2]!;
    g.fillRect(x, box.top + box.height - BAND_PX, Math.max(1, box.xOf(start + from + length) - x - 0.5), BAND_PX);
  }
}

function drawDigits(g: CanvasRenderingContext2D, page: PageDetail, box: ByteBox, start: number, width: number): void {
  g.font = `500 11px ${token('--font-mono')}`;
  g.textAlign = 'center';
  for (let at = Math.max(start, Math.floor(box.low)); at < Math.min(start + page.bytes.length, box.high); at++) {
    const x = box.xOf(at);
    g.fillStyle = token('--bg-raised');
    g.fillRect(x + 0.5, box.top + 1, width - 1, box.height - BAND_PX - 2);
    g.fillStyle = token('--fg');
    g.fillText(hexOf(page.bytes[at - start] ?? 0), x + width / 2, box.top + 11);
  }
  g.textAlign = 'start';
}

const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0');

/** The bytes from `low` to `high` in words, for those who do not see the map; '' where the page shows none of them. */
export function bytesInWords(page: Pick<PageDetail, 'va' | 'bytes'>, low: number, high: number): string {
  const start = Number(parseVa(page.va));
  return Array.from(page.bytes.subarray(Math.max(0, Math.floor(low) - start), Math.max(0, Math.ceil(high) - start)), hexOf).join(' ');
}

/** "byte 41 'A', defined": one byte with its character and what the checker knows of it. */
export function byteInWords(page: Pick<PageDetail, 'va' | 'bytes' | 'shadow'>, address: number): string {
  const at = address - Number(parseVa(page.va));
  const byte = page.bytes[at];
  if (byte === undefined) return '';
  const letter = byte > 32 && byte < 127 ? ` '${String.fromCharCode(byte)}'` : '';
  return `byte ${hexOf(byte)}${letter}${page.shadow.length ? `, ${SHADES[page.shadow[at] ?? 2] ?? ''}` : ''}`;
}
