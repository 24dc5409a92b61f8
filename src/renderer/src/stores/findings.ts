/** Findings of the last run in the order in which the window lists them: memory errors, then leaks by kind. */
import { defineStore } from 'pinia';
import { computed } from 'vue';
import { listFindings, type Finding } from '@shared/findings';
import { useSession } from './session';

export { isLibraryAllocation, listFindings, ownFrame, type Finding } from '@shared/findings';

export const useFindings = defineStore('findings', () => {
  const session = useSession();
  const all = computed(() => listFindings(session.result?.errors ?? [], session.result?.leaks?.records ?? []));
  const byId = computed(() => new Map(all.value.map((finding) => [finding.findingId, finding])));
  /** What the end of a run selects: the first definite record, else the first memory error, else the first of the program's own. */
  const first = computed(() => all.value.find((finding) => finding.kind === 'definite') ?? all.value.find((finding) => finding.kind === 'error')
    ?? all.value.find((finding) => !finding.library && finding.kind !== 'suppressed') ?? null);

  /** The finding after (or before) the given one, around the end. */
  function neighbour(findingId: number | null, by: 1 | -1): Finding | null {
    const list = all.value;
    if (list.length === 0) return null;
    const at = list.findIndex((finding) => finding.findingId === findingId);
    return list[at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length] ?? null;
  }

  return { all, byId, first, neighbour };
});
