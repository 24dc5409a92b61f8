/** CodeMirror's looks from the design tokens, and the colours of C. */
import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const wavy = (colour: string): Record<string, string> => ({ backgroundImage: 'none', textDecoration: `underline wavy ${colour} 1px`, textUnderlineOffset: '3px' });

export const editorTheme = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', background: 'var(--bg-panel)', color: 'var(--fg)' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.55', fontVariantLigatures: 'none' },
  '.cm-content': { caretColor: 'var(--accent)', paddingBottom: '40px' },
  '.cm-gutters': { background: 'var(--bg-panel)', color: 'var(--fg-3)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 4px', minWidth: '28px' },
  '.cm-activeLine': { background: 'color-mix(in srgb, var(--bg-hover) 45%, transparent)' },
  '.cm-activeLineGutter': { background: 'transparent', color: 'var(--fg)' },
  '&.cm-focused': { outline: 'none' },
  '&.cm-focused .cm-scroller': { boxShadow: 'inset 0 0 0 1px var(--accent-line)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--accent-soft)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { background: 'var(--bg-active)', outline: '1px solid var(--line-strong)' },
  '.cm-selectionMatch': { background: 'var(--mute-soft)' },
  '.cm-foldGutter .cm-gutterElement': { color: 'var(--fg-3)' },
  '.cm-foldPlaceholder': { background: 'var(--bg-active)', border: '0', color: 'var(--fg-2)' },

  '.cm-breakpoints': { width: '18px', cursor: 'pointer' },
  '.cm-breakpoints .cm-gutterElement': { display: 'grid', placeItems: 'center' },
  '.cm-breakpoint': { width: '10px', height: '10px', borderRadius: '50%', background: 'var(--k-error)', boxShadow: '0 0 0 1px var(--bg-panel)' },
  '.cm-breakpoint.cm-here': { borderRadius: '2px', outline: '2px solid var(--warn)' },
  '.cm-here-arrow': { color: 'var(--warn)', fontSize: '12px', lineHeight: '1' },
  '.cm-findings': { minWidth: '18px' },
  '.cm-findings .cm-gutterElement': { display: 'flex', alignItems: 'center', gap: '1px', justifyContent: 'center', cursor: 'pointer' },
  '.cm-finding': { font: '700 9.5px/13px var(--font-mono)', width: '13px', height: '13px', borderRadius: '3px', textAlign: 'center' },
  '.cm-line.cm-line-selected': { background: 'var(--line-selected)', boxShadow: 'inset 3px 0 var(--accent-fill)' },
  '.cm-line.cm-line-preview': { boxShadow: 'inset 0 0 0 1px var(--accent-line)' },
  '.cm-line.cm-line-lost': { background: 'var(--line-lost)', boxShadow: 'inset 3px 0 var(--k-definite)' },
  '.cm-line.cm-line-here': { background: 'var(--line-current)' },
  '.cm-lost-note': { marginLeft: '2.5ch', color: 'var(--bad)', fontFamily: 'var(--font-ui)', fontSize: '11px', fontStyle: 'italic' },

  '.cm-tooltip': { background: 'var(--bg-raised)', border: '1px solid var(--line-strong)', borderRadius: '6px', boxShadow: 'var(--shadow)', color: 'var(--fg)' },
  '.cm-diagnostic': { borderLeftWidth: '3px', padding: '6px 10px', fontFamily: 'var(--font-ui)', fontSize: '12px', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-diagnosticAction': { background: 'var(--accent-fill)', color: 'var(--accent-fg)', borderRadius: '4px', padding: '1px 8px', fontWeight: '600', cursor: 'pointer' },
  '.cm-diagnosticSource': { opacity: '1', color: 'var(--fg-3)' },
  '.cm-lintRange-warning': wavy('var(--warn)'),
  '.cm-lintRange-error': wavy('var(--bad)'),
  '.cm-lintRange-info': wavy('var(--accent)'),
  '.cm-lintPoint:after': { borderBottomColor: 'var(--bad)' },
  '.cm-lint-marker': { width: '.8em', height: '.8em' },

  '.cm-panels': { background: 'var(--bg-raised)', color: 'var(--fg)', borderColor: 'var(--line)' },
  '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '6px 30px 6px 8px', fontFamily: 'var(--font-ui)' },
  '.cm-panel.cm-search label': { fontSize: '11px', color: 'var(--fg-2)' },
  '.cm-textfield': { background: 'var(--bg-input)', border: '1px solid var(--line-control)', borderRadius: '4px', color: 'var(--fg)', fontSize: '12px' },
  '.cm-button': { background: 'var(--bg-panel)', backgroundImage: 'none', border: '1px solid var(--line-strong)', borderRadius: '4px', color: 'var(--fg-2)', fontSize: '11px' },
  '.cm-panel.cm-search [name=close]': { color: 'var(--fg-2)', right: '6px', top: '4px', fontSize: '16px' },
  '.cm-searchMatch': { background: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
  '.cm-searchMatch-selected': { background: 'var(--accent-soft)', outlineColor: 'var(--accent)' },
  '.cm-panel.cm-panel-lint ul': { maxHeight: '120px' },
});

export const cHighlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.modifier, tags.operatorKeyword], color: 'var(--syn-kw)' },
  { tag: [tags.typeName, tags.standard(tags.typeName)], color: 'var(--syn-type)' },
  { tag: [tags.string, tags.character, tags.special(tags.string)], color: 'var(--syn-str)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--syn-num)' },
  { tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))], color: 'var(--syn-fn)' },
  { tag: tags.comment, color: 'var(--syn-com)', fontStyle: 'italic' },
  { tag: [tags.processingInstruction, tags.macroName, tags.meta], color: 'var(--syn-pre)' },
  { tag: [tags.operator, tags.punctuation, tags.separator], color: 'var(--fg-2)' },
  { tag: tags.propertyName, color: 'var(--fg)' },
]);
