/**
 * The compiler's own process. The app starts this file as a utility process; it starts itself once more as a thread,
 * because Clang does not load in a utility process itself (measured: "must be a buffer source"), and hands messages on.
 * The thread also lets the process answer while Clang works. Messages: compile-service.ts.
 *
 *   utility process ──HelperRequest──▶ thread: Clang ──HelperReply──▶ utility process ──▶ app
 */
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, parentPort, type MessagePort } from 'node:worker_threads';
import { ClangFailure, createClangRunner } from '../toolchain/clang/driver';
import type { HelperReply, HelperRequest, HelperSetup } from './compile-service';

/** Electron's utility processes have this in place of process.send. */
interface UtilityPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

function relay(utility: UtilityPort): void {
  const thread = new Worker(fileURLToPath(import.meta.url));
  thread.on('message', (message) => { utility.postMessage(message); });
  thread.on('error', (error) => { throw error; });
  utility.on('message', (event) => { thread.postMessage(event.data); });
}

/** Serves requests until the process ends. The first message is the setup. */
function serve(port: MessagePort): void {
  const reply = (message: HelperReply): void => { port.postMessage(message); };
  port.once('message', (setup: HelperSetup) => {
    const runner = createClangRunner({ headers: new Map(setup.headers) });
    port.on('message', ({ id, request }: HelperRequest) => {
      const work = request ? runner.compile(request) : runner.warm().then(() => null);
      work.then(
        (outcome) => { reply({ id, outcome, failure: null }); },
        (error: unknown) => { reply({ id, outcome: null, failure: words(error) }); },
      );
    });
  });
}

/** A failure of Clang is worded for the user; anything else is a bug, and its stack helps to find it. */
function words(error: unknown): string {
  if (error instanceof ClangFailure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const utility = (process as unknown as { parentPort?: UtilityPort }).parentPort;
if (utility && isMainThread) relay(utility);
else if (parentPort) serve(parentPort);
else throw new Error('clang-helper runs as a utility process or a worker thread');
