/**
 * System calls about processes, signals, pipes and shared memory (Linux manual, section 2): the intrinsic `process`, whose
 * first argument says which. The C library has them in resources/libc/src/processes.c and process-calls.h, with these
 * numbers. A result below 0 is −errno.
 *
 * A call that must wait puts its thread into a wait queue and is made again when the thread was woken (`waitOn`).
 */
import { CYCLES_PER_SECOND } from '../../shared/config';
import { CONTINUE, LEAVE_AFTER } from '../kernel-interface';
import { EFAULT, putBytes, putInt, running, waitOn, withPath } from './call-arguments';
import type { Arguments } from './call-arguments';
import type { Computer, Request } from './computer';
import { execute } from './exec';
import { INIT_PID, reap } from './exit';
import { EBADF, EINVAL } from './file-system';
import { forkProcess } from './fork';
import { probing, readGuest } from './guest-memory';
import { fileControl, openPipe, openShared, segmentControl, unlinkShared } from './pipe-calls';
import type { Process } from './process';
import { NICE_MAX, NICE_MIN } from './run-queues';
import { SIGKILL, SIGSTOP, UNBLOCKABLE, isSignal, noteDue, sendSignal, sentSignal, waitStatusOf } from './signals';
import { startAlarm } from './timer-work';

const ESRCH = 3;
const EPERM = 1;
const ECHILD = 10;
const WNOHANG = 1;
const WUNTRACED = 2;
const WCONTINUED = 8;

/** Numbers as in process-calls.h. */
export const enum ProcessCall {
  Fork = 1, WaitPid, Kill, ParentPid, Yield, GetPriority, SetPriority, Pipe, Duplicate, DuplicateTo, SignalAction, SignalMask, SignalSuspend,
  SignalPending, SignalReturn, Pause, Timer, Exec, Sleep, SharedOpen, SharedUnlink, SegmentGet, SegmentAttach, SegmentDetach, SegmentControl,
  GetGroup, SetGroup, FileControl,
}

export function processCall(computer: Computer, process: Process, args: Arguments, resultAddress: number): number {
  const done = (value: number | bigint): number => { args.returns(BigInt(value)); return CONTINUE; };
  switch (args.i32(0)) {
    case ProcessCall.Fork: return fork(computer, process, args, resultAddress);
    case ProcessCall.WaitPid: return waitPid(computer, process, args);
    case ProcessCall.Kill: return done(kill(computer, process, args.i32(1), args.i32(2)));
    case ProcessCall.ParentPid: return done(process.parent);
    case ProcessCall.Yield: args.returns(0n); return leave(computer, { kind: 'yield' });
    case ProcessCall.GetPriority: return done(getPriority(computer, process, args.i32(1)));
    case ProcessCall.SetPriority: return done(setPriority(computer, process, args.i32(1), args.i32(2)));
    case ProcessCall.Pipe: return done(openPipe(computer, process, args.u64(1), args.i32(2)));
    case ProcessCall.Duplicate: { const file = process.files.get(args.i32(1)); return done(file === null ? -EBADF : process.files.add(file)); }
    case ProcessCall.DuplicateTo: return done(process.files.duplicate(args.i32(1), args.i32(2)));
    case ProcessCall.SignalAction: return done(signalAction(computer, process, args.i32(1), args.u64(2), args.u64(3)));
    case ProcessCall.SignalMask: return done(signalMask(computer, process, args));
    case ProcessCall.SignalSuspend: return signalSuspend(computer, process, args);
    case ProcessCall.SignalPending: return done(process.pendingSignals.reduce((mask, { signal }) => mask | (1n << BigInt(signal - 1)), 0n));
    case ProcessCall.SignalReturn: setMask(computer, process, args.u64(1)); return done(0);
    case ProcessCall.Pause: return waitOn(computer, process, args, null, 'signal', false);
    case ProcessCall.Timer: return done(setTimer(computer, process, args.i64(1), args.i64(2)));
    case ProcessCall.Exec: return execute(computer, args);
    case ProcessCall.Sleep: return sleep(computer, process, args);
    case ProcessCall.SharedOpen: return done(openShared(computer, process, args));
    case ProcessCall.SharedUnlink:
      return done(withPath(computer, args, 1, (name) => unlinkShared(computer, name)));
    case ProcessCall.SegmentGet: return done(computer.sharedSegments.get(process, args.i32(1), args.count(2), args.i32(3)));
    case ProcessCall.SegmentAttach: return done(computer.sharedSegments.attach(process, args.i32(1), args.u64(2), args.i32(3)));
    case ProcessCall.SegmentDetach: return done(computer.sharedSegments.detach(computer, process, args.u64(1)));
    case ProcessCall.SegmentControl: return done(segmentControl(computer, args.i32(1), args.i32(2), args.u64(3)));
    case ProcessCall.GetGroup: return done(getGroup(computer, process, args.i32(1)));
    case ProcessCall.SetGroup: return done(setGroup(computer, process, args.i32(1), args.i32(2)));
    case ProcessCall.FileControl: return done(fileControl(process, args.i32(1), args.i32(2), args.i32(3)));
    default: throw new Error(`process call ${String(args.i32(0))} is not known to the machine`);
  }
}

function leave(computer: Computer, request: Request): number {
  computer.ask(request);
  return LEAVE_AFTER;
}

function fork(computer: Computer, process: Process, args: Arguments, resultAddress: number): number {
  const child = forkProcess(computer, process, resultAddress);
  args.returns(BigInt(typeof child === 'number' ? child : child.pid));
  return LEAVE_AFTER;
}

// ---- Waiting for children -------------------------------------------------------------------------------------------

function waitPid(computer: Computer, process: Process, args: Arguments): number {
  const [pid, statusAt, options] = [args.i32(1), args.u64(2), args.i32(3)];
  if ((options & ~(WNOHANG | WUNTRACED | WCONTINUED)) !== 0) { args.returns(BigInt(-EINVAL)); return CONTINUE; }
  let any = false;
  for (const child of process.children) {
    if (!isMeant(process, child, pid)) continue;
    any = true;
    const status = reportOf(child, options);
    if (status < 0) continue;
    if (statusAt !== 0n && !putInt(computer, statusAt, status)) { args.returns(BigInt(-EFAULT)); return CONTINUE; }
    if (child.isZombie) reap(computer, child);
    args.returns(BigInt(child.pid));
    return CONTINUE;
  }
  if (!any) { args.returns(BigInt(-ECHILD)); return CONTINUE; }
  if ((options & WNOHANG) !== 0) { args.returns(0n); return CONTINUE; }
  return waitOn(computer, process, args, process.childWait, 'child', true);
}

/** waitpid's first argument: a child, any (−1), those of a group (0: the caller's own). */
function isMeant(process: Process, child: Process, pid: number): boolean {
  if (pid > 0) return child.pid === pid;
  return pid === -1 || child.group === (pid === 0 ? process.group : -pid);
}

/** Status word of what there is to tell of a child; −1: nothing. */
function reportOf(child: Process, options: number): number {
  if (child.isZombie) return waitStatusOf(child);
  const { stopReport } = child;
  if (stopReport === 'stopped' && (options & WUNTRACED) !== 0) { child.stopReport = null; return (child.stopSignal << 8) | 0x7f; }
  if (stopReport === 'continued' && (options & WCONTINUED) !== 0) { child.stopReport = null; return 0xffff; }
  return -1;
}

// ---- Signals --------------------------------------------------------------------------------------------------------

function kill(computer: Computer, process: Process, pid: number, signal: number): number {
  if (signal !== 0 && !isSignal(signal)) return -EINVAL;
  const targets = targetsOf(computer, process, pid);
  if (targets.length === 0) return pid === INIT_PID ? -EPERM : -ESRCH;
  if (signal !== 0) for (const target of targets) sendSignal(computer, target, { ...sentSignal(signal), senderPid: process.pid });
  return 0;
}

function targetsOf(computer: Computer, process: Process, pid: number): readonly Process[] {
  if (pid > 0) {
    const target = computer.processes.pid(pid);
    return target === null || target.workload !== null ? [] : [target];
  }
  const programs = [...computer.processes].filter((other) => other.program !== null);
  if (pid === -1) return programs.filter((other) => other !== process);
  const group = pid === 0 ? process.group : -pid;
  return programs.filter((other) => other.group === group);
}

/** struct sigaction as the library passes it: handler, flags, mask (u64 each). */
function signalAction(computer: Computer, process: Process, signal: number, from: bigint, to: bigint): number {
  if (!isSignal(signal)) return -EINVAL;
  const old = process.actions.get(signal);
  if (from !== 0n) {
    if (signal === SIGKILL || signal === SIGSTOP) return -EINVAL;
    const bytes = probing(computer, () => readGuest(computer, from, 24));
    if (bytes === null) return -EFAULT;
    const view = new DataView(bytes.buffer);
    process.actions.set(signal, { handler: view.getBigUint64(0, true), flags: Number(view.getBigUint64(8, true)), mask: view.getBigUint64(16, true) });
    if (view.getBigUint64(0, true) === 1n) process.pendingSignals = process.pendingSignals.filter((pending) => pending.signal !== signal);
  }
  if (to === 0n) return 0;
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, old?.handler ?? 0n, true);
  view.setBigUint64(8, BigInt(old?.flags ?? 0), true);
  view.setBigUint64(16, old?.mask ?? 0n, true);
  return putBytes(computer, to, bytes) ? 0 : -EFAULT;
}

/** (how, mask, use it): the mask that was before. */
function signalMask(computer: Computer, process: Process, args: Arguments): bigint {
  const old = process.blockedSignals;
  if (args.i32(3) === 0) return old;
  const mask = args.u64(2);
  switch (args.i32(1)) {
    case 0: setMask(computer, process, old | mask); return old;
    case 1: setMask(computer, process, old & ~mask); return old;
    case 2: setMask(computer, process, mask); return old;
    default: return BigInt(-EINVAL);
  }
}

function setMask(computer: Computer, process: Process, mask: bigint): void {
  process.blockedSignals = mask & ~UNBLOCKABLE;
  noteDue(computer, process);
}

function signalSuspend(computer: Computer, process: Process, args: Arguments): number {
  if (process.suspendedMask === null) {
    process.suspendedMask = process.blockedSignals;
    setMask(computer, process, args.u64(1));
  }
  return waitOn(computer, process, args, null, 'signal', false);
}

/** ITIMER_REAL: (first, interval) in nanoseconds, −1 for "do not change"; what was left of the old one. */
function setTimer(computer: Computer, process: Process, first: bigint, interval: bigint): bigint {
  const now = computer.cycles();
  const left = process.alarm === null || process.alarm.cancelled ? 0 : Math.max(1, process.alarm.cycle - now);
  if (first >= 0n) {
    if (process.alarm !== null) process.alarm.cancelled = true;
    process.alarm = null;
    process.alarmInterval = cyclesOf(interval);
    if (first > 0n) startAlarm(computer, process, now + cyclesOf(first));
  }
  return (BigInt(Math.round(left)) * 1_000_000_000n) / BigInt(CYCLES_PER_SECOND);
}

function cyclesOf(nanoseconds: bigint): number {
  return Math.round(Number(nanoseconds) * (CYCLES_PER_SECOND / 1e9));
}

/** (nanoseconds): 0, or what is left (in ns) when a signal ended it. */
function sleep(computer: Computer, process: Process, args: Arguments): number {
  const thread = running(computer);
  const now = computer.cycles();
  if (thread.sleepUntil < 0 && computer.processes.living === 1 && process.alarm === null) {
    computer.chargeCycles(cyclesOf(args.i64(1)));
    args.returns(0n);
    return CONTINUE;
  }
  if (thread.sleepUntil < 0) {
    thread.sleepUntil = now + cyclesOf(args.i64(1));
    computer.timers.set(thread.sleepUntil, { kind: 'sleep', thread });
  }
  const left = thread.sleepUntil - now;
  if (left <= 0) {
    thread.sleepUntil = -1;
    args.returns(0n);
    return CONTINUE;
  }
  const answer = waitOn(computer, process, args, null, 'timer', false);
  if (answer === LEAVE_AFTER) {
    thread.sleepUntil = -1;
    args.returns(BigInt(Math.max(1, Math.round(left * (1e9 / CYCLES_PER_SECOND)))));
  }
  return answer;
}

// ---- Priorities and groups ------------------------------------------------------------------------------------------

/** 20 − nice, as the system call has it, so that it is never negative. */
function getPriority(computer: Computer, process: Process, pid: number): number {
  const target = pid === 0 ? process : computer.processes.pid(pid);
  return target === null ? -ESRCH : 20 - target.nice;
}

function setPriority(computer: Computer, process: Process, pid: number, nice: number): number {
  const target = pid === 0 ? process : computer.processes.pid(pid);
  if (target === null) return -ESRCH;
  changeNice(computer, target, nice);
  return 0;
}

/** From a program, or from the window. */
export function changeNice(computer: Computer, process: Process, nice: number): void {
  process.nice = Math.max(NICE_MIN, Math.min(NICE_MAX, Math.trunc(nice)));
  for (const thread of process.threads) computer.queues.requeue(thread);
  computer.reschedule = true;
}

function getGroup(computer: Computer, process: Process, pid: number): number {
  const target = pid === 0 ? process : computer.processes.pid(pid);
  return target === null ? -ESRCH : target.group;
}

function setGroup(computer: Computer, process: Process, pid: number, group: number): number {
  const target = pid === 0 ? process : computer.processes.pid(pid);
  if (target === null || (target !== process && target.parentProcess !== process)) return -ESRCH;
  if (group < 0) return -EINVAL;
  target.group = group === 0 ? target.pid : group;
  return 0;
}
