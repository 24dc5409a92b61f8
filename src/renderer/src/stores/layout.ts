/**
 * Where the panels are. The dock (components/DockArea.vue) or, on small windows, the tabbed layout
 * (components/CompactArea.vue) registers itself here; everything else asks this store to show a panel.
 */
import { defineStore } from 'pinia';
import { nextTick, ref, shallowRef } from 'vue';
import type { Facet } from './selection';

export const PANELS = [
  { id: 'editor', title: 'Program' }, { id: 'console', title: 'Console' }, { id: 'leaks', title: 'Leaks' }, { id: 'variables', title: 'Variables' },
  { id: 'memory', title: 'Memory' }, { id: 'translation', title: 'Translation' }, { id: 'segments', title: 'Segments' }, { id: 'ram', title: 'RAM & swap' }, { id: 'faults', title: 'Page faults' }, { id: 'processes', title: 'Processes' }, { id: 'compare', title: 'Compare' }, { id: 'policy', title: 'Policies' }, { id: 'configuration', title: 'Configuration' },
  { id: 'settings', title: 'Settings', opensWhenAsked: true },
] as const;
export type PanelId = (typeof PANELS)[number]['id'];

/** What an area that holds panels can do. */
export interface PanelArea {
  show(id: PanelId): void;
  /** Panels in the order of F6: those that can be seen. */
  visible(): readonly PanelId[];
  reset(): void;
}

/** Which panel shows a link of the chain. */
export const PANEL_OF: Readonly<Record<Facet, PanelId>> = { finding: 'leaks', line: 'editor', block: 'leaks', page: 'memory', frame: 'memory', fault: 'faults' };

export const useLayout = defineStore('layout', () => {
  const area = shallowRef<PanelArea | null>(null);
  const focusers = new Map<PanelId, (facet: Facet | null) => void>();
  const lastShown = ref<PanelId>('editor');

  function registerFocus(id: PanelId, focus: (facet: Facet | null) => void): () => void {
    focusers.set(id, focus);
    return () => {
      if (focusers.get(id) === focus) focusers.delete(id);
    };
  }

  /** Brings a panel to the front; with `focus`, the keyboard goes there once it is drawn. */
  function show(id: PanelId, focus = false, facet: Facet | null = null): void {
    area.value?.show(id);
    lastShown.value = id;
    if (!focus) return;
    void nextTick(() => requestAnimationFrame(() => {
      focusers.get(id)?.(facet);
      // A panel with nothing to choose from takes the focus itself.
      if (focused() !== id) document.querySelector<HTMLElement>(`[data-panel="${id}"]`)?.focus();
    }));
  }

  /** The panel that holds the focus. */
  function focused(): PanelId | null {
    const host = document.activeElement?.closest<HTMLElement>('[data-panel]');
    return (host?.dataset['panel'] as PanelId | undefined) ?? null;
  }

  /** F6: the next pane that can be seen. */
  function nextPane(by: 1 | -1): void {
    const list = area.value?.visible() ?? [];
    if (list.length === 0) return;
    const at = list.indexOf(focused() ?? lastShown.value);
    const next = list[(at + by + list.length) % list.length];
    if (next) show(next, true);
  }

  function reset(): void {
    area.value?.reset();
  }

  return { area, lastShown, registerFocus, show, nextPane, reset };
});
