/**
 * What differs between two moments (views-compare.ts): one table for each thing that a summary lists. What a summary left out of a
 * list because it is too small stands in one row, so that the differences of a table always add up to the difference of the totals.
 * Used by the Compare view and by `pagewise snapshot compare`.
 */
import type { LeakKind } from './config';
import { faultKinds } from './fault-kinds';
import { KIND_NAME } from './finding-words';
import { changeOf, diffTable, type Change, type DiffTable, type Entry, type Measure, type RowPlace, type TableHead } from './moment-diff';
import { heapSentence, otherSentences } from './moment-words';
import { PROFILE_WORDS } from './profiles';
import { baseName, capital, counted } from './quantities';
import type { MomentFrame, MomentLoss, MomentMapping, MomentProcess, MomentStack, MomentSummary, NoLeakCheck } from './views-compare';
import { VMA_NAME } from './vma-names';

/** One number of the whole machine. */
export interface OverviewRow { readonly label: string; readonly unit: Measure['unit']; readonly change: Change; /** Its colour and letter, where it is about leaks. */ readonly leak: LeakKind | null }
export interface Comparison {
  /** What became of the heap. */
  readonly sentence: string;
  /** What else changed. */
  readonly others: readonly string[];
  readonly overview: readonly OverviewRow[];
  readonly stacks: DiffTable;
  /** Where a moment has no leak check, why. */
  readonly leaks: DiffTable | NoLeakCheck;
  readonly mappings: DiffTable;
  readonly processes: DiffTable;
  readonly faults: DiffTable;
  readonly faultLines: DiffTable;
}

const bytes = (title: string): Measure => ({ title, unit: 'bytes' });
const number = (title: string): Measure => ({ title, unit: 'count' });
const LEAK_KINDS: readonly LeakKind[] = ['definite', 'indirect', 'possible', 'reachable'];

/** Words are those of B's system. `isOneProgram`: both are moments of the same program. */
export function compareMoments(a: MomentSummary, b: MomentSummary, isOneProgram = true): Comparison {
  const tables = {
    stacks: stackTable(a, b), leaks: leakTable(a, b), mappings: mappingTable(a, b), processes: processTable(a, b), faults: faultTable(a, b), faultLines: faultLineTable(a, b),
  };
  return { sentence: heapSentence(a, b, tables.stacks, isOneProgram), others: otherSentences(a, b, tables), overview: overviewOf(a, b), ...tables };
}

/** All tables that there are, in order. */
export function tablesOf({ stacks, leaks, mappings, processes, faults, faultLines }: Comparison): readonly DiffTable[] {
  return [stacks, ...(typeof leaks === 'string' ? [] : [leaks]), mappings, processes, faults, faultLines];
}

const NO_LEAKS: Readonly<Record<NoLeakCheck, string>> = {
  'off': 'There is no leak check at one of these moments: the machine runs without a checker, or with the leak check switched off.',
  'skipped': 'Looking for leaks would take long at one of these moments, because its heap is large: remember the moment to have it done.',
  'too-large': 'The leaks of one of these moments are not known: its memory is too large to look through for a summary.',
};
export function noLeaksText(why: NoLeakCheck): string {
  return NO_LEAKS[why];
}

function overviewOf(a: MomentSummary, b: MomentSummary): readonly OverviewRow[] {
  const words = PROFILE_WORDS[b.profile];
  const row = (label: string, unit: Measure['unit'], of: (moment: MomentSummary) => number, leak: LeakKind | null = null): OverviewRow => ({ label, unit, change: changeOf(of(a), of(b)), leak });
  const mapped = (of: 'bytes' | 'residentBytes' | 'swapBytes') => ({ mappings, otherMappings }: MomentSummary): number => mappings.reduce((sum, one) => sum + one[of], otherMappings[of]);
  const lost = LEAK_KINDS.map((kind) => row(`${KIND_NAME[kind]}`, 'bytes', ({ leaks }) => (typeof leaks === 'string' ? 0 : leaks[kind].bytes), kind));
  return [
    row('Instructions executed', 'count', ({ moment }) => moment.instruction),
    row('Heap in use', 'bytes', ({ heap }) => heap.bytes), row('Heap blocks', 'count', ({ heap }) => heap.blocks),
    ...(typeof a.leaks === 'string' || typeof b.leaks === 'string' ? [] : lost),
    row('Mapped memory', 'bytes', mapped('bytes')), row('Of that in RAM', 'bytes', mapped('residentBytes')), row(`Of that in ${words.swapSpace}`, 'bytes', mapped('swapBytes')),
    row('Processes', 'count', ({ processes, otherProcesses }) => processes.length + otherProcesses.processes),
    row(capital(words.minorFaults), 'count', ({ minorFaults }) => minorFaults), row(capital(words.majorFaults), 'count', ({ majorFaults }) => majorFaults),
  ];
}

/** The innermost call frame in the program itself: where the reader can do something about it. */
const ownFrame = (frames: readonly MomentFrame[]): MomentFrame | undefined => frames.find((frame) => !frame.library && frame.line > 0);

function stackLabel(frames: readonly MomentFrame[]): string {
  const own = frames.filter((frame) => !frame.library && frame.line > 0).map(({ fn, file, line }) => `${fn} (${baseName(file)}:${line})`);
  return own.length > 0 ? own.join(' ← ') : `${frames[0]?.fn ?? 'unknown'} (C library)`;
}

/** Folders are left out: the same program may have been compiled elsewhere. */
const stackKey = ({ frames }: MomentStack): string => frames.map(({ fn, file, line }) => `${fn}\t${baseName(file)}\t${line}`).join('\n');

function stackEntry(stack: MomentStack): Entry & { readonly place: RowPlace } {
  const own = ownFrame(stack.frames);
  return {
    key: stackKey(stack), label: stackLabel(stack.frames), values: [stack.bytes, stack.blocks], line: own ? { file: own.file, line: own.line } : null,
    place: { processKey: stack.processKey, blockId: stack.blockId, va: '' },
  };
}

const restEntry = (number: number, label: string, values: readonly number[]): readonly Entry[] => (number === 0 ? [] : [{ key: 'rest', label, values }]);

export function stackTable(a: MomentSummary, b: MomentSummary): DiffTable {
  const head = { title: 'Heap by allocation stack', subject: 'Allocated by', measures: [bytes('Bytes'), number('Blocks')] };
  const entries = ({ stacks, otherStacks: rest }: MomentSummary): readonly Entry[] => [...stacks.map(stackEntry), ...restEntry(rest.stacks, 'Smaller stacks together', [rest.bytes, rest.blocks])];
  return diffTable(head, entries(a), entries(b));
}

function leakTable(a: MomentSummary, b: MomentSummary): DiffTable | NoLeakCheck {
  if (typeof a.leaks === 'string') return a.leaks;
  if (typeof b.leaks === 'string') return b.leaks;
  const head = { title: 'Leaks', subject: 'Blocks allocated by', measures: [bytes('Bytes'), number('Blocks')] };
  const entry = (loss: MomentLoss): Entry => ({ ...stackEntry(loss), key: `${loss.kind}\n${stackKey(loss)}`, detail: KIND_NAME[loss.kind].toLowerCase(), leak: loss.kind });
  const entries = ({ records, otherRecords: rest }: Exclude<MomentSummary['leaks'], string>): readonly Entry[] =>
    [...records.map(entry), ...restEntry(rest.records, 'Smaller records together', [rest.bytes, rest.blocks])];
  return diffTable(head, entries(a.leaks), entries(b.leaks));
}

function mappingTable(a: MomentSummary, b: MomentSummary): DiffTable {
  const words = PROFILE_WORDS[b.profile];
  const head = { title: 'Memory by mapping (VMA)', subject: 'Mapping', measures: [bytes('Mapped'), bytes('In RAM'), bytes(`In ${words.swapSpace}`)] };
  const many = new Set([...a.processes, ...b.processes].map(({ pid }) => pid)).size > 1;
  const keys = pairedKeys(a.mappings, b.mappings);
  const entries = ({ mappings, otherMappings: rest }: MomentSummary): readonly Entry[] => [
    ...mappings.map((one): Entry => ({
      key: keys.get(one) ?? '', label: mappingLabel(one, many), detail: `${one.low}–${one.high} ${one.permissions}`, values: [one.bytes, one.residentBytes, one.swapBytes],
      place: { processKey: one.processKey, blockId: 0, va: one.low },
    })),
    ...restEntry(rest.mappings, 'Smaller mappings together', [rest.bytes, rest.residentBytes, rest.swapBytes]),
  ];
  return diffTable(head, entries(a), entries(b));
}

function mappingLabel({ kind, name, pid }: MomentMapping, withProcess: boolean): string {
  const words = name === '' || name === `[${kind}]` ? VMA_NAME[kind] : `${VMA_NAME[kind]} ${baseName(name)}`;
  return withProcess ? `${words}, process ${pid}` : words;
}

/** Keys that VMAs of A and B share when they are the same one: of the same process, kind and name, and the only one of these or at the same place. */
function pairedKeys(a: readonly MomentMapping[], b: readonly MomentMapping[]): ReadonlyMap<MomentMapping, string> {
  const keys = new Map<MomentMapping, string>();
  const nameOf = ({ processKey, kind, name }: MomentMapping): string => `${processKey}\n${kind}\n${name}`;
  const byAddress = (x: MomentMapping, y: MomentMapping): number => (BigInt(x.low) < BigInt(y.low) ? -1 : 1);
  const [groupsA, groupsB] = [groupsOf(a, nameOf), groupsOf(b, nameOf)];
  for (const name of new Set([...groupsA.keys(), ...groupsB.keys()])) {
    const [before, after] = [(groupsA.get(name) ?? []).toSorted(byAddress), (groupsB.get(name) ?? []).toSorted(byAddress)];
    const isOnly = before.length === 1 && after.length === 1 && before[0]?.name !== '';
    for (let i = 0, j = 0, number = 0; i < before.length || j < after.length; number++) {
      const [old, now] = [before[i], after[j]];
      const isOld = old !== undefined && (now === undefined || isOnly || BigInt(old.low) < BigInt(now.high));
      const isNow = now !== undefined && (old === undefined || isOnly || BigInt(now.low) < BigInt(old.high));
      if (isOld) { keys.set(old, `${name}\n${number}`); i++; }
      if (isNow) { keys.set(now, `${name}\n${number}`); j++; }
    }
  }
  return keys;
}

function groupsOf<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]); else group.push(one);
  }
  return groups;
}

const PROCESS_STATE: Readonly<Record<MomentProcess['state'], string>> = {
  running: 'running', ready: 'running', stopped: 'running', blocked: 'waiting', zombie: 'ended', exited: 'ended, memory reclaimed',
};

function processTable(a: MomentSummary, b: MomentSummary): DiffTable {
  const words = PROFILE_WORDS[b.profile];
  const head: TableHead = { title: 'Processes', subject: 'Process', measures: [bytes(words.residentColumn), bytes(`In ${words.swapSpace}`), number(capital(words.minorFaults)), number(capital(words.majorFaults))] };
  const entries = ({ processes, otherProcesses: rest }: MomentSummary): readonly Entry[] => [
    ...processes.map((one): Entry => ({
      key: String(one.processKey), label: `${one.pid} ${one.name}`, detail: PROCESS_STATE[one.state], values: [one.rssBytes, one.swapBytes, one.minorFaults, one.majorFaults],
      place: { processKey: one.processKey, blockId: 0, va: '' },
    })),
    ...restEntry(rest.processes, `${counted(rest.processes, 'smaller process', 'smaller processes')} together`, [rest.rssBytes, rest.swapBytes, rest.minorFaults, rest.majorFaults]),
  ];
  return diffTable(head, entries(a), entries(b), (before, after) => (before.detail === after.detail ? after.detail ?? '' : `${before.detail ?? ''} → ${after.detail ?? ''}`));
}

function faultTable(a: MomentSummary, b: MomentSummary): DiffTable {
  const kinds = faultKinds(b.profile);
  const entries = ({ faults, forgottenFaults }: MomentSummary): readonly Entry[] => [
    ...faults.map((value, kind): Entry => ({ key: String(kind), label: kinds[kind]?.name ?? `Kind ${kind}`, values: [value] })),
    ...restEntry(forgottenFaults, 'So old that their kind is not kept', [forgottenFaults]),
  ];
  return diffTable({ title: 'Page faults by kind', subject: 'Kind', measures: [number('Faults so far')] }, entries(a), entries(b));
}

function faultLineTable(a: MomentSummary, b: MomentSummary): DiffTable {
  const words = PROFILE_WORDS[b.profile];
  const head = { title: 'Page faults by line', subject: 'Line', measures: [number('Faults so far'), number(capital(words.majorFaults))] };
  const entries = ({ faultLines, otherFaultLines: rest }: MomentSummary): readonly Entry[] => [
    ...faultLines.map(({ file, line, fn, faults, major }): Entry => ({
      key: `${baseName(file)}\n${line}\n${fn}`, label: line > 0 ? `${fn} (${baseName(file)}:${line})` : `${fn || 'before the program began'}${fn ? ' (C library)' : ''}`, values: [faults, major],
      line: line > 0 && file !== '' ? { file, line } : null,
    })),
    ...restEntry(rest.lines, 'Other lines together', [rest.faults, rest.major]),
  ];
  return diffTable(head, entries(a), entries(b));
}
