/**
 * The fields of a machine's configuration as data: words, units, bounds, and what may change while it runs. The window draws its
 * form from this table, the border checks payloads with it, the terminal and the machine validate with it.
 */
import { DEFAULT_MACHINE, type MachineConfig } from './config';

export type FieldGroup = 'memory' | 'pressure' | 'swap' | 'pages' | 'files' | 'translation' | 'tlb' | 'costs' | 'system';
export type FieldValue = number | string | boolean;

export interface MachineField {
  /** Path in MachineConfig: "memory.swappiness". */
  readonly path: string;
  readonly group: FieldGroup;
  readonly label: string;
  /** One or two sentences at the place of need. */
  readonly help: string;
  /** How Linux or the hardware calls it; '' for none. */
  readonly known: string;
  readonly kind: 'size' | 'number' | 'choice' | 'switch';
  /** size: bytes of one unit of the stored number (4,096: frames or slots). number: what is counted. */
  readonly unitBytes: number;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly choices: readonly { readonly value: FieldValue; readonly label: string }[];
  /** Can be changed while the machine runs; others need a new start. */
  readonly live: boolean;
}

export interface FieldChange { readonly path: string; readonly value: FieldValue }

export interface FieldProblem { readonly path: string; readonly message: string }

export const FIELD_GROUPS: readonly { readonly id: FieldGroup; readonly title: string; readonly about: string }[] = [
  { id: 'memory', title: 'Memory', about: 'How much there is, and how much may be promised.' },
  { id: 'pressure', title: 'When memory is short', about: 'Which page goes, and how early.' },
  { id: 'swap', title: 'Swap', about: 'Where anonymous pages go.' },
  { id: 'pages', title: 'Huge pages', about: 'One entry for 2 MiB or 1 GiB.' },
  { id: 'files', title: 'Files', about: 'How pages of files come into memory.' },
  { id: 'translation', title: 'Translation', about: 'From virtual to physical addresses.' },
  { id: 'tlb', title: 'TLB', about: 'What the processor remembers of the tables.' },
  { id: 'costs', title: 'Costs', about: 'Simulated time at 3 GHz: 3 cycles are a nanosecond.' },
  { id: 'system', title: 'System', about: 'Words, limits, chance.' },
];

/** A form in which every field is optional, for the table below. */
type Row = Partial<MachineField> & Pick<MachineField, 'path' | 'label' | 'help'>;

function rows(group: FieldGroup, list: readonly Row[]): readonly MachineField[] {
  return list.map((row) => ({ group, known: '', kind: 'number', unitBytes: 1, unit: '', least: 0, most: 2 ** 31, choices: [], live: false, ...row }));
}
const choose = (...pairs: readonly (readonly [FieldValue, string])[]): MachineField['choices'] => pairs.map(([value, label]) => ({ value, label }));
const DEVICES = choose(['hdd', 'Hard disk, 5 ms'], ['sata-ssd', 'SATA SSD, 1 ms'], ['nvme', 'NVMe SSD, 0.1 ms']);
const TLB_SIZES = { least: 1, most: 1536, unit: 'entries' } as const;

export const MACHINE_FIELDS: readonly MachineField[] = [
  ...rows('memory', [
    { path: 'frameCount', label: 'RAM', kind: 'size', unitBytes: 4096, least: 257, most: 2 ** 24, live: true, help: 'Physical memory in frames of 4 KiB. The first MiB belongs to firmware and kernel. A running machine can lose memory and get it back, up to what it began with.' },
    { path: 'memory.overcommit', label: 'Overcommit', known: 'vm.overcommit_memory', kind: 'choice', live: true, choices: choose([0, '0: heuristic'], [1, '1: always'], [2, '2: never beyond CommitLimit']), help: 'Whether programs may be promised more memory than there is. Where the bet fails, the out-of-memory killer chooses a process.' },
    { path: 'memory.overcommitRatio', label: 'Overcommit ratio', known: 'vm.overcommit_ratio', unit: '% of RAM', most: 1000, live: true, help: 'With mode 2: CommitLimit is swap plus this share of RAM.' },
    { path: 'memory.kernelTables', label: 'Page tables apart', kind: 'switch', help: 'Page tables live in the kernel’s own MiB, so that a classroom machine has exactly its RAM for pages.' },
  ]),
  ...rows('pressure', [
    { path: 'memory.policy', label: 'Replacement policy', kind: 'choice', live: true, choices: choose(['linux', 'Linux: active and inactive lists'], ['fifo', 'FIFO'], ['clock', 'Clock (second chance)'], ['nru', 'NRU (not recently used)'], ['aging', 'Aging (LRU by shifted A bits)'], ['random', 'Random']), help: 'Which page leaves RAM. Can be exchanged while the machine runs; frames stay in the order in which they would have left.' },
    { path: 'memory.swappiness', label: 'Swappiness', known: 'vm.swappiness', most: 200, live: true, help: 'How gladly anonymous pages go in place of file pages: 0 only files, 100 both alike, 200 only anonymous pages. Used by the Linux policy.' },
    { path: 'memory.watermarkScale', label: 'Watermark distance', known: 'vm.watermark_scale_factor', unit: '/10,000 of RAM', most: 3000, live: true, help: 'How early background reclaim begins. 0: no reserve at all, a page leaves only when its frame is needed, as textbooks draw it.' },
  ]),
  ...rows('swap', [
    { path: 'swap.slotCount', label: 'Swap size', kind: 'size', unitBytes: 4096, most: 2 ** 25, help: 'Slots of 4 KiB in the swap file. 0: no swap; then only file pages can leave RAM.' },
    { path: 'swap.device', label: 'Swap device', kind: 'choice', live: true, choices: DEVICES, help: 'What simulated time a transfer takes. The real file’s latency is measured beside it.' },
    { path: 'swap.pageCluster', label: 'Page cluster', known: 'vm.page-cluster', unit: '(2ⁿ pages)', most: 6, live: true, help: 'Pages that are read together with a swapped-in one: 2 to this power.' },
  ]),
  ...rows('pages', [
    { path: 'paging.transparentHugePages', label: 'Transparent huge pages', known: 'transparent_hugepage/enabled', kind: 'choice', live: true, choices: choose(['never', 'Never'], ['madvise', 'Where a program asks (madvise)'], ['always', 'Wherever they fit']), help: '2 MiB pages without a word of the program: at the first touch, and later by khugepaged.' },
    { path: 'paging.maxPtesNone', label: 'Empty entries allowed', known: 'khugepaged/max_ptes_none', unit: 'of 512', most: 511, live: true, help: 'khugepaged joins 512 pages even if so many of them were never touched.' },
    { path: 'paging.khugepagedPages', label: 'Pages per scan', known: 'khugepaged/pages_to_scan', least: 1, most: 2 ** 20, unit: 'pages', live: true, help: 'What khugepaged looks at in one turn.' },
    { path: 'paging.khugepagedScanCycles', label: 'Time between scans', known: 'khugepaged/scan_sleep_millisecs', least: 1000, most: 3e12, unit: 'cycles', live: true, help: 'How long khugepaged sleeps between turns; 30,000,000 cycles are 10 ms.' },
    { path: 'paging.reserved2MPages', label: 'Pool of 2 MiB pages', known: 'vm.nr_hugepages', unit: 'pages', most: 32_768, help: 'Set aside at the start for MAP_HUGETLB.' },
    { path: 'paging.reserved1GPages', label: 'Pool of 1 GiB pages', known: 'hugepagesz=1G', unit: 'pages', most: 63, help: 'Set aside at the start for MAP_HUGETLB | MAP_HUGE_1GB.' },
  ]),
  ...rows('files', [
    { path: 'paging.faultAroundPages', label: 'Fault-around', known: 'fault_around_bytes', unit: 'pages', least: 1, most: 512, live: true, help: 'Cached neighbours that a fault on a file maps too; 1: only the page itself. Linux: 16.' },
    { path: 'paging.readAheadPages', label: 'Readahead', known: 'read_ahead_kb', unit: 'pages', least: 1, most: 1024, live: true, help: 'Pages that one request brings from the device; 1: only the page itself. Linux: 32.' },
    { path: 'paging.coldFiles', label: 'Programs start cold', kind: 'switch', help: 'The program’s file and the C library are on their device at the start: first touches are major faults.' },
    { path: 'paging.fileDevice', label: 'File device', kind: 'choice', live: true, choices: DEVICES, help: 'What simulated time reading and writing files takes.' },
  ]),
  ...rows('translation', [
    { path: 'translation', label: 'Mode', kind: 'choice', choices: choose(['paging', 'Paging'], ['none', 'None: as before memory management'], ['segmentation', 'Segmentation'], ['segmentation-paging', 'Segmentation above paging']), help: 'How an address finds its frame. Without translation two programs overwrite each other.' },
    { path: 'levels', label: 'Page-table levels', kind: 'choice', choices: choose([4, '4: addresses of 48 bits'], [5, '5: addresses of 57 bits']), help: 'A walk reads one entry of each level.' },
    { path: 'segmentFit', label: 'Placement of segments', kind: 'choice', choices: choose(['first', 'First fit'], ['next', 'Next fit'], ['best', 'Best fit'], ['worst', 'Worst fit']), help: 'Where a segment goes in physical memory, under segmentation.' },
  ]),
  ...rows('tlb', [
    { path: 'tlb.l1dEntries', label: 'L1 data: entries', ...TLB_SIZES, most: 256, help: 'Translations for loads and stores; found in one cycle.' },
    { path: 'tlb.l1dWays', label: 'L1 data: ways', least: 1, most: 256, help: 'Entries among which a page may stand. Entries divided by ways is a power of two.' },
    { path: 'tlb.l1iEntries', label: 'L1 instructions: entries', ...TLB_SIZES, most: 256, help: 'Translations for instruction fetches.' },
    { path: 'tlb.l1iWays', label: 'L1 instructions: ways', least: 1, most: 256, help: 'As above.' },
    { path: 'tlb.l2Entries', label: 'L2: entries', ...TLB_SIZES, most: 4096, help: 'Shared by loads, stores and fetches; asked when L1 has nothing.' },
    { path: 'tlb.l2Ways', label: 'L2: ways', least: 1, most: 256, help: 'As above.' },
    { path: 'tlb.pcid', label: 'Address-space tags', known: 'CR4.PCIDE', kind: 'switch', help: 'Entries are tagged and outlive a change of process. Off: each change empties the TLBs.' },
  ]),
  ...rows('costs', [
    { path: 'costs.l2HitCycles', label: 'L2 TLB hit', unit: 'cycles', most: 1e6, live: true, help: 'Textbooks: 5 to 10.' },
    { path: 'costs.walkReadCycles', label: 'Table entry read by a walk', unit: 'cycles', most: 1e6, live: true, help: 'A walk of 4 levels costs four of these less what the paging-structure cache saves.' },
    { path: 'costs.minorFaultCycles', label: 'Minor fault', unit: 'cycles', most: 1e9, live: true, help: 'About 1 µs: 3,000 cycles.' },
    { path: 'costs.majorFaultCycles', label: 'Major fault, textbook', unit: 'cycles', most: 1e12, live: true, help: 'For comparison: real ones cost what their device takes.' },
    { path: 'costs.systemCallCycles', label: 'System call', unit: 'cycles', most: 1e9, live: true, help: 'Entry, work and return.' },
    { path: 'costs.stackFrameCycles', label: 'Stack frame', unit: 'cycles', most: 1e6, live: true, help: 'A call’s frame: about a nanosecond.' },
    { path: 'costs.mallocBaseCycles', label: 'malloc, base', unit: 'cycles', most: 1e6, live: true, help: 'Before the search of the heap is counted.' },
  ]),
  ...rows('system', [
    { path: 'profile', label: 'Words', kind: 'choice', live: true, choices: choose(['linux', 'Linux: signals, swap'], ['windows', 'Windows: access violations, page file']), help: 'In whose words faults and swap are told. The Windows stack limit is 1 MiB.' },
    { path: 'stackLimitBytes', label: 'Stack limit', known: 'RLIMIT_STACK', kind: 'size', least: 65_536, most: 2 ** 30, help: 'Linux: 8 MiB, Windows: 1 MiB.' },
    { path: 'processLimit', label: 'Programs at a time', known: 'RLIMIT_NPROC', least: 1, most: 100_000, unit: 'processes', help: 'A fork beyond it fails with EAGAIN.' },
    { path: 'seed', label: 'Seed', most: 2 ** 32 - 1, help: 'Of whatever is random. The same seed gives the same run, bit for bit.' },
  ]),
];

export const FIELD_BY_PATH: ReadonlyMap<string, MachineField> = new Map(MACHINE_FIELDS.map((field) => [field.path, field]));

/** Value of a field; those that a configuration may leave out have their default. */
export function fieldValue(config: MachineConfig, path: string): FieldValue {
  const read = (from: unknown): unknown => path.split('.').reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined), from);
  const value = read(config) ?? read(DEFAULT_MACHINE) ?? ABSENT[path];
  if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'boolean') throw new Error(`no field ${path}`);
  return value;
}

/** Optional fields that the defaults leave out. */
const ABSENT: Readonly<Record<string, FieldValue>> = { 'tlb.pcid': true };

/** A configuration with one field changed. */
export function withField(config: MachineConfig, path: string, value: FieldValue): MachineConfig {
  const [head, tail] = path.split('.');
  if (head === undefined || !FIELD_BY_PATH.has(path)) throw new Error(`no field ${path}`);
  if (tail === undefined) return { ...config, [head]: value };
  return { ...config, [head]: { ...(config as unknown as Record<string, object>)[head], [tail]: value } };
}

/** Fields in which two configurations differ, in the order of the table. */
export function differences(from: MachineConfig, to: MachineConfig): readonly { readonly field: MachineField; readonly from: FieldValue; readonly to: FieldValue }[] {
  return MACHINE_FIELDS.map((field) => ({ field, from: fieldValue(from, field.path), to: fieldValue(to, field.path) })).filter((one) => one.from !== one.to);
}

/** What is wrong with a single value; '' for nothing. */
export function valueProblem(field: MachineField, value: unknown): string {
  if (field.kind === 'switch') return typeof value === 'boolean' ? '' : 'on or off';
  if (field.kind === 'choice') return field.choices.some((choice) => choice.value === value) ? '' : `one of ${field.choices.map((choice) => String(choice.value)).join(', ')}`;
  if (typeof value !== 'number' || !Number.isInteger(value)) return 'a whole number';
  if (value < field.least || value > field.most) return `between ${fieldText(field, field.least)} and ${fieldText(field, field.most)}`;
  return '';
}

/** A value as the form shows it. */
export function fieldText(field: MachineField, value: FieldValue): string {
  if (field.kind === 'switch') return value === true ? 'on' : 'off';
  if (field.kind === 'choice') return field.choices.find((choice) => choice.value === value)?.label ?? String(value);
  if (field.kind === 'size') return sizeText(Number(value) * field.unitBytes);
  return Number(value).toLocaleString('en-US');
}

const SIZE_STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes exactly, in the largest unit that needs at most three decimals: "1 GiB", "1044 KiB". */
export function sizeText(bytes: number): string {
  let best = `${String(bytes)} B`;
  for (let step = 1; step < SIZE_STEPS.length; step++) {
    const amount = bytes / 1024 ** step;
    if (amount < 1 || Math.abs(amount * 1000 - Math.round(amount * 1000)) > 1e-9) break;
    best = `${String(amount)} ${SIZE_STEPS[step] ?? ''}`;
  }
  return best;
}

/** Bytes of "8G", "512 MiB", "1.5 GiB", "4096"; null: no size. */
export function parseSizeText(text: string): number | null {
  const match = /^\s*(\d+(?:[.,]\d+)?)\s*([kKmMgGtT]?)(?:i?[bB])?\s*$/.exec(text);
  if (match === null) return null;
  const step = ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase());
  return Math.round(Number((match[1] ?? '').replace(',', '.')) * 1024 ** step);
}

/** Frames with which a compiled program and the C library can just run; fewer are for processes that follow reference strings. */
export const LEAST_PROGRAM_FRAMES = 257 + 32;

/** A field from "PATH=VALUE" as it is typed; a text says what is wrong. */
export function fieldFromText(text: string): { readonly path: string; readonly value: FieldValue } | string {
  const [path = '', ...rest] = text.split('=');
  const typed = rest.join('=').trim();
  const field = FIELD_BY_PATH.get(path);
  if (field === undefined) return `"${path}" is no field of a machine; fields are ${MACHINE_FIELDS.map((one) => one.path).join(', ')}`;
  let value: unknown = Number(typed);
  if (field.kind === 'switch') value = typed === 'on' || typed === 'true' ? true : typed === 'off' || typed === 'false' ? false : typed;
  else if (field.kind === 'choice') value = field.choices.find((choice) => String(choice.value) === typed)?.value;
  else if (field.kind === 'size') value = Math.floor((parseSizeText(typed) ?? NaN) / field.unitBytes);
  const problem = typed === '' ? 'a value' : valueProblem(field, value);
  return problem === '' ? { path, value: value as FieldValue } : `${path} must be ${problem}, not "${typed}"`;
}

/** Everything that is wrong with a configuration, field by field and together. */
export function machineProblems(config: MachineConfig): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const field of MACHINE_FIELDS) {
    const problem = valueProblem(field, fieldValue(config, field.path));
    if (problem !== '') problems.push({ path: field.path, message: `${field.label}: ${problem}` });
  }
  if (problems.length > 0) return problems;
  const { tlb, paging } = config;
  for (const [name, entries, ways, most] of [['l1d', tlb.l1dEntries, tlb.l1dWays, 128], ['l1i', tlb.l1iEntries, tlb.l1iWays, 128], ['l2', tlb.l2Entries, tlb.l2Ways, 1024]] as const) {
    const sets = entries / ways;
    if (!Number.isInteger(sets) || (sets & (sets - 1)) !== 0) problems.push({ path: `tlb.${name}Ways`, message: `${String(entries)} entries in ${String(ways)} ways make ${String(Number(sets.toFixed(2)))} sets; the number of sets must be a power of two` });
    else if (sets > most) problems.push({ path: `tlb.${name}Entries`, message: `at most ${String(most)} sets; these are ${String(sets)}` });
  }
  const aside = paging.reserved2MPages * 512 + paging.reserved1GPages * 262_144;
  if (aside > (config.frameCount * 7) / 8) problems.push({ path: 'paging.reserved2MPages', message: `the pools of huge pages take ${sizeText(aside * 4096)} of ${sizeText(config.frameCount * 4096)}: at least an eighth of RAM must be left` });
  if (config.translation !== 'paging' && config.swap.slotCount > 0) problems.push({ path: 'swap.slotCount', message: 'swap works on pages: choose paging, or no swap' });
  if (config.translation === 'none' && config.frameCount < 512) problems.push({ path: 'frameCount', message: 'without translation a machine needs at least 2 MiB' });
  return problems;
}

/** A configuration from plain data, e.g. a file: unknown fields and wrong kinds are problems, missing fields take their defaults. */
export function machineFrom(data: unknown): { readonly config: MachineConfig; readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = [];
  let config: MachineConfig = DEFAULT_MACHINE;
  const visit = (value: unknown, prefix: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.push({ path: prefix, message: `${prefix === '' ? 'the configuration' : prefix} is not an object` });
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      const path = prefix === '' ? key : `${prefix}.${key}`;
      const field = FIELD_BY_PATH.get(path);
      if (field !== undefined) {
        const problem = valueProblem(field, inner);
        if (problem === '') config = withField(config, path, inner as FieldValue);
        else problems.push({ path, message: `${field.label} (${path}): ${problem}, not ${JSON.stringify(inner)}` });
      } else if (MACHINE_FIELDS.some((one) => one.path.startsWith(`${path}.`))) visit(inner, path);
      else if (path !== 'allocator') problems.push({ path, message: `"${path}" is no field of a machine` });
    }
  };
  visit(data, '');
  return { config, problems: problems.length > 0 ? problems : machineProblems(config) };
}

/** The fields of a configuration as they are saved: plain JSON, in the order of the table. */
export function machineJson(config: MachineConfig): string {
  const saved: Record<string, unknown> = {};
  for (const field of MACHINE_FIELDS) {
    const [head = '', tail] = field.path.split('.');
    if (tail === undefined) saved[head] = fieldValue(config, field.path);
    else saved[head] = { ...(saved[head] as object | undefined), [tail]: fieldValue(config, field.path) };
  }
  return `${JSON.stringify(saved, null, 2)}\n`;
}
