/**
 * Memory that processes share because they asked for it: POSIX objects by name (shm_open(3)) and System V segments by key
 * (shmget(2)). (Anonymous MAP_SHARED mappings, which only forks inherit, are in paging/cached-file.ts.) Each is a file
 * without a device: its pages are frames of the page cache, so that all who map it show the same ones and the reverse map
 * finds them.
 */
import { MemoryFile } from './file-system';

/** A file whose only home is the page cache. Its pages go when its name is gone and nobody has it open or mapped. */
export class SharedMemory extends MemoryFile {
  private bytes: number;
  /** Open file descriptions. */
  openCount = 0;
  isUnlinked = false;

  constructor(fileId: number, path: string, bytes: number) {
    super(fileId, path);
    this.bytes = bytes;
  }

  override get backing(): 'memory' {
    return 'memory';
  }

  /** The page cache drops it with its last mapping. */
  override get isTemporary(): boolean {
    return this.isUnlinked && this.openCount === 0;
  }

  override size(): number {
    return this.bytes;
  }

  override read(): Uint8Array {
    return new Uint8Array(0);
  }

  override write(offset: number, bytes: Uint8Array): void {
    this.bytes = Math.max(this.bytes, offset + bytes.length);
  }

  override setSize(bytes: number): void {
    this.bytes = bytes;
  }
}

/** A System V segment. It goes when it was marked for removal and nobody has it attached. */
export interface SharedSegment {
  readonly id: number;
  readonly key: number;
  readonly bytes: number;
  readonly mode: number;
  readonly creatorPid: number;
  readonly memory: SharedMemory;
  attached: number;
  isRemoved: boolean;
  lastPid: number;
}
