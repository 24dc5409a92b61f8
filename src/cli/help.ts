/** What --help and --version print. */
import { COMPILER_HELP, OPTION_TABLE } from './options';

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
