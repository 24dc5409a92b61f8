/**
 * The placement laboratory: a sequence of requests, typed by the user, on an empty memory under one fit, and the same requests in
 * pages. Pure: the same text gives the same steps.
 *
 * Compaction happens only where a line asks for it, so that its gain can be seen: a request that fails for fragmentation says so.
 */
import type { PlacementAnswer, PlacementQuestion, PlacementStep } from '../../shared/views-segments';
import { Placement } from './placement';

/** Lines beyond this are not read. */
const LINE_LIMIT = 500;
const NAME = /^[\p{L}_][\p{L}\p{N}_.-]{0,31}$/u;

interface Placed { readonly id: number; readonly size: number }

export function runPlacement({ total, pageUnits, fit, operations }: PlacementQuestion): PlacementAnswer {
  const placement = new Placement(0, total, fit);
  const names = new Map<string, Placed>();
  const pages = new Map<string, number>();
  const steps: PlacementStep[] = [];
  const counts = { refusals: 0, pagingRefusals: 0 };

  const pageCount = (): number => [...pages.values()].reduce((sum, size) => sum + Math.ceil(size / pageUnits), 0);
  const allPages = Math.floor(total / pageUnits);
  const step = (line: number, text: string, outcome: PlacementStep['outcome'], note: string, searched = 0, movedUnits = 0, pagingRefused = false): void => {
    const used = pageCount() * pageUnits;
    steps.push({
      line, text, outcome, note, searched, movedUnits, numbers: placement.numbers(),
      placed: placement.segments().map(({ id, start, size }) => ({ name: nameOf(names, id), start, size })),
      paging: { usedUnits: used, wasteUnits: used - [...pages.values()].reduce((sum, size) => sum + size, 0), pages: pageCount(), refused: pagingRefused },
    });
  };

  operations.split('\n').slice(0, LINE_LIMIT).forEach((raw, i) => {
    const text = (raw.split('#')[0] ?? '').trim();
    if (text === '') return;
    const words = text.split(/\s+/);
    if (words[0] === 'compact' && words.length === 1) {
      const moved = placement.compact().reduce((sum, move) => sum + move.size, 0);
      step(i + 1, text, 'compacted', moved === 0 ? 'Nothing had to move: there is no hole between segments.' : `Segments slid down: ${String(moved)} units were copied, and the free memory is one hole.`, 0, moved);
    } else if (words[0] === 'free' && words.length === 2) free(i + 1, text, words[1] ?? '');
    else if (words.length === 2) place(i + 1, text, words[0] ?? '', Number(words[1]));
    else step(i + 1, text, 'error', 'Write “name size”, “free name” or “compact”.');
  });
  return { steps, ...counts };

  function free(line: number, text: string, name: string): void {
    const placed = names.get(name);
    if (placed === undefined && !pages.has(name)) { step(line, text, 'error', `There is no segment ${name}.`); return; }
    if (placed !== undefined) placement.free(placed.id);
    names.delete(name);
    pages.delete(name);
    step(line, text, 'freed', placed === undefined ? `${name} had found no place as a segment; its pages are free.` : `${name} left ${String(placed.size)} units.`);
  }

  function place(line: number, text: string, name: string, size: number): void {
    if (!NAME.test(name) || name === 'free' || name === 'compact') { step(line, text, 'error', 'A name begins with a letter.'); return; }
    if (!Number.isSafeInteger(size) || size < 1) { step(line, text, 'error', 'A size is a whole number of units from 1 on.'); return; }
    if (names.has(name) || pages.has(name)) { step(line, text, 'error', `There is a segment ${name} already.`); return; }
    const before = placement.searched;
    const placed = placement.place(size);
    const pagingRefused = pageCount() + Math.ceil(size / pageUnits) > allPages;
    if (!pagingRefused) pages.set(name, size); else counts.pagingRefusals++;
    const searched = placement.searched - before;
    if (placed === null) {
      counts.refusals++;
      const { free: units, largestHole } = placement.numbers();
      const why = units >= size
        ? `External fragmentation: ${String(units)} units are free, but the largest hole has ${String(largestHole)}.`
        : `Only ${String(units)} units are free.`;
      step(line, text, 'refused', `No place for ${String(size)} units. ${why}`, searched, 0, pagingRefused);
      return;
    }
    names.set(name, { id: placed.id, size });
    step(line, text, 'placed', `${name} lies at ${String(placed.start)}, found after ${String(searched)} ${searched === 1 ? 'hole' : 'holes'}.`, searched, 0, pagingRefused);
  }
}

function nameOf(names: ReadonlyMap<string, Placed>, id: number): string {
  for (const [name, placed] of names) if (placed.id === id) return name;
  throw new Error(`segment ${String(id)} has no name`);
}
