/** The commands of the window, in the order in which help and palette list them. */
import { openSearchPanel } from '@codemirror/search';
import { redo, undo } from '@codemirror/commands';
import { ask, errorText, invoke, isRefusal } from './bridge';
import { splitArguments } from './arguments';
import { baseName } from './format';
import { travelCommands } from './travel-commands';
import { useCommands, type Command } from '@/stores/commands';
import { useConfiguration } from '@/stores/configuration';
import { useConsole } from '@/stores/console';
import { SOURCE_LIMIT, useEditor } from '@/stores/editor';
import { PANELS, useLayout } from '@/stores/layout';
import { useMessages } from '@/stores/messages';
import { useMoments } from '@/stores/moments';
import { useNavigation } from '@/stores/navigation';
import { usePreferences } from '@/stores/preferences';
import { useSelection } from '@/stores/selection';
import { useSession } from '@/stores/session';
import { useSnapshots } from '@/stores/snapshots';

function runCommands(): readonly Command[] {
  const session = useSession();
  const editor = useEditor();
  const preferences = usePreferences();
  const messages = useMessages();
  const selection = useSelection();
  const configuration = useConfiguration();
  const moments = useMoments();

  async function start(pauseAtMain: boolean): Promise<void> {
    const text = editor.text();
    if (text.length > SOURCE_LIMIT) return messages.say('The program is too long: at most 1 MB of source.', 'error');
    selection.clear();
    const stdin = preferences.run.stdin === '' ? null : preferences.run.stdin;
    const found = await session.run({
      type: 'run', file: editor.file, text, options: editor.options, config: { tool: preferences.run.tool, machine: configuration.machine, args: [...splitArguments(preferences.run.args)], stdout: 'tty' },
      breakpoints: [...editor.currentBreakpoints()], stdin, pauseAtMain, timelineBytes: preferences.settings.recordingBytes,
    });
    if (editor.text() === text) editor.showRun(found);
    const refusal = session.refusal;
    if (!refusal) return;
    const first = refusal.diagnostics.find((one) => one.severity === 'error');
    if (first && editor.isThisFile(first.range.file)) editor.reveal(first.range.line, true);
  }

  const paused = (): boolean => session.canStep;
  const stands = (): boolean => !session.starting && !session.travelling && session.state !== 'running';
  const step = (how: 'into' | 'over' | 'out') => (): void => void session.step(how);
  return [
    {
      id: 'run.start', title: 'Run', group: 'Run', keys: ['F5'], enabled: () => stands() && session.state !== 'compiling',
      run: () => (paused() ? void session.resume() : start(preferences.run.pauseAtMain)),
    },
    { id: 'run.restart', title: 'Run again from the start', group: 'Run', keys: ['Ctrl+Shift+F5'], enabled: () => !session.starting, run: () => start(preferences.run.pauseAtMain) },
    { id: 'run.pause', title: 'Pause', group: 'Run', keys: ['Ctrl+F5'], enabled: () => session.state === 'running' || session.travelling, run: () => void session.pause() },
    { id: 'run.stop', title: 'Stop', group: 'Run', keys: ['Shift+F5'], enabled: () => session.isActive, run: () => void session.stop() },
    { id: 'run.step-over', title: 'Step over', group: 'Run', keys: ['F10'], enabled: stands, run: () => (paused() ? step('over')() : start(true)) },
    { id: 'run.step-into', title: 'Step into', group: 'Run', keys: ['F11'], enabled: stands, run: () => (paused() ? step('into')() : start(true)) },
    { id: 'run.step-out', title: 'Step out', group: 'Run', keys: ['Ctrl+F11'], enabled: paused, run: step('out') },
    { id: 'run.breakpoint', title: 'Toggle breakpoint', group: 'Run', keys: ['F9'], run: () => editor.toggleBreakpointHere() },
    { id: 'run.clear-breakpoints', title: 'Remove all breakpoints', group: 'Run', keys: [], enabled: () => editor.breakpoints.length > 0, run: () => editor.clearBreakpoints() },
    { id: 'run.remember', title: 'Remember this moment', group: 'Run', keys: [], enabled: () => moments.canRemember, run: async () => void await moments.remember() },
    { id: 'compare.add-file', title: 'Compare with a snapshot file…', group: 'Run', keys: [], enabled: () => moments.reading === null, run: () => { useLayout().show('compare'); return moments.addFile(); } },
    { id: 'run.reclaim', title: 'Let the OS reclaim', group: 'Run', keys: [], enabled: () => session.state === 'exited', run: () => void session.reclaim() },
  ];
}

function selectionCommands(): readonly Command[] {
  const selection = useSelection();
  const navigation = useNavigation();
  const chosen = (): boolean => selection.current !== null;
  return [
    { id: 'finding.next', title: 'Next finding', group: 'Selection', keys: ['F8'], run: () => navigation.nextFinding(1) },
    { id: 'finding.previous', title: 'Previous finding', group: 'Selection', keys: ['Shift+F8'], run: () => navigation.nextFinding(-1) },
    { id: 'go.finding', title: 'Go to the finding', group: 'Selection', keys: ['Alt+0'], enabled: chosen, run: () => navigation.follow('finding') },
    { id: 'go.line', title: 'Go to the line', group: 'Selection', keys: ['Alt+1'], enabled: chosen, run: () => navigation.follow('line') },
    { id: 'go.block', title: 'Go to the heap block', group: 'Selection', keys: ['Alt+2'], enabled: chosen, run: () => navigation.follow('block') },
    { id: 'go.page', title: 'Go to the page', group: 'Selection', keys: ['Alt+3'], enabled: chosen, run: () => navigation.follow('page') },
    { id: 'go.frame', title: 'Go to the frame', group: 'Selection', keys: ['Alt+4'], enabled: chosen, run: () => navigation.follow('frame') },
    { id: 'go.fault', title: 'Go to the first-touch fault', group: 'Selection', keys: ['Alt+5'], enabled: chosen, run: () => navigation.follow('fault') },
    { id: 'go.back', title: 'Back', group: 'Selection', keys: ['Alt+ArrowLeft'], enabled: () => selection.canGoBack, run: () => navigation.travel(-1) },
    { id: 'go.forward', title: 'Forward', group: 'Selection', keys: ['Alt+ArrowRight'], enabled: () => selection.canGoForward, run: () => navigation.travel(1) },
  ];
}

function fileCommands(): readonly Command[] {
  const editor = useEditor();
  const session = useSession();
  const commands = useCommands();
  const messages = useMessages();

  async function exportReport(kind: 'reportText' | 'reportXml', extension: string): Promise<void> {
    try {
      const { value } = await ask(kind, null);
      const answer = await invoke('file:export', { suggestedName: `${baseName(editor.name).replace(/\.c$/, '')}.${extension}`, text: value });
      if (isRefusal(answer)) messages.say(answer.error, 'error');
      else if (answer) messages.say(`Wrote ${baseName(answer.path)}.`);
    } catch (error) {
      messages.say(`The report could not be written: ${errorText(error)}`, 'error');
    }
  }
  /** One page to hand in; it is made where the machine is. */
  async function saveReport(): Promise<void> {
    try {
      const answer = await invoke('report:save', null);
      if (isRefusal(answer)) messages.say(answer.error, 'error');
      else if (answer) messages.say(`Wrote ${baseName(answer.path)}.`);
    } catch (error) {
      messages.say(`The report could not be written: ${errorText(error)}`, 'error');
    }
  }
  const hasReport = (): boolean => session.result !== null;
  return [
    { id: 'file.new', title: 'New program', group: 'File', keys: ['Ctrl+N'], run: () => editor.newFile() },
    { id: 'file.open', title: 'Open a file…', group: 'File', keys: ['Ctrl+O'], run: () => editor.openDialog() },
    { id: 'file.recent', title: 'Open a recent file…', group: 'File', keys: ['Ctrl+Shift+O'], run: () => commands.openPalette('recent') },
    { id: 'examples.open', title: 'Open an example…', group: 'File', keys: ['Ctrl+E'], run: () => commands.openPalette('examples') },
    { id: 'file.save', title: 'Save', group: 'File', keys: ['Ctrl+S'], run: async () => void await editor.save() },
    { id: 'file.save-as', title: 'Save as…', group: 'File', keys: ['Ctrl+Shift+S'], run: async () => void await editor.save(true) },
    ...snapshotCommands(),
    { id: 'report.html', title: 'Save report as HTML…', group: 'File', keys: [], enabled: hasReport, run: () => saveReport() },
    { id: 'report.text', title: 'Export the report as text…', group: 'File', keys: [], enabled: hasReport, run: () => exportReport('reportText', 'txt') },
    { id: 'report.xml', title: 'Export the report as XML…', group: 'File', keys: [], enabled: hasReport, run: () => exportReport('reportXml', 'xml') },
    { id: 'edit.undo', title: 'Undo', group: 'Edit', keys: [], run: () => void undo(editor.view) },
    { id: 'edit.redo', title: 'Redo', group: 'Edit', keys: [], run: () => void redo(editor.view) },
    { id: 'edit.find', title: 'Find and replace', group: 'Edit', keys: ['Ctrl+F'], run: () => { useLayout().show('editor'); openSearchPanel(editor.view); } },
  ];
}

function snapshotCommands(): readonly Command[] {
  const snapshots = useSnapshots();
  const { whyNotSave, whyNotOpen } = snapshots;
  return [
    { id: 'snapshot.save', title: 'Save snapshot', group: 'File', keys: ['Ctrl+Alt+S'], why: whyNotSave, run: () => snapshots.save() },
    { id: 'snapshot.save-as', title: 'Save snapshot as…', group: 'File', keys: [], why: whyNotSave, run: () => snapshots.save(true) },
    { id: 'snapshot.open', title: 'Open snapshot…', group: 'File', keys: ['Ctrl+Alt+O'], why: whyNotOpen, run: () => snapshots.open() },
    { id: 'snapshot.recent', title: 'Recent snapshots…', group: 'File', keys: [], why: whyNotOpen, run: () => snapshots.showRecent() },
  ];
}

function viewCommands(): readonly Command[] {
  const layout = useLayout();
  const preferences = usePreferences();
  const commands = useCommands();
  const log = useConsole();
  const panels = PANELS.filter(({ id }) => id !== 'settings').map((panel): Command => ({ id: `view.${panel.id}`, title: `Show ${panel.title}`, group: 'View', keys: [], run: () => layout.show(panel.id, true) }));
  const toggleTheme = (): void => { preferences.theme = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark'; };
  return [
    ...panels,
    { id: 'view.settings', title: 'Settings…', group: 'View', keys: ['Ctrl+,'], run: () => layout.show('settings', true) },
    { id: 'view.next-pane', title: 'Next pane', group: 'View', keys: ['F6'], run: () => layout.nextPane(1) },
    { id: 'view.previous-pane', title: 'Previous pane', group: 'View', keys: ['Shift+F6'], run: () => layout.nextPane(-1) },
    { id: 'view.reset', title: 'Reset the layout', group: 'View', keys: [], run: () => layout.reset() },
    { id: 'console.clear', title: 'Clear the console', group: 'View', keys: [], run: () => log.clear() },
    { id: 'palette.open', title: 'Command palette', group: 'View', keys: ['Ctrl+K', 'Ctrl+Shift+P'], run: () => commands.openPalette() },
    { id: 'theme.toggle', title: 'Switch between dark and light', group: 'View', keys: [], run: toggleTheme },
    { id: 'theme.system', title: 'Theme of the system', group: 'View', keys: [], run: () => { preferences.theme = 'system'; } },
    { id: 'zoom.in', title: 'Larger text', group: 'View', keys: ['Ctrl++', 'Ctrl+='], run: () => preferences.zoomBy(1) },
    { id: 'zoom.out', title: 'Smaller text', group: 'View', keys: ['Ctrl+-'], run: () => preferences.zoomBy(-1) },
    { id: 'zoom.reset', title: 'Normal text size', group: 'View', keys: ['Ctrl+0'], run: () => { preferences.zoom = 1; } },
    { id: 'help.keys', title: 'Keyboard shortcuts', group: 'Help', keys: ['F1'], run: () => { commands.helpOpen = true; } },
  ];
}

export function registerCommands(): void {
  useCommands().list = [...runCommands(), ...travelCommands(), ...selectionCommands(), ...fileCommands(), ...viewCommands()];
}
