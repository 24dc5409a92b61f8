/** The one editor of the window: made once, moved into whatever panel shows it, so undo and scroll survive a new layout. */
import { indentWithTab, toggleTabFocusMode } from '@codemirror/commands';
import { cpp } from '@codemirror/lang-cpp';
import { indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter } from '@codemirror/lint';
import { search } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { cspNonce } from '@/lib/theme';
import { lineMarks, type MarkEvents } from './marks';
import { cHighlight, editorTheme } from './theme';

export interface EditorEvents extends MarkEvents {
  onChanged(): void;
  onCursor(line: number, column: number): void;
  onScroll(): void;
}

function extensions(events: EditorEvents): Extension {
  return [
    EditorView.cspNonce.of(cspNonce), lineMarks(events), basicSetup, search({ top: false }), cpp(), indentUnit.of('    '), lintGutter(),
    keymap.of([indentWithTab, { key: 'Ctrl-m', run: toggleTabFocusMode }]),
    editorTheme, syntaxHighlighting(cHighlight),
    EditorView.contentAttributes.of({ 'aria-label': 'C program. Escape, then Tab, leaves the editor.', 'data-test': 'source', tabindex: '0' }),
    EditorView.domEventHandlers({ scroll: () => events.onScroll() }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) events.onChanged();
      if (update.selectionSet || update.docChanged) {
        const head = update.state.selection.main.head;
        const line = update.state.doc.lineAt(head);
        events.onCursor(line.number, head - line.from + 1);
      }
    }),
  ];
}

export interface Editor {
  readonly view: EditorView;
  /** Another document: its own undo history, no marks. */
  open(text: string): void;
  /** The first line that can be seen. */
  topLine(): number;
}

export function createEditor(events: EditorEvents): Editor {
  const all = extensions(events);
  const view = new EditorView({ state: EditorState.create({ doc: '', extensions: all }) });
  return {
    view,
    open: (text) => view.setState(EditorState.create({ doc: text, extensions: all })),
    topLine: () => view.state.doc.lineAt(view.lineBlockAtHeight(view.scrollDOM.scrollTop - view.documentPadding.top).from).number,
  };
}
