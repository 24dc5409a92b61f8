import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, test } from 'vitest';
import { LINE_CHARACTERS, SCROLLBACK_LINES, useConsole } from './console';

beforeEach(() => setActivePinia(createPinia()));
const text = (): string[] => useConsole().lines.map((line) => line.runs.map((run) => `${run.stream}:${run.text}`).join('|'));

test('pieces of a line join; streams stay apart; blank lines stay', () => {
  const log = useConsole();
  log.append('stdout', 'na');
  log.append('stdout', 'me? ');
  log.append('stdin', 'Ada\n');
  log.append('stderr', 'x\n\ny');
  expect(text()).toEqual(['stdout:name? |stdin:Ada', 'stderr:x', '', 'stderr:y']);
});

test('an endless line is broken, an endless output bounded and counted', () => {
  const log = useConsole();
  log.append('stdout', 'x'.repeat(LINE_CHARACTERS * 2 + 5));
  expect(log.lines.map((line) => line.runs[0]?.text.length)).toEqual([LINE_CHARACTERS, LINE_CHARACTERS, 5]);
  log.clear();
  log.append('stdout', 'y\n'.repeat(SCROLLBACK_LINES + 7));
  expect(log.lines.length).toBe(SCROLLBACK_LINES);
  expect(log.droppedLines).toBe(7);
});

test('notes stand on lines of their own, and say how much was left out', () => {
  const log = useConsole();
  log.append('stdout', 'a');
  log.append('stdout', 'b', 1234);
  expect(text()).toEqual(['stdout:a', 'note:… 1,234 bytes left out: the program writes faster than a window can show …', 'stdout:b']);
});

test('each line knows how much programs had written before it; what was typed does not count', () => {
  const log = useConsole();
  log.append('stdout', 'né\nb');
  log.append('stdin', 'typed\n');
  log.append('stderr', 'c\n', 100);
  log.note('end');
  expect(log.lines.map((line) => line.from)).toEqual([0, 4, 5, 105, 107]);
  log.clear();
  log.append('stdout', 'd');
  expect(log.lines[0]?.from).toBe(107);
  log.begin();
  log.append('stdout', 'e');
  expect(log.lines[0]?.from).toBe(0);
});
