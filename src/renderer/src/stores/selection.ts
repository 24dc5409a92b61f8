/**
 * The one selection of the window. A view selects with `select`; the machine answers with the whole chain line › block ›
 * page › frame › fault, and every view follows the link of the chain that concerns it. History is a list with a place in
 * it, as in a browser. Previews (hovering) use the same chain without entering the history.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { SelectionChain, SelectionQuery } from '@shared/views';
import { ask } from '@/lib/bridge';

/** Which link of the chain the user is looking at. */
export type Facet = 'finding' | 'line' | 'block' | 'page' | 'frame' | 'fault';
export interface Place { readonly query: SelectionQuery; readonly facet: Facet; readonly processKey: number }

export const HISTORY_LIMIT = 200;

export function facetOf(query: SelectionQuery): Facet {
  if ('findingId' in query) return 'finding';
  if ('blockId' in query) return 'block';
  if ('va' in query) return 'page';
  if ('pfn' in query) return 'frame';
  return 'fault' in query ? 'fault' : 'line';
}

function samePlace(a: Place | undefined, b: Place): boolean {
  return a !== undefined && a.facet === b.facet && a.processKey === b.processKey && JSON.stringify(a.query) === JSON.stringify(b.query);
}

export const useSelection = defineStore('selection', () => {
  const history = shallowRef<readonly Place[]>([]);
  const at = ref(-1);
  const chain = shallowRef<SelectionChain | null>(null);
  const previewed = shallowRef<SelectionChain | null>(null);
  /** The simulated moment of what is selected, in cycles; null: it has none. */
  const moment = ref<number | null>(null);
  /** Why the chain could not be read; '' when all is well. */
  const problem = ref('');
  let asked = 0;
  let previewAsked = 0;

  const current = computed(() => history.value[at.value] ?? null);
  const canGoBack = computed(() => at.value > 0);
  const canGoForward = computed(() => at.value < history.value.length - 1);

  /** Reads the chain again: after a new selection, and when the machine has moved on. */
  async function refresh(): Promise<void> {
    const place = current.value;
    const ticket = ++asked;
    if (!place) {
      chain.value = null;
      return;
    }
    try {
      const answer = await ask('chain', { processKey: place.processKey, query: place.query });
      if (ticket !== asked) return;
      chain.value = answer.value;
      problem.value = '';
    } catch (error) {
      if (ticket !== asked) return;
      chain.value = null;
      problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  function enter(place: Place): void {
    if (samePlace(current.value ?? undefined, place)) return;
    const kept = [...history.value.slice(0, at.value + 1), place].slice(-HISTORY_LIMIT);
    history.value = kept;
    at.value = kept.length - 1;
  }

  /** Selects; resolves when the chain is there. */
  async function select(query: SelectionQuery, processKey: number, facet: Facet = facetOf(query)): Promise<void> {
    enter({ query, facet, processKey });
    previewed.value = null;
    await refresh();
  }

  /** Looks at another link of the same chain. */
  function look(facet: Facet): void {
    const place = current.value;
    if (place) enter({ ...place, facet });
  }

  async function travel(by: 1 | -1): Promise<Place | null> {
    const next = at.value + by;
    if (next < 0 || next >= history.value.length) return null;
    at.value = next;
    await refresh();
    return current.value;
  }

  /** Hovering: shows where a thing leads without selecting it; null ends it. */
  async function preview(query: SelectionQuery | null, processKey: number): Promise<void> {
    const ticket = ++previewAsked;
    if (query === null) {
      previewed.value = null;
      return;
    }
    try {
      const answer = await ask('chain', { processKey, query });
      if (ticket === previewAsked) previewed.value = answer.value;
    } catch {
      // A preview that the machine cannot answer shows nothing; selecting the thing says why.
      if (ticket === previewAsked) previewed.value = null;
    }
  }

  /** A new run: nothing of the old one can be selected. */
  function clear(): void {
    asked++;
    previewAsked++;
    history.value = [];
    at.value = -1;
    chain.value = null;
    previewed.value = null;
    moment.value = null;
    problem.value = '';
  }

  return { moment, history, at, current, chain, previewed, problem, canGoBack, canGoForward, select, look, travel, preview, refresh, clear };
});
