/**
 * The one place that touches ipcMain. Each channel of the contract has one handler; a call is refused unless it comes
 * from our own top frame and its payload parses.
 */
import { BrowserWindow, ipcMain } from 'electron';
import { CHANNELS, DROP_CHANNEL, type Bridge, type Channel, type InvokeMap } from '../shared/ipc';
import { isTrusted } from './security';
import { parsePayload } from './validate';

export type Handlers = {
  readonly [C in Channel]: (argument: InvokeMap[C][0], window: BrowserWindow) => InvokeMap[C][1] | Promise<InvokeMap[C][1]>;
};

function register<C extends Channel>(channel: C, handler: Handlers[C]): void {
  ipcMain.handle(channel, (event, payload: unknown) => {
    const window = BrowserWindow.fromWebContents(event.sender);
    if (!isTrusted(event) || !window) throw new Error(`${channel}: refused`);
    return handler(parsePayload(channel, payload), window);
  });
}

/** @param dropped takes the path of a file that the user dropped on the window, which the preload knows and the page does not */
export function route(handlers: Handlers, dropped: (path: string) => Awaited<ReturnType<Bridge['takeDropped']>>): void {
  for (const channel of CHANNELS) register(channel, handlers[channel]);
  ipcMain.handle(DROP_CHANNEL, (event, path: unknown) => {
    if (!isTrusted(event) || typeof path !== 'string' || path === '') throw new Error('A dropped file without a path is refused.');
    return dropped(path);
  });
}
