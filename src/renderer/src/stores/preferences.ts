/**
 * What the window remembers between starts: theme, text size, run options, dock layout, the open file and an unsaved
 * draft of it. Loaded once before the window is drawn; saved a moment after each change. Main keeps the file.
 */
import { defineStore } from 'pinia';
import { ref, watch } from 'vue';
import type { Appearance } from '@shared/ipc';
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
}
export type Theme = Appearance['theme'];

export const ZOOM_STEPS: readonly number[] = [0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5];
const SAVE_DELAY_MS = 250;

/** Small choices of views by name (columns shown, what colours mean): see composables/useViewOption.ts. */
export type ViewOptions = Record<string, unknown>;

interface Stored { theme: Theme; zoom: number; run: RunOptions; layout: unknown; document: OpenDocument | null; views: ViewOptions }

function defaults(): Stored {
  return { theme: 'system', zoom: 1, run: { tool: 'memcheck', optimise: 0, args: '', stdin: '', pauseAtMain: false }, layout: null, document: null, views: {} };
}

function asDocument(value: unknown): OpenDocument | null {
  if (typeof value !== 'object' || value === null) return null;
  const all = value as Record<string, unknown>;
  const textOrNull = (field: string): string | null => (typeof all[field] === 'string' ? all[field] : null);
  return typeof all['name'] === 'string' ? { path: textOrNull('path'), exampleId: textOrNull('exampleId'), name: all['name'], draft: textOrNull('draft') } : null;
}

/** Stored preferences, field by field; whatever is missing or of another kind takes its default. */
export function parsePreferences(json: string): Stored {
  const result = defaults();
  let all: Record<string, unknown>;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null) return result;
    all = value as Record<string, unknown>;
  } catch {
    return result;
  }
  if (all['theme'] === 'dark' || all['theme'] === 'light') result.theme = all['theme'];
  if (typeof all['zoom'] === 'number' && ZOOM_STEPS.includes(all['zoom'])) result.zoom = all['zoom'];
  const run = (typeof all['run'] === 'object' && all['run'] !== null ? all['run'] : {}) as Record<string, unknown>;
  if (run['tool'] === 'none') result.run.tool = 'none';
  if (run['optimise'] === 1 || run['optimise'] === 2) result.run.optimise = run['optimise'];
  if (typeof run['args'] === 'string') result.run.args = run['args'];
  if (typeof run['stdin'] === 'string') result.run.stdin = run['stdin'];
  if (run['pauseAtMain'] === true) result.run.pauseAtMain = true;
  result.layout = all['layout'] ?? null;
  result.document = asDocument(all['document']);
  if (typeof all['views'] === 'object' && all['views'] !== null && !Array.isArray(all['views'])) result.views = all['views'] as ViewOptions;
  return result;
}

export const usePreferences = defineStore('preferences', () => {
  const initial = defaults();
  const theme = ref<Theme>(initial.theme);
  const zoom = ref(initial.zoom);
  const run = ref<RunOptions>(initial.run);
  /** Opaque: dockview's own serialised layout. */
  const layout = ref<unknown>(null);
  const document = ref<OpenDocument | null>(null);
  const views = ref<ViewOptions>({});
  const saveError = ref('');
  let loaded = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function load(): Promise<void> {
    const { json } = await invoke('app:preferences', null);
    const stored = parsePreferences(json);
    theme.value = stored.theme;
    zoom.value = stored.zoom;
    run.value = stored.run;
    layout.value = stored.layout;
    document.value = stored.document;
    views.value = stored.views;
    loaded = true;
  }

  async function save(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    const stored: Stored = { theme: theme.value, zoom: zoom.value, run: run.value, layout: layout.value, document: document.value, views: views.value };
    try {
      await invoke('app:save-preferences', { json: JSON.stringify(stored) });
      saveError.value = '';
    } catch (error) {
      saveError.value = errorText(error);
    }
  }

  watch([theme, zoom, run, layout, document, views], () => {
    if (!loaded) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => void save(), SAVE_DELAY_MS);
  }, { deep: true });

  /** Writes at once what still waits (the window is closing). */
  function flush(): void {
    if (timer) void save();
  }

  function zoomBy(direction: 1 | -1): void {
    const at = ZOOM_STEPS.indexOf(zoom.value);
    zoom.value = ZOOM_STEPS[Math.min(ZOOM_STEPS.length - 1, Math.max(0, at + direction))] ?? 1;
  }

  return { theme, zoom, run, layout, document, views, saveError, load, flush, zoomBy };
});
