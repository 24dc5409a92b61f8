/** Keys of a list with one chosen row: arrows, Home, End, Page Up and Page Down move; Enter goes to what the row is about. */
export interface ListKeys {
  readonly count: () => number;
  readonly current: () => number;
  readonly choose: (index: number) => void;
  readonly enter?: (index: number) => void;
  readonly pageSize?: () => number;
}

/** A keydown handler; true when it took the key. */
export function listKeys(keys: ListKeys): (event: KeyboardEvent) => boolean {
  return (event) => {
    const total = keys.count();
    if (total === 0 || event.ctrlKey || event.altKey || event.metaKey) return false;
    const at = keys.current();
    const page = keys.pageSize?.() ?? 10;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: at + 1, ArrowUp: at < 0 ? total - 1 : at - 1, Home: 0, End: total - 1, PageDown: at + page, PageUp: at - page,
    };
    if (event.key === 'Enter' && at >= 0 && keys.enter) {
      keys.enter(at);
    } else {
      const target = targets[event.key];
      if (target === undefined) return false;
      keys.choose(Math.min(total - 1, Math.max(0, target)));
    }
    event.preventDefault();
    return true;
  };
}
