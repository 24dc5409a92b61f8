/** The options of `pagewise policy`. One table; an option that is not in it is refused with the nearest one that is. */
import { DEFAULT_POLICY_SETTINGS, DEFAULT_TRACE_READING, parseFrameCounts, POLICIES, type CsvOptions, type PolicyName, type PolicySettings, type TraceReading } from '../shared/policy';
import { choice, count, integer, size, subset, yesNo } from './option-values';
import { UsageError, suggestion } from './usage-error';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface PolicyOptions {
  policies: readonly PolicyName[];
  frameCounts: readonly number[];
  reading: Writable<Omit<TraceReading, 'csv'>> & { csv: Writable<CsvOptions> };
  settings: Writable<PolicySettings>;
  curves: boolean;
  /** Null: step tables where they are short. */
  steps: boolean | null;
  jsonFile: string | null;
  /** A reference string given as an option; null: a file. */
  string: string | null;
  file: string;
  /** A C program whose run is the reference string, and its arguments; null: a file or a string. */
  program: string | null;
  args: readonly string[];
}

const NAMES = POLICIES.map((one) => one.name);

interface OptionRow {
  readonly name: string;
  readonly value: string;
  readonly help: string;
  readonly group: 'what' | 'trace' | 'parameters' | 'output';
  apply(options: PolicyOptions, value: string): void;
}
const row = (group: OptionRow['group'], name: string, value: string, help: string, apply: OptionRow['apply']): OptionRow => ({ group, name, value, help, apply });

const column = (name: string, value: string): number => integer(name, value, 1, 1000);
const percent = (name: string, value: string, least: number): number => integer(name, value, least, 100) / 100;

export const POLICY_OPTION_TABLE: readonly OptionRow[] = [
  row('what', '--policy', 'NAMES', `${NAMES.join(',')} or all [all]`, (o, v) => { o.policies = subset('--policy', v, NAMES); }),
  row('what', '--frames', 'COUNTS', 'numbers of frames: 4, 1-8, 64-1024:64 (with a step), or several with commas', (o, v) => { o.frameCounts = frameCounts('--frames', v); }),

  row('trace', '--string', 'STRING', 'a reference string instead of a file: 1,2,3,4,1,2,5 or A B A:w (w: a store)', (o, v) => { o.string = v; }),
  row('trace', '--format', 'auto|classroom|lackey|csv', 'how TRACE is written [auto]', (o, v) => { o.reading.format = choice('--format', v, ['auto', 'classroom', 'lackey', 'csv']); }),
  row('trace', '--page-size', 'SIZE', 'lackey: size of a page, a power of two [4K]', (o, v) => {
    const bytes = size('--page-size', v, 16, 2 ** 30);
    if (!Number.isInteger(Math.log2(bytes))) throw new UsageError(`--page-size=${v}: a page size is a power of two, e.g. 4096, 16K or 2M`);
    o.reading.pageSizeBytes = bytes;
  }),
  row('trace', '--instructions', 'yes|no', 'lackey: take instruction fetches too [yes]', (o, v) => { o.reading.instructions = yesNo('--instructions', v); }),
  row('trace', '--id-column', 'N', 'csv: column of the object id, from 1 [2]', (o, v) => { o.reading.csv.idColumn = column('--id-column', v); }),
  row('trace', '--size-column', 'N', 'csv: column of the object size, checked to be a number [none]', (o, v) => { o.reading.csv.sizeColumn = column('--size-column', v); }),
  row('trace', '--operation-column', 'N', 'csv: column that says read or write [none]', (o, v) => { o.reading.csv.operationColumn = column('--operation-column', v); }),
  row('trace', '--delimiter', 'CHARACTER', 'csv: between columns; tab for a tabulator [,]', (o, v) => {
    const character = v === 'tab' || v === '\\t' ? '\t' : v;
    if (!/^[\x20-\x7e\t]$/.test(character) || /[\w".]/.test(character)) throw new UsageError(`--delimiter=${v}: the value must be one character such as , or ; or the word tab`);
    o.reading.csv.delimiter = character;
  }),
  row('trace', '--header', 'auto|yes|no', 'csv: the first line names the columns [auto: when it holds no number]', (o, v) => { o.reading.csv.header = choice('--header', v, ['auto', 'yes', 'no']); }),

  row('parameters', '--seed', 'N', 'of random and NRU [1]', (o, v) => { o.settings.seed = integer('--seed', v, 0, 2 ** 32 - 1); }),
  row('parameters', '--nru-interval', 'N', 'references between two clock interrupts of NRU [4 for each frame]', (o, v) => { o.settings.nruInterval = count('--nru-interval', v, 1, 2 ** 40); }),
  row('parameters', '--clock-load-bit', '1|0', 'Clock: R bit of a page just loaded; 0 as in libCacheSim [1]', (o, v) => { o.settings.clockLoadSetsR = choice('--clock-load-bit', v, ['1', '0']) === '1'; }),
  row('parameters', '--2q-in', 'PERCENT', '2Q: Kin, of the frames [25]', (o, v) => { o.settings.twoQIn = percent('--2q-in', v, 0); }),
  row('parameters', '--2q-out', 'PERCENT', '2Q: Kout, of the frames [50]', (o, v) => { o.settings.twoQOut = percent('--2q-out', v, 0); }),
  row('parameters', '--s3-small', 'PERCENT', 'S3-FIFO: the small queue, of the frames [10]', (o, v) => { o.settings.s3Small = percent('--s3-small', v, 1); }),

  row('output', '--mrc', '', 'also the miss-ratio curve, for every number of frames that matters', (o) => { o.curves = true; }),
  row('output', '--steps', 'yes|no', 'also the frames after each reference [for short strings and up to four runs]', (o, v) => { o.steps = yesNo('--steps', v); }),
  row('output', '--json', 'FILE', 'write the whole result as JSON', (o, v) => {
    if (v === '') throw new UsageError('--json= needs the name of a file');
    o.jsonFile = v;
  }),
];

function frameCounts(name: string, text: string): readonly number[] {
  const counts = parseFrameCounts(text);
  if (typeof counts === 'string') throw new UsageError(`${name}=${text}: ${counts}`);
  return counts;
}

/** Parses what follows `policy`. @throws UsageError */
export function parsePolicyOptions(words: readonly string[]): PolicyOptions {
  const options: PolicyOptions = {
    policies: NAMES, frameCounts: [], reading: { ...DEFAULT_TRACE_READING, csv: { ...DEFAULT_TRACE_READING.csv } }, settings: { ...DEFAULT_POLICY_SETTINGS },
    curves: false, steps: null, jsonFile: null, string: null, file: '', program: null, args: [],
  };
  const files: string[] = [];
  const end = words.indexOf('--');
  for (const word of end < 0 ? words : words.slice(0, end)) {
    if (word === '-' || !word.startsWith('-')) files.push(word);
    else apply(options, word);
  }
  if (options.frameCounts.length === 0) throw new UsageError('no number of frames was given; e.g. --frames=4 or --frames=1-8');
  if (options.policies.length === 0) throw new UsageError(`--policy=none: nothing to run; policies are ${NAMES.join(', ')}`);
  if (options.string !== null && files.length > 0) throw new UsageError(`there are two traces: --string and ${files[0]}`);
  if (options.string === null && files.length !== 1) throw new UsageError(files.length === 0 ? 'no trace was given; usage: pagewise policy [OPTIONS] --frames=COUNTS TRACE (or FILE.c, or - for standard input, or --string=1,2,3)' : `one trace at a time; ${files[1]} is another`);
  options.file = files[0] ?? '';
  options.program = options.file.endsWith('.c') ? options.file : null;
  if (end >= 0 && options.program === null) throw new UsageError('-- and arguments after it need a program: FILE.c');
  options.args = end < 0 ? [] : words.slice(end + 1);
  return options;
}

function apply(options: PolicyOptions, word: string): void {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  const found = POLICY_OPTION_TABLE.find((one) => one.name === name);
  if (!found) throw new UsageError(`unknown option ${word}${suggestion(name, POLICY_OPTION_TABLE.map((one) => one.name))}`);
  if (found.value !== '' && equals < 0) throw new UsageError(`${name} needs a value: ${name}=${found.value}`);
  if (found.value === '' && equals >= 0) throw new UsageError(`${name} takes no value`);
  found.apply(options, equals < 0 ? '' : word.slice(equals + 1));
}
