/**
 * execve(2): the process goes on as another program. The file system of the machine holds no executables: what can be
 * run are the programs that were loaded into the machine, by their names, with or without a folder before them.
 */
import { LEAVE_AFTER, CONTINUE } from '../kernel-interface';
import type { Program } from '../lir/lir';
import type { Computer } from './computer';
import { ENOENT } from './file-system';
import { probing, readCString, readGuest } from './guest-memory';
import type { Arguments } from './call-arguments';

const EFAULT = 14;
const E2BIG = 7;
const LIST_MAX = 4096;
const TEXT_MAX = 131072;

/** (path, argv, envp). Returns only when it fails. */
export function execute(computer: Computer, args: Arguments): number {
  const fail = (error: number): number => { args.returns(BigInt(-error)); return CONTINUE; };
  const path = probing(computer, () => readCString(computer, args.u64(1), TEXT_MAX));
  if (path === null) return fail(EFAULT);
  const program = programOf(computer, path);
  if (program === null) return fail(ENOENT);
  const list = readStrings(computer, args.u64(2));
  const environment = readStrings(computer, args.u64(3));
  if (typeof list === 'number' || typeof environment === 'number') return fail(E2BIG);
  if (list === null || environment === null) return fail(EFAULT);
  computer.ask({ kind: 'exec', program, path, args: list, environment });
  return LEAVE_AFTER;
}

/** The loaded program of this name. */
export function programOf(computer: Computer, path: string): Program | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return computer.programs.get(name) ?? null;
}

/** A null-terminated array of strings; null: a bad address; a number: too long. */
function readStrings(computer: Computer, va: bigint): readonly string[] | null | number {
  if (va === 0n) return [];
  const found: string[] = [];
  for (let k = 0; k < LIST_MAX; k++) {
    const word = probing(computer, () => readGuest(computer, va + BigInt(8 * k), 8));
    if (word === null) return null;
    const pointer = new DataView(word.buffer).getBigUint64(0, true);
    if (pointer === 0n) return found;
    const text = probing(computer, () => readCString(computer, pointer, TEXT_MAX));
    if (text === null) return null;
    found.push(text);
  }
  return LIST_MAX;
}
