/**
 * What the window remembers between starts: settings (lib/settings.ts has their words), run options, dock layout, the open file
 * with an unsaved draft of it and the place in it. Loaded once before the window is drawn; saved a moment after each change, and
 * while changes go on and on every moment, so that a killed window loses less than a second. Main keeps the file.
 */
import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import { AUTOSAVE_SECONDS } from '@shared/autosave';
import type { Appearance } from '@shared/ipc';
import { RECORDING_BYTES } from '@shared/timeline';
import { errorText, invoke } from '@/lib/bridge';

export interface RunOptions {
  tool: 'memcheck' | 'none';
  optimise: 0 | 1 | 2;
  /** As typed; split like a shell does (lib/arguments.ts). */
  args: string;
  /** Given to the program before it starts; '' : it is typed in the console. */
  stdin: string;
  pauseAtMain: boolean;
}
export interface OpenDocument {
  readonly path: string | null;
  readonly exampleId: string | null;
  readonly name: string;
  /** Unsaved text; null: as on disk. */
  readonly draft: string | null;
  readonly breakpoints: readonly number[];
  /** Where the cursor and the other end of the selection are, in characters from the start. */
  readonly cursor: { readonly anchor: number; readonly head: number };
  /** The first line that can be seen. */
  readonly topLine: number;
}
export interface Settings {
  /** Memory of this computer for the recording of a run; 0: runs are not recorded. */
  recordingBytes: number;
  /** The machine is saved by itself now and then; while it runs at most every so many seconds. */
  autosave: boolean;
  autosaveSeconds: number;
  /** The machine at hand comes back at the next start. */
  reopenMachine: boolean;
}
export type Theme = Appearance['theme'];

export const ZOOM_STEPS: readonly number[] = [0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5];
export const AUTOSAVE_CHOICES: readonly number[] = [5, 10, AUTOSAVE_SECONDS.usual, 60, 300, 900];
const SAVE_DELAY_MS = 250;

/** Small choices of views by name (columns shown, what colours mean): see composables/useViewOption.ts. */
export type ViewOptions = Record<string, unknown>;

interface Stored {
  theme: Theme;
  zoom: number;
  run: RunOptions;
  settings: Settings;
  layout: unknown;
  /** Panels that were there when the layout was stored; null: it is older than this list. Later ones are added to it. */
  panels: readonly string[] | null;
  document: OpenDocument | null;
  views: ViewOptions;
}

export function defaults(): Stored {
  return {
    theme: 'system', zoom: 1, run: { tool: 'memcheck', optimise: 0, args: '', stdin: '', pauseAtMain: false }, 
    settings: { recordingBytes: RECORDING_BYTES.usual, autosave: true, autosaveSeconds: AUTOSAVE_SECONDS.usual, reopenMachine: false },
    layout: null, panels: null, document: null, views: {},
  };
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const isWhole = (value: unknown, least: number, most: number): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;
const MOST_BREAKPOINTS = 1_000;
const MOST_LINES = 10_000_000;

export const isRecordingBytes = (value: unknown): value is number => value === 0 || isWhole(value, RECORDING_BYTES.least, RECORDING_BYTES.most);

function asDocument(value: unknown): OpenDocument | null {
  const all = fieldsOf(value), cursor = fieldsOf(all['cursor']);
  if (typeof all['name'] !== 'string') return null;
  const textOrNull = (field: string): string | null => (typeof all[field] === 'string' ? all[field] : null);
  const place = (from: unknown): number => (isWhole(from, 0, Number.MAX_SAFE_INTEGER) ? from : 0);
  const lines = Array.isArray(all['breakpoints']) ? all['breakpoints'].filter((line): line is number => isWhole(line, 1, MOST_LINES)) : [];
  return {
    path: textOrNull('path'), exampleId: textOrNull('exampleId'), name: all['name'], draft: textOrNull('draft'), breakpoints: lines.slice(0, MOST_BREAKPOINTS),
    cursor: { anchor: place(cursor['anchor']), head: place(cursor['head']) }, topLine: isWhole(all['topLine'], 1, MOST_LINES) ? all['topLine'] : 1,
  };
}

function readSettings(value: unknown, into: Settings): void {
  const all = fieldsOf(value);
  if (isRecordingBytes(all['recordingBytes'])) into.recordingBytes = all['recordingBytes'];
  if (all['autosave'] === false) into.autosave = false;
  if (typeof all['autosaveSeconds'] === 'number' && AUTOSAVE_CHOICES.includes(all['autosaveSeconds'])) into.autosaveSeconds = all['autosaveSeconds'];
  if (all['reopenMachine'] === true) into.reopenMachine = true;
}

/** Stored preferences, field by field; whatever is missing or of another kind takes its default. */
export function parsePreferences(json: string): Stored {
  const result = defaults();
  let all: Fields;
  try {
    all = fieldsOf(JSON.parse(json));
  } catch {
    return result;
  }
  if (all['theme'] === 'dark' || all['theme'] === 'light') result.theme = all['theme'];
  if (typeof all['zoom'] === 'number' && ZOOM_STEPS.includes(all['zoom'])) result.zoom = all['zoom'];
  const run = fieldsOf(all['run']);
  if (run['tool'] === 'none') result.run.tool = 'none';
  if (run['optimise'] === 1 || run['optimise'] === 2) result.run.optimise = run['optimise'];
  if (typeof run['args'] === 'string') result.run.args = run['args'];
  if (typeof run['stdin'] === 'string') result.run.stdin = run['stdin'];
  if (run['pauseAtMain'] === true) result.run.pauseAtMain = true;
  readSettings(all['settings'], result.settings);
  result.layout = all['layout'] ?? null;
  if (Array.isArray(all['panels'])) result.panels = all['panels'].filter((id): id is string => typeof id === 'string');
  result.document = asDocument(all['document']);
  result.views = { ...fieldsOf(all['views']) };
  return result;
}

export const usePreferences = defineStore('preferences', () => {
  const initial = defaults();
  const theme = ref<Theme>(initial.theme);
  const zoom = ref(initial.zoom);
  const run = ref<RunOptions>(initial.run);
  const settings = ref<Settings>(initial.settings);
  /** Opaque: dockview's own serialised layout. */
  const layout = shallowRef<unknown>(null);
  const panels = shallowRef<readonly string[] | null>(null);
  const document = ref<OpenDocument | null>(null);
  const views = ref<ViewOptions>({});
  const saveError = ref('');
  /** What was wrong with what was stored; '' : nothing. */
  const loadNotice = ref('');
  let loaded = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function load(): Promise<void> {
    const { json, notice } = await invoke('app:preferences', null);
    const stored = parsePreferences(json);
    theme.value = stored.theme;
    zoom.value = stored.zoom;
    run.value = stored.run;
    settings.value = stored.settings;
    layout.value = stored.layout;
    panels.value = stored.panels;
    document.value = stored.document;
    views.value = stored.views;
    loadNotice.value = notice;
    loaded = true;
  }

  async function save(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    const stored: Stored = {
      theme: theme.value, zoom: zoom.value, run: run.value, settings: settings.value, layout: layout.value, panels: panels.value, document: document.value, views: views.value,
    };
    try {
      await invoke('app:save-preferences', { json: JSON.stringify(stored) });
      saveError.value = '';
    } catch (error) {
      saveError.value = errorText(error);
    }
  }

  watch([theme, zoom, run, settings, layout, panels, document, views], () => {
    if (loaded) timer ??= setTimeout(() => void save(), SAVE_DELAY_MS);
  }, { deep: true });

  /** Writes at once what still waits (the window is closing). */
  function flush(): void {
    if (timer) void save();
  }

  function zoomBy(direction: 1 | -1): void {
    const at = ZOOM_STEPS.indexOf(zoom.value);
    zoom.value = ZOOM_STEPS[Math.min(ZOOM_STEPS.length - 1, Math.max(0, at + direction))] ?? 1;
  }

  return { theme, zoom, run, settings, layout, panels, document, views, saveError, loadNotice, load, flush, zoomBy };
});
