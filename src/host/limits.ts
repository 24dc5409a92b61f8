/** Bounds of what Pagewise keeps on disk and in memory. */

/** Compiled programs: some thousand of a student's size. */
export const COMPILE_CACHE_BYTES = 64 * 1024 * 1024;
/** The lowered library of a few versions. */
export const LIBRARY_CACHE_BYTES = 64 * 1024 * 1024;
/** The compiler's process holds 300 MB: it ends after this time without work. */
export const COMPILER_IDLE_MS = 5 * 60 * 1000;
/** How long a stop may take before the worker is ended and started again. */
export const STOP_LIMIT_MS = 500;
