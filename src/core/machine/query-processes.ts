/**
 * The process manager's answers (shared/views-processes.ts): a window of rows, filtered and sorted here, and what the
 * detail pane shows of one process. Nothing here changes the simulated machine; the windows for rates and the counted
 * PSS and USS are kept beside the processes.
 *
 * PSS shares each resident page out among those who map it (Linux, /proc/PID/smaps_rollup). Counting it takes a look at
 * every entry of the page tables, so that a query counts at most PAGES_PER_QUERY of them: the visible rows that were
 * counted longest ago. Sorting by it uses what was counted last.
 */
import { CYCLES_PER_SECOND } from '../../shared/config';
import type { ProcessDetail, ProcessExitRow, ProcessSort, ProcessState, ProcessTable, ProcessTableQuery, ProcessTableRow, ProcessTotals } from '../../shared/views-processes';
import * as layout from '../kernel/memory-layout';
import { FLAG_SWAP_CACHE, FrameKind } from '../paging/frame-table';
import { PTE_P, PTE_PROTNONE, entryPfn } from '../paging/page-tables';
import type { Computer } from './computer';
import { isPipe } from './descriptors';
import type { ExitFigures, Process } from './process';
import { oomScore } from './oom';
import type { PastProcess } from './past-processes';
import { endingText, exitStatusOf } from './run-result';
import { signalName } from './signals';

const PAGE = 4096;
const PAGES_PER_QUERY = 250_000;
/** Rates are over at least 20 ms of simulated time. */
const RATE_WINDOW = 0.02 * CYCLES_PER_SECOND;
const NO_HISTORY = new Float32Array(0);

interface Rates { from: number; cycles: number; minor: number; major: number; cpu: number; minorRate: number; majorRate: number }
interface Sharing { pss: number; uss: number; at: number }

const ratesOf = new WeakMap<Process, Rates>();
const sharingOf = new WeakMap<Process, Sharing>();
let countings = 0;

export function processTable(computer: Computer, query: ProcessTableQuery, isPaused: boolean): ProcessTable {
  const present = [...computer.processes];
  for (const process of present) rollRates(computer, process);
  const totals = totalsOf(computer, present);
  const words = query.filter.trim().toLowerCase();
  const entries: (Process | PastProcess)[] = query.scope === 'all' ? [...present, ...computer.past.all()] : present;
  const passing = words === '' ? entries : entries.filter((entry) => matches(computer, entry, words, isPaused));
  const sorted = sortEntries(computer, passing, query.sort, query.descending, isPaused);
  const ordered = query.tree ? asTree(sorted) : sorted.map((entry) => ({ entry, depth: 0 }));
  const visible = ordered.slice(query.from, query.from + query.count);
  countSharing(computer, visible.flatMap(({ entry }) => (isPast(entry) ? [] : [entry])));
  return {
    total: ordered.length, from: query.from, totals,
    rows: visible.map(({ entry, depth }) => rowOf(computer, entry, depth, isPaused)),
    found: query.find === 0 ? -1 : ordered.findIndex(({ entry }) => entry.key === query.find),
  };
}

export function processDetail(computer: Computer, processKey: number, isPaused: boolean): ProcessDetail | null {
  const process = processKey === 0 ? computer.processes.first : computer.processes.key(processKey);
  const past = process === null ? computer.past.key(processKey) : null;
  const entry = process ?? past;
  if (entry === null) return null;
  if (process !== null) {
    rollRates(computer, process);
    countSharing(computer, [process]);
  }
  const names = (mask: bigint): string[] => Array.from({ length: 64 }, (_, i) => i + 1).filter((signal) => ((mask >> BigInt(signal - 1)) & 1n) === 1n).map(signalName);
  return {
    ...rowOf(computer, entry, 0, isPaused),
    ending: entry.ending === null ? '' : endingText(entry.ending, computer.config.machine.profile), exit: exitRow(entry.exitFigures),
    descriptors: process === null || process.program === null ? [] : process.files.list().map(({ fd, file }) => ({ fd, what: file.stream ?? (isPipe(file) ? `pipe, ${file.readable ? 'reading' : 'writing'} end` : file.file?.path ?? '') })),
    pendingSignals: process?.pendingSignals.map(({ signal }) => signalName(signal)) ?? [], blockedSignals: process === null ? [] : names(process.blockedSignals),
    handledSignals: process === null ? [] : [...process.actions].filter(([, action]) => action.handler > 1n).map(([signal]) => signalName(signal)),
    children: process === null ? [] : [...process.children].map((child) => ({ processKey: child.key, pid: child.pid, name: child.name })),
    instructions: entry.instructions, asid: process === null || process.phase === 'reclaimed' ? 0 : computer.system.asids.current(process.space),
    rootFrame: process === null || process.phase === 'reclaimed' ? -1 : process.space.tables.root, description: process?.workload?.description ?? '',
  };
}

function isPast(entry: Process | PastProcess): entry is PastProcess {
  return 'isProgram' in entry;
}

function exitRow(figures: ExitFigures | null): ProcessExitRow | null {
  if (figures === null) return null;
  const { usedFramesBefore, usedFramesAfter, usedSlotsBefore, usedSlotsAfter } = figures;
  return {
    residentBytes: figures.residentPages * PAGE, swapBytes: figures.swappedPages * PAGE, pageTableBytes: figures.tablePages * PAGE, virtualBytes: figures.virtualPages * PAGE,
    usedFramesBefore, usedFramesAfter, usedSlotsBefore, usedSlotsAfter, seconds: figures.cycle / CYCLES_PER_SECOND,
  };
}

function stateOf(computer: Computer, entry: Process | PastProcess, isPaused: boolean): ProcessState {
  if (isPast(entry)) return 'gone';
  if (entry.isZombie) return 'zombie';
  if (entry.isOver) return entry.phase === 'reclaimed' ? 'gone' : 'ended';
  if (entry.isStopped) return 'stopped';
  if (entry.threads[0]?.state === 'blocked') return 'waiting';
  return computer.current?.process === entry && !isPaused ? 'running' : 'ready';
}

function rollRates(computer: Computer, process: Process): void {
  const now = computer.cycles();
  let rates = ratesOf.get(process);
  if (rates === undefined) {
    rates = { from: process.startCycle, cycles: 0, minor: 0, major: 0, cpu: 0, minorRate: 0, majorRate: 0 };
    ratesOf.set(process, rates);
  }
  const elapsed = now - rates.from;
  if (elapsed < RATE_WINDOW && rates.from !== process.startCycle) return;
  if (elapsed <= 0) return;
  const seconds = elapsed / CYCLES_PER_SECOND;
  rates.cpu = process.isOver ? 0 : Math.min(1, (process.cycles - rates.cycles) / elapsed);
  rates.minorRate = process.isOver ? 0 : (process.minorFaults - rates.minor) / seconds;
  rates.majorRate = process.isOver ? 0 : (process.majorFaults - rates.major) / seconds;
  if (elapsed < RATE_WINDOW) return;
  rates.from = now;
  rates.cycles = process.cycles;
  rates.minor = process.minorFaults;
  rates.major = process.majorFaults;
}

/** Counts PSS and USS of those that were counted longest ago, as far as the budget of a query goes. */
function countSharing(computer: Computer, processes: readonly Process[]): void {
  let budget = PAGES_PER_QUERY;
  const oldest = processes.filter((process) => process.phase !== 'reclaimed').sort((a, b) => (sharingOf.get(a)?.at ?? -1) - (sharingOf.get(b)?.at ?? -1));
  for (const process of oldest) {
    if (budget <= 0) return;
    budget -= process.space.residentPages + 50;
    sharingOf.set(process, { ...shareOf(computer, process), at: ++countings });
  }
}

/** Bytes of PSS and USS by a look at every resident page. */
export function shareOf(computer: Computer, process: Process): { readonly pss: number; readonly uss: number } {
  const { frames, zeroPfn, store } = computer.system;
  let pss = 0;
  let uss = 0;
  process.space.tables.forEach(0, process.space.userEnd, (_vpn, entry, pages) => {
    const low = store.read32(entry);
    if ((low & (PTE_P | PTE_PROTNONE)) === 0) return;
    const pfn = entryPfn(low, store.read32(entry + 4));
    if (pfn === zeroPfn) return;
    const flags = frames.field(pfn, layout.FD_FLAGS);
    const own = ((flags & 15) === (FrameKind.File as number) ? 1 : 0) + ((flags & FLAG_SWAP_CACHE) !== 0 ? 1 : 0);
    const mappings = Math.max(1, frames.references(pfn) - own);
    pss += pages / mappings;
    if (mappings === 1) uss += pages;
  });
  return { pss: Math.round(pss * PAGE), uss: uss * PAGE };
}

function totalsOf(computer: Computer, processes: readonly Process[]): ProcessTotals {
  let [running, ready, waiting, stopped, zombies] = [0, 0, 0, 0, 0];
  let [rss, swap, virtual, tables, minor, major, cycles] = [0, 0, 0, 0, 0, 0, 0];
  for (const process of processes) {
    const state = stateOf(computer, process, false);
    if (state === 'running') running++;
    else if (state === 'ready') ready++;
    else if (state === 'waiting') waiting++;
    else if (state === 'stopped') stopped++;
    else if (state === 'zombie') zombies++;
    minor += process.minorFaults;
    major += process.majorFaults;
    cycles += process.cycles;
    if (process.phase === 'reclaimed') continue;
    rss += process.space.residentPages;
    swap += process.space.swappedPages;
    virtual += process.space.virtualPages;
    tables += process.space.tables.tableCount;
  }
  return {
    living: computer.processes.living, running, ready, waiting, stopped, zombies, gone: computer.past.total,
    rssBytes: rss * PAGE, swapBytes: swap * PAGE, virtualBytes: virtual * PAGE, pageTableBytes: tables * PAGE, minorFaults: minor, majorFaults: major, cpuSeconds: cycles / CYCLES_PER_SECOND,
    usedFrames: computer.system.buddy.usedFrames, frameCount: computer.system.frames.frameCount, simulatedSeconds: computer.cycles() / CYCLES_PER_SECOND,
  };
}

function matches(computer: Computer, entry: Process | PastProcess, words: string, isPaused: boolean): boolean {
  return `${String(entry.pid)} ${entry.name} ${entry.command} ${stateOf(computer, entry, isPaused)}`.toLowerCase().includes(words);
}

/** Value of a column for sorting. */
function sortValue(computer: Computer, entry: Process | PastProcess, sort: ProcessSort, isPaused: boolean): number | string {
  const space = isPast(entry) || entry.phase === 'reclaimed' ? null : entry.space;
  const rates = isPast(entry) ? undefined : ratesOf.get(entry);
  switch (sort) {
    case 'pid': return entry.pid;
    case 'parent': return entry.parent;
    case 'name': return entry.name;
    case 'command': return entry.command;
    case 'state': return stateOf(computer, entry, isPaused);
    case 'nice': return entry.nice;
    case 'threads': return isPast(entry) ? entry.threads : entry.threads.length;
    case 'cpu': return rates?.cpu ?? 0;
    case 'cpuSeconds': return entry.cycles;
    case 'rss': return space?.residentPages ?? 0;
    case 'pss': return isPast(entry) ? 0 : sharingOf.get(entry)?.pss ?? space?.residentPages ?? 0;
    case 'uss': return isPast(entry) ? 0 : sharingOf.get(entry)?.uss ?? 0;
    case 'swap': return space?.swappedPages ?? 0;
    case 'virtual': return space?.virtualPages ?? 0;
    case 'tables': return space?.tables.tableCount ?? 0;
    case 'minorFaults': return entry.minorFaults;
    case 'majorFaults': return entry.majorFaults;
    case 'minorRate': return rates?.minorRate ?? 0;
    case 'majorRate': return rates?.majorRate ?? 0;
    case 'oomScore': return isPast(entry) ? 0 : oomScore(computer, entry);
    case 'start': return entry.startCycle;
    case 'exitStatus': return entry.ending === null ? -1 : exitStatusOf(entry.ending);
  }
}

function sortEntries(computer: Computer, entries: readonly (Process | PastProcess)[], sort: ProcessSort, descending: boolean, isPaused: boolean): readonly (Process | PastProcess)[] {
  const keyed = entries.map((entry) => ({ entry, value: sortValue(computer, entry, sort, isPaused) }));
  const sign = descending ? -1 : 1;
  keyed.sort((a, b) => (a.value < b.value ? -sign : a.value > b.value ? sign : a.entry.key - b.entry.key));
  return keyed.map(({ entry }) => entry);
}

/** Children follow their parents; those whose parent is not in the list are roots. */
function asTree(entries: readonly (Process | PastProcess)[]): readonly { readonly entry: Process | PastProcess; readonly depth: number }[] {
  const byPid = new Map(entries.map((entry) => [entry.pid, entry]));
  const children = new Map<number, (Process | PastProcess)[]>();
  const roots: (Process | PastProcess)[] = [];
  for (const entry of entries) {
    const parent = byPid.get(entry.parent);
    if (parent === undefined || parent === entry) { roots.push(entry); continue; }
    const list = children.get(entry.parent);
    if (list === undefined) children.set(entry.parent, [entry]); else list.push(entry);
  }
  const ordered: { entry: Process | PastProcess; depth: number }[] = [];
  const stack = roots.reverse().map((entry) => ({ entry, depth: 0 }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    ordered.push(next);
    const below = children.get(next.entry.pid) ?? [];
    children.delete(next.entry.pid);
    for (let i = below.length - 1; i >= 0; i--) stack.push({ entry: below[i] as Process | PastProcess, depth: next.depth + 1 });
  }
  return ordered;
}

function rowOf(computer: Computer, entry: Process | PastProcess, depth: number, isPaused: boolean): ProcessTableRow {
  const common = {
    processKey: entry.key, pid: entry.pid, parent: entry.parent, name: entry.name, command: entry.command, nice: entry.nice, state: stateOf(computer, entry, isPaused),
    cpuSeconds: entry.cycles / CYCLES_PER_SECOND, minorFaults: entry.minorFaults, majorFaults: entry.majorFaults, startSeconds: entry.startCycle / CYCLES_PER_SECOND,
    exitStatus: entry.ending === null ? null : exitStatusOf(entry.ending), depth,
  };
  if (isPast(entry)) {
    return {
      ...common, kind: entry.isProgram ? 'program' : 'workload', wait: '', threads: 0, cpu: 0, rssBytes: 0, pssBytes: 0, ussBytes: 0, swapBytes: 0, virtualBytes: 0, pageTableBytes: 0,
      minorRate: 0, majorRate: 0, oomScore: 0, childCount: 0, rssHistory: NO_HISTORY, faultHistory: NO_HISTORY,
    };
  }
  const space = entry.phase === 'reclaimed' ? null : entry.space;
  const rates = ratesOf.get(entry);
  const sharing = sharingOf.get(entry);
  // Counted before pages left: a share can never be larger than what is resident, so it is told again only when it was counted anew.
  const current = sharing !== undefined && space !== null && sharing.pss <= space.residentPages * PAGE ? sharing : undefined;
  const history = entry.history.read(space?.residentPages ?? 0, entry.minorFaults + entry.majorFaults);
  return {
    ...common, kind: entry.program === null ? 'workload' : 'program', wait: entry.threads[0]?.waitingFor ?? '', threads: entry.isOver ? 0 : entry.threads.length,
    cpu: rates?.cpu ?? 0, rssBytes: (space?.residentPages ?? 0) * PAGE, pssBytes: space === null ? 0 : current?.pss ?? -1, ussBytes: space === null ? 0 : current?.uss ?? -1,
    swapBytes: (space?.swappedPages ?? 0) * PAGE, virtualBytes: (space?.virtualPages ?? 0) * PAGE, pageTableBytes: (space?.tables.tableCount ?? 0) * PAGE,
    minorRate: rates?.minorRate ?? 0, majorRate: rates?.majorRate ?? 0, oomScore: oomScore(computer, entry), childCount: entry.children.size,
    rssHistory: history.rss, faultHistory: history.faults,
  };
}
