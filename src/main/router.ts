/**
 * The one place that touches ipcMain. Each channel of the contract has one handler; a call is refused unless it comes
 * from our own top frame and its payload parses.
 */
import { BrowserWindow, ipcMain } from 'electron';
import { CHANNELS, type Channel, type InvokeMap } from '../shared/ipc';
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

export function route(handlers: Handlers): void {
  for (const channel of CHANNELS) register(channel, handlers[channel]);
}
