/** The policy bench's channels. A file is read only when the user chose it in a dialog that main showed. */
import { basename } from 'node:path';
import { dialog, type BrowserWindow } from 'electron';
import { PolicyClient, type PolicyClientOptions } from '../host/policy-client';
import type { InvokeMap } from '../shared/ipc';
import type { PolicySource } from '../shared/policy';
import type { Handlers } from './router';

type PolicyChannel = 'policy:open' | 'policy:compare' | 'policy:steps' | 'policy:progress' | 'policy:cancel';

export class PolicyDesk {
  private readonly client: PolicyClient;
  private readonly chosen = new Set<string>();

  constructor(options: PolicyClientOptions) {
    this.client = new PolicyClient(options);
  }

  readonly handlers: Pick<Handlers, PolicyChannel> = {
    'policy:open': (_nothing, window) => this.choose(window),
    'policy:compare': (question) => this.refusal(question.source) ?? this.client.compare(question),
    'policy:steps': (question) => this.refusal(question.source) ?? this.client.steps(question),
    'policy:progress': () => this.client.progress(),
    'policy:cancel': async () => {
      await this.client.cancel();
      return null;
    },
  };

  async dispose(): Promise<void> {
    await this.client.cancel();
  }

  private async choose(window: BrowserWindow): Promise<InvokeMap['policy:open'][1]> {
    const answer = await dialog.showOpenDialog(window, {
      title: 'Open a reference string or trace', properties: ['openFile'],
      filters: [{ name: 'Reference strings and traces', extensions: ['txt', 'csv', 'trace', 'log', 'out'] }, { name: 'All files', extensions: ['*'] }],
    });
    const path = answer.canceled ? undefined : answer.filePaths[0];
    if (path === undefined) return null;
    this.chosen.add(path);
    return { path, name: basename(path) };
  }

  private refusal(source: PolicySource): { error: string } | null {
    return source.kind === 'file' && !this.chosen.has(source.path) ? { error: `${basename(source.path)} was not chosen in a dialog.` } : null;
  }
}
