/**
 * The open program: its text (kept by the editor), where it came from, whether it changed, Clang's diagnostics as one
 * types, breakpoints. Unsaved text is kept as a draft in the preferences, so closing the window loses nothing.
 */
import { setDiagnostics } from '@codemirror/lint';
import { Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { defineStore } from 'pinia';
import { computed, markRaw, ref, shallowRef } from 'vue';
import type { CompileOptions, Diagnostic } from '@shared/diagnostics';
import type { OpenFile } from '@shared/ipc';
import { createEditor, type Editor } from '@/editor/create';
import { toEditorDiagnostics } from '@/editor/diagnostics';
import { breakpointLines, setBreakpoints, toggleBreakpoint } from '@/editor/marks';
import { errorText, invoke, isRefusal } from '@/lib/bridge';
import { baseName } from '@/lib/format';
import { useMessages } from './messages';
import { usePreferences, type OpenDocument } from './preferences';
import { useSession } from './session';

const CHECK_DELAY_MS = 350;
/** A changed text is kept so soon, also while the user types on; a moved cursor later. */
const DRAFT_DELAY_MS = 400;
const PLACE_DELAY_MS = 2_000;
const NEW_PROGRAM = '#include <stdio.h>\n#include <stdlib.h>\n\nint main(void)\n{\n    return 0;\n}\n';
/** Largest text that is checked, run and kept as a draft. */
export const SOURCE_LIMIT = 1_000_000;

const untouched = Text.of(NEW_PROGRAM.split('\n'));

export type CheckState = 'idle' | 'waiting' | 'checking' | 'failed';

export const useEditor = defineStore('editor', () => {
  const preferences = usePreferences();
  const session = useSession();
  const messages = useMessages();

  const path = ref<string | null>(null);
  const exampleId = ref<string | null>(null);
  const name = ref('untitled.c');
  const dirty = ref(false);
  /** The findings that the window shows are those of another text. */
  const changedSinceRun = ref(false);
  const cursor = ref({ line: 1, column: 1 });
  const breakpoints = shallowRef<readonly number[]>([]);
  const diagnostics = shallowRef<readonly Diagnostic[]>([]);
  const checkState = ref<CheckState>('idle');
  const recent = shallowRef<readonly { path: string; name: string }[]>([]);
  /** A click on a finding's letter in the gutter, for whoever shows findings. */
  const clickedFinding = ref(0);
  let saved: Text | null = null;
  let ran: Text | null = null;
  let checkTimer: ReturnType<typeof setTimeout> | null = null;
  let draftTimer: ReturnType<typeof setTimeout> | null = null;
  let draftDue = Infinity;
  let checks = 0;
  let held: { readonly doc: Text; readonly diagnostics: readonly Diagnostic[] } | null = null;

  const editor: Editor = createEditor({
    onChanged,
    onCursor: (line, column) => {
      cursor.value = { line, column };
      keepWithin(PLACE_DELAY_MS);
    },
    onScroll: () => { keepWithin(PLACE_DELAY_MS); },
    onBreakpointsChanged: (lines) => {
      breakpoints.value = lines;
      keepWithin(DRAFT_DELAY_MS);
      // After the end too: the run may be gone through backwards.
      if (session.isActive || session.state === 'exited') void session.send({ type: 'breakpoints', lines: [...lines] });
    },
    onFindingClicked: (findingId) => { clickedFinding.value = findingId; },
  });
  const view = markRaw(editor.view);

  /** The name by which the compiler and the machine know this program. */
  const file = computed(() => path.value ?? name.value);
  const errors = computed(() => diagnostics.value.filter((one) => one.severity === 'error').length);
  const warnings = computed(() => diagnostics.value.filter((one) => one.severity === 'warning').length);
  const options = computed<CompileOptions>(() => ({ optimise: preferences.run.optimise, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] }));

  const text = (): string => view.state.doc.toString();

  function onChanged(): void {
    dirty.value = saved === null || !view.state.doc.eq(saved);
    changedSinceRun.value = ran !== null && !view.state.doc.eq(ran);
    keepWithin(DRAFT_DELAY_MS);
    scheduleCheck();
  }

  /** What waits to be kept is kept at the latest then: typing on does not put it off. */
  function keepWithin(milliseconds: number): void {
    const due = performance.now() + milliseconds;
    if (due >= draftDue) return;
    if (draftTimer) clearTimeout(draftTimer);
    draftDue = due;
    draftTimer = setTimeout(rememberDocument, milliseconds);
  }
  function rememberDocument(): void {
    if (draftTimer) clearTimeout(draftTimer);
    draftTimer = null;
    draftDue = Infinity;
    // A program that lies nowhere else is kept too.
    const isOnlyHere = path.value === null && exampleId.value === null && !view.state.doc.eq(untouched);
    const draft = (dirty.value || isOnlyHere) && view.state.doc.length <= SOURCE_LIMIT ? text() : null;
    const { anchor, head } = view.state.selection.main;
    preferences.document = {
      path: path.value, exampleId: exampleId.value, name: name.value, draft, breakpoints: [...breakpointLines(view.state)], cursor: { anchor, head }, topLine: editor.topLine(),
    };
  }

  function show(found: readonly Diagnostic[]): void {
    diagnostics.value = found;
    view.dispatch(setDiagnostics(view.state, toEditorDiagnostics(view.state.doc, file.value, found)));
  }

  /** What a run said of this text: it stays beside Clang's opinion until the text changes (unsupported constructs, for one). */
  function showRun(found: readonly Diagnostic[]): void {
    held = { doc: view.state.doc, diagnostics: found };
    ran = view.state.doc;
    changedSinceRun.value = false;
    show(found);
  }

  /** The machine runs this text, whatever the editor has. */
  function showsOther(text: string): void {
    ran = Text.of(text.split(/\r\n?|\n/));
    changedSinceRun.value = !view.state.doc.eq(ran);
  }

  function scheduleCheck(): void {
    if (checkTimer) clearTimeout(checkTimer);
    checkState.value = 'waiting';
    checkTimer = setTimeout(() => void check(), CHECK_DELAY_MS);
  }

  /** Clang's opinion of the text as it stands; an answer to an older text is dropped. */
  async function check(): Promise<void> {
    if (checkTimer) clearTimeout(checkTimer);
    checkTimer = null;
    const ticket = ++checks;
    const doc = view.state.doc;
    if (doc.length > SOURCE_LIMIT) {
      checkState.value = 'idle';
      return;
    }
    checkState.value = 'checking';
    try {
      const found = await invoke('compile:check', { file: file.value, text: doc.toString(), options: options.value });
      if (ticket !== checks || !view.state.doc.eq(doc)) return;
      show(held && held.doc.eq(doc) ? [...found, ...held.diagnostics.filter((one) => !found.some((other) => isSame(one, other)))] : found);
      checkState.value = 'idle';
    } catch (error) {
      if (ticket !== checks) return;
      checkState.value = 'failed';
      messages.say(`Clang could not check the program: ${errorText(error)}`, 'error');
    }
  }

  /** Input that came with an example goes with it. */
  function forgetExampleInput(): void {
    const example = session.examples.find((one) => one.id === exampleId.value);
    if (example && preferences.run.stdin === example.stdin) preferences.run.stdin = '';
  }

  function open(document: { path: string | null; exampleId: string | null; name: string; text: string }, last: OpenDocument | null = null): void {
    forgetExampleInput();
    path.value = document.path;
    exampleId.value = document.exampleId;
    name.value = document.name;
    editor.open(document.text);
    saved = view.state.doc;
    breakpoints.value = [];
    diagnostics.value = [];
    dirty.value = false;
    changedSinceRun.value = ran !== null && !view.state.doc.eq(ran);
    cursor.value = { line: 1, column: 1 };
    if (last !== null) takeUp(last);
    rememberDocument();
    scheduleCheck();
  }

  /** The draft, the breakpoints and the place of last time; what no longer fits the text is left out. */
  function takeUp(last: OpenDocument): void {
    if (last.draft !== null) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: last.draft } });
    const { length, lines } = view.state.doc;
    view.dispatch({
      selection: { anchor: Math.min(last.cursor.anchor, length), head: Math.min(last.cursor.head, length) },
      effects: [setBreakpoints.of(last.breakpoints.filter((line) => line <= lines)), EditorView.scrollIntoView(view.state.doc.line(Math.min(last.topLine, lines)).from, { y: 'start', yMargin: 0 })],
    });
  }

  /** Before another document takes this one's place; false: stay. */
  async function mayLeave(next = 'Another program', stay = 'Cancel'): Promise<boolean> {
    if (!dirty.value) return true;
    const answer = await messages.ask({
      title: `Save the changes to ${name.value}?`, text: `${next} takes its place in the editor.`,
      choices: [{ id: 'save', label: 'Save', primary: true }, { id: 'discard', label: 'Do not save' }, { id: 'cancel', label: stay }],
    });
    return answer === 'discard' || (answer === 'save' && await save());
  }

  function openFileResult(found: OpenFile): void {
    open({ path: found.path, exampleId: null, name: found.name, text: found.text });
  }

  async function openDialog(recentPath: string | null = null): Promise<void> {
    if (!await mayLeave()) return;
    const found = await invoke('file:open', { path: recentPath });
    void loadRecent();
    if (found === null) return;
    if (isRefusal(found)) messages.say(found.error, 'error');
    else openFileResult(found);
  }

  async function openExample(id: string): Promise<boolean> {
    const example = session.examples.find((one) => one.id === id);
    if (!example || !await mayLeave()) return false;
    open({ path: null, exampleId: id, name: exampleName(id), text: example.text });
    preferences.run.stdin = example.stdin;
    return true;
  }

  async function newFile(): Promise<void> {
    if (await mayLeave()) open({ path: null, exampleId: null, name: 'untitled.c', text: NEW_PROGRAM });
  }

  /** Text dropped on the window: it has a name and no path, so saving asks where. */
  async function openDropped(dropped: File): Promise<void> {
    if (!/\.(c|h)$/i.test(dropped.name)) return messages.say(`${dropped.name} is not a C file (.c or .h).`, 'error');
    if (dropped.size > SOURCE_LIMIT) return messages.say(`${dropped.name} is too large for a source file.`, 'error');
    if (!await mayLeave()) return;
    const content = await dropped.text();
    if (content.includes('\0') || content.includes('\ufffd')) return messages.say(`${dropped.name} is not a text file in UTF-8.`, 'error');
    open({ path: null, exampleId: null, name: dropped.name, text: content });
  }

  /**
   * The program of a snapshot with its breakpoints: as the file or the example that has this very text, else as a text of its name that
   * was saved nowhere. What the machine shows is of this text. Changes that would be lost are asked about: who keeps them keeps the editor (false).
   */
  async function openSaved(program: { readonly file: string; readonly text: string }, lines: readonly number[]): Promise<boolean> {
    if (!isThisFile(program.file) || text() !== program.text) {
      if (!await mayLeave('The program of the snapshot', 'Keep it in the editor')) {
        showsOther(program.text);
        return false;
      }
      const onDisk = /[\\/]/.test(program.file) ? await invoke('file:open', { path: program.file }) : null;
      const example = session.examples.find((one) => exampleName(one.id) === program.file && one.text === program.text);
      if (onDisk !== null && !isRefusal(onDisk) && onDisk.text === program.text) openFileResult(onDisk);
      else open({ path: null, exampleId: example?.id ?? null, name: baseName(program.file), text: program.text });
    }
    const count = view.state.doc.lines;
    view.dispatch({ effects: setBreakpoints.of(lines.filter((line) => line >= 1 && line <= count)) });
    showRun([]);
    scheduleCheck();
    return true;
  }

  async function save(as = false): Promise<boolean> {
    const doc = view.state.doc;
    const answer = await invoke('file:save', { path: as ? null : path.value, text: doc.toString(), suggestedName: baseName(name.value) });
    if (answer === null) return false;
    if (isRefusal(answer)) {
      messages.say(answer.error, 'error');
      return false;
    }
    path.value = answer.path;
    name.value = answer.name;
    exampleId.value = null;
    saved = doc;
    dirty.value = !view.state.doc.eq(doc);
    rememberDocument();
    void loadRecent();
    messages.say(`Saved ${answer.name}.`);
    return true;
  }

  async function loadRecent(): Promise<void> {
    recent.value = await invoke('file:recent', null);
  }

  /** At the start: the document of last time with its draft, else the first example. */
  async function restore(): Promise<void> {
    const last = preferences.document;
    if (last?.path) {
      const found = await invoke('file:open', { path: last.path }).catch((error: unknown) => ({ error: errorText(error) }));
      if (found !== null && !isRefusal(found)) return open({ path: found.path, exampleId: null, name: found.name, text: found.text }, last);
      if (found !== null) messages.say(`The program of last time could not be opened: ${found.error}`, 'error');
      if (last.draft !== null) return open({ path: null, exampleId: null, name: last.name, text: '' }, last);
    } else if (last) {
      const example = session.examples.find((one) => one.id === last.exampleId);
      if (example) return open({ path: null, exampleId: example.id, name: last.name, text: example.text }, last);
      if (last.draft !== null) return open({ path: null, exampleId: null, name: last.name, text: '' }, last);
    }
    const first = session.examples[0];
    if (first) {
      preferences.run.stdin = first.stdin;
      open({ path: null, exampleId: first.id, name: exampleName(first.id), text: first.text });
    } else {
      open({ path: null, exampleId: null, name: 'untitled.c', text: NEW_PROGRAM });
    }
  }

  function toggleBreakpointHere(): void {
    view.dispatch({ effects: toggleBreakpoint.of(view.state.doc.lineAt(view.state.selection.main.head).number) });
  }
  function clearBreakpoints(): void {
    view.dispatch({ effects: setBreakpoints.of([]) });
  }

  /** Scrolls a line into view; with `place` the cursor goes there. */
  function reveal(line: number, place = false): void {
    if (line < 1 || line > view.state.doc.lines) return;
    const at = view.state.doc.line(line).from;
    const { top, bottom } = view.lineBlockAt(at), { scrollTop, clientHeight } = view.scrollDOM;
    // What can be seen already stays where it is.
    const isSeen = top >= scrollTop && bottom <= scrollTop + clientHeight;
    view.dispatch({ effects: EditorView.scrollIntoView(at, { y: isSeen ? 'nearest' : 'center' }), ...(place ? { selection: { anchor: at } } : {}) });
  }

  function isThisFile(other: string): boolean {
    return other === file.value || (other !== '' && baseName(other) === baseName(file.value));
  }

  return {
    view, path, exampleId, name, dirty, changedSinceRun, cursor, breakpoints, diagnostics, errors, warnings, checkState, recent, clickedFinding, file, options,
    text, showRun, check, scheduleCheck, open, openSaved, showsOther, openDialog, openExample, newFile, openDropped, save, restore, loadRecent, rememberDocument, toggleBreakpointHere, clearBreakpoints,
    reveal, isThisFile, currentBreakpoints: () => breakpointLines(view.state),
  };
});

function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return a.message === b.message && a.range.line === b.range.line && a.range.column === b.range.column;
}

/** An example's file name from its id ("01-lost-pointer" and "01-lost-pointer.c" alike). */
function exampleName(id: string): string {
  const base = baseName(id);
  return base.endsWith('.c') ? base : `${base}.c`;
}
