/**
 * The loader: makes a process of a program, as execve does. Images become segments (private file mappings of the page
 * cache), the heap begins at the page after bss, the stack holds arguments and environment, and the first call frame is
 * the library's start function, called with (main, argc, argv, envp).
 */
import type { Image, Program, Segment } from '../lir/lir';
import * as layout from '../kernel/memory-layout';
import type { AddressSpace } from '../paging/address-space';
import type { FileObject } from '../paging/cached-file';
import { pagesFor, vpnCeil, vpnOfVa } from '../paging/units';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from '../paging/vma';
import { enterFunction, shadeRange } from './call-frames';
import { textContent } from './text-content';
import type { Computer } from './computer';
import { MachineDescriptions } from './descriptions';
import { DescriptorTable } from './descriptors';
import { INIT_PID } from './exit';
import { buildInitialStack } from './initial-stack';
import type { InitialStack } from './initial-stack';
import { Process, Thread } from './process';
import type { ProcessBody, StartInformation } from './process';
import { giveRegisterStack } from './register-stack';
import { mapThreadBlock } from './thread-storage';
import { saveRunning, switchTo } from './switching';

/** Stack that execve maps beyond what arguments need (Linux: 128 KiB). */
const STACK_EXPAND_PAGES = 32;

const PROTECTIONS: Readonly<Record<Segment['kind'], number>> = {
  text: PROT_READ | PROT_EXEC, rodata: PROT_READ, data: PROT_READ | PROT_WRITE, bss: PROT_READ | PROT_WRITE,
};

/** The file behind a segment of an image: the content is the image's own. */
export class SegmentFile implements FileObject {
  constructor(readonly fileId: number, private readonly image: Image, private readonly segment: Segment) {}

  get path(): string {
    return this.image.path;
  }

  size(): number {
    return this.content.length;
  }

  read(offset: number, length: number): Uint8Array {
    return this.content.subarray(offset, offset + length);
  }

  private get content(): Uint8Array {
    return this.segment.kind === 'text' ? textContent(this.image) : this.segment.content;
  }
}

/** Files behind the segments of images, made once per machine so that all processes share their pages. */
export class ImageFiles {
  private readonly files = new Map<Segment, FileObject>();
  constructor(private readonly newFileId: () => number) {}

  of(image: Image, segment: Segment): FileObject {
    let file = this.files.get(segment);
    if (file === undefined) {
      file = new SegmentFile(this.newFileId(), image, segment);
      this.files.set(segment, file);
    }
    return file;
  }
}

/** Makes a process ready to run at the library's start function. Throws CodeAreaFull when the program is too large. */
export function loadProcess(computer: Computer, files: ImageFiles, linked: Program, pid: number, start: StartInformation): Process {
  const { ids } = computer;
  const key = ids.newProcessKey();
  const { body, space } = makeBody(computer, linked, key);
  const process = new Process(key, pid, INIT_PID, baseName(start.path), start.args.join(' '), body, space, DescriptorTable.standard(new MachineDescriptions(computer)));
  process.startCycle = computer.cycles();
  process.startInstruction = computer.instructions();
  process.group = pid;
  process.start = start;
  const thread = new Thread(ids.newThreadKey(), process);
  process.threads.push(thread);
  computer.processes.add(process);
  giveRegisterStack(computer, thread);
  const before = computer.current;
  fillSpace(computer, files, thread, start);
  if (before !== null) switchTo(computer, before);
  computer.queues.enqueue(thread);
  computer.reschedule = true;
  return process;
}

/** execve: the running process gets a new address space with another program, and keeps what it is. */
export function replaceProgram(computer: Computer, files: ImageFiles, thread: Thread, linked: Program, start: StartInformation): void {
  const { process } = thread;
  saveRunning(computer, thread);
  computer.sharedSegments.detachAll(computer, process);
  process.space.destroy();
  computer.current = null;
  const { body, space } = makeBody(computer, linked, process.key);
  process.body = body;
  process.space = space;
  process.name = baseName(start.path);
  process.command = start.args.join(' ');
  process.start = start;
  process.heapStarted = false;
  process.heapBounds.fill(0);
  process.mainEntered = -1;
  process.smashed = null;
  process.assertion = '';
  for (const [signal, action] of process.actions) if (action.handler > 1n) process.actions.delete(signal);
  process.files.exec();
  thread.saved.r = thread.saved.rBase;
  thread.saved.rest.fill(0);
  fillSpace(computer, files, thread, start);
}

function makeBody(computer: Computer, linked: Program, key: number): { readonly body: ProcessBody; readonly space: AddressSpace } {
  const { code } = computer;
  const { program, space } = computer.homes.make(linked, key);
  const library = code.place(program.library, null);
  const images = [code.place(program.image, library), library];
  return { body: { program, workload: null, images, textMaps: code.textMaps(images) }, space };
}

/** Maps the images and the stack of the thread's process and makes its first call frame. It is the running one afterwards. */
function fillSpace(computer: Computer, files: ImageFiles, thread: Thread, start: StartInformation): void {
  const { process } = thread;
  const { space, program } = process;
  if (program === null) throw new Error('only programs are loaded');
  process.stackLow = space.layout.stackTop;
  mapImage(space, files, program.library, true);
  mapImage(space, files, program.image, false);
  computer.homes.finish(space, program);
  const stack = buildInitialStack(space.layout.stackTop, start.args, start.environment, start.path, computer.config.machine.seed);
  mapStack(space, stack);
  const block = mapThreadBlock(space, program);
  thread.fsBase = block === null ? 0n : block.fsBase;
  switchTo(computer, thread);
  if (block !== null) writeGuest(computer, block.va, block.content);
  startThread(computer, thread, program, stack);
}

function mapImage(space: AddressSpace, files: ImageFiles, image: Image, isLibrary: boolean): void {
  for (const segment of image.segments) {
    const first = vpnOfVa(segment.va);
    const last = first + pagesFor(segment.sizeBytes);
    if (last === first) continue;
    const prot = PROTECTIONS[segment.kind];
    const contentPages = segment.kind === 'bss' ? 0 : segment.kind === 'text' ? last - first : pagesFor(segment.content.length);
    const kind = isLibrary ? 'library' : segment.kind;
    if (contentPages > 0) {
      space.map({ first, last: Math.min(last, first + contentPages), prot, kind, name: image.path, file: files.of(image, segment), filePage: 0, growsDown: false, shared: false }, 2);
    }
    if (contentPages < last - first) {
      space.map({ first: first + contentPages, last, prot, kind: isLibrary ? 'library' : segment.kind === 'data' ? 'bss' : segment.kind, name: image.path, file: null, filePage: 0, growsDown: false, shared: false }, 2);
    }
  }
}

function mapStack(space: AddressSpace, stack: InitialStack): void {
  const last = vpnCeil(space.layout.stackTop);
  const first = vpnOfVa(stack.sp) - STACK_EXPAND_PAGES;
  space.map({ first, last, prot: PROT_READ | PROT_WRITE, kind: 'stack', name: '[stack]', file: null, filePage: 0, growsDown: true, shared: false }, 0);
}

function startThread(computer: Computer, thread: Thread, program: Program, stack: InitialStack): void {
  const { library, image, space } = thread.process;
  writeGuest(computer, stack.sp, stack.content);
  if (computer.checking) shadeRange(computer, stack.sp, space.layout.stackTop - stack.sp, 2);
  computer.store.write64(layout.ST_STACK_LOW, stack.sp);
  const main = program.image.functions[program.main];
  if (main === undefined) throw new Error('the program has no main');
  const entered = enterFunction(computer, {
    functionId: library.functionBase + program.start, window: thread.saved.rBase, callerDistance: 0,
    args: [image.textLow + BigInt(4 * main.first), BigInt(stack.argc), stack.argv, stack.envp],
    returnIndex: layout.RETURN_TO_HOST, sp: stack.sp, callerF: 0n,
  });
  if (!entered) throw new Error('the initial stack could not be written');
}

/** Writes to the running address space as execve does: the pages that this touches are the process's first faults. */
function writeGuest(computer: Computer, va: bigint, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    const at = va + BigInt(done);
    const low = Number(at & 0xffffffffn);
    const address = computer.kernel.translate(low, Number(at >> 32n), 2);
    if (address === 0) throw new Error(`the initial stack does not fit the machine's memory`);
    const length = Math.min(bytes.length - done, 4096 - (low & 4095));
    computer.store.bytes.set(bytes.subarray(done, done + length), address);
    done += length;
  }
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
