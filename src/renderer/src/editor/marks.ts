/**
 * Marks on lines: breakpoints (which move with the text), the line where the program stands, lines that the selection
 * concerns, and the letters of findings in the gutter. The store dispatches the effects; clicks come back as callbacks.
 */
import { RangeSet, StateEffect, StateField, type EditorState, type Extension, type Range } from '@codemirror/state';
import { Decoration, EditorView, gutter, GutterMarker, WidgetType, type DecorationSet } from '@codemirror/view';
import { KIND_LETTER, KIND_NAME, type FindingKind } from '@/lib/words';

export interface LineFinding { readonly line: number; readonly kind: FindingKind; readonly findingId: number; readonly sentence: string }
export interface LineMarks {
  /** Where the program stands; 0: nowhere. */
  readonly here: number;
  readonly selected: number;
  readonly preview: number;
  /** The line that lost the last pointer, with its note. */
  readonly lost: { readonly line: number; readonly note: string } | null;
}

export const toggleBreakpoint = StateEffect.define<number>();
export const setBreakpoints = StateEffect.define<readonly number[]>();
export const setLineMarks = StateEffect.define<LineMarks>();
export const setFindings = StateEffect.define<readonly LineFinding[]>();

const NO_MARKS: LineMarks = { here: 0, selected: 0, preview: 0, lost: null };

class BreakpointMarker extends GutterMarker {
  constructor(private readonly set: boolean, private readonly here: boolean) { super(); }
  override eq(other: BreakpointMarker): boolean { return other.set === this.set && other.here === this.here; }
  override toDOM(): HTMLElement {
    const mark = document.createElement('span');
    if (this.set) {
      mark.className = this.here ? 'cm-breakpoint cm-here' : 'cm-breakpoint';
      mark.title = this.here ? 'Breakpoint; the program stands here' : 'Breakpoint (F9 removes it)';
    } else {
      mark.className = 'cm-here-arrow';
      mark.textContent = '▶';
      mark.title = 'The program stands here';
    }
    return mark;
  }
}
const plainBreakpoint = new BreakpointMarker(true, false);
/** Keeps the gutter's width while it is empty. */
class RoomMarker extends GutterMarker {
  override toDOM(): Node { return document.createTextNode('\u00a0\u00a0'); }
}
const room = new RoomMarker();

class FindingMarker extends GutterMarker {
  constructor(readonly finding: LineFinding) { super(); }
  override eq(other: FindingMarker): boolean { return other.finding === this.finding; }
  override toDOM(): HTMLElement {
    const mark = document.createElement('span');
    mark.className = `cm-finding kind-mark kind-${this.finding.kind}`;
    mark.textContent = KIND_LETTER[this.finding.kind];
    mark.title = `${KIND_NAME[this.finding.kind]}: ${this.finding.sentence}`;
    return mark;
  }
}

class NoteWidget extends WidgetType {
  constructor(private readonly text: string) { super(); }
  override eq(other: NoteWidget): boolean { return other.text === this.text; }
  override toDOM(): HTMLElement {
    const note = document.createElement('span');
    note.className = 'cm-lost-note';
    note.textContent = `← ${this.text}`;
    return note;
  }
}

function lineStart(state: EditorState, line: number): number | null {
  return line >= 1 && line <= state.doc.lines ? state.doc.line(line).from : null;
}

const breakpointField = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(set, transaction) {
    let next = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setBreakpoints)) {
        const starts = [...new Set(effect.value)].map((line) => lineStart(transaction.state, line)).filter((at) => at !== null).sort((a, b) => a - b);
        next = RangeSet.of(starts.map((at) => plainBreakpoint.range(at)));
      }
      if (effect.is(toggleBreakpoint)) {
        const at = lineStart(transaction.state, effect.value);
        if (at === null) continue;
        const { from, to } = transaction.state.doc.lineAt(at);
        let there = false;
        next.between(from, to, () => { there = true; });
        next = there ? next.update({ filterFrom: from, filterTo: to, filter: () => false }) : next.update({ add: [plainBreakpoint.range(at)] });
      }
    }
    return next;
  },
});

/** Line numbers of the breakpoints, ascending. */
export function breakpointLines(state: EditorState): readonly number[] {
  const found = new Set<number>();
  state.field(breakpointField).between(0, state.doc.length, (from) => { found.add(state.doc.lineAt(from).number); });
  return [...found].sort((a, b) => a - b);
}

const marksField = StateField.define<{ readonly marks: LineMarks; readonly decorations: DecorationSet }>({
  create: () => ({ marks: NO_MARKS, decorations: Decoration.none }),
  update(value, transaction) {
    let marks = value.marks;
    for (const effect of transaction.effects) if (effect.is(setLineMarks)) marks = effect.value;
    if (marks === value.marks) return transaction.docChanged ? { marks, decorations: value.decorations.map(transaction.changes) } : value;
    return { marks, decorations: Decoration.set(decorate(transaction.state, marks), true) };
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.decorations),
});

function decorate(state: EditorState, marks: LineMarks): readonly Range<Decoration>[] {
  const ranges: Range<Decoration>[] = [];
  const add = (line: number, name: string): void => {
    const at = lineStart(state, line);
    if (at !== null) ranges.push(Decoration.line({ class: name }).range(at));
  };
  if (marks.preview) add(marks.preview, 'cm-line-preview');
  if (marks.selected) add(marks.selected, 'cm-line-selected');
  if (marks.here) add(marks.here, 'cm-line-here');
  if (marks.lost) {
    add(marks.lost.line, 'cm-line-lost');
    const at = lineStart(state, marks.lost.line);
    if (at !== null) ranges.push(Decoration.widget({ widget: new NoteWidget(marks.lost.note), side: 1 }).range(state.doc.lineAt(at).to));
  }
  return ranges;
}

const findingField = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(set, transaction) {
    let next = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setFindings)) continue;
      const seen = new Set<string>();
      const ranges: Range<GutterMarker>[] = [];
      for (const finding of effect.value) {
        const at = lineStart(transaction.state, finding.line);
        const key = `${finding.line}:${finding.kind}`;
        if (at === null || seen.has(key)) continue;
        seen.add(key);
        ranges.push(new FindingMarker(finding).range(at));
      }
      next = RangeSet.of(ranges, true);
    }
    return next;
  },
});

export interface MarkEvents {
  onBreakpointsChanged(lines: readonly number[]): void;
  onFindingClicked(findingId: number): void;
}

/** Both gutters and all line marks. */
export function lineMarks(events: MarkEvents): Extension {
  const markersOf = (view: EditorView): RangeSet<GutterMarker> => {
    const here = lineStart(view.state, view.state.field(marksField).marks.here);
    const set = view.state.field(breakpointField);
    if (here === null) return set;
    let breakpoint = false;
    set.between(here, here, () => { breakpoint = true; });
    return set.update({ filter: (from) => from !== here, add: [new BreakpointMarker(breakpoint, true).range(here)] });
  };
  return [
    breakpointField, marksField, findingField,
    gutter({
      class: 'cm-breakpoints', markers: markersOf, initialSpacer: () => room,
      domEventHandlers: {
        mousedown(view, line) {
          view.dispatch({ effects: toggleBreakpoint.of(view.state.doc.lineAt(line.from).number) });
          return true;
        },
      },
    }),
    gutter({
      class: 'cm-findings', markers: (view) => view.state.field(findingField),
      domEventHandlers: {
        mousedown(view, line, event) {
          const marks: FindingMarker[] = [];
          view.state.field(findingField).between(line.from, line.to, (_from, _to, marker) => { if (marker instanceof FindingMarker) marks.push(marker); });
          const letter = (event.target as HTMLElement).textContent;
          const hit = marks.find((mark) => KIND_LETTER[mark.finding.kind] === letter) ?? marks[0];
          if (hit) events.onFindingClicked(hit.finding.findingId);
          return hit !== undefined;
        },
      },
    }),
    EditorView.updateListener.of((update) => {
      if (update.startState.field(breakpointField) !== update.state.field(breakpointField)) events.onBreakpointsChanged(breakpointLines(update.state));
    }),
  ];
}
