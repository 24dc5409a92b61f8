import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, test, vi } from 'vitest';
import { chordOf, keyLabel, useCommands, type Command } from './commands';
import { useMessages } from './messages';

beforeEach(() => setActivePinia(createPinia()));
const key = (name: string, modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}): KeyboardEvent =>
  ({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers }) as KeyboardEvent;

test.each([
  [key('F5'), 'F5'], [key('F5', { shiftKey: true }), 'Shift+F5'], [key('k', { ctrlKey: true }), 'Ctrl+K'], [key('k', { metaKey: true }), 'Ctrl+K'],
  [key('S', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+S'], [key('+', { ctrlKey: true, shiftKey: true }), 'Ctrl++'], [key('ArrowLeft', { altKey: true }), 'Alt+ArrowLeft'], [key('Shift', { shiftKey: true }), ''],
])('%# is %s', (event, chord) => {
  expect(chordOf(event)).toBe(chord);
});

test('arrows are shown as arrows', () => {
  expect(keyLabel('Alt+ArrowLeft')).toBe('Alt+←');
});

test('a key runs its command, is swallowed while that is not enabled, and passes when nobody wants it', () => {
  const run = vi.fn();
  let enabled = false;
  const command: Command = { id: 'x', title: 'X', group: 'G', keys: ['F5'], enabled: () => enabled, run };
  const commands = useCommands();
  commands.list = [command];
  expect(commands.handleKey(key('F5'))).toBe(true);
  expect(run).not.toHaveBeenCalled();
  expect(commands.run('x')).toBe(false);
  enabled = true;
  expect(commands.handleKey(key('F5'))).toBe(true);
  expect(run).toHaveBeenCalledTimes(1);
  expect(commands.handleKey(key('F7'))).toBe(false);
});

test('a command that says why it is not possible says so to whoever tries', () => {
  const run = vi.fn();
  let why = 'This is the start.';
  const commands = useCommands();
  commands.list = [{ id: 'back', title: 'Back', group: 'G', keys: ['Shift+F10'], why: () => why, run }];
  expect(commands.handleKey(key('F10', { shiftKey: true }))).toBe(true);
  expect(commands.run('back')).toBe(false);
  expect(useMessages().list.map((message) => message.text)).toEqual(['This is the start.']);
  why = '';
  expect(commands.run('back')).toBe(true);
  expect(run).toHaveBeenCalledTimes(1);
});
