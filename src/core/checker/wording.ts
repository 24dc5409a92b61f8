/** Small pieces of text that reports and sentences share. */
import type { Stack, StackFrame } from '../../shared/report';

/** A number with thousands separated by commas, as Valgrind prints counts. */
export function grouped(count: number): string { return count.toString().replace(/\B(?=(\d{3})+$)/gu, ','); }

/** "1 byte", "12 bytes". */
export function counted(count: number, noun: string): string { return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`; }

/** Innermost call frame of the program's own code, null if there is none. */
export function ownFrame(stack: Stack): StackFrame | null {
  return stack.find((frame) => !frame.library && frame.line > 0) ?? null;
}

/** Library functions that allocate what their caller owns. */
const ALLOCATING: ReadonlySet<string> = new Set([
  'malloc', 'calloc', 'realloc', 'reallocarray', 'memalign', 'aligned_alloc', 'posix_memalign', 'valloc', 'strdup', 'strndup',
  'getline', 'getdelim', 'asprintf', 'vasprintf',
]);

/**
 * The library function that allocated for itself (a stream's buffer, for one): what the program called, if that is no
 * function that allocates for its caller. '' when the program never called it; null when the block is the program's own.
 */
export function libraryOwner(stack: Stack): string | null {
  const own = ownFrame(stack);
  if (own === null) return '';
  const callee = stack[stack.indexOf(own) - 1];
  return callee !== undefined && !ALLOCATING.has(callee.fn) ? callee.fn : null;
}

/** "line 7", or "line 7 of list.c" when `home` is another file. */
export function place(file: string, line: number, home: string): string {
  return file === home || file === '' ? `line ${line}` : `line ${line} of ${file}`;
}
