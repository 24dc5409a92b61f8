/** What --help and --version print. */
import { COMPILER_HELP, OPTION_TABLE } from './options';
import { POLICY_OPTION_TABLE } from './policy-options';

const GROUPS: readonly (readonly [string, string])[] = [
  ['check', 'Checking'], ['output', 'Reports'], ['machine', 'Simulated machine'], ['limits', 'Limits (simulated quantities; 125 is the exit status when one is reached)'],
];
const COLUMN = 30;

function line(left: string, right: string): string {
  return left.length < COLUMN - 1 ? `  ${left.padEnd(COLUMN)}${right}` : `  ${left}\n  ${' '.repeat(COLUMN)}${right}`;
}

export function helpText(): string {
  const parts = [
    'usage: pagewise run [OPTIONS] FILE.c... [-- ARGS...]',
    '       pagewise policy [OPTIONS] --frames=COUNTS TRACE     (pagewise policy --help)',
    '       pagewise snapshot info | verify | run FILE          (pagewise snapshot --help)',
    '       pagewise snapshot compare A B',
    '       pagewise --help | --version',
    '',
    'Compiles C with Clang, runs it on a simulated x86-64 machine and reports memory errors and leaks',
    'as Valgrind Memcheck words them. The program\'s own input and output pass through; the report goes',
    'to standard error. [in brackets: the default]',
  ];
  for (const [group, title] of GROUPS) {
    parts.push('', `${title}:`);
    for (const one of OPTION_TABLE) {
      if (one.group === group && one.help !== '') parts.push(line(one.value === '' ? one.name : `${one.name}=${one.value}`, one.help));
    }
  }
  parts.push('', 'Compiler:');
  for (const [left, right] of COMPILER_HELP) parts.push(line(left, right));
  parts.push(
    '', 'Exit status: that of the program (128 + N when signal N ended it); that of --error-exitcode when',
    'errors were found; 125 when Pagewise could not run it.', '',
  );
  return parts.join('\n');
}

export function snapshotHelpText(): string {
  return [
    'usage: pagewise snapshot info FILE              what the file says of itself',
    '       pagewise snapshot verify FILE            whether all of it is sound',
    '       pagewise snapshot run [OPTIONS] FILE     the saved machine, run on to its end',
    '       pagewise snapshot compare [--json] [--all] A B',
    '                                                what B has more, or less, than A: heap by allocation stack,',
    '                                                leaks, memory by mapping, processes, page faults; --all lists',
    '                                                what did not change too',
    '',
    'A snapshot holds a whole machine: programs, memory, swapped pages, processes, checker. `pagewise run',
    '--snapshot-file=FILE --snapshot-at=N` makes one. The machine goes on exactly as it would have; options of',
    'reports (--json, --html, --xml, --log-file, -q, -v) apply.',
    '',
    'Exit status: that of the program, or 0; 125 when the file is damaged, newer, or no snapshot.', '',
  ].join('\n');
}

const POLICY_GROUPS: readonly (readonly [string, string])[] = [
  ['what', 'What to compare'], ['trace', 'The trace'], ['parameters', 'Parameters of policies'], ['output', 'Output'],
];

export function policyHelpText(): string {
  const parts = [
    'usage: pagewise policy [OPTIONS] --frames=COUNTS TRACE',
    '       pagewise policy [OPTIONS] --frames=COUNTS --string=1,2,3,4,1,2,5,1,2,3,4,5',
    '       pagewise policy [OPTIONS] --frames=COUNTS FILE.c [-- ARGS...]',
    '',
    'Runs page replacement policies over one reference string and compares their faults. TRACE is a file, or - for',
    'standard input: a classroom string (pages separated by commas or blanks; :w after a page makes it a store), the output',
    'of valgrind --tool=lackey --trace-mem=yes, or a csv trace as libCacheSim reads it. A C program is',
    'compiled and run, and its loads and stores are the string (its output goes to standard error). [in brackets: the default]',
  ];
  for (const [group, title] of POLICY_GROUPS) {
    parts.push('', `${title}:`);
    for (const one of POLICY_OPTION_TABLE) if (one.group === group) parts.push(line(one.value === '' ? one.name : `${one.name}=${one.value}`, one.help));
  }
  parts.push('', 'Exit status: 0; 125 when Pagewise could not do it.', '');
  return parts.join('\n');
}
