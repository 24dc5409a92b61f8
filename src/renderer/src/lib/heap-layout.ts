/**
 * Layout of the heap strip: blocks in order of address, each as wide as its size allows (logarithmic, so that one large
 * block does not hide the small ones), variables above near what they point at, arrows between them. Pure geometry in
 * pixels; HeapStrip.vue draws it.
 */
import type { BlockRow, HeapPicture, PointerRow } from '@shared/views';
import { parseVa } from './va';

export interface StripBlock { readonly block: BlockRow; readonly x: number; readonly width: number; /** A gap in the addresses precedes it. */ readonly afterGap: boolean }
export interface StripVariable { readonly key: string; readonly label: string; readonly kind: PointerRow['fromKind']; readonly x: number; readonly y: number; readonly width: number; readonly targets: readonly number[] }
export interface StripArrow { readonly key: string; readonly path: string; readonly interior: boolean; readonly fromBlockId: number; readonly toBlockId: number; readonly variableKey: string }
export interface StripLayout {
  readonly width: number; readonly height: number; readonly blockY: number;
  readonly blocks: readonly StripBlock[]; readonly variables: readonly StripVariable[]; readonly arrows: readonly StripArrow[];
}

export const BLOCK_HEIGHT = 28;
const EDGE = 12;
const BLOCK_GAP = 5;
/** Blocks further apart than this get a visible gap. */
const FAR_BYTES = 4096n;
const FAR_GAP = 22;
const VARIABLE_HEIGHT = 19;
const VARIABLE_ROW = 23;
const VARIABLE_ROWS = 3;
const CHARACTER = 6.3;
const ARROW_ROOM = 36;
const ARC_ROOM = 34;

export function blockWidth(sizeBytes: number): number {
  return Math.round(Math.min(96, Math.max(16, 10 + 6 * Math.log2(sizeBytes + 1))));
}

function placeBlocks(blocks: readonly BlockRow[]): { readonly placed: readonly StripBlock[]; readonly right: number } {
  const sorted = blocks.map((block) => ({ block, va: parseVa(block.va) })).sort((a, b) => (a.va < b.va ? -1 : a.va > b.va ? 1 : 0));
  const placed: StripBlock[] = [];
  let x = EDGE;
  let end: bigint | null = null;
  for (const { block, va } of sorted) {
    const afterGap = end !== null && va - end > FAR_BYTES;
    if (end !== null) x += afterGap ? FAR_GAP : BLOCK_GAP;
    const width = blockWidth(block.size);
    placed.push({ block, x, width, afterGap });
    x += width;
    end = va + BigInt(Math.max(1, block.size));
  }
  return { placed, right: x + EDGE };
}

/** Pointers of one variable (several members of a structure, for one) hang on one label. */
function holderKey(pointer: PointerRow): string {
  return `${pointer.fromKind}:${pointer.fromName || pointer.fromVa}`;
}

interface Holder { readonly key: string; readonly label: string; readonly kind: PointerRow['fromKind']; readonly targets: number[]; readonly wanted: number }

/** Variables near the middle of their targets; where they would overlap, the next row or further right. */
function placeVariables(holders: readonly Holder[]): { readonly placed: readonly StripVariable[]; readonly right: number; readonly rows: number } {
  const ends: number[] = [];
  const placed: StripVariable[] = [];
  let right = 0;
  for (const holder of [...holders].sort((a, b) => a.wanted - b.wanted)) {
    const width = Math.round(holder.label.length * CHARACTER + 16);
    const wanted = Math.max(EDGE, holder.wanted - width / 2);
    let row = ends.findIndex((end) => end + 8 <= wanted);
    if (row < 0 && ends.length < VARIABLE_ROWS) row = ends.length;
    if (row < 0) row = ends.indexOf(Math.min(...ends));
    const x = Math.round(Math.max(wanted, ends[row] === undefined ? EDGE : ends[row] + 8));
    ends[row] = x + width;
    right = Math.max(right, x + width + EDGE);
    placed.push({ key: holder.key, label: holder.label, kind: holder.kind, x, y: 4 + row * VARIABLE_ROW, width, targets: holder.targets });
  }
  return { placed, right, rows: ends.length };
}

export function layoutHeapStrip(picture: HeapPicture, minimumWidth: number): StripLayout {
  const { placed: blocks, right: blocksRight } = placeBlocks(picture.blocks);
  const byId = new Map(blocks.map((entry) => [entry.block.blockId, entry]));
  const centre = (entry: StripBlock): number => entry.x + entry.width / 2;
  const drawn = picture.pointers.filter((pointer) => byId.has(pointer.toBlockId) && (pointer.fromKind !== 'block' || byId.has(pointer.fromBlockId)));

  const holders = new Map<string, Holder>();
  for (const pointer of drawn) {
    if (pointer.fromKind === 'block') continue;
    const key = holderKey(pointer);
    const holder = holders.get(key) ?? { key, label: pointer.fromName || pointer.fromVa, kind: pointer.fromKind, targets: [], wanted: centre(byId.get(pointer.toBlockId)!) };
    holder.targets.push(pointer.toBlockId);
    holders.set(key, holder);
  }
  const { placed: variables, right: variablesRight, rows } = placeVariables([...holders.values()]);
  const blockY = rows === 0 ? 14 : 4 + rows * VARIABLE_ROW + ARROW_ROOM;

  const arrows: StripArrow[] = [];
  const variableOf = new Map(variables.map((variable) => [variable.key, variable]));
  const seen = new Set<string>();
  let arcs = false;
  for (const pointer of drawn) {
    const to = byId.get(pointer.toBlockId)!;
    const variableKey = pointer.fromKind === 'block' ? '' : holderKey(pointer);
    const key = `${variableKey || `block:${pointer.fromBlockId}:${pointer.fromVa}`}>${pointer.toBlockId}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const toX = pointer.interior ? to.x + to.width * 0.68 : to.x + Math.min(8, to.width / 2);
    let path: string;
    if (pointer.fromKind === 'block') {
      arcs = true;
      const fromX = centre(byId.get(pointer.fromBlockId)!) + 3;
      const bottom = blockY + BLOCK_HEIGHT;
      const depth = bottom + Math.min(ARC_ROOM - 4, 12 + Math.abs(toX - fromX) * 0.12);
      path = `M${fromX} ${bottom}C${fromX} ${depth} ${toX} ${depth} ${toX} ${bottom + 3}`;
    } else {
      const from = variableOf.get(variableKey)!;
      const fromX = from.x + from.width / 2;
      const fromY = from.y + VARIABLE_HEIGHT;
      const middle = (fromY + blockY) / 2;
      path = `M${fromX} ${fromY}C${fromX} ${middle} ${toX} ${middle} ${toX} ${blockY - 3}`;
    }
    arrows.push({ key, path, interior: pointer.interior, fromBlockId: pointer.fromBlockId, toBlockId: pointer.toBlockId, variableKey });
  }
  return {
    width: Math.max(minimumWidth, blocksRight, variablesRight), height: blockY + BLOCK_HEIGHT + (arcs ? ARC_ROOM : 10), blockY, blocks, variables, arrows,
  };
}
