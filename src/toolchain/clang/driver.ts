/**
 * Runs Clang (compiled to wasm, in-process) on C sources and returns LLVM bitcode and structured diagnostics.
 */
import type { CompileOptions, Diagnostic, SourceFile } from '../../shared/diagnostics';

export interface ClangRequest {
  /** Every file that the compilation may open besides system headers, by the path that the user gave. */
  readonly sources: readonly SourceFile[];
  /** Path of the translation unit among `sources`; diagnostics name it as given. */
  readonly main: string;
  readonly options: CompileOptions;
  /** bitcode: compile. check: only look for errors and warnings. */
  readonly emit: 'bitcode' | 'check';
  /** The C library itself: its own headers, no warnings. */
  readonly library?: boolean;
}

export interface ClangOutcome {
  /** Null when there were errors, and for `check`. */
  readonly bitcode: Uint8Array | null;
  readonly diagnostics: readonly Diagnostic[];
  /** What Clang prints on a terminal, caret lines included; empty if it had nothing to say. */
  readonly text: string;
}

export interface ClangRunner {
  /** One compilation at a time; further requests wait in order. Rejects only when Clang itself cannot be started. */
  compile(request: ClangRequest): Promise<ClangOutcome>;
}

export interface InProcessClang extends ClangRunner {
  /** Loads and starts Clang ahead of the first compilation. */
  warm(): Promise<void>;
}

/** A runner in this process. `headers`: the simulated system's headers, path below its include directory → text. */
export function createClangRunner(config: { readonly headers: ReadonlyMap<string, string> }): InProcessClang {
  throw new Error(`clang: not built yet (${config.headers.size} headers)`);
}
