/** The channels of the Compare view: snapshot files that the user chooses in a dialog of main, and the moments that it remembers between starts. */
import { dialog, type BrowserWindow } from 'electron';
import { CompareClient, type CompareClientOptions } from '../host/compare-client';
import type { InvokeMap } from '../shared/ipc';
import { readSmallFile, writeAtomically } from './json-file';
import type { Handlers } from './router';
import { LIMITS } from './parsers';
import { SNAPSHOT_FILES } from './snapshots';

type CompareChannel = 'compare:open' | 'compare:progress' | 'compare:cancel' | 'compare:remembered' | 'compare:remember';

export class CompareDesk {
  private readonly client: CompareClient;

  /**
   * @param file where remembered moments are kept
   * @param chosen told of a file that the user has chosen: it may be opened in the window too
   */
  constructor(options: CompareClientOptions, private readonly file: string, private readonly chosen: (path: string) => void) {
    this.client = new CompareClient(options);
  }

  readonly handlers: Pick<Handlers, CompareChannel> = {
    'compare:open': (_nothing, window) => this.open(window),
    'compare:progress': () => this.client.progress(),
    'compare:cancel': () => {
      this.client.cancel();
      return null;
    },
    'compare:remembered': async () => ({ json: await readSmallFile(this.file, LIMITS.momentsCharacters * 4) ?? '' }),
    'compare:remember': async ({ json }) => {
      await writeAtomically(this.file, json);
      return null;
    },
  };

  dispose(): void {
    this.client.cancel();
  }

  private async open(window: BrowserWindow): Promise<InvokeMap['compare:open'][1]> {
    const busy = this.client.progress();
    if (busy !== null) return { error: `${busy.name} is still being read.` };
    const answer = await dialog.showOpenDialog(window, {
      title: 'Compare with a snapshot file', properties: ['openFile'], buttonLabel: 'Compare', filters: SNAPSHOT_FILES,
    });
    const path = answer.canceled ? undefined : answer.filePaths[0];
    if (path === undefined) return null;
    this.chosen(path);
    return this.client.read(path);
  }
}
