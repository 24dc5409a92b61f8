/** The columns of the process manager: names, what each means, and how a value is written. */
import type { SystemProfile } from '@shared/config';
import { PROFILE_WORDS } from '@shared/profiles';
import type { ProcessSort, ProcessState, ProcessTableRow, ProcessTotals, ProcessWait } from '@shared/views-processes';
import { compact, count, duration, size } from './format';

export type ProcessColumn = ProcessSort | 'history' | 'faultHistory';

export interface ProcessColumnInfo { readonly key: ProcessColumn; readonly label: string; readonly width: string; readonly px: number; readonly number: boolean; readonly title: string }

const numberColumn = (key: ProcessColumn, label: string, px: number, title: string): ProcessColumnInfo => ({ key, label, width: `${px}px`, px, number: true, title });

export const PROCESS_COLUMNS: readonly ProcessColumnInfo[] = [
  numberColumn('pid', 'PID', 62, 'Process id'), numberColumn('parent', 'Parent', 62, 'Process id of the parent'),
  { key: 'name', label: 'Name', width: 'minmax(130px, 1.4fr)', px: 130, number: false, title: 'Name of the program or workload' },
  { key: 'command', label: 'Command', width: 'minmax(120px, 1fr)', px: 120, number: false, title: 'The whole command line' },
  { key: 'state', label: 'State', width: '122px', px: 122, number: false, title: 'What it does now, and what it waits for' },
  numberColumn('nice', 'Nice', 48, 'Priority: −20 gets most of the processor, 19 least'), numberColumn('threads', 'Threads', 62, 'Threads'),
  numberColumn('cpu', 'CPU', 56, 'Share of the processor in the last 20 ms of simulated time'), numberColumn('cpuSeconds', 'CPU time', 80, 'Simulated time on the processor'),
  numberColumn('rss', 'RSS', 78, 'Resident set: its pages that are in RAM'), numberColumn('pss', 'PSS', 78, 'Resident set, each page divided by the number of those who map it'),
  numberColumn('uss', 'USS', 78, 'Resident pages that nobody else maps: what its end would free'), numberColumn('swap', 'Swap', 70, 'Pages in swap slots'),
  numberColumn('virtual', 'Virtual', 80, 'Size of its address space'), numberColumn('tables', 'Tables', 72, 'Memory in its page tables'),
  numberColumn('minorFaults', 'Minor', 66, 'Page faults that needed no device'), numberColumn('majorFaults', 'Major', 60, 'Page faults that waited for a device'),
  numberColumn('minorRate', 'Minor/s', 68, 'Minor faults per simulated second'), numberColumn('majorRate', 'Major/s', 66, 'Major faults per simulated second'),
  numberColumn('oomScore', 'OOM', 52, 'Score by which the out-of-memory killer chooses: the highest goes first'), numberColumn('start', 'Started', 76, 'Simulated time of its start'),
  numberColumn('exitStatus', 'Exit', 46, 'Exit status, or 128 + signal'),
  { key: 'history', label: 'RSS over its life', width: '104px', px: 104, number: false, title: 'Resident set from its start to now' },
  { key: 'faultHistory', label: 'Faults over its life', width: '104px', px: 104, number: false, title: 'Page faults from its start to now' },
];
/** The columns in the words of a system profile. */
export function processColumns(profile: SystemProfile): readonly ProcessColumnInfo[] {
  if (profile === 'linux') return PROCESS_COLUMNS;
  const words = PROFILE_WORDS[profile];
  const minor = words.minorFault.split(' ')[0] ?? '';
  const major = words.majorFault.split(' ')[0] ?? '';
  const own: Readonly<Partial<Record<ProcessColumn, readonly [label: string, title: string]>>> = {
    rss: [words.residentColumn, 'Its pages that are in RAM'], uss: [words.ownColumn, 'The part of its working set that nobody else maps: what its end would free'],
    swap: ['Page file', `Its pages in the ${words.swapSpace}`], history: [`${words.residentColumn} over its life`, `Its ${words.residentSet} from its start to now`],
    minorFaults: [minor, 'Page faults that needed no device'], majorFaults: [major, 'Page faults that waited for a device'],
    minorRate: [`${minor}/s`, `${words.minorFaults} per simulated second`], majorRate: [`${major}/s`, `${words.majorFaults} per simulated second`],
  };
  return PROCESS_COLUMNS.map((column) => {
    const [label, title] = own[column.key] ?? [column.label, column.title];
    return { ...column, label, title };
  });
}

export const DEFAULT_COLUMNS: readonly ProcessColumn[] = ['pid', 'name', 'state', 'cpu', 'rss', 'uss', 'swap', 'tables', 'minorFaults', 'majorFaults', 'history'];
export const SORTABLE = (key: ProcessColumn): key is ProcessSort => key !== 'history' && key !== 'faultHistory';

export function isColumnList(value: unknown): value is readonly ProcessColumn[] {
  return Array.isArray(value) && value.length > 0 && value.every((key) => PROCESS_COLUMNS.some((column) => column.key === key));
}

export const STATE_WORDS: Readonly<Record<ProcessState, { readonly name: string; readonly tone: string }>> = {
  running: { name: 'Running', tone: 'ok' }, ready: { name: 'Ready', tone: 'info' }, waiting: { name: 'Waiting', tone: 'warn' }, stopped: { name: 'Paused', tone: 'warn' },
  zombie: { name: 'Zombie', tone: 'bad' }, ended: { name: 'Ended', tone: '' }, gone: { name: 'Gone', tone: '' },
};
export const WAIT_WORDS: Readonly<Record<ProcessWait, string>> = { '': '', input: 'input', child: 'a child', pipe: 'a pipe', timer: 'a timer', device: 'a device', signal: 'a signal' };

/** "Waiting for a pipe". */
export function stateText(row: Pick<ProcessTableRow, 'state' | 'wait'>): string {
  return row.state === 'waiting' && row.wait !== '' ? `Waiting: ${WAIT_WORDS[row.wait]}` : STATE_WORDS[row.state].name;
}

/** A cell as text; pictures have none. */
export function processCell(row: ProcessTableRow, key: ProcessColumn): string {
  const bytes = (value: number): string => (value < 0 ? '…' : size(value));
  switch (key) {
    case 'pid': return String(row.pid);
    case 'parent': return String(row.parent);
    case 'name': return row.name;
    case 'command': return row.command;
    case 'state': return stateText(row);
    case 'nice': return String(row.nice).replace('-', '−');
    case 'threads': return String(row.threads);
    case 'cpu': return `${(row.cpu * 100).toFixed(row.cpu > 0 && row.cpu < 0.1 ? 1 : 0)}%`;
    case 'cpuSeconds': return duration(row.cpuSeconds);
    case 'rss': return bytes(row.rssBytes);
    case 'pss': return bytes(row.pssBytes);
    case 'uss': return bytes(row.ussBytes);
    case 'swap': return bytes(row.swapBytes);
    case 'virtual': return bytes(row.virtualBytes);
    case 'tables': return bytes(row.pageTableBytes);
    case 'minorFaults': return count(row.minorFaults);
    case 'majorFaults': return count(row.majorFaults);
    case 'minorRate': return compact(Math.round(row.minorRate));
    case 'majorRate': return compact(Math.round(row.majorRate));
    case 'oomScore': return row.state === 'gone' ? '–' : String(row.oomScore);
    case 'start': return duration(row.startSeconds);
    case 'exitStatus': return row.exitStatus === null ? '–' : String(row.exitStatus);
    case 'history': case 'faultHistory': return '';
  }
}

/** The sum of a column; '' where a sum means nothing. */
export function totalCell(totals: ProcessTotals, key: ProcessColumn): string {
  switch (key) {
    case 'name': return 'All processes';
    case 'rss': return size(totals.rssBytes);
    case 'swap': return size(totals.swapBytes);
    case 'virtual': return size(totals.virtualBytes);
    case 'tables': return size(totals.pageTableBytes);
    case 'minorFaults': return count(totals.minorFaults);
    case 'majorFaults': return count(totals.majorFaults);
    case 'cpuSeconds': return duration(totals.cpuSeconds);
    default: return '';
  }
}

/** Points of a polyline in a box of `width` × `height`: the values from left to right, the largest at the top. */
export function sparkPoints(values: ArrayLike<number>, width: number, height: number): string {
  const n = values.length;
  if (n < 2) return '';
  let most = 0;
  for (let i = 0; i < n; i++) most = Math.max(most, values[i] ?? 0);
  const points: string[] = [];
  for (let i = 0; i < n; i++) points.push(`${((i / (n - 1)) * width).toFixed(1)},${(height - 1 - (most === 0 ? 0 : ((values[i] ?? 0) / most) * (height - 2))).toFixed(1)}`);
  return points.join(' ');
}
