import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '@shared/config';
import type { OpenedSession, SnapshotInfo } from '@shared/snapshot-info';
import type { MachineState } from '@shared/views';
import { useConfiguration } from './configuration';
import { useEditor } from './editor';
import { useMessages } from './messages';
import { usePreferences } from './preferences';
import { useSession } from './session';
import { useSnapshots } from './snapshots';

vi.mock('@/lib/snapshot-picture', () => ({ snapshotPicture: () => Promise.resolve(null) }));

const INFO = {} as SnapshotInfo;
const CONFIG: RunConfig = {
  machine: { ...DEFAULT_MACHINE, frameCount: 2048 }, check: { ...DEFAULT_CHECK, tool: 'none' }, programName: './b', args: ['x y'], environment: [], stdout: 'tty', pid: 1000,
  maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
};
const SESSION: OpenedSession = {
  config: CONFIG, breakpoints: [2, 99], inputEnded: true,
  program: { file: '/home/x/b.c', text: 'int b;\nint c;\n', options: { optimise: 2, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] }, stdin: 'Ada\n' },
};
const opened = { path: '/x/b.pagewise', name: 'b.pagewise', info: INFO, session: SESSION, notices: ['made by an older version'] };

let answers: Record<string, unknown>;
let asked: [string, unknown][];
const takeDropped = vi.fn();
beforeEach(() => {
  setActivePinia(createPinia());
  asked = [];
  answers = { 'snapshot:place': { path: '/x/a.pagewise', name: 'a.pagewise' }, 'snapshot:save': { fileBytes: 2048 }, 'snapshot:open': opened, 'file:open': null, 'compile:check': [], 'machine:command': { ok: true, diagnostics: [], message: '' }, 'machine:query': { epoch: 1, value: [] } };
  const invoke = (channel: string, argument: unknown): Promise<unknown> => {
    asked.push([channel, argument]);
    const answer = answers[channel];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  Object.defineProperty(window, 'pagewise', { value: { invoke, takeDropped, onCommand: () => () => undefined }, configurable: true });
});

const stateIs = (state: MachineState): void => {
  const session = useSession();
  session.onStream({ type: 'status', status: { ...session.status, state } });
};
const said = (): readonly string[] => useMessages().list.map(({ text }) => text);
const channels = (prefix: string): readonly unknown[] => asked.filter(([channel]) => channel.startsWith(prefix)).map(([channel, argument]) => [channel, argument]);

test('says why there is nothing to save', () => {
  const snapshots = useSnapshots();
  expect(snapshots.whyNotSave()).toContain('press Run first');
  stateIs('paused');
  expect(snapshots.whyNotSave()).toBe('');
  useSession().starting = true;
  expect([snapshots.whyNotSave(), snapshots.whyNotOpen()]).toEqual([expect.stringContaining('compiled'), expect.stringContaining('compiled')]);
});

test('asks for a place once; the machine of the next run has none', async () => {
  const snapshots = useSnapshots(), session = useSession();
  stateIs('paused');
  await snapshots.save();
  await snapshots.save();
  expect(channels('snapshot:').map((one) => (one as [string])[0])).toEqual(['snapshot:place', 'snapshot:save', 'snapshot:save']);
  expect([snapshots.current?.name, said()]).toEqual(['a.pagewise', ['Saved a.pagewise (2 KiB).']]);
  session.runNumber++;
  expect(snapshots.current).toBeNull();
  answers['snapshot:place'] = null;
  await snapshots.save();
  expect(channels('snapshot:').at(-1)).toEqual(['snapshot:place', expect.anything()]);
});

test('what goes wrong is said, and the file is not the machine’s', async () => {
  const snapshots = useSnapshots();
  stateIs('paused');
  for (const [answer, words] of [[{ error: 'a.pagewise was not saved. There is no room left.' }, 'no room left'], [null, 'was not saved: cancelled'], [new Error('gone'), 'gone']] as const) {
    answers['snapshot:save'] = answer;
    await snapshots.save(true);
    expect(said().at(-1)).toContain(words);
    expect([snapshots.current, snapshots.working]).toEqual([null, null]);
  }
});

test('a machine that was opened brings its program, its breakpoints, its options and its configuration', async () => {
  const snapshots = useSnapshots(), editor = useEditor(), session = useSession(), preferences = usePreferences();
  const runs = session.runNumber;
  await snapshots.open('/x/b.pagewise');
  expect(channels('snapshot:open')).toEqual([['snapshot:open', { path: '/x/b.pagewise', timelineBytes: preferences.settings.recordingBytes }]]);
  expect([editor.text(), editor.name, editor.path, editor.dirty, [...editor.currentBreakpoints()], editor.changedSinceRun]).toEqual(['int b;\nint c;\n', 'b.c', null, false, [2], false]);
  expect(preferences.run).toMatchObject({ tool: 'none', optimise: 2, args: "'x y'", stdin: 'Ada\n' });
  expect(useConfiguration().machine.frameCount).toBe(2048);
  expect(session.request).toMatchObject({ type: 'run', file: '/home/x/b.c', config: { tool: 'none', args: ['x y'] } });
  expect([session.runNumber, session.stdinClosed, snapshots.current?.name]).toEqual([runs + 1, true, 'b.pagewise']);
  expect(said()).toEqual(['Opened b.pagewise: the machine stands where it was saved.', 'made by an older version']);
  // The text lies nowhere else: it is there again at the next start.
  editor.rememberDocument();
  expect(preferences.document).toMatchObject({ path: null, draft: 'int b;\nint c;\n', breakpoints: [2] });
});

test('the file on the disk is the program when its text is the same', async () => {
  const editor = useEditor();
  answers['file:open'] = { path: '/home/x/b.c', name: 'b.c', text: 'int b;\nint c;\n' };
  await useSnapshots().open('/x/b.pagewise');
  expect([editor.path, editor.name]).toEqual(['/home/x/b.c', 'b.c']);
  answers['file:open'] = { path: '/home/x/b.c', name: 'b.c', text: 'newer' };
  answers['snapshot:open'] = { ...opened, session: { ...SESSION, program: { ...SESSION.program, text: 'older' } } };
  await useSnapshots().open('/x/b.pagewise');
  expect([editor.path, editor.name, editor.text()]).toEqual([null, 'b.c', 'older']);
});

test('a refused file changes nothing but the messages', async () => {
  const editor = useEditor(), session = useSession();
  stateIs('paused');
  const before = [editor.text(), session.runNumber, useConfiguration().machine];
  answers['snapshot:open'] = { error: 'b.pagewise was not opened. The snapshot is damaged.' };
  await useSnapshots().open('/x/b.pagewise');
  expect([editor.text(), session.runNumber, useConfiguration().machine]).toEqual(before);
  expect(said()).toEqual(['b.pagewise was not opened. The snapshot is damaged.']);
});

test('a running program is asked about first, and text that was saved nowhere before it goes', async () => {
  const snapshots = useSnapshots(), messages = useMessages();
  stateIs('running');
  const opening = snapshots.open('/x/b.pagewise');
  expect(messages.question?.title).toBe('A program is running.');
  expect(snapshots.whyNotOpen()).toContain('wait for it');
  messages.answer('cancel');
  await opening;
  expect(channels('snapshot:open')).toEqual([]);
  stateIs('paused');
  const editor = useEditor();
  editor.view.dispatch({ changes: { from: 0, insert: 'typed' } });
  usePreferences().run.args = 'mine';
  for (const [answer, text, isChanged] of [['cancel', 'typed', true], ['discard', 'int b;\nint c;\n', false]] as const) {
    const again = snapshots.open('/x/b.pagewise');
    await vi.waitFor(() => { expect(messages.question?.title).toContain('Save the changes'); });
    messages.answer(answer);
    await again;
    expect([editor.text(), editor.changedSinceRun, snapshots.current?.name]).toEqual([text, isChanged, 'b.pagewise']);
    expect(usePreferences().run.args).toBe(isChanged ? 'mine' : "'x y'");
  }
  // The same text again, changed nowhere: nothing to ask.
  await snapshots.open('/x/b.pagewise');
  expect(channels('snapshot:open')).toHaveLength(3);
});

test('a file that was dropped or handed over is opened; one that is refused is not', async () => {
  const snapshots = useSnapshots();
  takeDropped.mockResolvedValueOnce({ path: '/x/b.pagewise', name: 'b.pagewise' });
  await snapshots.openDropped(new File([], 'b.pagewise'));
  answers['snapshot:given'] = { path: '/x/c.pagewise', name: 'c.pagewise' };
  await snapshots.openGiven();
  answers['snapshot:given'] = null;
  await snapshots.openGiven();
  expect(channels('snapshot:open').map((one) => (one as [string, { path: string }])[1].path)).toEqual(['/x/b.pagewise', '/x/c.pagewise']);
  takeDropped.mockResolvedValueOnce({ error: 'no snapshot' });
  await snapshots.openDropped(new File([], 'b.pagewise'));
  expect(said().at(-1)).toBe('no snapshot');
  expect(channels('snapshot:open')).toHaveLength(2);
});

test('a machine that was saved by itself comes back; editor, options and configuration stay as they are', async () => {
  const editor = useEditor(), session = useSession(), preferences = usePreferences(), configuration = useConfiguration();
  editor.open({ path: null, exampleId: null, name: 'mine.c', text: 'int mine;\n' });
  editor.toggleBreakpointHere();
  const before = [JSON.stringify(preferences.run), configuration.machine];
  await useSnapshots().recovered({ ok: true, info: INFO, session: SESSION, notices: ['made by an older version'] });
  expect([editor.name, editor.text(), editor.changedSinceRun]).toEqual(['mine.c', 'int mine;\n', true]);
  expect([JSON.stringify(preferences.run), configuration.machine]).toEqual(before);
  expect([session.runNumber, session.request?.file, said()]).toEqual([1, '/home/x/b.c', ['made by an older version']]);
  expect(channels('machine:command').at(-1)).toEqual(['machine:command', { type: 'breakpoints', lines: [1] }]);
});
