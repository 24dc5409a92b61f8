/** Settings that a machine at hand takes up at once; others are read where they act. */
import { watch } from 'vue';
import { usePreferences } from '@/stores/preferences';
import { useSession } from '@/stores/session';

export function useAppliedSettings(): void {
  const preferences = usePreferences();
  const session = useSession();
  // Recording nothing any more would forget how the run came here: that begins with the next run.
  watch(() => preferences.settings.recordingBytes, (budgetBytes) => {
    if (budgetBytes > 0 && session.status.timeline?.enabled === true) void session.send({ type: 'recording', budgetBytes });
  });
}
