/** The words of the machine's system profile (shared/profiles.ts). */
import { computed, type ComputedRef } from 'vue';
import { PROFILE_WORDS, type ProfileWords } from '@shared/profiles';
import { faultKinds, type FAULT_KINDS } from '@/lib/words';
import { useSession } from '@/stores/session';

/** Kinds of faults by number, in those words. */
export function useFaultKinds(): ComputedRef<typeof FAULT_KINDS> {
  const session = useSession();
  return computed(() => faultKinds(session.status.profile));
}

export function useProfileWords(): ComputedRef<ProfileWords> {
  const session = useSession();
  return computed(() => PROFILE_WORDS[session.status.profile]);
}
