/**
 * Snapshots: the machine at hand saved to a file, and the machine of a file in the place of the one at hand. Main asks for places and
 * reads and writes; here is what the window does around it.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { InvokeMap } from '@shared/ipc';
import type { OpenedSession, RecentSnapshot, SnapshotOpened } from '@shared/snapshot-info';
import { joinArguments } from '@/lib/arguments';
import { errorText, invoke, isRefusal } from '@/lib/bridge';
import { baseName, size } from '@/lib/format';
import { snapshotPicture } from '@/lib/snapshot-picture';
import { useConfiguration } from './configuration';
import { useEditor } from './editor';
import { useMessages } from './messages';
import { usePreferences } from './preferences';
import { useSelection } from './selection';
import { useSession, type RunRequest } from './session';

interface Named { readonly path: string; readonly name: string }
export type OpenedSnapshot = Exclude<InvokeMap['snapshot:open'][1], { error: string } | null>;

export const useSnapshots = defineStore('snapshots', () => {
  const session = useSession();
  const editor = useEditor();
  const messages = useMessages();
  const preferences = usePreferences();
  const configuration = useConfiguration();
  const selection = useSelection();

  const recent = shallowRef<readonly RecentSnapshot[]>([]);
  /** The list of recent snapshots is shown. */
  const listOpen = ref(false);
  /** The file that is being saved or opened; '' until it was chosen. Null: none. */
  const working = ref<string | null>(null);
  const kept = shallowRef<(Named & { readonly run: number }) | null>(null);
  /** The file of the machine at hand: it came from there, or was saved there. */
  const current = computed(() => (kept.value?.run === session.runNumber ? kept.value : null));

  /** Why the machine cannot be saved now; '' when it can. */
  function whyNotSave(): string {
    if (working.value !== null) return 'A snapshot is being saved or opened: wait for it, or cancel it.';
    if (session.state === 'compiling') return 'The program is still being compiled: save the machine once it runs.';
    if (session.state === 'empty' || session.state === 'failed') return 'There is no machine to save: press Run first.';
    return session.travelling ? 'The machine is on its way to another moment: save it when it has arrived.' : '';
  }
  const whyNotOpen = (): string => (working.value !== null ? 'A snapshot is being saved or opened: wait for it, or cancel it.' : session.starting ? 'A program is being compiled: wait for it, or stop it.' : '');

  /** What goes wrong is said; nothing else may be saved or opened meanwhile. */
  async function work(task: () => Promise<void>): Promise<void> {
    working.value = '';
    try {
      await task();
    } catch (error) {
      messages.say(errorText(error), 'error');
    } finally {
      working.value = null;
    }
  }

  /** Saves to the machine's own file, or (`as`, or when it has none) where the user says. */
  function save(as = false): Promise<void> {
    return work(async () => {
      const suggestedName = session.request ? baseName(session.request.file).replace(/\.c$/, '') : configuration.mix;
      const place: Named | null = (as ? null : current.value) ?? await invoke('snapshot:place', { suggestedName });
      if (place === null) return;
      working.value = place.name;
      const run = session.runNumber;
      const answer = await invoke('snapshot:save', { path: place.path, picture: await snapshotPicture() });
      if (answer === null) messages.say(`${place.name} was not saved: cancelled.`);
      else if (isRefusal(answer)) messages.say(answer.error, 'error');
      else {
        kept.value = { path: place.path, name: place.name, run };
        messages.say(`Saved ${place.name} (${size(answer.fileBytes)}).`);
      }
    });
  }

  /** Opens a file that main knows, or (null) one that the user chooses now. */
  function open(path: string | null = null): Promise<void> {
    return work(async () => {
      if (!await mayReplace()) return;
      working.value = path === null ? '' : baseName(path);
      const answer = await invoke('snapshot:open', { path, timelineBytes: preferences.settings.recordingBytes });
      if (answer === null) return;
      if (isRefusal(answer)) messages.say(answer.error, 'error');
      else await show(answer);
    });
  }

  /** A program that runs is asked about. */
  async function mayReplace(): Promise<boolean> {
    if (session.state !== 'running') return true;
    const answer = await messages.ask({
      title: 'A program is running.', text: 'The machine of the snapshot takes its place.',
      choices: [{ id: 'open', label: 'Open the snapshot', primary: true }, { id: 'cancel', label: 'Cancel' }],
    });
    return answer === 'open';
  }

  /** The window shows a machine that came out of a file. */
  async function show({ path, name, session: opened, notices }: OpenedSnapshot): Promise<void> {
    selection.clear();
    session.adopt(requestOf(opened), opened.inputEnded);
    kept.value = { path, name, run: session.runNumber };
    configuration.adopt(opened.config.machine);
    if (opened.program && await editor.openSaved(opened.program, opened.breakpoints)) {
      const { options, stdin } = opened.program;
      Object.assign(preferences.run, { tool: opened.config.check.tool, optimise: options.optimise, args: joinArguments(opened.config.args), stdin: stdin ?? '' });
    }
    messages.say(`Opened ${name}: the machine stands where it was saved.`);
    for (const notice of notices) messages.say(notice);
  }

  /** A machine that Pagewise saved by itself is back. The window around it has come back by itself: editor, options and configuration stay. */
  async function recovered({ session: opened, notices }: Extract<SnapshotOpened, { ok: true }>): Promise<void> {
    selection.clear();
    session.adopt(requestOf(opened), opened.inputEnded);
    if (opened.program) {
      editor.showsOther(opened.program.text);
      await session.send({ type: 'breakpoints', lines: [...editor.currentBreakpoints()] });
    }
    for (const notice of notices) messages.say(notice);
  }

  /** What the run was started with, as far as a run from the start needs it; null: a mix. */
  function requestOf({ config, program, breakpoints }: OpenedSession): RunRequest | null {
    if (program === null) return null;
    const { file, text, options, stdin } = program;
    return {
      type: 'run', file, text, options, config: { tool: config.check.tool, machine: config.machine, args: config.args, stdout: config.stdout }, breakpoints, stdin, pauseAtMain: false,
      timelineBytes: preferences.settings.recordingBytes,
    };
  }

  async function openDropped(file: File): Promise<void> {
    const why = whyNotOpen();
    if (why !== '') return messages.say(why);
    const taken = await window.pagewise.takeDropped(file).catch((error: unknown) => ({ error: errorText(error) }));
    if (isRefusal(taken)) messages.say(taken.error, 'error');
    else await open(taken.path);
  }

  /** A file that the app was started with, or asked to open since. */
  async function openGiven(): Promise<void> {
    const given = await invoke('snapshot:given', null);
    if (given === null) return;
    const why = whyNotOpen();
    if (why !== '') messages.say(why);
    else await open(given.path);
  }

  async function showRecent(): Promise<void> {
    try {
      recent.value = await invoke('snapshot:recent', null);
      listOpen.value = true;
    } catch (error) {
      messages.say(errorText(error), 'error');
    }
  }

  async function cancel(): Promise<void> {
    await invoke('snapshot:cancel', null);
  }

  return { recent, listOpen, working, current, whyNotSave, whyNotOpen, save, open, show, recovered, openDropped, openGiven, showRecent, cancel };
});
