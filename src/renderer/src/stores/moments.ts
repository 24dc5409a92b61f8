/** Moments of runs that the user wanted to remember, as summaries of the machine at that time; the Compare view compares them. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { MomentSummary } from '@shared/views-compare';
import { ask, errorText } from '@/lib/bridge';
import { baseName } from '@/lib/format';
import { useEditor } from './editor';
import { useMessages } from './messages';
import { useSession } from './session';

export const MOMENTS_LIMIT = 20;

export interface RememberedMoment {
  readonly id: number;
  /** "1: main at line 12". */
  readonly name: string;
  readonly program: string;
  readonly summary: MomentSummary;
}

export const useMoments = defineStore('moments', () => {
  const session = useSession();
  const messages = useMessages();
  const editor = useEditor();
  const list = shallowRef<readonly RememberedMoment[]>([]);
  const lastId = ref(0);
  const byId = computed(() => new Map(list.value.map((moment) => [moment.id, moment])));
  /** The machine stands, so that there is a moment to speak of. */
  const canRemember = computed(() => !session.travelling && (session.state === 'paused' || session.state === 'exited'));

  function place(): string {
    if (session.state === 'exited') return 'the end';
    const { location, timeline } = session.status;
    if (location !== null) return `${location.fn} at line ${location.line}`;
    return timeline !== null && timeline.now.instruction === timeline.start.instruction ? 'the start' : 'between lines';
  }

  /** The oldest gives way when there are too many. Null: there was nothing to remember. */
  async function remember(): Promise<RememberedMoment | null> {
    const where = place();
    const program = baseName(session.request?.file ?? editor.name);
    try {
      const { value } = await ask('momentSummary', null);
      if (value === null) {
        messages.say('Nothing has run yet: there is no moment to remember.');
        return null;
      }
      const moment: RememberedMoment = { id: ++lastId.value, name: `${lastId.value}: ${where}`, program, summary: value };
      const dropped = list.value.length >= MOMENTS_LIMIT ? list.value[0] : undefined;
      list.value = [...list.value, moment].slice(-MOMENTS_LIMIT);
      messages.say(`Remembered as “${moment.name}”.${dropped ? ` The oldest, “${dropped.name}”, gave way.` : ''} Compare shows what changes from here.`);
      return moment;
    } catch (error) {
      messages.say(`The moment could not be remembered: ${errorText(error)}`, 'error');
      return null;
    }
  }

  function forget(id: number): void {
    list.value = list.value.filter((moment) => moment.id !== id);
  }

  return { list, byId, canRemember, remember, forget };
});
