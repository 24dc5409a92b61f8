/** Clang's diagnostics as CodeMirror shows them: squiggles with the message, its notes, and fix-its as buttons. */
import type { Diagnostic as EditorDiagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { Diagnostic, FixIt, SourceRange } from '@shared/diagnostics';
import { baseName } from '@/lib/format';

/** Columns of Clang count bytes of UTF-8 from 1; the editor counts UTF-16 units from the line's start. */
export function columnToOffset(line: string, column: number): number {
  let bytes = 0;
  let offset = 0;
  for (const letter of line) {
    if (bytes >= column - 1) break;
    const code = letter.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    offset += letter.length;
  }
  return offset;
}

function position(doc: Text, line: number, column: number): number {
  const there = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(there.to, there.from + columnToOffset(there.text, Math.max(1, column)));
}

/** Document positions of a range; one that is empty is widened to the word, or to one letter, so that it can be seen. */
export function spanOf(doc: Text, range: SourceRange): { readonly from: number; readonly to: number } {
  const from = position(doc, range.line, range.column);
  const end = range.endLine > 0 ? position(doc, range.endLine, range.endColumn) : from;
  if (end > from) return { from, to: end };
  const line = doc.lineAt(from);
  const word = /^\w+/.exec(line.text.slice(from - line.from))?.[0].length ?? 1;
  return from + word <= line.to ? { from, to: from + word } : { from: Math.max(line.from, from - 1), to: Math.max(from, line.from) };
}

function isIn(diagnostic: Diagnostic, file: string): boolean {
  return diagnostic.range.file === file || baseName(diagnostic.range.file) === baseName(file);
}

/** What hangs below the message: Clang's notes with their lines, and where a message of a header comes from. */
function fullMessage(diagnostic: Diagnostic, file: string): string {
  const where = isIn(diagnostic, file) || diagnostic.range.file === '' ? '' : `${diagnostic.range.file}:${diagnostic.range.line}: `;
  const notes = diagnostic.notes.map((note) => `\nnote${note.range.line > 0 ? ` (line ${note.range.line})` : ''}: ${note.message}`);
  return `${where}${diagnostic.message}${notes.join('')}`;
}

function applyFix(fixes: readonly FixIt[]): (view: EditorView) => void {
  return (view) => {
    const changes = fixes.map((fix) => ({
      from: position(view.state.doc, fix.range.line, fix.range.column),
      to: position(view.state.doc, fix.range.endLine || fix.range.line, fix.range.endColumn || fix.range.column),
      insert: fix.text,
    }));
    view.dispatch({ changes, userEvent: 'input.fixit' });
    view.focus();
  };
}

function fixName(fixes: readonly FixIt[]): string {
  const text = fixes.map((fix) => fix.text).join(' … ').trim();
  return text === '' ? 'Remove it' : `Fix: ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`;
}

/** All diagnostics of a compilation for the document of `file`; those of headers stand on the first line. */
export function toEditorDiagnostics(doc: Text, file: string, diagnostics: readonly Diagnostic[]): EditorDiagnostic[] {
  return diagnostics.map((diagnostic) => {
    const here = isIn(diagnostic, file) && diagnostic.range.line > 0;
    const span = here ? spanOf(doc, diagnostic.range) : { from: 0, to: doc.line(1).to };
    const alternatives = [diagnostic.fixIts, ...diagnostic.notes.map((note) => note.fixIts)].filter((fixes) => fixes.length > 0);
    return {
      ...span,
      severity: diagnostic.severity === 'note' ? 'info' : diagnostic.severity,
      source: `Clang${diagnostic.option ? ` ${diagnostic.option}` : ''}`,
      message: fullMessage(diagnostic, file),
      actions: alternatives.map((fixes) => ({ name: fixName(fixes), apply: applyFix(fixes) })),
    };
  });
}
