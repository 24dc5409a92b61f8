/**
 * The bridge: the only thing of Electron that the page can reach. It forwards the contract's channels and nothing else;
 * main checks every payload and its sender (src/main/validate.ts, src/main/router.ts).
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { CHANNELS, COMMAND_CHANNEL, DROP_CHANNEL, STREAM_PORT, type Bridge, type Channel, type InvokeMap } from '../shared/ipc';

const allowed: ReadonlySet<string> = new Set(CHANNELS);

const bridge: Bridge = {
  invoke<C extends Channel>(channel: C, argument: InvokeMap[C][0]): Promise<InvokeMap[C][1]> {
    if (!allowed.has(channel)) return Promise.reject(new Error(`unknown channel ${channel}`));
    return ipcRenderer.invoke(channel, argument) as Promise<InvokeMap[C][1]>;
  },
  // Only a file that the user dropped has a path: one that a script made has none.
  takeDropped(file) {
    return ipcRenderer.invoke(DROP_CHANNEL, webUtils.getPathForFile(file as File)) as ReturnType<Bridge['takeDropped']>;
  },
  onCommand(listener) {
    const forward = (_event: unknown, command: unknown): void => {
      if (typeof command === 'string') listener(command);
    };
    ipcRenderer.on(COMMAND_CHANNEL, forward);
    return () => ipcRenderer.off(COMMAND_CHANNEL, forward);
  },
};
contextBridge.exposeInMainWorld('pagewise', bridge);

// A MessagePort cannot cross the context bridge; window.postMessage hands it to the page's own world.
ipcRenderer.on(STREAM_PORT, (event) => window.postMessage(STREAM_PORT, location.origin, event.ports));
