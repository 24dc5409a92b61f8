/**
 * fork(2): a second process like the first, down to the instruction that it stands at; only the result of the call tells
 * them apart. Memory is shared until somebody writes (paging/fork.ts), the heap's records and the checker's counters are
 * copied as Memcheck has them after a fork, open files are shared, timers and pending signals are not inherited.
 *
 * Called from the system call, while the parent runs.
 */
import { EventKind } from '../events/event-log';
import * as layout from '../kernel/memory-layout';
import { forkSpace } from '../paging/fork';
import { CheckerPort } from './checker-port';
import type { Computer } from './computer';
import { Process, Thread } from './process';
import { copyRegisterStack } from './register-stack';
import { saveRunning } from './switching';

const EAGAIN = 11;
const ENOMEM = 12;
const ENOSYS = 38;

/** The child, ready to run; or a negative errno. `resultAddress`: register of the call's result in the store, 0: none. */
export function forkProcess(computer: Computer, parent: Process, resultAddress: number): Process | number {
  const thread = computer.current;
  if (thread === null) throw new Error('no thread runs');
  if (computer.processes.programs >= computer.config.machine.processLimit) return -EAGAIN;
  if (computer.config.machine.translation !== 'paging') return -ENOSYS;
  const key = computer.ids.newProcessKey();
  const space = forkSpace(parent.space, key, computer.ids.newMappingId, (slot) => { computer.system.duplicateSlot(slot); });
  if (space === null) return -ENOMEM;
  saveRunning(computer, thread);
  const child = new Process(key, computer.newPid(), parent.pid, parent.name, parent.command, parent.body, space, parent.files.fork());
  inherit(child, parent);
  child.startCycle = computer.cycles();
  child.startInstruction = computer.instructions();
  const twin = new Thread(computer.ids.newThreadKey(), child);
  child.threads.push(twin);
  copyRegisterStack(computer, thread, twin);
  twin.saved.pc = computer.store.read32(layout.ST_PC) + 1;
  twin.saved.rest.set(thread.saved.rest);
  twin.fsBase = thread.fsBase;
  if (resultAddress !== 0) {
    const at = resultAddress - thread.saved.rBase + twin.saved.rBase;
    computer.store.write64(at, 0n);
    computer.store.write64(at + 8, 0n);
  }
  if (parent.port instanceof CheckerPort && parent.heap !== null) {
    const port = parent.port.fork(child);
    child.port = port;
    child.heap = parent.heap.fork(port);
  }
  computer.processes.add(child);
  parent.children.add(child);
  child.parentProcess = parent;
  computer.queues.enqueue(twin);
  computer.reschedule = true;
  computer.log(EventKind.Process, 0, 0, child.pid, 0, 3);
  return child;
}

function inherit(child: Process, parent: Process): void {
  for (const [signal, action] of parent.actions) child.actions.set(signal, action);
  child.blockedSignals = parent.blockedSignals;
  child.group = parent.group;
  child.nice = parent.nice;
  child.heapBounds.set(parent.heapBounds);
  child.heapStarted = parent.heapStarted;
  child.stackLow = parent.stackLow;
  child.mainEntered = parent.mainEntered;
  child.smashed = parent.smashed;
  child.isForked = true;
  child.start = parent.start;
  child.reportedErrors = parent.reportedErrors;
  child.lastLeaks = null;
  for (const [va, segment] of parent.attached) {
    child.attached.set(va, segment);
    segment.attached++;
  }
}
