/**
 * Electron's main process: routes between the window and the laboratory (src/host), nothing more. It holds no machine
 * state and does no work that could block it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, MessageChannelMain, nativeTheme, utilityProcess } from 'electron';
import createMachineWorker from '../host/machine.worker?nodeWorker';
import createPolicyWorker from '../host/policy.worker?nodeWorker';
import createCompareWorker from '../host/compare.worker?nodeWorker';
import clangHelperPath from '../host/clang-helper?modulePath';
import { Autosave } from '../host/autosave';
import { AutosaveFolder } from '../host/autosave-folder';
import { createLaboratory } from '../host/laboratory';
import { treePaths } from '../host/paths';
import { COMMAND_CHANNEL, GIVEN_COMMAND, STREAM_PORT, type AppInfo, type StreamAck } from '../shared/ipc';
import type { Answer } from '../shared/views';
import { CompareDesk } from './compare-desk';
import { companionHeaders, exportFile, openFile, saveFile } from './files';
import { buildMenu } from './menu';
import { PolicyDesk } from './policy-desk';
import { PreferencesFile } from './preferences-file';
import { RecentFiles } from './recent';
import { route } from './router';
import { lockDown, registerScheme, serve } from './security';
import { SnapshotFiles } from './snapshots';
import { swapDirectory } from '../host/swap-file';
import { StreamHub } from './stream';
import { SwapPlaces } from './swap-place';
import { LIMITS } from './parsers';
import { createWindow } from './window';

const COMPILER_NOTE = 'Clang 22 with -target x86_64-linux-gnu, stopped at LLVM IR. ‑O1 and ‑O2 are target‑neutral LLVM: the x86 cost model is not in this build, so real ‑O2 code may look different.';

registerScheme();
// enableSandbox() would drop --no-sandbox, and as root no child process could start then.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
if (!app.requestSingleInstanceLock()) app.quit();
else void app.whenReady().then(start);

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8')) as { version?: unknown };
  return typeof manifest.version === 'string' ? manifest.version : app.getVersion();
}

/** Connects a freshly loaded page to the stream. */
function attachStream(window: BrowserWindow, hub: StreamHub): void {
  const { port1, port2 } = new MessageChannelMain();
  port1.on('message', ({ data }) => {
    const ack = data as Partial<StreamAck> | null;
    if (typeof ack?.batch === 'number') hub.acknowledge({ batch: ack.batch });
  });
  port1.start();
  hub.attach(port1);
  window.webContents.postMessage(STREAM_PORT, null, [port2]);
}

async function start(): Promise<void> {
  const userData = app.getPath('userData');
  const preferences = new PreferencesFile(join(userData, 'preferences.json'), LIMITS.preferencesCharacters * 4);
  const recent = new RecentFiles(join(userData, 'recent.json'));
  await recent.load().catch((error: unknown) => console.error('recent files not read:', error));
  const hub = new StreamHub();
  const root = app.isPackaged ? process.resourcesPath : app.getAppPath();
  const laboratory = createLaboratory({
    paths: treePaths(root),
    createMachineWorker,
    forkClang: () => utilityProcess.fork(clangHelperPath, [], { serviceName: 'Pagewise compiler' }),
    onStream: (message) => {
      autosave.hear(message);
      hub.push(message);
    },
    onLost: () => void autosave.machineLost().catch(notSaved),
    companions: (file, text) => companionHeaders(recent, file, text),
  });
  const notSaved = (error: unknown): void => console.error('autosave:', error);
  const autosave = new Autosave({
    folder: new AutosaveFolder(join(userData, 'autosave'), (path) => laboratory.snapshotAbout(path), () => new Date().toISOString().replace(/[:.]/g, '-')),
    save: (path) => laboratory.saveSnapshot(path, { title: null, savedAt: new Date().toISOString(), picture: null, background: true }),
    cancel: () => laboratory.cancelSnapshot(),
    open: (path, timelineBytes) => laboratory.openSnapshot(path, timelineBytes),
    onState: (state) => hub.push({ type: 'autosave', state }), onError: notSaved,
  });
  void autosave.begin().catch(notSaved);
  const swapPlaces = new SwapPlaces(join(userData, 'swap-place.json'), swapDirectory(), (directory) => { laboratory.placeSwap(directory); });
  await swapPlaces.load().catch((error: unknown) => console.error('place of swap files not read:', error));
  const policies = new PolicyDesk({ createWorker: createPolicyWorker, paths: treePaths(root), lastRun: () => laboratory.lastRun() });
  const recentSnapshots = new RecentFiles(join(userData, 'recent-snapshots.json'));
  await recentSnapshots.load().catch((error: unknown) => console.error('recent snapshots not read:', error));
  const snapshots = new SnapshotFiles(laboratory, recentSnapshots);
  const comparisons = new CompareDesk({ createWorker: createCompareWorker, paths: treePaths(root) }, join(userData, 'moments.json'), (path) => { recentSnapshots.allow(path); });
  snapshots.give(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd());
  const info: AppInfo = { version: packageVersion(), packaged: app.isPackaged, platform: process.platform, compilerNote: COMPILER_NOTE };

  route({
    'app:info': () => info,
    'app:preferences': () => preferences.read(),
    'app:save-preferences': async ({ json }) => {
      await preferences.save(json);
      return null;
    },
    'app:appearance': ({ theme, zoom }, window) => {
      nativeTheme.themeSource = theme;
      window.webContents.setZoomFactor(zoom);
      return null;
    },
    'compile:check': ({ file, text, options }) => laboratory.check(file, text, options),
    'machine:command': (command) => laboratory.command(command),
    'machine:query': ({ name, arg }) => laboratory.query(name, arg as never) as Promise<Answer<unknown>>,
    'file:open': ({ path }, window) => openFile(window, recent, path),
    'file:save': ({ path, text, suggestedName }, window) => saveFile(window, recent, path, text, suggestedName),
    'file:recent': () => recent.list(),
    'file:export': ({ suggestedName, text }, window) => exportFile(window, suggestedName, text),
    'report:save': async (_nothing, window) => {
      const report = await laboratory.reportHtml();
      return report === null ? { error: 'There is no run to report on: press Run first.' } : exportFile(window, report.name, report.html);
    },
    'autosave:configure': (settings) => {
      autosave.configure(settings);
      return null;
    },
    'autosave:recover': ({ id, timelineBytes }) => autosave.recover(id, timelineBytes),
    'autosave:discard': async ({ id }) => {
      await autosave.discard(id);
      return null;
    },
    'examples:list': () => laboratory.examples(),
    'workloads:list': () => laboratory.workloads(),
    'swap:place': ({ action }, window) => (action === 'show' ? swapPlaces.place() : action === 'choose' ? swapPlaces.choose(window) : swapPlaces.reset()),
    ...policies.handlers,
    ...comparisons.handlers,
    ...snapshots.handlers,
  }, (path) => snapshots.allow(path));
  serve(join(import.meta.dirname, '../renderer'));
  lockDown();
  buildMenu((command) => BrowserWindow.getFocusedWindow()?.webContents.send(COMMAND_CHANNEL, command));

  let window: BrowserWindow | null = await createWindow((loaded) => attachStream(loaded, hub));
  window.on('closed', () => {
    window = null;
    hub.detach();
  });
  /** The page asks for the file as soon as it hears of it; one that is still loading asks by itself. */
  const openGiven = (words: readonly string[], folder: string): void => {
    if (snapshots.give(words, folder)) window?.webContents.send(COMMAND_CHANNEL, GIVEN_COMMAND);
  };
  app.on('second-instance', (_event, words, folder) => {
    openGiven(words.slice(1), folder);
    if (!window) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  // macOS hands files over so.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openGiven([path], '/');
  });
  app.on('window-all-closed', () => { app.quit(); });
  // However Pagewise is left (the last window, the menu, the session's end), the machine first lets go of its swap file.
  let isCleared = false;
  app.on('will-quit', (event) => {
    if (isCleared) return;
    event.preventDefault();
    isCleared = true;
    comparisons.dispose();
    void autosave.close().catch(notSaved).then(() => Promise.all([laboratory.dispose(), policies.dispose(), preferences.settled()])).finally(() => app.quit());
  });
  laboratory.warm();
}
