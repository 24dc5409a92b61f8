/**
 * Runs Clang (compiled to wasm, in this process) on C sources and returns LLVM bitcode and structured diagnostics.
 *
 * Used by the terminal directly and by the app's compiler process. Each compilation is a fresh instance of the wasm
 * module, so nothing survives a crash; the compiled module itself is loaded once.
 */
import type { CompileOptions, Diagnostic, SourceFile } from '../../shared/diagnostics';
import { frontEndArguments } from './command-line';
import { parseDiagnostics } from './diagnostics-parser';
import { VirtualFiles, neutralDirectory, type FileTree } from './virtual-files';

export interface ClangRequest {
  /** Every file that the compilation may open besides system headers, by the path that the user gave. */
  readonly sources: readonly SourceFile[];
  /** Path of the translation unit among `sources`; diagnostics name it as given. */
  readonly main: string;
  readonly options: CompileOptions;
  /** bitcode: compile. check: only look for errors and warnings. */
  readonly emit: 'bitcode' | 'check';
  /** The C library itself: __PW_LIBRARY is defined, freestanding, no warnings. */
  readonly library?: boolean;
  /** Absolute folder that relative paths start from and that debug information names; without it a neutral one. */
  readonly directory?: string;
}

export interface ClangOutcome {
  /** Null when there were errors, and for `check`. */
  readonly bitcode: Uint8Array | null;
  /** In Clang's order; columns count UTF-16 units from 1. */
  readonly diagnostics: readonly Diagnostic[];
  /** What Clang prints on a terminal, caret lines included; empty if it had nothing to say. */
  readonly text: string;
}

export interface ClangRunner {
  /** One compilation at a time; further requests wait in order. Rejects with ClangFailure when Clang cannot be started or crashes. */
  compile(request: ClangRequest): Promise<ClangOutcome>;
}

export interface InProcessClang extends ClangRunner {
  /** Loads and starts Clang ahead of the first compilation. */
  warm(): Promise<void>;
}

/** Clang could not be started or crashed: no statement about the program. The next compilation starts afresh. */
export class ClangFailure extends Error {
  override readonly name = 'ClangFailure';
}

/** The part of @yowasp/clang that is used. */
export interface ClangPackage {
  readonly runLLVM: (args: string[], files: FileTree, options: {
    stdout: (bytes: Uint8Array | null) => void;
    stderr: (bytes: Uint8Array | null) => void;
    fetchProgress: () => void;
  }) => Promise<unknown> | unknown;
  /** Thrown for an exit status other than 0. */
  readonly Exit: abstract new (...args: never[]) => Error;
}

export interface ClangRunnerConfig {
  /** The simulated system's headers: path below its include directory → text. */
  readonly headers: ReadonlyMap<string, string>;
  /** How to load the compiler; by default from node_modules. */
  readonly load?: () => Promise<ClangPackage>;
}

/** The arguments that Clang's front end gets for a request: with the files, all that decides the outcome. */
export function argumentsFor(request: ClangRequest): readonly string[] {
  const { main, options, emit, library = false } = request;
  return frontEndArguments({ main, options, emit, library, directory: directoryOf(request) });
}

/** Where relative paths start. */
function directoryOf({ directory, sources, options }: ClangRequest): string {
  return directory ?? neutralDirectory([...sources.map((source) => source.path), ...options.includeDirectories]);
}

const WARM_UP: ClangRequest = {
  sources: [{ path: 'warm.c', text: 'int main(void) { return 0; }\n' }], main: 'warm.c', emit: 'bitcode',
  options: { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] },
};

/** A runner in this process, lazy: the compiler (100 MB of wasm and headers) is loaded by the first request or warm(). */
export function createClangRunner(config: ClangRunnerConfig): InProcessClang {
  return new ClangProcess(config);
}

class ClangProcess implements InProcessClang {
  private package: Promise<ClangPackage> | null = null;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly config: ClangRunnerConfig) {}

  async warm(): Promise<void> {
    await this.compile(WARM_UP);
  }

  compile(request: ClangRequest): Promise<ClangOutcome> {
    const refusal = notC(request.main);
    if (refusal) return Promise.resolve(refusal);
    const work = this.tail.then(() => this.run(request));
    this.tail = work.catch(() => undefined); // the caller gets the error; the next request does not care
    return work;
  }

  private async load(): Promise<ClangPackage> {
    const loading = this.package ??= (this.config.load ?? loadInstalled)();
    try {
      return await loading;
    } catch (error) {
      this.package = null;
      throw new ClangFailure(`The compiler could not be loaded: ${messageOf(error)}`, { cause: error });
    }
  }

  private async run(request: ClangRequest): Promise<ClangOutcome> {
    const clang = await this.load();
    const { main, emit } = request;
    const files = new VirtualFiles(directoryOf(request), request.sources, this.config.headers);
    const stdout = new ByteSink(), stderr = new ByteSink();
    let failed = false, crash: unknown = null;
    try {
      await clang.runLLVM(['clang', ...argumentsFor(request)], files.tree(), {
        stdout: (bytes) => { stdout.write(bytes); }, stderr: (bytes) => { stderr.write(bytes); }, fetchProgress: () => undefined,
      });
    } catch (error) {
      failed = true;
      if (!(error instanceof clang.Exit)) crash = error ?? new Error('unknown reason');
    }
    const output = new TextDecoder().decode(stderr.bytes());
    if (crash !== null) throw crashed(main, messageOf(crash), output, crash);
    const { diagnostics, text } = parseDiagnostics(output, files, main);
    if (failed && !diagnostics.some(({ severity }) => severity === 'error')) throw crashed(main, 'it gave no reason', output, null);
    return { bitcode: failed || emit === 'check' ? null : stdout.bytes(), diagnostics, text };
  }
}

async function loadInstalled(): Promise<ClangPackage> {
  return await import('@yowasp/clang') as unknown as ClangPackage;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function crashed(main: string, reason: string, output: string, cause: unknown): ClangFailure {
  const said = output.trim() === '' ? '' : `\n${output.trim()}`;
  return new ClangFailure(`Clang crashed while compiling ${main} (${reason}). Try a smaller file, or a simpler expression where it stopped.${said}`, { cause });
}

/** Only C is compiled; anything else gets an error at its first line. */
function notC(main: string): ClangOutcome | null {
  const name = main.slice(main.lastIndexOf('/') + 1), dot = name.lastIndexOf('.');
  const extension = dot <= 0 ? '' : name.slice(dot);
  if (extension === '.c') return null;
  const what = /^\.(cc|cp|cpp|cxx|c\+\+|C|hh|hpp)$/.test(extension) ? 'is a C++ file' : extension === '.h' ? 'is a header, to be included by a .c file' : 'is not a C file';
  const message = `"${main}" ${what}; Pagewise compiles C files with names ending in .c`;
  const range = { file: main, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { bitcode: null, diagnostics: [{ range, severity: 'error', message, option: '', notes: [], fixIts: [] }], text: `error: ${message}\n` };
}

/** Collects a stream: the package hands out views of memory that it reuses. */
class ByteSink {
  private buffer = new Uint8Array(1 << 16);
  private length = 0;

  write(bytes: Uint8Array | null): void {
    if (!bytes) return;
    if (this.length + bytes.length > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + bytes.length));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  bytes(): Uint8Array { return this.buffer.slice(0, this.length); }
}
