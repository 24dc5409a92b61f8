/** The words of the machine's system profile (shared/profiles.ts). */
import { computed, type ComputedRef } from 'vue';
import { PROFILE_WORDS, type ProfileWords } from '@shared/profiles';
import { useSession } from '@/stores/session';

export function useProfileWords(): ComputedRef<ProfileWords> {
  const session = useSession();
  return computed(() => PROFILE_WORDS[session.status.profile]);
}
