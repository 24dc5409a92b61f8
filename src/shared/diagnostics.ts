/** Compiler messages as structured data (Clang's own, or ours for unsupported constructs). */
export interface SourceRange { readonly file: string; readonly line: number; readonly column: number; readonly endLine: number; readonly endColumn: number }
export interface FixIt { readonly range: SourceRange; readonly text: string }
export interface Diagnostic {
  readonly range: SourceRange;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  /** Clang option that controls it, e.g. "-Wunused-variable". */
  readonly option: string;
  readonly notes: readonly Diagnostic[];
  readonly fixIts: readonly FixIt[];
}
export interface SourceFile { readonly path: string; readonly text: string }
export interface CompileOptions {
  readonly optimise: 0 | 1 | 2;
  readonly standard: string;
  readonly defines: readonly string[];
  readonly undefines: readonly string[];
  readonly includeDirectories: readonly string[];
}
