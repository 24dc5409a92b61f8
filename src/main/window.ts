/**
 * The one window: its place on the screen is remembered, it shows when it is drawn, and a crashed page is loaded again
 * (what the user typed is kept as a draft in the preferences, so nothing is lost).
 */
import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { readSmallFile, writeAtomically } from './json-file';
import { ORIGIN } from './security';

interface Place { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly maximized: boolean }

const DEFAULT_SIZE = { width: 1440, height: 900 };
const MINIMUM = { width: 480, height: 320 };
const PLACE_LIMIT_BYTES = 4_096;
/** A page that crashes again within this time is not loaded a third time without asking. */
const CRASH_WINDOW_MS = 30_000;
const BACKGROUND = { dark: '#0d1015', light: '#e9ecf1' };

const placeFile = (): string => join(app.getPath('userData'), 'window.json');

/** A stored place, when it is one and still lies on a screen that is there. */
export function parsePlace(json: string | null, screens: readonly { readonly x: number; readonly y: number; readonly width: number; readonly height: number }[]): Place | null {
  if (json === null) return null;
  let value: Partial<Record<keyof Place, unknown>>;
  try {
    value = JSON.parse(json) as typeof value;
  } catch {
    return null;
  }
  const { x, y, width, height } = value ?? {};
  if (typeof x !== 'number' || typeof y !== 'number' || typeof width !== 'number' || typeof height !== 'number') return null;
  if (width < MINIMUM.width || height < MINIMUM.height) return null;
  const visible = screens.some((one) => x < one.x + one.width - 80 && x + width > one.x + 80 && y >= one.y - 10 && y < one.y + one.height - 60);
  return visible ? { x, y, width, height, maximized: value.maximized === true } : null;
}

async function readPlace(): Promise<Place | null> {
  const stored = await readSmallFile(placeFile(), PLACE_LIMIT_BYTES).catch(() => null);
  return parsePlace(stored, screen.getAllDisplays().map((display) => display.workArea));
}

function rememberPlace(window: BrowserWindow): void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const save = (): void => {
    timer = null;
    if (window.isDestroyed() || window.isMinimized()) return;
    const place: Place = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    writeAtomically(placeFile(), JSON.stringify(place)).catch((error: unknown) => console.error('window place not saved:', error));
  };
  const later = (): void => {
    if (timer) clearTimeout(timer);
    timer = setTimeout(save, 400);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', save);
}

function surviveCrashes(window: BrowserWindow): void {
  let lastCrash = -CRASH_WINDOW_MS;
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit' || window.isDestroyed()) return;
    const again = performance.now() - lastCrash < CRASH_WINDOW_MS;
    lastCrash = performance.now();
    if (!again) return window.reload();
    void dialog.showMessageBox(window, {
      type: 'error', buttons: ['Load again', 'Quit'], defaultId: 0, message: 'The window stopped working twice.',
      detail: `Reason: ${details.reason}. Your program is kept as a draft.`,
    }).then(({ response }) => (response === 0 ? window.reload() : app.quit()));
  });
  let asking = false;
  window.on('unresponsive', () => {
    if (asking) return;
    asking = true;
    void dialog.showMessageBox(window, { type: 'warning', buttons: ['Wait', 'Load again'], defaultId: 0, message: 'The window does not answer.' })
      .then(({ response }) => {
        asking = false;
        if (response === 1 && !window.isDestroyed()) {
          window.webContents.forcefullyCrashRenderer();
          window.reload();
        }
      });
  });
}

/** Creates the window; `onLoaded` runs after every load of its page. */
export async function createWindow(onLoaded: (window: BrowserWindow) => void): Promise<BrowserWindow> {
  const place = await readPlace();
  const window = new BrowserWindow({
    ...(place ? { x: place.x, y: place.y, width: place.width, height: place.height } : DEFAULT_SIZE),
    minWidth: MINIMUM.width, minHeight: MINIMUM.height, show: false, autoHideMenuBar: true, title: 'Pagewise',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false, navigateOnDragDrop: false,
    },
  });
  if (place?.maximized) window.maximize();
  rememberPlace(window);
  surviveCrashes(window);
  window.once('ready-to-show', () => window.show());
  window.webContents.on('did-finish-load', () => onLoaded(window));
  const dev = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
  await window.loadURL(dev ?? `${ORIGIN}/`);
  return window;
}
