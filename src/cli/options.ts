/**
 * The options of `pagewise run`, spelled as Valgrind and Clang spell them. One table; an option that is not in it is
 * refused with the nearest one that is.
 */
import { DEFAULT_CHECK, DEFAULT_MACHINE, type CheckConfig, type LeakHeuristic, type LeakKind, type MachineConfig, type ReplacementPolicy, type SegmentFit, type StandardOutputKind, type TranslationMode } from '../shared/config';
import type { CompileOptions } from '../shared/diagnostics';
import { LEAST_PROGRAM_FRAMES, fieldFromText, machineProblems, withField } from '../shared/machine-fields';
import { MACHINE_PRESETS } from '../shared/presets';
import { choice, count, integer, size, subset, yesNo } from './option-values';
import { UsageError, suggestion } from './usage-error';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface RunOptions {
  check: Writable<CheckConfig>;
  machine: Writable<MachineConfig>;
  compile: Writable<CompileOptions>;
  /** Null: the status of the program even when errors were found. */
  errorExitCode: number | null;
  suppressionFiles: string[];
  generateSuppressions: boolean;
  xml: boolean;
  xmlFile: string | null;
  jsonFile: string | null;
  htmlFile: string | null;
  /** Where the machine is saved, and after how many instructions; null: it is not. */
  snapshotFile: string | null;
  snapshotAt: number | null;
  logFile: string | null;
  quiet: boolean;
  verbose: boolean;
  /** List errors and used suppressions again at the end. */
  errorList: boolean;
  /** Processes made by fork report nothing. */
  childSilent: boolean;
  /** Where the swap file lies; null: in the user's data folder. */
  swapFile: string | null;
  /** Programs that run beside the first one, each of one file. */
  with: string[];
  /** Null: as the standard output of Pagewise is. */
  stdout: StandardOutputKind | null;
  maxInstructions: number;
  maxOutputBytes: number;
  maxHeapBytes: number;
  /** Start from the environment of Pagewise. */
  inheritEnvironment: boolean;
  environment: string[];
  files: string[];
  args: string[];
}

const LEAK_KINDS: readonly LeakKind[] = ['definite', 'indirect', 'possible', 'reachable'];
const HEURISTICS: readonly LeakHeuristic[] = ['stdstring', 'length64', 'newarray', 'multipleinheritance'];
const STANDARDS = ['c89', 'c90', 'c99', 'c11', 'c17', 'c18', 'c23', 'gnu89', 'gnu90', 'gnu99', 'gnu11', 'gnu17', 'gnu18', 'gnu23'] as const;
const HUGE = Number.MAX_SAFE_INTEGER;
/** A page of RAM and its tables at least; the descriptors of more than this would not fit the store. */
const RAM = { least: 320 * 4096, most: 64 * 2 ** 30 };
/** Of swap: a slot at least. */
const SWAP = { least: 4096, most: 128 * 2 ** 30 };
const POLICIES: readonly ReplacementPolicy[] = ['linux', 'fifo', 'clock', 'nru', 'aging', 'random'];
const DEVICES = { hdd: 'hdd', ssd: 'sata-ssd', nvme: 'nvme' } as const;

/** Presets on which a compiled program can run. */
const PRESET_NAMES: readonly string[] = MACHINE_PRESETS.filter(({ machine }) => machine.frameCount >= LEAST_PROGRAM_FRAMES).map(({ id }) => id);

function presetNamed(id: string): MachineConfig {
  const preset = MACHINE_PRESETS.find((one) => one.id === id);
  if (preset === undefined) throw new UsageError(`--machine=${id}: there is no such machine`);
  return preset.machine;
}

interface OptionRow {
  readonly name: string;
  /** What follows "=", for the help; '' for a switch. */
  readonly value: string;
  readonly help: string;
  readonly group: 'check' | 'output' | 'machine' | 'limits' | 'compiler';
  apply(options: RunOptions, value: string): void;
}

const row = (group: OptionRow['group'], name: string, value: string, help: string, apply: OptionRow['apply']): OptionRow => ({ group, name, value, help, apply });

export const OPTION_TABLE: readonly OptionRow[] = [
  row('check', '--tool', 'memcheck|none', 'check memory use, or only run [memcheck]', (o, v) => { o.check.tool = choice('--tool', v, ['memcheck', 'none']); }),
  row('check', '--leak-check', 'no|summary|full', 'look for leaks at exit [full]', (o, v) => {
    const mode = choice('--leak-check', v, ['no', 'summary', 'full', 'yes']);
    o.check.leakCheck = mode === 'yes' ? 'full' : mode;
  }),
  row('check', '--show-leak-kinds', 'KINDS', 'leaks to list: definite,indirect,possible,reachable, all or none [definite,possible]', (o, v) => { o.check.showLeakKinds = subset('--show-leak-kinds', v, LEAK_KINDS); }),
  row('check', '--errors-for-leak-kinds', 'KINDS', 'leaks that count as errors [definite,possible]', (o, v) => { o.check.errorsForLeakKinds = subset('--errors-for-leak-kinds', v, LEAK_KINDS); }),
  row('check', '--explain-leaks', 'yes|no', 'name the line that lost the last pointer [yes]', (o, v) => { o.check.explainLeaks = yesNo('--explain-leaks', v); }),
  row('check', '--leak-check-heuristics', 'NAMES', 'interior pointers that keep a block: stdstring,length64,newarray,multipleinheritance, all or none [all]', (o, v) => { o.check.leakCheckHeuristics = subset('--leak-check-heuristics', v, HEURISTICS); }),
  row('check', '--leak-resolution', 'low|med|high', 'how alike stacks must be to share a record [high]', (o, v) => { o.check.leakResolution = choice('--leak-resolution', v, ['low', 'med', 'high']); }),
  row('check', '--num-callers', 'N', 'call frames in a stack [12]', (o, v) => { o.check.numCallers = integer('--num-callers', v, 1, 500); }),
  row('check', '--freelist-vol', 'BYTES', 'freed memory kept back before it is used again [20000000]', (o, v) => { o.check.freelistVolBytes = size('--freelist-vol', v, 0, HUGE); }),
  row('check', '--freelist-big-blocks', 'BYTES', 'blocks that leave the queue first [1000000]', (o, v) => { o.check.freelistBigBlocksBytes = size('--freelist-big-blocks', v, 0, HUGE); }),
  row('check', '--error-exitcode', 'N', 'exit status when errors were found [0: that of the program]', (o, v) => {
    const code = integer('--error-exitcode', v, 0, 255);
    o.errorExitCode = code === 0 ? null : code;
  }),
  row('check', '--suppressions', 'FILE', 'do not report what this file describes; may be given more than once', (o, v) => { o.suppressionFiles.push(fileName('--suppressions', v)); }),
  row('check', '--gen-suppressions', 'no|all', 'print a suppression after each error [no]', (o, v) => { o.generateSuppressions = choice('--gen-suppressions', v, ['no', 'all']) === 'all'; }),
  row('check', '--error-limit', 'no|yes', 'report nothing more after 1,000 different errors or 10,000,000 in all [yes]', (o, v) => { o.check.errorLimit = yesNo('--error-limit', v); }),
  row('check', '--undef-value-errors', 'no', 'uses of undefined values are not reported in this version', (_o, v) => {
    if (yesNo('--undef-value-errors', v)) throw new UsageError('--undef-value-errors=yes: this version does not report uses of undefined values');
  }),
  row('check', '--track-origins', 'no', 'likewise', (_o, v) => {
    if (yesNo('--track-origins', v)) throw new UsageError('--track-origins=yes: this version does not report uses of undefined values, so there are no origins to show');
  }),

  row('output', '--xml', 'yes|no', 'write the report as XML (protocol 4) to --xml-file [no]', (o, v) => { o.xml = yesNo('--xml', v); }),
  row('output', '--xml-file', 'FILE', 'where XML goes; %p is the process id', (o, v) => { o.xmlFile = fileName('--xml-file', v); }),
  row('output', '--xml-fd', '', '', () => { throw new UsageError('--xml-fd is not supported; use --xml-file=FILE'); }),
  row('output', '--xml-socket', '', '', () => { throw new UsageError('--xml-socket is not supported; use --xml-file=FILE'); }),
  row('output', '--json', 'FILE', 'write the whole result as JSON', (o, v) => { o.jsonFile = fileName('--json', v); }),
  row('output', '--html', 'FILE', 'write a report to hand in: program, output, findings, charts in one HTML file; %p is the process id', (o, v) => { o.htmlFile = fileName('--html', v); }),
  row('output', '--snapshot-file', 'FILE', 'save the whole machine there (pagewise snapshot); with --snapshot-at', (o, v) => { o.snapshotFile = fileName('--snapshot-file', v); }),
  row('output', '--snapshot-at', 'N', 'when N instructions are executed [at the end]', (o, v) => { o.snapshotAt = count('--snapshot-at', v, 1, HUGE); }),
  row('output', '--log-file', 'FILE', 'write the report there instead of standard error; %p is the process id', (o, v) => { o.logFile = fileName('--log-file', v); }),
  row('output', '--log-fd', '', '', () => { throw new UsageError('--log-fd is not supported; use --log-file=FILE'); }),
  row('output', '--log-socket', '', '', () => { throw new UsageError('--log-socket is not supported; use --log-file=FILE'); }),
  row('output', '--quiet', '', 'print only errors (also -q)', (o) => { o.quiet = true; }),
  row('output', '--verbose', '', 'print what Pagewise does and the counters of the machine (also -v)', (o) => { o.verbose = true; }),
  row('output', '--show-error-list', 'no|yes', 'at the end, list all errors by count and the suppressions that were used (yes: also -s) [no]', (o, v) => { o.errorList = yesNo('--show-error-list', v); }),
  row('output', '--child-silent-after-fork', 'no|yes', 'say nothing about processes made by fork [no]', (o, v) => { o.childSilent = yesNo('--child-silent-after-fork', v); }),
  row('output', '--stdout', 'tty|pipe', 'what the program takes its standard output for [as that of pagewise]', (o, v) => { o.stdout = choice<StandardOutputKind>('--stdout', v, ['tty', 'pipe']); }),

  row('machine', '--machine', 'NAME', `a whole machine, to which the options after it are changes: ${PRESET_NAMES.join(', ')} [default]`, (o, v) => { o.machine = { ...presetNamed(choice('--machine', v, PRESET_NAMES)) }; }),
  row('machine', '--set', 'FIELD=VALUE', 'any field of the machine by its name in a saved configuration, e.g. tlb.l1dEntries=16; may be given more than once', (o, v) => {
    const field = fieldFromText(v);
    if (typeof field === 'string') throw new UsageError(`--set: ${field}`);
    o.machine = withField(o.machine, field.path, field.value);
  }),
  row('machine', '--translation', 'MODE', 'how addresses become physical: paging, none, segmentation, segmentation-paging [paging]', (o, v) => { o.machine.translation = choice<TranslationMode>('--translation', v, ['paging', 'none', 'segmentation', 'segmentation-paging']); }),
  row('machine', '--segment-fit', 'FIT', 'how segments are placed: first, best, worst, next [first]', (o, v) => { o.machine.segmentFit = choice<SegmentFit>('--segment-fit', v, ['first', 'best', 'worst', 'next']); }),
  row('machine', '--ram', 'SIZE', 'memory of the simulated machine [1G]', (o, v) => { o.machine.frameCount = Math.floor(size('--ram', v, RAM.least, RAM.most) / 4096); }),
  row('machine', '--swap', 'SIZE', 'swap space, in a real file [none]', (o, v) => { o.machine.swap = { ...o.machine.swap, slotCount: v === '0' ? 0 : Math.floor(size('--swap', v, SWAP.least, SWAP.most) / 4096) }; }),
  row('machine', '--swap-file', 'PATH', 'where the swap file is made; removed at the end [a new file in the user\'s data folder]', (o, v) => { o.swapFile = fileName('--swap-file', v); }),
  row('machine', '--swap-device', 'hdd|ssd|nvme', 'what simulated time swapping takes: 5 ms, 1 ms or 0.1 ms a request [hdd]', (o, v) => { o.machine.swap = { ...o.machine.swap, device: DEVICES[choice('--swap-device', v, ['hdd', 'ssd', 'nvme'])] }; }),
  row('machine', '--page-cluster', 'N', '2^N pages are read from swap at once [3]', (o, v) => { o.machine.swap = { ...o.machine.swap, pageCluster: integer('--page-cluster', v, 0, 6) }; }),
  row('machine', '--replacement', 'POLICY', 'which page leaves when RAM is short: linux, fifo, clock, nru, aging, random [linux]', (o, v) => { o.machine.memory = { ...o.machine.memory, policy: choice<ReplacementPolicy>('--replacement', v, POLICIES) }; }),
  row('machine', '--swappiness', 'N', 'how gladly anonymous pages go in place of file pages, 0 to 200 [60]', (o, v) => { o.machine.memory = { ...o.machine.memory, swappiness: integer('--swappiness', v, 0, 200) }; }),
  row('machine', '--overcommit', '0|1|2', 'memory promised: 0 heuristic, 1 always, 2 never beyond CommitLimit [0]', (o, v) => { o.machine.memory = { ...o.machine.memory, overcommit: Number(choice('--overcommit', v, ['0', '1', '2'])) as 0 | 1 | 2 }; }),
  row('machine', '--overcommit-ratio', 'N', 'percent of RAM in CommitLimit [50]', (o, v) => { o.machine.memory = { ...o.machine.memory, overcommitRatio: integer('--overcommit-ratio', v, 0, 1000) }; }),
  row('machine', '--watermark-scale', 'N', 'frames kept free, in 1/10,000 of RAM; 0: none, a page leaves when its frame is needed [10]', (o, v) => { o.machine.memory = { ...o.machine.memory, watermarkScale: integer('--watermark-scale', v, 0, 3000) }; }),
  row('machine', '--levels', '4|5', 'levels of page tables: 48-bit or 57-bit addresses [4]', (o, v) => { o.machine.levels = choice('--levels', v, ['4', '5']) === '5' ? 5 : 4; }),
  row('machine', '--huge-pages', 'MODE', 'transparent pages of 2 MiB: never, madvise (where a program asks), always [never]', (o, v) => { o.machine.paging = { ...o.machine.paging, transparentHugePages: choice<'never' | 'madvise' | 'always'>('--huge-pages', v, ['never', 'madvise', 'always']) }; }),
  row('machine', '--hugetlb-2M', 'N', 'pages of 2 MiB set aside for mmap(MAP_HUGETLB) [0]', (o, v) => { o.machine.paging = { ...o.machine.paging, reserved2MPages: integer('--hugetlb-2M', v, 0, 32_768) }; }),
  row('machine', '--hugetlb-1G', 'N', 'pages of 1 GiB set aside for mmap(MAP_HUGETLB | MAP_HUGE_1GB) [0]', (o, v) => { o.machine.paging = { ...o.machine.paging, reserved1GPages: integer('--hugetlb-1G', v, 0, 63) }; }),
  row('machine', '--stack-limit', 'SIZE', 'largest stack [8M]', (o, v) => { o.machine.stackLimitBytes = size('--stack-limit', v, 64 * 1024, 2 ** 30); }),
  row('machine', '--seed', 'N', 'seed of whatever is random [1]', (o, v) => { o.machine.seed = integer('--seed', v, 0, 2 ** 32 - 1); }),
  row('machine', '--with', 'FILE.c', 'load this program too, as a process of its own beside the first; may be given more than once', (o, v) => { o.with.push(fileName('--with', v)); }),
  row('machine', '--processes', 'N', 'processes of programs at one time; a fork beyond fails with EAGAIN [1024]', (o, v) => { o.machine.processLimit = integer('--processes', v, 1, 32_768); }),
  row('machine', '--env', 'NAME=VALUE', 'set an environment variable; may be given more than once', (o, v) => {
    if (!/^[^=]+=/.test(v)) throw new UsageError(`--env=${v}: the value must be NAME=VALUE`);
    o.environment.push(v);
  }),
  row('machine', '--ignore-environment', '', 'start with an empty environment', (o) => { o.inheritEnvironment = false; }),

  row('limits', '--max-instructions', 'N', 'stop after so many instructions [no limit]', (o, v) => { o.maxInstructions = count('--max-instructions', v, 1, HUGE); }),
  row('limits', '--max-output', 'BYTES', 'stop when the program has written more [no limit]', (o, v) => { o.maxOutputBytes = size('--max-output', v, 1, HUGE); }),
  row('limits', '--max-heap', 'BYTES', 'stop when the heap holds more [no limit]', (o, v) => { o.maxHeapBytes = size('--max-heap', v, 1, HUGE); }),
];

/** Compiler options: -I DIR and so on, joined to their value or before it. */
export const COMPILER_HELP: readonly (readonly [string, string])[] = [
  ['-IDIR', 'look for headers there'],
  ['-DNAME[=V]', 'define a macro'],
  ['-UNAME', 'undefine a macro'],
  ['-std=STANDARD', 'language standard, e.g. c99 or gnu17 [gnu17]'],
  ['-O0, -O1, -O2', 'optimise [-O0]'],
];

/** Accepted because everyone types them; they are always on, or belong to a linker that is not needed here. */
const ALWAYS_ON = new Set(['-g', '-g3', '-ggdb', '-Wall', '-Wextra', '-lm', '-pthread', '-fno-builtin']);

function fileName(name: string, value: string): string {
  if (value === '') throw new UsageError(`${name}= needs the name of a file`);
  return value;
}

export function defaultOptions(): RunOptions {
  return {
    check: { ...DEFAULT_CHECK }, machine: { ...DEFAULT_MACHINE },
    compile: { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] },
    errorExitCode: null, suppressionFiles: [], generateSuppressions: false, xml: false, xmlFile: null, jsonFile: null, htmlFile: null, snapshotFile: null, snapshotAt: null, logFile: null,
    quiet: false, verbose: false, errorList: false, childSilent: false, swapFile: null, with: [], stdout: null, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
    inheritEnvironment: true, environment: [], files: [], args: [],
  };
}

/** Parses what follows `run`. @throws UsageError */
export function parseRunOptions(words: readonly string[]): RunOptions {
  const options = defaultOptions();
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      options.args = queue.splice(0);
    } else if (word.startsWith('--')) {
      longOption(options, word);
    } else if (word.startsWith('-') && word !== '-') {
      shortOption(options, word, queue);
    } else if (word === '-') {
      throw new UsageError('a program cannot be read from standard input: that belongs to the program itself; give a FILE.c');
    } else {
      options.files.push(word);
    }
  }
  if (options.files.length === 0) throw new UsageError('no C file was given; usage: pagewise run [OPTIONS] FILE.c... [-- ARGS...]');
  if (options.xml && options.xmlFile === null) throw new UsageError('--xml=yes needs --xml-file=FILE: standard error belongs to the program');
  if (options.swapFile !== null && options.machine.swap.slotCount === 0) throw new UsageError('--swap-file needs --swap=SIZE');
  if (options.snapshotAt !== null && options.snapshotFile === null) throw new UsageError('--snapshot-at needs --snapshot-file=FILE');
  if (!options.xml && options.xmlFile !== null) throw new UsageError('--xml-file needs --xml=yes');
  const [problem] = machineProblems(options.machine);
  if (problem !== undefined) throw new UsageError(`this machine cannot be built: ${problem.message}`);
  return options;
}

function longOption(options: RunOptions, word: string): void {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  const found = OPTION_TABLE.find((one) => one.name === name);
  if (!found) throw new UsageError(`unknown option ${word}${suggestion(name, OPTION_TABLE.filter((one) => one.help !== '').map((one) => one.name))}`);
  if (found.value !== '' && equals < 0) throw new UsageError(`${name} needs a value: ${name}=${found.value}`);
  if (found.value === '' && found.help !== '' && equals >= 0) throw new UsageError(`${name} takes no value`);
  found.apply(options, equals < 0 ? '' : word.slice(equals + 1));
}

function shortOption(options: RunOptions, word: string, queue: string[]): void {
  const { compile } = options;
  const joined = (): string => {
    const value = word.length > 2 ? word.slice(2) : queue.shift();
    if (value === undefined || value === '') throw new UsageError(`${word.slice(0, 2)} needs a value`);
    return value;
  };
  if (word === '-q') options.quiet = true;
  else if (word === '-v') options.verbose = true;
  else if (word === '-s') options.errorList = true;
  else if (word.startsWith('-I')) compile.includeDirectories = [...compile.includeDirectories, joined()];
  else if (word.startsWith('-D')) compile.defines = [...compile.defines, macro(joined())];
  else if (word.startsWith('-U')) compile.undefines = [...compile.undefines, macro(joined())];
  else if (word.startsWith('-std=')) compile.standard = choice('-std', word.slice(5), STANDARDS);
  else if (word.startsWith('-O')) compile.optimise = level(word);
  else if (ALWAYS_ON.has(word)) return;
  else if (word.startsWith('-o')) throw new UsageError(`${word}: there is no output file; pagewise runs the program`);
  else if (word.startsWith('-l') || word.startsWith('-L')) throw new UsageError(`${word}: the simulated system has the C library and its mathematics only; other libraries cannot be linked`);
  else throw new UsageError(`unknown option ${word}${suggestion(word, ['-I', '-D', '-U', '-std=', '-O0', '-O1', '-O2', '-q', '-s', '-v'])}; arguments of the program go after --`);
}

function macro(text: string): string {
  if (!/^[A-Za-z_]\w*(\(.*\))?(=.*)?$/s.test(text)) throw new UsageError(`"${text}" is not the name of a macro`);
  return text;
}

function level(word: string): 0 | 1 | 2 {
  switch (word) {
    case '-O0': return 0;
    case '-O': case '-O1': return 1;
    case '-O2': return 2;
    default: throw new UsageError(`${word}: the levels are -O0, -O1 and -O2`);
  }
}
