/**
 * Where swap files lie: the user's data folder, or a folder that the user chose in a dialog of ours. Kept on disk; the
 * page learns the folder's name but can never name one itself.
 */
import { dialog, type BrowserWindow } from 'electron';
import type { SwapPlace } from '../shared/ipc';
import { readSmallFile, writeAtomically } from './json-file';

const FILE_LIMIT_BYTES = 64 * 1024;

export class SwapPlaces {
  private chosen: string | null = null;

  constructor(private readonly storePath: string, private readonly usual: string, private readonly use: (directory: string | null) => void) {}

  /** Reads the stored choice; anything that is no folder name counts as none. */
  async load(): Promise<void> {
    const json = await readSmallFile(this.storePath, FILE_LIMIT_BYTES);
    this.chosen = json === null ? null : parseDirectory(json);
    this.use(this.chosen);
  }

  place(): SwapPlace {
    return { directory: this.chosen ?? this.usual, isDefault: this.chosen === null };
  }

  /** Asks for a folder; what was there stays when the dialog is closed without one. */
  async choose(window: BrowserWindow): Promise<SwapPlace> {
    const answer = await dialog.showOpenDialog(window, { title: 'A folder for swap files', properties: ['openDirectory', 'createDirectory'], defaultPath: this.place().directory });
    const [directory] = answer.filePaths;
    return answer.canceled || directory === undefined ? this.place() : this.keep(directory);
  }

  reset(): Promise<SwapPlace> {
    return this.keep(null);
  }

  private async keep(directory: string | null): Promise<SwapPlace> {
    await writeAtomically(this.storePath, JSON.stringify({ directory }));
    this.chosen = directory;
    this.use(directory);
    return this.place();
  }
}

export function parseDirectory(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    const directory = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['directory'] : null;
    return typeof directory === 'string' && directory !== '' ? directory : null;
  } catch {
    return null;
  }
}
