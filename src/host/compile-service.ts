/**
 * Clang for the app: in a process of its own (clang-helper.ts), started in the background, ended when idle for minutes,
 * started again after a crash. It is a ClangRunner like the in-process one; laboratory.ts puts a cache before it.
 *
 *     (no process) ──warm, compile──▶ running ──idle for idleMs──▶ (no process)
 *                                        └──crash: waiting requests fail once, the next one starts a new process
 */
import type { ClangOutcome, ClangRequest, ClangRunner } from '../toolchain/clang/driver';

/** What this file needs of Electron's UtilityProcess; a worker thread can be given the same shape. */
export interface HelperProcess {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  kill(): unknown;
}

/** First message to the helper. */
export interface HelperSetup { readonly headers: readonly (readonly [path: string, text: string])[] }
/** `request` null: only load Clang. */
export interface HelperRequest { readonly id: number; readonly request: ClangRequest | null }
export interface HelperReply { readonly id: number; readonly outcome: ClangOutcome | null; readonly failure: string | null }

export interface CompileServiceOptions {
  readonly fork: () => HelperProcess;
  readonly headers: ReadonlyMap<string, string>;
  readonly idleMs: number;
}

/** Clang itself could not be started, or died while it worked. */
export class CompilerFailed extends Error {}

interface Waiting { readonly resolve: (outcome: ClangOutcome | null) => void; readonly reject: (error: Error) => void }

export class CompileService implements ClangRunner {
  private helper: HelperProcess | null = null;
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();
  private idleTimer: NodeJS.Timeout | null = null;

  constructor(private readonly options: CompileServiceOptions) {}

  /** Starts the helper and loads Clang; the first compilation is quick then. */
  async warm(): Promise<void> {
    await this.ask(null);
  }

  async compile(request: ClangRequest): Promise<ClangOutcome> {
    const outcome = await this.ask(request);
    if (!outcome) throw new CompilerFailed('The compiler gave no answer.');
    return outcome;
  }

  /** Ends the helper; waiting requests fail. A later compilation starts it again. */
  dispose(): void {
    this.end('The compiler was ended.');
  }

  private ask(request: ClangRequest | null): Promise<ClangOutcome | null> {
    const helper = this.running();
    if (this.idleTimer) clearTimeout(this.idleTimer);
    this.idleTimer = null;
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const message: HelperRequest = { id, request };
      helper.postMessage(message);
    });
  }

  private running(): HelperProcess {
    if (this.helper) return this.helper;
    const helper = this.options.fork();
    this.helper = helper;
    helper.on('message', (message) => { if (helper === this.helper) this.receive(message as HelperReply); });
    helper.on('exit', (code) => { if (helper === this.helper) this.forget(`The compiler's process ended with code ${code}.`); });
    const setup: HelperSetup = { headers: [...this.options.headers] };
    helper.postMessage(setup);
    return helper;
  }

  private receive({ id, outcome, failure }: HelperReply): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (failure === null) waiting?.resolve(outcome);
    else waiting?.reject(new CompilerFailed(failure));
    if (this.waiting.size === 0) {
      this.idleTimer = setTimeout(() => { this.end('The compiler was idle.'); }, this.options.idleMs);
      this.idleTimer.unref();
    }
  }

  private end(reason: string): void {
    const helper = this.helper;
    this.forget(reason);
    helper?.kill();
  }

  private forget(reason: string): void {
    this.helper = null;
    if (this.idleTimer) clearTimeout(this.idleTimer);
    this.idleTimer = null;
    for (const { reject } of this.waiting.values()) reject(new CompilerFailed(reason));
    this.waiting.clear();
  }
}
