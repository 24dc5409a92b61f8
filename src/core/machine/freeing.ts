/**
 * After exit(2) of a checked program: the C library frees what it holds for itself before the leak check, as Memcheck has it do
 * (__libc_freeres). The function is entered as if the program had called it where it stood; afterwards call frames and stack
 * are as the program left them. Called by scheduler.ts.
 */
import * as layout from '../kernel/memory-layout';
import { currentWindow, enterFunction, frameBase, stackPointer } from './call-frames';
import type { Computer } from './computer';
import type { Process } from './process';
import { windowAbove } from './register-stack';

const FREEING_SLACK_SLOTS = 512;

/** The running process begins to free; false: it has no library, or its stack has no room: it is over at once. */
export function enterFreeing(computer: Computer, process: Process): boolean {
  const { program } = process;
  if (program === null) return false;
  const window = currentWindow(computer);
  process.exitPlace = { pc: computer.store.read32(layout.ST_PC), windowOffset: window - computer.store.read32(layout.ST_R_BASE) };
  process.phase = 'freeing';
  const fn = computer.code.functionById(computer.store.read32(window + layout.REC_FUNCTION));
  const distance = 16 * ((fn?.fn.windowSlots ?? 0) + FREEING_SLACK_SLOTS);
  const sp = (stackPointer(computer, window) - 128n) & ~15n;
  const callerF = frameBase(computer, window);
  const freeing = process.library.image.functions[program.freeResources];
  const entered = enterFunction(computer, {
    functionId: process.library.functionBase + program.freeResources, args: [], callerDistance: distance,
    window: windowAbove(computer, distance, freeing?.windowSlots ?? 0), returnIndex: layout.RETURN_TO_HOST, sp, callerF,
  });
  if (entered) return true;
  computer.request = null;
  leaveFreeing(computer, process);
  return false;
}

/** Back to the moment of exit. */
export function leaveFreeing(computer: Computer, process: Process): void {
  if (process.exitPlace === null) return;
  computer.store.write32(layout.ST_PC, process.exitPlace.pc);
  computer.store.write32(layout.ST_R, computer.store.read32(layout.ST_R_BASE) + process.exitPlace.windowOffset);
}
