/**
 * The state of one machine instance and the small operations that everything else is made of: store, kernel, paging,
 * code, processes, clock, event log. Behaviour lives beside it: call-outs.ts (what the kernel asks), scheduler.ts (who
 * runs), loader.ts, signals.ts, system-calls.ts, endings.ts.
 *
 * Clock: cycles = instructions + CNT_EXTRA_CYCLES; instructions = ST_INSTRUCTIONS + (ST_QUANTUM − ST_FUEL), exact during
 * every call out of the kernel.
 */
import type { Jump } from './jumps';
import type { Program } from '../lir/lir';
import type { RunConfig } from '../../shared/config';
import type { Counters } from '../../shared/report';
import { EventKind, EventLog } from '../events/event-log';
import { instantiateKernel } from '../kernel/instantiate';
import type { KernelExports, KernelHost } from '../kernel-interface';
import * as layout from '../kernel/memory-layout';
import type { Compactor } from '../paging/compaction';
import { FaultHandler, FaultKind } from '../paging/fault-handler';
import { resizeFile } from '../paging/file-io';
import type { Khugepaged } from '../paging/khugepaged';
import { PagingSystem } from '../paging/paging-system';
import { Store } from '../store/store';
import { Homes, TRANSLATIONS } from '../segmentation/homes';
import { CodeArea } from './code-area';
import { FileSystem } from './file-system';
import { Identities } from './identities';
import { bringUpHugeMemory } from './huge-memory';
import type { InputLog, Stamp } from './input-log';
import type { MachinePorts } from './machine-api';
import { connectPressure, pressureOptions } from './pressure';
import type { Process, Thread, WaitReason } from './process';
import { PastProcesses } from './past-processes';
import { ProcessTable } from './process-table';
import { SharedSegments } from './shared-segments';
import type { SharedMemory } from './shared-memory';
import { RunQueues } from './run-queues';
import { Timers } from './timers';
import { WaitQueue } from './wait-queue';

/** A signal that waits for the kernel to leave, to be delivered at the instruction where it stands. */
export interface PendingSignal {
  readonly signal: number;
  /** "SEGV_MAPERR" and the like; '' for signals that a process sent itself. */
  readonly code: string;
  readonly address: bigint;
  /** Memcheck's words for it, '' for none. */
  readonly cause: string;
  /** One plain sentence. */
  readonly explanation: string;
  readonly stackOverflow: boolean;
  /** Not to be caught: the out-of-memory killer, SIGKILL. */
  readonly fatal: boolean;
  /** Where control went, when the signal is about a jump to no code: shown as the innermost call frame. */
  readonly jumpTarget?: bigint;
  /** siginfo: who sent it; of SIGCHLD: how the child ended (CLD_*) and its status or signal. */
  readonly senderPid?: number;
  readonly childStatus?: number;
  readonly childCode?: number;
}

/** What a call out asked the scheduler to do when the kernel has left. */
export type Request =
  | { readonly kind: 'signal'; readonly signal: PendingSignal }
  | { readonly kind: 'exit'; readonly status: number }
  /** The thread waits in a queue, or (null) for whoever holds it to call `wake`. */
  | { readonly kind: 'block'; readonly reason: WaitReason; readonly queue: WaitQueue | null }
  /** The thread waits until the clock has reached a cycle: a device that works for it, or a timer. */
  | { readonly kind: 'sleep'; readonly reason: WaitReason; readonly untilCycle: number }
  /** The signals that are due are delivered here, at this instruction. */
  | { readonly kind: 'signals' }
  /** execve: the process goes on as another program. */
  | { readonly kind: 'exec'; readonly program: Program; readonly path: string; readonly args: readonly string[]; readonly environment: readonly string[] }
  /** The thread lets others run (sched_yield). */
  | { readonly kind: 'yield' }
  | { readonly kind: 'jump'; readonly jump: Jump }
  | { readonly kind: 'limit'; readonly limit: 'output' | 'heap'; readonly reason: string };

/** Detail of EventKind.WriteBack: who wrote. */
const WRITE_BACK_DETAIL = { sync: 0, flusher: 1, reclaim: 2 } as const;

export class Computer {
  readonly store: Store;
  readonly system: PagingSystem;
  readonly kernel: KernelExports;
  readonly code: CodeArea;
  readonly events = new EventLog();
  readonly ids = new Identities();
  readonly files: FileSystem;
  readonly faults: FaultHandler;
  readonly khugepaged: Khugepaged;
  readonly compactor: Compactor;
  readonly processes = new ProcessTable();
  readonly queues = new RunQueues();
  readonly timers = new Timers();
  /** Threads that wait for standard input. */
  readonly inputWaiters = new WaitQueue();
  /** Set where a thread became ready or priorities changed: the scheduler must look before anybody runs on. */
  reschedule = false;
  /** Those that are gone and were waited for. */
  readonly past = new PastProcesses();
  readonly sharedSegments: SharedSegments;
  /** POSIX shared memory by name. */
  readonly sharedMemory = new Map<string, SharedMemory>();
  /** Programs that execve finds, by the name that they were loaded under. */
  readonly programs = new Map<string, Program>();
  current: Thread | null = null;
  /** What the scheduler has done between instructions: threads taken, requests, deliveries, jumps of the clock (input-log.ts). */
  turns = 0;
  /** First come, first kept: what the kernel's leaving is about. */
  request: Request | null = null;
  /** Page faults answer "no" instead of raising a signal: system calls probe the program's buffers (EFAULT). */
  probing = false;
  /** The kernel runs the program's own instructions: a fault may put the thread to sleep until the device has finished. */
  mayWait = false;
  /** Told of what system calls write into the program's memory, while somebody looks for a write; null: nobody does. */
  guestWritten: ((va: bigint, length: number) => void) | null = null;
  /** Measured time in µs of the real transfer of a fault, by its number: an annotation outside the trace. */
  readonly realTimes = new Map<number, number>();
  /** Target of a jump that leads to no code, while its error is recorded: shown as the innermost call frame. */
  jumpTarget: bigint | null = null;
  private nextPid: number;
  /** How this machine translates addresses. */
  readonly homes: Homes;
  outputBytes = 0;
  /** Counts the checker's error events: a cheap sign that an error record may be new. */
  errorEvents = 0;

  /** `config`: what the machine begins with; configure.ts puts a changed one in its place. */
  constructor(public config: RunConfig, readonly ports: MachinePorts, readonly input: InputLog, module: WebAssembly.Module, makeHost: (computer: Computer) => KernelHost) {
    this.nextPid = config.pid - 1;
    this.store = new Store();
    this.kernel = instantiateKernel(module, this.store.memory, makeHost(this));
    this.writeConfiguration();
    this.kernel.reset();
    const kernel = this.kernel;
    this.system = new PagingSystem(this.store, config.machine.frameCount, config.machine.levels, {
      invalidatePage: (low, high) => { kernel.invalidatePage(low, high); },
      invalidateAsid: (asid) => { kernel.invalidateAsid(asid); },
      invalidateAll: () => { kernel.invalidateAll(); },
      clearFast: () => { kernel.clearFast(); },
      checksum: (address) => kernel.checksum(address),
    }, pressureOptions(config, ports, input));
    connectPressure(this);
    this.code = new CodeArea(this.store);
    this.homes = new Homes(this);
    const { paging } = config.machine;
    this.system.pageCache.settings = { coldFiles: paging.coldFiles, readAheadPages: paging.readAheadPages, faultAroundPages: paging.faultAroundPages, device: paging.fileDevice };
    this.system.pageCache.now = () => this.cycles();
    this.system.writeBack.written = (file, first, count, reason) => { this.log(EventKind.WriteBack, 0, 0, first, count, WRITE_BACK_DETAIL[reason], file.fileId); };
    this.files = new FileSystem(this.ids.newFileId, (file, bytes) => { resizeFile(this.system, file, bytes); }, (file) => { this.system.pageCache.forgetUnmapped(file); });
    const huge = bringUpHugeMemory(this, paging);
    this.khugepaged = huge.khugepaged;
    this.compactor = huge.compactor;
    this.sharedSegments = new SharedSegments(this.ids.newFileId);
    this.faults = new FaultHandler(Math.floor(config.machine.stackLimitBytes / 4096));
  }

  get checking(): boolean {
    return this.config.check.tool === 'memcheck';
  }

  get running(): Process {
    if (this.current === null) throw new Error('no process runs');
    return this.current.process;
  }

  instructions(): number {
    return this.store.readCount(layout.ST_INSTRUCTIONS) + (this.store.read32(layout.ST_QUANTUM) | 0) - (this.store.read32(layout.ST_FUEL) | 0);
  }

  cycles(): number {
    return this.instructions() + this.store.readCount(layout.CNT_EXTRA_CYCLES);
  }

  chargeCycles(cycles: number): void {
    this.store.addCount(layout.CNT_EXTRA_CYCLES, cycles);
  }

  /** The present moment, for the input log. */
  stamp(): Stamp {
    return { instruction: this.instructions(), turn: this.turns };
  }

  /** Asks the scheduler for something; the first request of a quantum stands. */
  ask(request: Request): void {
    this.request ??= request;
  }

  counters(): Counters {
    const count = (address: number): number => this.store.readCount(address);
    const faults = this.events.faultTotals;
    const majorFaults = (faults[FaultKind.SwapIn] ?? 0) + (faults[FaultKind.FileRead] ?? 0);
    return {
      instructions: this.instructions(), cycles: this.cycles(),
      accesses: count(layout.CNT_ACCESS), fetches: count(layout.CNT_FETCH),
      l1dMisses: count(layout.CNT_L1D_MISS), l1iMisses: count(layout.CNT_L1I_MISS),
      l2Hits: count(layout.CNT_L2_HIT), l2Misses: count(layout.CNT_L2_MISS),
      walks: count(layout.CNT_WALK), walkReads: count(layout.CNT_WALK_READS), calls: count(layout.CNT_CALLS),
      minorFaults: faults.reduce((sum, n) => sum + n, 0) - majorFaults - (faults[FaultKind.Invalid] ?? 0), majorFaults,
    };
  }

  /** Appends an event of the running thread at its present instruction; `about`: the process that it concerns, when it is another one. */
  log(kind: EventKind, vaLow: number, vaHigh: number, word: number, b: number, detail = 0, mappingId = 0, about = -1): number {
    return this.events.append({
      cycle: this.cycles(), instruction: this.instructions(),
      processKey: about >= 0 ? about : this.current?.process.key ?? 0, threadKey: this.current?.key ?? 0,
      kind, detail, access: 0, site: this.current === null ? 0 : this.store.read32(layout.ST_PC) + 1,
      vaLow, vaHigh, wordLow: word % 4294967296, wordHigh: Math.floor(word / 4294967296), b, mappingId,
    });
  }

  /** The next process id that is free (pid_max of Linux: 4,194,304). */
  newPid(): number {
    for (;;) {
      this.nextPid = this.nextPid >= 4_194_304 ? 300 : this.nextPid + 1;
      if (this.processes.pid(this.nextPid) === null) return this.nextPid;
    }
  }

  processByKey(key: number): Process | null {
    return this.processes.key(key);
  }

  /** A thread that waits becomes ready; no effect on others. */
  wake(thread: Thread): void {
    const isStopped = thread.state === 'stopped' && thread.resume === 'blocked';
    if (thread.state !== 'blocked' && !isStopped) return;
    thread.waitQueue?.remove(thread);
    thread.waitingFor = '';
    if (isStopped) { thread.resume = 'ready'; return; }
    thread.state = 'ready';
    this.queues.enqueue(thread);
    this.reschedule = true;
  }

  wakeAll(queue: WaitQueue): void {
    for (const thread of queue.all()) this.wake(thread);
  }

  private writeConfiguration(): void {
    const { tlb, costs, levels } = this.config.machine;
    const put = (address: number, value: number): void => { this.store.write32(address, value); };
    put(layout.ST_LEVELS, levels);
    put(layout.ST_CR0, layout.CR0_WP);
    put(layout.ST_TRANSLATION, TRANSLATIONS[this.config.machine.translation]);
    put(layout.ST_RAM_FRAMES, this.config.machine.frameCount);
    put(layout.ST_CHECK, this.checking ? 1 : 0);
    put(layout.ST_FETCH_PAGE, 0xffffffff);
    put(layout.ST_STOP_AT, 0xffffffff);
    put(layout.ST_STOP_AT + 4, 0xffffffff);
    put(layout.GEO_L1D_SETS, tlb.l1dEntries / tlb.l1dWays);
    put(layout.GEO_L1D_WAYS, tlb.l1dWays);
    put(layout.GEO_L1I_SETS, tlb.l1iEntries / tlb.l1iWays);
    put(layout.GEO_L1I_WAYS, tlb.l1iWays);
    put(layout.GEO_L2_SETS, tlb.l2Entries / tlb.l2Ways);
    put(layout.GEO_L2_WAYS, tlb.l2Ways);
    put(layout.COST_L2_HIT, costs.l2HitCycles);
    put(layout.COST_WALK_READ, costs.walkReadCycles);
    put(layout.COST_STACK_FRAME, costs.stackFrameCycles);
  }
}
