/** Remembered moments as the text that outlives the window; what is not whole in it, or of another version, is left out. */
import { NO_LEAK_CHECKS, type MomentSummary } from '@shared/views-compare';

/** Of one file, in characters: newest moments first come in, older ones while there is room. */
export const SAVED_LIMIT = 3_000_000;
/** Grows when a summary changes its shape. */
const FORMAT = 1;

export interface SavedMoment { readonly name: string; readonly program: string; readonly note: string; readonly summary: MomentSummary }

export function savedText(moments: readonly SavedMoment[], limit = SAVED_LIMIT): string {
  const kept: string[] = [];
  let room = limit;
  for (const { name, program, note, summary } of moments.toReversed()) {
    const text = JSON.stringify({ name, program, note, summary });
    room -= text.length + 1;
    if (room < 0) break;
    kept.unshift(text);
  }
  return `{"format":${FORMAT},"moments":[${kept.join(',')}]}`;
}

export function savedMoments(json: string): readonly SavedMoment[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Nothing was saved yet, or something else wrote there.
    return [];
  }
  const { format, moments } = (typeof value === 'object' && value !== null ? value : {}) as { format?: unknown; moments?: unknown };
  return format === FORMAT && Array.isArray(moments) ? moments.filter(isSaved) : [];
}

function isSaved(value: unknown): value is SavedMoment {
  if (!isLike(value, EXAMPLE)) return false;
  const { summary: { leaks, profile } } = value as SavedMoment;
  return (typeof leaks === 'string' ? NO_LEAK_CHECKS.includes(leaks) : isLike(leaks, LEAKS)) && (profile === 'linux' || profile === 'windows');
}

/** Same kinds of fields; of lists, every item as the example's first. */
function isLike(value: unknown, example: unknown): boolean {
  if (Array.isArray(example)) return Array.isArray(value) && value.every((item) => isLike(item, example[0]));
  if (typeof example === 'object' && example !== null) {
    return typeof value === 'object' && value !== null && Object.entries(example).every(([name, each]) => isLike((value as Readonly<Record<string, unknown>>)[name], each));
  }
  return typeof value === typeof example && (typeof value !== 'number' || Number.isFinite(value));
}

const BLOCKS = { bytes: 0, blocks: 0 };
const STACK = { ...BLOCKS, processKey: 0, blockId: 0, frames: [{ fn: '', file: '', line: 0, library: false }] };
const EXAMPLE: Omit<SavedMoment, 'summary'> & { readonly summary: Omit<MomentSummary, 'leaks'> } = {
  name: '', program: '', note: '',
  summary: {
    moment: { instruction: 0, cycle: 0 }, profile: 'linux', heap: BLOCKS, stacks: [STACK], otherStacks: { ...BLOCKS, stacks: 0 },
    mappings: [{ processKey: 0, pid: 0, kind: 'heap', name: '', low: '', high: '', permissions: '', bytes: 0, residentBytes: 0, swapBytes: 0 }],
    otherMappings: { mappings: 0, bytes: 0, residentBytes: 0, swapBytes: 0 },
    processes: [{ processKey: 0, pid: 0, name: '', state: 'ready', rssBytes: 0, swapBytes: 0, minorFaults: 0, majorFaults: 0 }],
    otherProcesses: { processes: 0, rssBytes: 0, swapBytes: 0, minorFaults: 0, majorFaults: 0 },
    minorFaults: 0, majorFaults: 0, faults: [0], forgottenFaults: 0,
    faultLines: [{ file: '', line: 0, fn: '', faults: 0, major: 0 }], otherFaultLines: { lines: 0, faults: 0, major: 0 },
  },
};
const LEAKS = { definite: BLOCKS, indirect: BLOCKS, possible: BLOCKS, reachable: BLOCKS, records: [{ ...STACK, kind: 'definite' }], otherRecords: { ...BLOCKS, records: 0 } };
