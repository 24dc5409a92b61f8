/**
 * How the lowering refuses: `Refusal` inside (one construct, with its place), `LoweringError` at the border (all of a
 * program's refusals at once, as diagnostics).
 */
import type { Diagnostic } from '../../shared/diagnostics';

export interface Place { readonly file: string; readonly line: number; readonly column: number }

export const NOWHERE: Place = { file: '', line: 0, column: 0 };

/** The program cannot be made into LIR: unsupported constructs, or the complaints of a linker. */
export class LoweringError extends Error {
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(diagnosticText).join('\n'));
    this.name = 'LoweringError';
  }
}

/** One construct that cannot be lowered. Caught per function, so that a program hears of all of them. */
export class Refusal extends Error {
  constructor(message: string, readonly place: Place | null = null) {
    super(message);
    this.name = 'Refusal';
  }
}

/** An error diagnostic at a place. */
export function errorAt(place: Place, message: string): Diagnostic {
  const { file, line, column } = place;
  return {
    range: { file, line, column, endLine: line, endColumn: column },
    severity: 'error', message, option: '', notes: [], fixIts: [],
  };
}

/** One line as a compiler prints it. */
function diagnosticText(diagnostic: Diagnostic): string {
  const { file, line, column } = diagnostic.range;
  const where = file === '' ? '' : line === 0 ? `${file}: ` : `${file}:${line}:${column}: `;
  return `${where}${diagnostic.severity}: ${diagnostic.message}`;
}
