/** The window's one way out: calls through the preload bridge, and the stream that main pushes. */
import { STREAM_PORT, type Channel, type InvokeMap, type Refusal, type StreamBatch, type StreamMessage } from '@shared/ipc';
import type { Answer, QueryMap, QueryName } from '@shared/views';

export function invoke<C extends Channel>(channel: C, argument: InvokeMap[C][0]): Promise<InvokeMap[C][1]> {
  return window.pagewise.invoke(channel, argument);
}

/** Asks the machine; the answer says at which epoch it was read. */
export async function ask<N extends QueryName>(name: N, arg: QueryMap[N][0]): Promise<Answer<QueryMap[N][1]>> {
  return (await invoke('machine:query', { name, arg })) as Answer<QueryMap[N][1]>;
}

export function isRefusal(value: object | null): value is Refusal {
  return value !== null && 'error' in value;
}

/** The message of an error that came over the bridge, without Electron's own preamble. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^Error invoking remote method '[^']*': (?:\w*Error: )?/, '');
}

/** Listens to the stream; each batch is answered once it was taken, so that main may send the next. */
export function connectStream(listener: (message: StreamMessage) => void): () => void {
  let port: MessagePort | null = null;
  const onMessage = (event: MessageEvent): void => {
    if (event.source !== window || event.data !== STREAM_PORT || !event.ports[0]) return;
    port?.close();
    port = event.ports[0];
    port.onmessage = ({ data }: MessageEvent<StreamBatch>) => {
      for (const message of data.messages) listener(message);
      port?.postMessage({ batch: data.batch });
    };
    port.start();
  };
  window.addEventListener('message', onMessage);
  return () => {
    window.removeEventListener('message', onMessage);
    port?.close();
  };
}
