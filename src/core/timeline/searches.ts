/** What journeys backwards look for: beginnings of lines, the call of the running function, writes of a byte. */
import * as layout from '../kernel/memory-layout';
import type { LirFunction } from '../lir/lir';
import type { WatchListener } from '../machine/call-outs';
import { callFrames, currentWindow } from '../machine/call-frames';
import type { LoadedImage } from '../machine/code-area';
import type { Computer } from '../machine/computer';
import type { Pass } from '../machine/pass';
import type { Search } from './journey';

const CALLERS = 200;
/** ST_WATCH_LOW and HIGH that no value lies between: only the filter counts. */
const NOWHERE = 1n;

/** Depth of the running call: distance of its window from the register stack's base. */
function depth(computer: Computer): number {
  return currentWindow(computer) - computer.store.read32(layout.ST_R_BASE);
}

/** Code indices at which a line of a function begins; lines of the prologue count for functions on one line only. */
function lineStarts(loaded: LoadedImage, fn: LirFunction): number[] {
  const { line, file } = loaded.image.debug;
  const end = fn.first + fn.instructionCount;
  const isOneLine = line.subarray(fn.first, end).every((each) => each === 0 || each === fn.line);
  const starts: number[] = [];
  for (let i = fn.first; i < end; i++) {
    if (line[i] === 0 || (!isOneLine && line[i] === fn.line)) continue;
    if (i === fn.first || line[i] !== line[i - 1] || file[i] !== file[i - 1]) starts.push(loaded.codeBase + i);
  }
  return starts;
}

function breakAt(pass: Pass, places: readonly number[]): void {
  const { breakpoints } = pass.scheduler;
  breakpoints.removeAll('user');
  breakpoints.removeAll('step');
  for (const place of places) breakpoints.add(place, 'step');
}

/** Beginnings of lines of the running thread; `over`: not those of functions that the present ones have called. */
export function searchLine(pass: Pass, over: boolean): Search {
  const { computer } = pass;
  const thread = computer.current?.key ?? 0;
  const from = depth(computer);
  const { code } = computer;
  const callers = callFrames(computer, CALLERS).flatMap(({ pc }) => {
    const found = code.functionAt(pc);
    return found === null || found.loaded.isLibrary ? [] : [found];
  });
  const isAnywhere = !over || callers.length === 0;
  const all = (computer.current?.process.images ?? []).filter((image) => !image.isLibrary).flatMap((loaded) => loaded.image.functions.map((fn) => ({ loaded, fn })));
  const places = [...new Set((isAnywhere ? all : callers).flatMap(({ loaded, fn }) => (fn.instructionCount > 0 ? lineStarts(loaded, fn) : [])))];
  return {
    begin: () => { breakAt(pass, places); },
    atBreakpoint: () => computer.current?.key === thread && (isAnywhere || depth(computer) <= from),
    precise: false, found: () => -1,
  };
}

/** The call that made the running call frame; null: nobody of the program called it. */
export function searchCall(pass: Pass): Search | null {
  const { computer } = pass;
  const thread = computer.current?.key ?? 0;
  const caller = callFrames(computer, 2)[1];
  if (caller === undefined) return null;
  const window = caller.window - computer.store.read32(layout.ST_R_BASE);
  const place = caller.calling ? caller.pc : caller.pc - 1;
  return {
    begin: () => { breakAt(pass, [place]); },
    atBreakpoint: () => computer.current?.key === thread && depth(computer) === window,
    precise: false, found: () => -1,
  };
}

/** Stops at the user's breakpoints. `set` puts them into the code. */
export function searchBreakpoint(pass: Pass, set: () => void): Search {
  return {
    begin: () => { breakAt(pass, []); set(); },
    atBreakpoint: () => true, precise: false, found: () => -1,
  };
}

/** Stores to [va, va + length) of the running process. */
export function searchWrite(pass: Pass, va: bigint, length: number): Search {
  const { computer } = pass;
  const watch = new WriteWatch(computer, computer.current?.process.key ?? 0, va, va + BigInt(length));
  return {
    begin: () => {
      breakAt(pass, []);
      watch.arm();
      pass.callOuts.watch = watch;
      computer.guestWritten = (at, bytes) => { watch.rangeWritten(at, bytes); };
    },
    atBreakpoint: null, precise: true,
    found: () => {
      pass.callOuts.watch = null;
      computer.guestWritten = null;
      return watch.last;
    },
  };
}

/** Listens to the kernel's stores. The filter tells of the aligned words of the range, and of others that share their bits. */
class WriteWatch implements WatchListener {
  last = -1;

  constructor(private readonly computer: Computer, private readonly processKey: number, private readonly low: bigint, private readonly high: bigint) {}

  arm(): void {
    const { store } = this.computer;
    this.last = -1;
    store.write64(layout.ST_WATCH_LOW, NOWHERE);
    store.write64(layout.ST_WATCH_HIGH, NOWHERE);
    store.write64(layout.ST_WATCH_STACK, 0n);
    for (let word = this.low & ~7n; word < this.high; word += 8n) {
      const bit = Number((word >> 3n) & 0xffffn);
      const at = layout.WATCH_FILTER + (bit >>> 3);
      store.bytes[at] = (store.bytes[at] ?? 0) | (1 << (bit & 7));
    }
  }

  /** `word`: the aligned word that a store touched. */
  stored(word: bigint): void {
    const { store } = this.computer;
    const distance = (store.read32(layout.ST_ARG2) - Number(word & 0xffffffffn)) | 0;
    this.wrote(word + BigInt(distance), store.read32(layout.ST_ARG3));
  }

  rangeWritten(va: bigint, length: number): void {
    this.wrote(va, length);
  }

  framePopped(): void {
    // A call frame that goes writes nothing.
  }

  heapCalled(): void {
    // What an allocator writes is its own; the copy of a realloc is told of as a range.
  }

  private wrote(va: bigint, length: number): void {
    if (this.computer.current?.process.key !== this.processKey || va >= this.high || va + BigInt(length) <= this.low) return;
    this.last = this.computer.instructions();
  }
}
