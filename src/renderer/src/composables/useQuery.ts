/**
 * A view's question to the machine, asked again whenever the machine has moved on, the argument has changed or the panel
 * has come into view. Nothing is asked on the way to another moment of the run. At most one is under way; while the program runs, answers are spaced out so that the machine keeps
 * its time and a reader can read.
 */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { QueryMap, QueryName } from '@shared/views';
import { ask, errorText } from '@/lib/bridge';
import { useSession } from '@/stores/session';
import { usePanelVisible } from './usePanel';

/** Between two answers while the program runs. */
const RUNNING_INTERVAL_MS = 150;
/** Waiting longer than this is shown. */
const SLOW_MS = 500;

export interface Query<T> {
  /** The newest answer; null before the first one and while there is nothing to ask. */
  readonly value: Readonly<ShallowRef<T | null>>;
  readonly epoch: Readonly<Ref<number>>;
  /** True once an answer has taken more than half a second. */
  readonly slow: Readonly<Ref<boolean>>;
  readonly error: Readonly<Ref<string>>;
}

/** `argument` returns null while there is nothing to ask (a view without a selection, for instance). */
export function useQuery<N extends QueryName>(name: N, argument: () => QueryMap[N][0] | undefined): Query<QueryMap[N][1]> {
  const session = useSession();
  const visible = usePanelVisible();
  const value = shallowRef<QueryMap[N][1] | null>(null);
  const epoch = ref(-1);
  const slow = ref(false);
  const error = ref('');
  let running = false;
  let again = false;
  let disposed = false;
  let askedFor = '';
  let pause: ReturnType<typeof setTimeout> | null = null;

  async function once(): Promise<void> {
    const arg = argument();
    if (arg === undefined) {
      value.value = null;
      askedFor = '';
      return;
    }
    const key = JSON.stringify(arg);
    const timer = setTimeout(() => (slow.value = true), SLOW_MS);
    try {
      const answer = await ask(name, arg as QueryMap[N][0]);
      if (disposed) return;
      value.value = answer.value;
      epoch.value = answer.epoch;
      askedFor = key;
      error.value = '';
    } catch (problem) {
      if (!disposed) error.value = errorText(problem);
    } finally {
      clearTimeout(timer);
      slow.value = false;
    }
  }

  function trigger(): void {
    if (!visible.value || disposed || session.travelling) return;
    if (running || pause) {
      again = true;
      return;
    }
    running = true;
    void once().finally(() => {
      running = false;
      if (disposed) return;
      const changed = askedFor !== '' && askedFor !== JSON.stringify(argument());
      const delay = changed || session.state !== 'running' ? 0 : RUNNING_INTERVAL_MS;
      pause = setTimeout(() => {
        pause = null;
        if (!again) return;
        again = false;
        trigger();
      }, delay);
    });
  }

  watch([() => session.epoch, () => session.state, () => session.travelling, () => JSON.stringify(argument()), visible], trigger, { immediate: true, flush: 'post' });
  onScopeDispose(() => {
    disposed = true;
    if (pause) clearTimeout(pause);
  });
  return { value, epoch, slow, error };
}
