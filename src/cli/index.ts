#!/usr/bin/env node
/** The `pagewise` command. Plain Node; the engine runs in this process. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { treePaths } from '../host/paths';
import { helpText, policyHelpText, snapshotHelpText } from './help';
import { policyCommand } from './policy';
import { runCommand, type Outcome } from './run';
import { snapshotCommand } from './snapshot';
import { ReaderGone, writeAll } from './streams';
import { OWN_FAILURE, suggestion } from './usage-error';

/** out/cli/index.js lies two folders below the root of the installation. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const COMMANDS = ['run', 'policy', 'snapshot', '--help', '--version'];

const print = (descriptor: number, text: string): void => { writeAll(descriptor, new TextEncoder().encode(text)); };

async function main(words: readonly string[]): Promise<Outcome> {
  const [command, ...rest] = words;
  const done = (status: number): Outcome => ({ status, inputWaiting: false });
  if (command === 'run' && !beforeProgramArguments(rest).some((word) => word === '--help' || word === '-h')) return runCommand(rest, treePaths(ROOT));
  if (command === 'run' || command === '--help' || command === '-h' || command === 'help') {
    print(1, helpText());
    return done(0);
  }
  if (command === 'policy') {
    if (!beforeProgramArguments(rest).some((word) => word === '--help' || word === '-h')) return policyCommand(rest, treePaths(ROOT));
    print(1, policyHelpText());
    return done(0);
  }
  if (command === 'snapshot' && !rest.includes('--help')) return snapshotCommand(rest, treePaths(ROOT));
  if (command === 'snapshot') {
    print(1, snapshotHelpText());
    return done(0);
  }
  if (command === '--version') {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    print(1, `pagewise ${version}\n`);
    return done(0);
  }
  if (command === undefined) print(2, `pagewise: nothing to do\n${helpText()}`);
  else if (command.endsWith('.c')) print(2, `pagewise: unknown command ${command} (did you mean: pagewise run ${words.join(' ')}?)\n`);
  else print(2, `pagewise: unknown command ${command}${suggestion(command, COMMANDS)}; see pagewise --help\n`);
  return done(OWN_FAILURE);
}

function beforeProgramArguments(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
}

/** A blocked read of standard input would keep the process; the signal that ended the program ends it too. */
function leave({ status, inputWaiting }: Outcome): void {
  if (inputWaiting && (status === 130 || status === 143)) {
    const signal = status === 130 ? 'SIGINT' : 'SIGTERM';
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  } else {
    process.exit(status);
  }
}

main(process.argv.slice(2)).then(leave, (error: unknown) => {
  if (error instanceof ReaderGone) process.exit(141);
  print(2, `pagewise: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(OWN_FAILURE);
});
