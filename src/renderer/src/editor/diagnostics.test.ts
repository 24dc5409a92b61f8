import { Text } from '@codemirror/state';
import { expect, test } from 'vitest';
import type { Diagnostic } from '@shared/diagnostics';
import { columnToOffset, spanOf, toEditorDiagnostics } from './diagnostics';

const doc = Text.of(['int main(void) {', '  char *s = "ä"; retrun 0', '}']);
const range = (line: number, column: number, endLine = 0, endColumn = 0, file = '/tmp/a.c') => ({ file, line, column, endLine, endColumn });
const slice = (span: { from: number; to: number }): string => doc.sliceString(span.from, span.to);

test('columns count bytes of UTF-8', () => {
  expect(columnToOffset('aäb', 2)).toBe(1);
  expect(columnToOffset('aäb', 4)).toBe(2);
  expect(columnToOffset('a😀b', 6)).toBe(3);
  expect(columnToOffset('ab', 99)).toBe(2);
});

test.each([
  ['a range', range(2, 3, 2, 7), 'char'],
  ['a word', range(2, 19), 'retrun'],
  ['after the last letter', range(2, 27), '0'],
  ['a line that is not there', range(99, 1), '}'],
])('%s can be seen', (_name, where, text) => {
  expect(slice(spanOf(doc, where))).toBe(text);
});

test('notes, options and fix-its are kept', () => {
  const diagnostic: Diagnostic = {
    range: range(2, 19), severity: 'error', message: 'unknown type name', option: '-Wx', fixIts: [{ range: range(2, 19, 2, 25), text: 'return' }],
    notes: [{ range: range(1, 5), severity: 'note', message: 'declared here', option: '', notes: [], fixIts: [] }],
  };
  const [shown] = toEditorDiagnostics(doc, 'a.c', [diagnostic]);
  expect(shown).toMatchObject({ severity: 'error', source: 'Clang -Wx', message: 'unknown type name\nnote (line 1): declared here' });
  expect(shown?.actions?.map((action) => action.name)).toEqual(['Fix: return']);
});

test('a message of a header stands on the first line and says where', () => {
  const [shown] = toEditorDiagnostics(doc, 'a.c', [{ range: range(9, 1, 0, 0, 'list.h'), severity: 'warning', message: 'odd', option: '', notes: [], fixIts: [] }]);
  expect(slice(shown!)).toBe('int main(void) {');
  expect(shown?.message).toBe('list.h:9: odd');
});
