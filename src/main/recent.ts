/**
 * Which files the page may name: those that the user chose in a dialog of ours, now or earlier (the list of recent
 * files, kept on disk). Newest first, bounded.
 */
import { basename } from 'node:path';
import { readSmallFile, writeAtomically } from './json-file';

export const RECENT_LIMIT = 12;
const FILE_LIMIT_BYTES = 256 * 1024;

export interface RecentFile { readonly path: string; readonly name: string }

/** The stored list; anything that is no list of texts counts as an empty one. */
export function parseRecent(json: string | null): readonly string[] {
  if (json === null) return [];
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.filter((path): path is string => typeof path === 'string' && path !== '').slice(0, RECENT_LIMIT) : [];
  } catch {
    return [];
  }
}

export class RecentFiles {
  private paths: readonly string[] = [];
  private readonly chosen = new Set<string>();

  constructor(private readonly storePath: string) {}

  async load(): Promise<void> {
    this.paths = parseRecent(await readSmallFile(this.storePath, FILE_LIMIT_BYTES));
  }

  /** True where the user chose this path in a dialog, or handed it over. */
  allows(path: string): boolean {
    return this.chosen.has(path) || this.paths.includes(path);
  }

  /** The user handed this path over; it is in the list only once it was opened. */
  allow(path: string): void {
    this.chosen.add(path);
  }

  list(): readonly RecentFile[] {
    return this.paths.map((path) => ({ path, name: basename(path) }));
  }

  async add(path: string): Promise<void> {
    this.chosen.add(path);
    this.paths = [path, ...this.paths.filter((other) => other !== path)].slice(0, RECENT_LIMIT);
    await this.store();
  }

  /** Forgets a file that is not there any more. */
  async remove(path: string): Promise<void> {
    this.paths = this.paths.filter((other) => other !== path);
    await this.store();
  }

  private store(): Promise<void> {
    return writeAtomically(this.storePath, JSON.stringify(this.paths, null, 1));
  }
}
