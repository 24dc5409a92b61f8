/**
 * Light workloads as processes of a machine: makes their address spaces, and does for a workload what instructions and
 * system calls do for a program.
 *
 *   0x5555_5555_4000   the first file region (its executable)
 *   above it           [heap], the anonymous region of that name, with room to grow
 *   mmap area          the other regions, downward; anonymous ones with room for what the script lets them grow to
 *   stack              of 132 KiB
 */
import { PROGRAM_TEXT_VA, STACK_TOP_VA } from '../lir/lir';
import { EventKind } from '../events/event-log';
import type { Computer } from '../machine/computer';
import { DescriptorTable } from '../machine/descriptors';
import { Process, Thread } from '../machine/process';
import { SIGCHLD } from '../machine/signals';
import { AddressSpace } from '../paging/address-space';
import { forkSpace } from '../paging/fork';
import { pagesFor, vpnOfVa } from '../paging/units';
import type { Vpn } from '../paging/units';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from '../paging/vma';
import type { VmaKind, VmaTemplate } from '../paging/vma';
import { BATCH_TOUCHES, LightWorkload } from './light-workload';
import type { WorkloadHost } from './light-workload';
import type { PatternFiles } from './pattern-files';
import { populate } from './populate';
import type { RegionScript, WorkloadScript } from './script';

const STACK_PAGES = 33;
/** Pages between the executable and the heap, as the loader's page after bss. */
const HEAP_GAP = 16;
const READ_WRITE = PROT_READ | PROT_WRITE;
/** ST_PC of a process without code: sites of its events are "none" (0). */
const NO_PC = 0xffffffff;
/** SIG_IGN. */
const IGNORE = 1n;

/** What workloads of one machine share. */
export interface WorkloadMachine {
  readonly computer: Computer;
  readonly files: PatternFiles;
  /** Store address of the batch that the kernel reads: 8 · BATCH_TOUCHES bytes. */
  readonly batchAt: number;
  readonly batch: Uint32Array;
}

export function workloadMachine(computer: Computer, files: PatternFiles): WorkloadMachine {
  const batchAt = computer.store.pool.allocateRun(pagesFor(8 * BATCH_TOUCHES));
  if (batchAt === 0) throw new Error('no store memory for the batch of workloads');
  return { computer, files, batchAt, batch: computer.store.words.subarray(batchAt >>> 2, (batchAt >>> 2) + 2 * BATCH_TOUCHES) };
}

/** Makes a process of a script, ready to run; null when its page tables do not fit into RAM, or overcommit refuses its memory. */
export function startWorkload(machine: WorkloadMachine, script: WorkloadScript, pid: number, seed: number, parent = 0): Process | null {
  const { computer } = machine;
  const { system } = computer;
  const promised = STACK_PAGES + script.regions.reduce((sum, region) => sum + (region.kind === 'anonymous' || region.isPrivate ? region.pages : 0), 0);
  if (!system.reclaim.mayTake() || system.buddy.freeFrames < 1 || !system.commit.allows(promised)) return null;
  const key = computer.ids.newProcessKey();
  const space = new AddressSpace(computer.system, key, computer.ids.newMappingId);
  space.hasPatterns = true;
  const bases = mapRegions(machine, space, script);
  script.regions.forEach((region, index) => {
    const first = bases[index] ?? 0;
    const vma = space.vmas.find(first);
    if (region.residentPages > 0 && vma !== null) populate(space, vma, first, first + region.residentPages);
  });
  const host = new MachineWorkloadHost(machine, space, script, bases);
  return register(machine, script, space, new LightWorkload(script, seed, host), pid, parent);
}

function register(machine: WorkloadMachine, script: WorkloadScript, space: AddressSpace, workload: LightWorkload, pid: number, parent: number): Process {
  const { computer } = machine;
  const body = { program: null, workload, images: [], textMaps: { address: 0, count: 0 } };
  const process = new Process(space.processKey, pid, parent, script.name, script.command, body, space, new DescriptorTable());
  process.nice = script.priority;
  // Nobody would wait for its children: they go at once, as where SIGCHLD is ignored.
  process.actions.set(SIGCHLD, { handler: IGNORE, flags: 0, mask: 0n });
  process.startCycle = computer.cycles();
  const thread = new Thread(computer.ids.newThreadKey(), process);
  thread.saved.pc = NO_PC;
  process.threads.push(thread);
  computer.processes.add(process);
  computer.queues.enqueue(thread);
  computer.reschedule = true;
  return process;
}

/** First page of each region. */
function mapRegions(machine: WorkloadMachine, space: AddressSpace, script: WorkloadScript): readonly Vpn[] {
  const text = vpnOfVa(PROGRAM_TEXT_VA);
  const executable = script.regions.findIndex((region) => region.kind === 'file');
  const heap = script.regions.findIndex((region) => region.kind === 'anonymous' && region.name === 'heap');
  const textEnd = text + (script.regions[executable]?.pages ?? 0);
  const stackLast = vpnOfVa(STACK_TOP_VA);
  add(space, { first: stackLast - STACK_PAGES, last: stackLast, prot: READ_WRITE, kind: 'stack', name: '[stack]', file: null, filePage: 0, growsDown: true, shared: false });
  space.brkStart = BigInt(textEnd + HEAP_GAP) << 12n;
  space.brk = space.brkStart;
  const gaps = new Map<number, Vpn>();
  // Room for growth is kept free by leaving it between the regions.
  let below = vpnOfVa(STACK_TOP_VA) - 2 ** 18;
  script.regions.forEach((_region, index) => {
    if (index === executable || index === heap) return;
    below -= roomFor(script, index) + 1;
    gaps.set(index, below);
  });
  return script.regions.map((region, index) => {
    const first = index === executable ? text : index === heap ? textEnd + HEAP_GAP : gaps.get(index) ?? 0;
    add(space, templateOf(machine, region, first, index === executable ? 'text' : index === heap ? 'heap' : region.kind === 'file' && !region.isPrivate ? 'library' : 'mmap'));
    if (index === heap) space.brk = BigInt(first + region.pages) << 12n;
    return first;
  });
}

/** Pages that a region may come to have. */
function roomFor(script: WorkloadScript, region: number): number {
  const growth = script.phases.flatMap((phase) => phase.grows.filter((grow) => grow.region === region).map((grow) => grow.toPages));
  return Math.max(script.regions[region]?.pages ?? 0, ...growth);
}

function templateOf(machine: WorkloadMachine, region: RegionScript, first: Vpn, kind: VmaKind): VmaTemplate {
  const last = first + region.pages;
  const name = kind === 'heap' ? '[heap]' : region.source;
  if (region.kind === 'anonymous') return { first, last, prot: READ_WRITE, kind, name, file: null, filePage: 0, growsDown: false, shared: false };
  const file = machine.files.of(region.kind, region.source, region.pages);
  const prot = region.kind === 'shared' || region.isPrivate ? READ_WRITE : PROT_READ | PROT_EXEC;
  return { first, last, prot, kind, name: file.path, file, filePage: 0, growsDown: false, shared: region.kind === 'shared' };
}

function add(space: AddressSpace, template: VmaTemplate): void {
  if (template.last > template.first) space.map(template, 2);
}

export class MachineWorkloadHost implements WorkloadHost {
  constructor(private readonly machine: WorkloadMachine, private readonly space: AddressSpace, private readonly script: WorkloadScript, readonly bases: readonly Vpn[]) {}

  cycles(): number {
    return this.machine.computer.cycles();
  }

  get batch(): Uint32Array {
    return this.machine.batch;
  }

  touch(from: number, count: number): number {
    const { computer, batchAt } = this.machine;
    return computer.kernel.touchBatch(batchAt + 8 * from, count);
  }

  grow(region: number, from: number, to: number): boolean {
    const { computer } = this.machine;
    computer.chargeCycles(computer.config.machine.costs.systemCallCycles);
    const first = (this.bases[region] ?? 0) + from;
    const last = (this.bases[region] ?? 0) + to;
    if (!this.space.vmas.isFree(first, last) || !computer.system.commit.allows(to - from)) return false;
    const isHeap = this.script.regions[region]?.name === 'heap';
    add(this.space, { first, last, prot: READ_WRITE, kind: isHeap ? 'heap' : 'mmap', name: isHeap ? '[heap]' : '', file: null, filePage: 0, growsDown: false, shared: false });
    if (isHeap) this.space.brk = BigInt(last) << 12n;
    return true;
  }

  sleep(cycle: number): void {
    const { computer } = this.machine;
    computer.ask(cycle === Infinity ? { kind: 'block', reason: 'signal', queue: null } : { kind: 'sleep', reason: 'timer', untilCycle: cycle });
  }

  /** As machine/fork.ts, for a process without registers: the child shares everything until somebody writes. */
  fork(make: (host: WorkloadHost) => LightWorkload): boolean {
    const { computer } = this.machine;
    const parent = computer.running;
    computer.chargeCycles(computer.config.machine.costs.systemCallCycles);
    const space = forkSpace(this.space, computer.ids.newProcessKey(), computer.ids.newMappingId, (slot) => { computer.system.duplicateSlot(slot); });
    if (space === null) return false;
    const host = new MachineWorkloadHost(this.machine, space, this.script, this.bases);
    const child = register(this.machine, this.script, space, make(host), computer.newPid(), parent.pid);
    child.isForked = true;
    child.nice = parent.nice;
    child.parentProcess = parent;
    parent.children.add(child);
    computer.log(EventKind.Process, 0, 0, child.pid, 0, 3);
    return true;
  }

  exit(status: number): void {
    this.machine.computer.ask({ kind: 'exit', status });
  }
}
