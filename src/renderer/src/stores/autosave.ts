/** What main says of machines that are saved by themselves: this session's last save, and what earlier sessions left. */
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { AutosaveState } from '@shared/autosave';

export const useAutosave = defineStore('autosave', () => {
  /** null: not heard of yet. */
  const state = shallowRef<AutosaveState | null>(null);

  function take(next: AutosaveState): void {
    state.value = next;
  }

  return { state, take };
});
