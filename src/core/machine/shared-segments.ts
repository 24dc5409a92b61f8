/** System V shared memory: shmget, shmat, shmdt, shmctl (Linux manual, section 2), as far as one user needs them. */
import { PROT_READ, PROT_WRITE } from '../paging/vma';
import { pagesFor, vaOf, vpnOfVa } from '../paging/units';
import type { Computer } from './computer';
import { EEXIST, EINVAL, ENOENT } from './file-system';
import type { Process } from './process';
import { SharedMemory } from './shared-memory';
import type { SharedSegment } from './shared-memory';

const ENOMEM = 12;
const EIDRM = 43;
const IPC_CREAT = 0o1000;
const IPC_EXCL = 0o2000;
const SHM_RDONLY = 0o10000;
const SHM_BYTES_MAX = 2 ** 40;

export class SharedSegments {
  private readonly byId = new Map<number, SharedSegment>();
  private readonly byKey = new Map<number, SharedSegment>();
  private nextId = 0;

  constructor(private readonly newFileId: () => number) {}

  /** Id of the segment, or a negative errno. Key 0 (IPC_PRIVATE) always makes a new one. */
  get(process: Process, key: number, bytes: number, flags: number): number {
    const known = key === 0 ? undefined : this.byKey.get(key);
    if (known !== undefined) {
      if ((flags & (IPC_CREAT | IPC_EXCL)) === (IPC_CREAT | IPC_EXCL)) return -EEXIST;
      return bytes > known.bytes ? -EINVAL : known.id;
    }
    if (key !== 0 && (flags & IPC_CREAT) === 0) return -ENOENT;
    if (bytes < 1 || bytes > SHM_BYTES_MAX) return -EINVAL;
    const id = this.nextId++;
    const memory = new SharedMemory(this.newFileId(), `/SYSV${(key >>> 0).toString(16).padStart(8, '0')}`, pagesFor(bytes) * 4096);
    const segment: SharedSegment = { id, key, bytes, mode: flags & 0o777, creatorPid: process.pid, memory, attached: 0, isRemoved: false, lastPid: 0 };
    this.byId.set(id, segment);
    if (key !== 0) this.byKey.set(key, segment);
    return id;
  }

  /** Address of the segment in the process, or a negative errno. */
  attach(process: Process, id: number, at: bigint, flags: number): bigint {
    const segment = this.byId.get(id);
    if (segment === undefined) return BigInt(-EINVAL);
    if (segment.isRemoved && segment.attached === 0) return BigInt(-EIDRM);
    const pages = pagesFor(segment.bytes);
    const { space } = process;
    let first = space.findGap(pages);
    if (at !== 0n) {
      if ((at & 4095n) !== 0n) return BigInt(-EINVAL);
      first = vpnOfVa(at);
      if (first + pages > space.userEnd || !space.vmas.isFree(first, first + pages)) return BigInt(-EINVAL);
    }
    if (first < 0) return BigInt(-ENOMEM);
    const prot = (flags & SHM_RDONLY) !== 0 ? PROT_READ : PROT_READ | PROT_WRITE;
    space.map({ first, last: first + pages, prot, kind: 'mmap', name: segment.memory.path, file: segment.memory, filePage: 0, growsDown: false, shared: true }, 2);
    segment.attached++;
    segment.lastPid = process.pid;
    process.attached.set(vaOf(first), segment);
    return vaOf(first);
  }

  detach(computer: Computer, process: Process, at: bigint): number {
    const segment = process.attached.get(at);
    if (segment === undefined) return -EINVAL;
    process.attached.delete(at);
    process.space.unmap(vpnOfVa(at), vpnOfVa(at) + pagesFor(segment.bytes));
    this.left(computer, segment, process.pid);
    return 0;
  }

  /** The process is over. */
  detachAll(computer: Computer, process: Process): void {
    for (const at of [...process.attached.keys()]) this.detach(computer, process, at);
  }

  find(id: number): SharedSegment | null {
    return this.byId.get(id) ?? null;
  }

  /** IPC_RMID: no new process finds it; it goes with the last that has it attached. */
  remove(computer: Computer, id: number): number {
    const segment = this.byId.get(id);
    if (segment === undefined) return -EINVAL;
    segment.isRemoved = true;
    this.byKey.delete(segment.key);
    if (segment.attached === 0) this.forget(computer, segment);
    return 0;
  }

  private left(computer: Computer, segment: SharedSegment, pid: number): void {
    segment.attached--;
    segment.lastPid = pid;
    if (segment.isRemoved && segment.attached === 0) this.forget(computer, segment);
  }

  private forget(computer: Computer, segment: SharedSegment): void {
    this.byId.delete(segment.id);
    segment.memory.isUnlinked = true;
    computer.system.pageCache.forgetUnmapped(segment.memory);
  }
}
