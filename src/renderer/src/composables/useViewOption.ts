/** A choice of a view that is remembered between starts: its columns, what its colours mean, which picture it shows. */
import { computed, type WritableComputedRef } from 'vue';
import { usePreferences } from '@/stores/preferences';

/**
 * @param name unique among views, "memory.colour"
 * @param fallback value before the user has chosen
 * @param accepts whether a stored value is still one of the choices
 */
export function useViewOption<T>(name: string, fallback: T, accepts: (value: unknown) => value is T): WritableComputedRef<T> {
  const preferences = usePreferences();
  return computed({
    get: () => {
      const stored = preferences.views[name];
      return accepts(stored) ? stored : fallback;
    },
    set: (value) => { preferences.views[name] = value; },
  });
}

/** For choices among words. */
export function oneOf<T extends string>(...choices: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => choices.includes(value as T);
}
