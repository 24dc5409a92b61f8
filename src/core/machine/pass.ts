/**
 * One pass of a run: a computer with its scheduler, stacks and loaded processes. The first pass is the run that the user
 * sees; the second replays it to explain leaks (second-pass.ts).
 */
import { createHeapService } from '../heap/heap-service';
import type { Program } from '../lir/lir';
import type { RunConfig } from '../../shared/config';
import { makeCallOuts } from './call-outs';
import type { CallOutOptions } from './call-outs';
import { CheckerPort } from './checker-port';
import { Computer } from './computer';
import { configure } from './configure';
import type { Request } from './computer';
import { changeSegments } from './query-segments';
import type { InputEvent, InputLog } from './input-log';
import { ImageFiles, loadProcess, replaceProgram } from './loader';
import type { MachinePorts } from './machine-api';
import type { Process, StartInformation, Thread } from './process';
import { changeNice } from './process-calls';
import { ReferenceRecorder } from './reference-recorder';
import { Scheduler } from './scheduler';
import { sendSignal, sentSignal } from './signals';
import type { SchedulerOptions } from './scheduler';
import { StackTable } from './stacks';
import { PatternFiles } from '../workload/pattern-files';
import type { WorkloadScript } from '../workload/script';
import { startWorkload, workloadMachine } from '../workload/workload-process';
import type { WorkloadMachine } from '../workload/workload-process';

export class Pass {
  readonly computer: Computer;
  readonly stacks: StackTable;
  readonly scheduler: Scheduler;
  /** Null: references are not recorded. */
  readonly recorder: ReferenceRecorder | null;
  readonly callOuts: CallOutOptions = { watch: null, noteErrors: () => { this.noteErrors(); } };
  private readonly imageFiles: ImageFiles;
  private workloads: WorkloadMachine | null = null;

  constructor(readonly config: RunConfig, private readonly ports: MachinePorts, input: InputLog, kernel: WebAssembly.Module, options: SchedulerOptions) {
    this.computer = new Computer(config, ports, input, kernel, (computer) => ({ ...makeCallOuts(computer, this.callOuts), recordFull: () => { this.recorder?.drain(); } }));
    this.recorder = ports.references ? new ReferenceRecorder(this.computer.store, (entries) => { if (!input.isReplay) ports.references?.(entries); }) : null;
    this.stacks = new StackTable(this.computer);
    this.scheduler = new Scheduler(this.computer, this.stacks, options);
    this.imageFiles = new ImageFiles(this.computer.ids.newFileId);
    this.scheduler.apply = (event) => { this.apply(event); };
    this.scheduler.execute = (thread, request) => { this.execute(thread, request); };
  }

  /** What images of the machine leave as it is (core/image): it belongs to the host, to the run as a whole, or lies in the store. */
  outside(): readonly object[] {
    const { computer } = this;
    return [this.ports, computer.ports, computer.system.swap.device, computer.input, computer.kernel, computer.store.memory, computer.realTimes, this.callOuts, this.scheduler.course, ...(this.recorder === null ? [] : [this.recorder])];
  }

  /** Loads a program as a new process; the first one gets the configured pid, later ones the numbers after it. */
  load(program: Program, start: StartInformation = this.configuredStart()): Process {
    const process = loadProcess(this.computer, this.imageFiles, program, this.computer.newPid(), start);
    this.computer.programs.set(process.name, program);
    this.equip(process);
    return process;
  }

  private configuredStart(): StartInformation {
    const { programName, args, environment } = this.config;
    return { path: programName, args: [programName, ...args], environment };
  }

  /** execve: a fresh heap and checker for the new program. */
  private execute(thread: Thread, request: Extract<Request, { kind: 'exec' }>): void {
    replaceProgram(this.computer, this.imageFiles, thread, request.program, request);
    this.equip(thread.process);
  }

  private equip(process: Process): void {
    process.port = new CheckerPort(this.computer, process, this.stacks);
    process.heap = createHeapService(process.port, this.config.check);
    this.scheduler.watchMain(process);
  }

  /** Starts a light workload process; null when RAM has no room for its first page table. */
  startWorkload(script: WorkloadScript): Process | null {
    const { computer, config } = this;
    this.workloads ??= workloadMachine(computer, new PatternFiles(computer.ids.newFileId));
    const number = computer.processes.size;
    return startWorkload(this.workloads, script, computer.newPid(), Math.imul(config.machine.seed, 0x9e3779b1) + number);
  }

  /** Starts up to `count` of them; answers how many there was room for. */
  startWorkloads(script: WorkloadScript, count: number): number {
    let made = 0;
    while (made < count && this.startWorkload(script) !== null) made++;
    return made;
  }

  /** Does what an event of the input log says: from the window, or replayed. */
  apply(event: InputEvent): void {
    const { computer } = this;
    switch (event.kind) {
      case 'signal': {
        const process = computer.processes.pid(event.pid);
        if (process !== null) sendSignal(computer, process, { ...sentSignal(event.signal), senderPid: 0 });
        return;
      }
      case 'focus': {
        const thread = computer.processes.pid(event.pid)?.threads[0];
        if (thread !== undefined) this.scheduler.focus(thread);
        return;
      }
      case 'nice': {
        const process = computer.processes.pid(event.pid);
        if (process !== null) changeNice(computer, process, event.nice);
        return;
      }
      case 'load': this.load(event.program, { path: event.name, args: [event.name, ...event.args], environment: this.config.environment }); return;
      case 'configure': configure(computer, event.changes); return;
      case 'workloads': this.startWorkloads(event.script, event.count); return;
      case 'wake': this.scheduler.wakeReaders(); return;
      case 'segments': changeSegments(computer, event.change); return;
      case 'stop': this.scheduler.endAll({ kind: 'stopped', reason: event.reason }); return;
      case 'limit': this.scheduler.endAtLimit(); return;
      case 'tick': return;
    }
  }

  /** Tells the port of error records that are new; a replay only counts what was told of. */
  private noteErrors(): void {
    if (this.ports.finding === undefined) return;
    const { running, input } = this.computer;
    const errors = running.heap?.errors() ?? [];
    for (; running.reportedErrors < errors.length; running.reportedErrors++) {
      const record = errors[running.reportedErrors];
      if (record !== undefined && !input.isReplay) this.ports.finding(record, running.pid);
    }
  }
}
