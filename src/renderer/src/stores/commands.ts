/** Every command of the window, once: for keys, menu, palette and help. Commands are registered by lib/commands.ts. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useMessages } from './messages';

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** As shown and matched: "Ctrl+Shift+S", "F5", "Alt+ArrowLeft". */
  readonly keys: readonly string[];
  /** Absent: always. */
  readonly enabled?: () => boolean;
  /** Why it is not possible now, '' when it is: said where somebody tries. In place of `enabled`. */
  readonly why?: () => string;
  readonly run: () => void | Promise<void>;
}

/** A key event as a command writes its keys; '' for a lone modifier. Ctrl stands for Command on macOS too. */
export function chordOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  if (['Control', 'Shift', 'Alt', 'Meta'].includes(event.key)) return '';
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const named = /^[A-Z0-9]$|^.{2,}$/.test(key);
  return [event.ctrlKey || event.metaKey ? 'Ctrl+' : '', event.altKey ? 'Alt+' : '', event.shiftKey && named ? 'Shift+' : '', key].join('');
}

/** Keys in words: "Alt+←". */
export function keyLabel(keys: string): string {
  return keys.replace('ArrowLeft', '←').replace('ArrowRight', '→').replace('ArrowUp', '↑').replace('ArrowDown', '↓');
}

export const useCommands = defineStore('commands', () => {
  const messages = useMessages();
  const list = shallowRef<readonly Command[]>([]);
  const paletteOpen = ref(false);
  /** What the palette lists: all commands, or recent files and examples only. */
  const paletteScope = ref<'all' | 'recent' | 'examples'>('all');
  const helpOpen = ref(false);
  const byId = computed(() => new Map(list.value.map((command) => [command.id, command])));
  const byKeys = computed(() => new Map(list.value.flatMap((command) => command.keys.map((keys) => [keys, command] as const))));

  function isEnabled(command: Command): boolean {
    return command.why ? command.why() === '' : command.enabled?.() ?? true;
  }

  /** Runs a command by id; false when there is none or it is not enabled now (why not is said). */
  function run(id: string): boolean {
    const command = byId.value.get(id);
    if (!command) return false;
    if (isEnabled(command)) {
      void command.run();
      return true;
    }
    if (command.why) messages.say(command.why());
    return false;
  }

  /** For keydown: true when a command took the key. A command that is not enabled swallows its key, so that F5 never reloads. */
  function handleKey(event: KeyboardEvent): boolean {
    const command = byKeys.value.get(chordOf(event));
    if (!command) return false;
    run(command.id);
    return true;
  }

  function openPalette(scope: 'all' | 'recent' | 'examples' = 'all'): void {
    paletteScope.value = scope;
    paletteOpen.value = true;
  }

  return { list, paletteOpen, paletteScope, helpOpen, byId, isEnabled, run, handleKey, openPalette };
});
