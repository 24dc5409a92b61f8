/**
 * Machines that were saved by themselves: main is told what is wanted, and what earlier sessions left comes back or goes, as the user
 * says. Each is asked about once in a session; one that is put off waits for the next start.
 */
import { watch } from 'vue';
import type { LostMachine } from '@shared/autosave';
import { errorText, invoke } from '@/lib/bridge';
import { describeLost } from '@/lib/recovery';
import { useAutosave } from '@/stores/autosave';
import { useMessages } from '@/stores/messages';
import { usePreferences } from '@/stores/preferences';
import { useSnapshots } from '@/stores/snapshots';

export function useRecovery(): void {
  const autosave = useAutosave();
  const messages = useMessages();
  const preferences = usePreferences();
  const snapshots = useSnapshots();
  const answered = new Set<string>();
  let noticed = 0;
  let asking = false;

  watch(() => [preferences.settings.autosave, preferences.settings.autosaveSeconds, preferences.settings.reopenMachine] as const, ([enabled, seconds, keep]) => {
    invoke('autosave:configure', { enabled, seconds, keep }).catch((error: unknown) => messages.say(errorText(error), 'error'));
  }, { immediate: true });

  watch(() => autosave.state, (state) => {
    for (const notice of state?.notices.slice(noticed) ?? []) messages.say(notice, 'error');
    noticed = state?.notices.length ?? 0;
    void offer();
  }, { immediate: true });
  watch(() => autosave.state?.failed === true && autosave.state.refusal, (refusal) => {
    if (refusal) messages.say(`${refusal} (Settings, Autosave)`, 'error');
  });

  /** One after the other, the newest first. */
  async function offer(): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      for (let next = nextLost(); next !== undefined; next = nextLost()) {
        answered.add(next.id);
        await decide(next);
      }
    } catch (error) {
      messages.say(errorText(error), 'error');
    } finally {
      asking = false;
    }
  }
  function nextLost(): LostMachine | undefined {
    return autosave.state?.lost.find(({ id }) => !answered.has(id));
  }

  async function decide(lost: LostMachine): Promise<void> {
    if (lost.kept) return preferences.settings.reopenMachine ? recover(lost) : void await invoke('autosave:discard', { id: lost.id });
    const answer = await messages.ask({
      ...describeLost(lost), choices: [{ id: 'recover', label: 'Recover', primary: true }, { id: 'discard', label: 'Discard' }, { id: 'cancel', label: 'Decide at the next start' }],
    });
    if (answer === 'recover') await recover(lost);
    else if (answer === 'discard') await invoke('autosave:discard', { id: lost.id });
  }

  async function recover({ id, info, kept }: LostMachine): Promise<void> {
    const opened = await invoke('autosave:recover', { id, timelineBytes: preferences.settings.recordingBytes });
    // Why not comes with the notices: the file was set aside.
    if (!opened.ok) return;
    await snapshots.recovered(opened);
    messages.say(kept ? `The machine “${info.title}” is back as it was when Pagewise was closed.` : `Recovered the machine “${info.title}”.`);
  }
}
