/**
 * The swap device on a real file. Opened by whoever makes a machine (engine.ts for the terminal, machine.worker.ts for the
 * window) and closed by it; the machine uses it through the port `SwapDevice` (core/swap), synchronously, in its own thread.
 *
 *   page 0   header: magic, version, process id and start of the owner, number of slots; the rest is zero
 *   page n   slot n − 1
 *
 * The file is made at its full size before the machine runs, so that a disk without room is found at once. Where the system
 * has it, the file is opened for direct transfers (O_DIRECT): a page goes between disk and store memory with no copy of the
 * host in between, and the measured time is the disk's. Otherwise it is the host cache's, and `description` says so.
 *
 * A file whose owner was killed is recognised by the header, or by its name in the default folder, and used again or removed at the
 * next start. A file that is no swap file of Pagewise is never touched.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readdirSync, readSync, readvSync, statfsSync, unlinkSync, writeSync, writevSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { DeviceStatus, SLOT_BYTES } from '../core/swap/swap-device';
import type { SwapDevice } from '../core/swap/swap-device';
import { isCode } from './error-code';
import { isAlive, startOf } from './process-owner';

const MAGIC = 'PAGEWISE SWAP 1\n';
const NAME = /^pagewise-(\d+)-(\d+)-[0-9a-f]+\.swap$/;
/** Files up to this size are written once in full, larger ones are sparse after a look at the free space. */
const WRITTEN_BYTES = 256 * 2 ** 20;
const CHUNK_BYTES = 4 * 2 ** 20;
/** Room that must stay free beside the file. */
const SPARE_BYTES = 64 * 2 ** 20;
/** Requests between two looks at whether the file is still there. */
const LOOK_EVERY = 256;
const MICROSECONDS_PER_NANOSECOND = 0.001;

/** The file cannot be used; the message says why, and what can be done. */
export class SwapFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SwapFileError';
  }
}

/** Folder of swap files that nobody placed: the user's data folder for Pagewise. */
export function swapDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.PAGEWISE_SWAP) return environment.PAGEWISE_SWAP;
  if (process.platform === 'win32' && environment.LOCALAPPDATA) return join(environment.LOCALAPPDATA, 'Pagewise', 'Swap');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Pagewise', 'Swap');
  return join(environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'pagewise', 'swap');
}

export interface SwapFileOptions {
  readonly slotCount: number;
  /** Where the user wants the file; null: a new file in `swapDirectory()`. */
  readonly path: string | null;
  readonly directory?: string;
  /** Swap files of this process that machines use: others of this process are stale too. Absent: this process may have more that are used. */
  readonly inUse?: readonly string[];
}

export interface SwapFile extends SwapDevice {
  readonly path: string;
  /** Transfers go to the disk itself, not to the host's cache. */
  readonly isDirect: boolean;
  /** What the user should know: stale files removed, the file gone. Grows. */
  readonly notices: readonly string[];
}

/** Makes, checks and locks a swap file. Throws SwapFileError with a message for the user. */
export function openSwapFile(options: SwapFileOptions): SwapFile {
  const directory = options.path === null ? options.directory ?? swapDirectory() : dirname(options.path);
  const notices: string[] = [];
  try {
    if (options.path === null) {
      mkdirSync(directory, { recursive: true });
      const removed = removeStaleFiles(directory, options.inUse);
      if (removed > 0) notices.push(`${String(removed)} swap file${removed === 1 ? '' : 's'} of ended runs removed from ${directory}`);
    }
    const path = options.path ?? join(directory, `pagewise-${String(process.pid)}-${startOf(process.pid)}-${randomBytes(4).toString('hex')}.swap`);
    claim(path, options.path !== null);
    prepare(path, options.slotCount);
    return new FileDevice(path, options.slotCount, notices);
  } catch (error) {
    if (error instanceof SwapFileError) throw error;
    throw new SwapFileError(reasonFor(error, options.path ?? directory, options.slotCount));
  }
}

/** Removes swap files in the default folder whose owners have ended, and those of this process except `inUse` when that is known; answers how many. */
export function removeStaleFiles(directory: string, inUse: readonly string[] | null = null): number {
  let removed = 0;
  for (const name of readdirSync(directory)) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const isStaleOwn = inUse !== null && Number(match[1]) === process.pid && !inUse.includes(join(directory, name));
    if (isAlive(Number(match[1]), match[2] ?? '') && !isStaleOwn) continue;
    try {
      unlinkSync(join(directory, name));
      removed++;
    } catch (error) {
      // Somebody else removed it at the same moment; a file that cannot be removed costs room only.
      if (!isCode(error, 'ENOENT', 'EPERM', 'EACCES', 'EBUSY')) throw error;
    }
  }
  return removed;
}

/** Creates the file, or takes over one whose owner has ended; refuses what is not ours. */
function claim(path: string, isPlaced: boolean): void {
  if (existsSync(path)) {
    const owner = readOwner(path);
    if (owner === null) throw new SwapFileError(`${path} exists and is no swap file of Pagewise: choose another name, or remove it yourself`);
    if (isAlive(owner.pid, owner.start)) throw new SwapFileError(`${path} is in use by another Pagewise (process ${String(owner.pid)}): choose another name`);
    unlinkSync(path);
  } else if (isPlaced && !existsSync(dirname(path))) throw new SwapFileError(`the folder ${dirname(path)} for the swap file does not exist`);
  closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600));
}

/** Gives the file its header and its size. */
function prepare(path: string, slotCount: number): void {
  const bytes = (slotCount + 1) * SLOT_BYTES;
  const fd = openSync(path, 'r+');
  try {
    const { bavail, bsize } = statfsSync(path);
    if (bavail * bsize < bytes + SPARE_BYTES) throw new SwapFileError(`${dirname(path)} has ${sizeText(bavail * bsize)} free, a swap file of ${sizeText(bytes)} does not fit: choose a smaller swap or another place`);
    const header = Buffer.alloc(SLOT_BYTES);
    header.write(`${MAGIC}${JSON.stringify({ pid: process.pid, start: startOf(process.pid), slotCount })}\n`);
    writeSync(fd, header, 0, SLOT_BYTES, 0);
    ftruncateSync(fd, bytes);
    if (bytes <= WRITTEN_BYTES) {
      const zeros = Buffer.alloc(Math.min(CHUNK_BYTES, bytes));
      for (let at = SLOT_BYTES; at < bytes; at += zeros.length) writeSync(fd, zeros, 0, Math.min(zeros.length, bytes - at), at);
    }
  } catch (error) {
    closeSync(fd);
    unlinkSync(path);
    throw error;
  }
  closeSync(fd);
}

interface Owner { readonly pid: number; readonly start: string }

/** Who wrote the header; null: it is no swap file. A file that was cut off while it was made belongs to nobody alive. */
function readOwner(path: string): Owner | null {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(512);
    const length = readSync(fd, head, 0, head.length, 0);
    if (length === 0) return NAME.test(path.slice(path.lastIndexOf('/') + 1)) ? { pid: 0, start: '' } : null;
    const text = head.toString('latin1', 0, length);
    if (!text.startsWith(MAGIC)) return null;
    const owner = JSON.parse(text.slice(MAGIC.length, text.indexOf('\n', MAGIC.length))) as Owner;
    return { pid: Number(owner.pid), start: String(owner.start) };
  } catch (error) {
    if (error instanceof SyntaxError) return { pid: 0, start: '' };
    throw error;
  } finally {
    closeSync(fd);
  }
}

class FileDevice implements SwapFile {
  readonly isDirect: boolean;
  lastMicroseconds = 0;
  private readonly fd: number;
  private bounce: Uint8Array | null = null;
  private readonly said: string[];
  private requests = 0;
  private isOpen = true;

  constructor(readonly path: string, readonly slotCount: number, notices: readonly string[]) {
    this.said = [...notices];
    const direct = openDirect(path);
    this.isDirect = direct >= 0;
    this.fd = this.isDirect ? direct : openSync(path, 'r+');
  }

  get description(): string {
    return `${this.path} (${this.isDirect ? 'direct transfers' : 'through the host cache'})`;
  }

  get notices(): readonly string[] {
    return this.said;
  }

  read(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    return this.timed(() => {
      const done = this.transfer(pages, (these, k) => readvSync(this.fd, these, this.placeOf(slot + k)), (page, bounce) => { page.set(bounce); }, false);
      return done === pages.length * SLOT_BYTES ? DeviceStatus.Ok : DeviceStatus.Truncated;
    });
  }

  write(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    return this.timed(() => {
      const done = this.transfer(pages, (these, k) => writevSync(this.fd, these, this.placeOf(slot + k)), (page, bounce) => { bounce.set(page); }, true);
      return done === pages.length * SLOT_BYTES ? DeviceStatus.Ok : DeviceStatus.Full;
    });
  }

  /** Closes and removes the file. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    closeSync(this.fd);
    try {
      if (readOwner(this.path)?.pid === process.pid) unlinkSync(this.path);
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
    }
  }

  /**
   * All pages at once. Direct transfers want memory at page boundaries, as the store's is; pages from elsewhere (a snapshot,
   * a moment of the past) go one by one through a page that lies so. Answers the bytes that were moved.
   */
  private transfer(pages: readonly Uint8Array[], move: (these: readonly Uint8Array[], from: number) => number, copy: (page: Uint8Array, bounce: Uint8Array) => void, copiesFirst: boolean): number {
    try {
      return move(pages, 0);
    } catch (error) {
      if (!this.isDirect || !isCode(error, 'EINVAL')) throw error;
    }
    this.bounce ??= alignedPage();
    const { bounce } = this;
    return pages.reduce((sum, page, k) => {
      if (copiesFirst) copy(page, bounce);
      const done = move([bounce], k);
      if (!copiesFirst) copy(page, bounce);
      return sum + done;
    }, 0);
  }

  private placeOf(slot: number): number {
    return (slot + 1) * SLOT_BYTES;
  }

  private timed(transfer: () => DeviceStatus): DeviceStatus {
    // The number of a closed descriptor may belong to another file by now.
    if (!this.isOpen) return DeviceStatus.IoError;
    const began = process.hrtime.bigint();
    let status: DeviceStatus;
    try {
      status = transfer();
    } catch (error) {
      status = isCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG') ? DeviceStatus.Full : DeviceStatus.IoError;
    }
    this.lastMicroseconds = Number(process.hrtime.bigint() - began) * MICROSECONDS_PER_NANOSECOND;
    if (++this.requests % LOOK_EVERY === 0 || status !== DeviceStatus.Ok) this.look();
    return status;
  }

  /** The file may have been removed or cut: an open file lives on until it is closed, a cut one has lost pages. */
  private look(): void {
    try {
      const { nlink, size } = fstatSync(this.fd);
      if (nlink === 0) this.say(`the swap file ${this.path} was removed while in use; it lives on until this run ends, then its room is free`);
      if (size < (this.slotCount + 1) * SLOT_BYTES) this.say(`the swap file ${this.path} was cut short while in use; pages that were beyond its end are lost`);
    } catch (error) {
      this.say(`the swap file ${this.path} cannot be looked at: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private say(notice: string): void {
    if (!this.said.includes(notice)) this.said.push(notice);
  }
}

/** Memory of WebAssembly begins at a page boundary, as the store's pages do. */
function alignedPage(): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer, 0, SLOT_BYTES);
}

/** Opens for direct transfers and tries one; -1 where the system or the file system has none. */
function openDirect(path: string): number {
  const flag = (constants as { readonly O_DIRECT?: number }).O_DIRECT;
  if (flag === undefined) return -1;
  let fd = -1;
  try {
    fd = openSync(path, constants.O_RDWR | flag);
    const page = alignedPage();
    if (readSync(fd, page, 0, SLOT_BYTES, 0) === SLOT_BYTES) return fd;
  } catch (error) {
    if (!isCode(error, 'EINVAL', 'EOPNOTSUPP', 'ENOTSUP', 'EACCES', 'EPERM')) {
      if (fd >= 0) closeSync(fd);
      throw error;
    }
  }
  if (fd >= 0) closeSync(fd);
  return -1;
}

function reasonFor(error: unknown, place: string, slotCount: number): string {
  const size = sizeText((slotCount + 1) * SLOT_BYTES);
  if (isCode(error, 'ENOSPC', 'EDQUOT')) return `${place}: the disk is full, a swap file of ${size} does not fit: choose a smaller swap or another place`;
  if (isCode(error, 'EACCES', 'EPERM', 'EROFS')) return `${place}: a swap file may not be made there; choose another place`;
  if (isCode(error, 'EISDIR')) return `${place} is a folder: give the name of a file`;
  return `${place}: the swap file cannot be made: ${error instanceof Error ? error.message : String(error)}`;
}

function sizeText(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
