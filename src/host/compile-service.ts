/**
 * Clang for the app: in a process of its own (src/host/clang-helper), started in the background, ended when idle for
 * minutes, started again after a crash. It is a ClangRunner like the in-process one, behind the same cache.
 */

/** What this file needs of Electron's UtilityProcess; a worker thread has the same shape. */
export interface HelperProcess {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  kill(): unknown;
}
