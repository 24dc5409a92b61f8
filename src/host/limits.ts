/** Bounds of what Pagewise keeps on disk and in memory. */

/** Compiled programs: some thousand of a student's size. */
export const COMPILE_CACHE_BYTES = 64 * 1024 * 1024;
/** The lowered library of a few versions. */
export const LIBRARY_CACHE_BYTES = 64 * 1024 * 1024;
/** The compiler's process holds 300 MB: it ends after this time without work. */
export const COMPILER_IDLE_MS = 5 * 60 * 1000;
/** The machine's thread prepares for the next run when it was asked nothing for this long. */
export const IDLE_MS = 300;
/** Stores made ahead: a run and its second pass. Address space only, no memory, until they are used. */
export const RESERVED_MEMORIES = 2;
/** How long a stop may take before the worker is ended and started again. */
export const STOP_LIMIT_MS = 500;
/** So many times longer while a snapshot is saved or opened: some pieces of that work cannot be interrupted. */
export const SNAPSHOT_PATIENCE = 20;
