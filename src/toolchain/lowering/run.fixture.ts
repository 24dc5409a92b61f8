/**
 * Compiles C with the real Clang, lowers it and runs it on the real kernel, for the lowering's tests. The system around
 * the program is as small as can be: standard output is collected, memory is handed out and never taken back.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureLibc } from '../../../scripts/build-libc.mjs';
import { Intrinsic } from '../../core/intrinsics';
import { CONTINUE, LEAVE_AFTER } from '../../core/kernel-interface';
import * as layout from '../../core/kernel/memory-layout';
import { Op } from '../../core/kernel/ops';
import { Bench, kernelModule } from '../../core/kernel/test-bench';
import type { Image, Program } from '../../core/lir/lir';
import { threadBlockAt, threadBlockPages } from '../../core/machine/thread-storage';
import { runClang } from '../bitcode/clang.fixture';
import type { BitcodeModule } from '../bitcode/module';
import { readBitcode } from '../bitcode/reader';
import { lowerLibrary, lowerProgram } from './lower';

let libraryImage: Promise<Image> | null = null;

/** The C library, lowered once. */
export function library(): Promise<Image> {
  libraryImage ??= (async () => {
    await ensureLibc();
    const folder = join(import.meta.dirname, '../../../out/libc');
    return lowerLibrary(readdirSync(folder).filter(name => name.endsWith('.bc')).sort().map(name => readBitcode(new Uint8Array(readFileSync(join(folder, name))))));
  })();
  return libraryImage;
}

export async function compile(source: string, optimise: 0 | 1 | 2 = 0, name = 'main.c'): Promise<BitcodeModule> {
  return readBitcode(await runClang(name, source, optimise, 'bitcode'));
}

/** Lowers translation units given as C text. */
export async function lower(sources: string | readonly (readonly [name: string, text: string])[], optimise: 0 | 1 | 2 = 0): Promise<Program> {
  const list = typeof sources === 'string' ? [['main.c', sources] as const] : sources;
  const modules: BitcodeModule[] = [];
  for (const [name, text] of list) modules.push(await compile(text, optimise, name));
  return lowerProgram(modules, await library(), new Map(list));
}

export interface RunOutcome { readonly output: string; readonly status: number; readonly log: readonly string[]; readonly instructions: number }

/** Runs a program from its start function to its exit. */
export async function run(program: Program): Promise<RunOutcome> {
  return new ProgramBench(await kernelModule(), program).run();
}

const HEAP_VA = 0x600000000000n;
const ARGUMENTS_VA = 0x680000000000n;
const THREAD_VA = 0x690000000000n;

class ProgramBench {
  private readonly bench: Bench;
  private readonly decoder = new TextDecoder();
  private output = '';
  private status = -1;
  private heap = HEAP_VA;
  private readonly sizes = new Map<bigint, bigint>();

  constructor(module: WebAssembly.Module, private readonly program: Program) {
    this.bench = new Bench(module);
    this.bench.allows = va => va < 0x7ffffffff000n && va > 0x10000n;
    this.bench.onIntrinsic = (id, args, result) => this.intrinsic(id, args, result);
    const { library: lib, image } = program;
    const base = lib.code.length / layout.INSTRUCTION_BYTES;
    this.place(lib, 0, 0, 0, 0, 0x10000);
    this.place(image, base, lib.functions.length, lib.callDescriptors.length, 1, 0x80000);
    this.bench.put(layout.ST_TEXT_MAP_COUNT, 2);
  }

  private place(image: Image, codeBase: number, functionBase: number, descriptorBase: number, map: number, lookup: number): void {
    const { bench } = this;
    bench.bytes.set(image.code, layout.CODE + codeBase * 16);
    this.rebase(codeBase, image.code.length / 16, descriptorBase);
    image.callDescriptors.forEach((descriptor, i) => {
      const id = descriptorBase + i + 1, at = layout.CALL_DESCRIPTORS_END - 256 * id;
      bench.put(layout.CALL_DESCRIPTORS + 4 * id, at);
      bench.put(at, descriptor.length);
      bench.bytes.set(descriptor, at + 4);
    });
    const text = image.segments[0];
    const mapAt = layout.TEXT_LOOKUP + map * layout.TEXT_MAP_BYTES;
    bench.view.setBigUint64(mapAt, text.va, true);
    bench.view.setBigUint64(mapAt + 8, text.va + BigInt(text.sizeBytes), true);
    bench.put(mapAt + 16, codeBase);
    bench.put(mapAt + 20, layout.TEXT_LOOKUP + lookup);
    image.functions.forEach((fn, i) => {
      const at = layout.FUNCTIONS + (functionBase + i) * layout.FUNCTION_BYTES;
      bench.put(at + layout.FN_PC, codeBase + fn.first);
      bench.put(at + layout.FN_FRAME, fn.frameBytes);
      bench.put(at + layout.FN_WINDOW, fn.windowSlots);
      bench.put(at + layout.FN_PARAMS, fn.parameterSlots);
      bench.view.setBigUint64(at + layout.FN_VA, fn.va, true);
      bench.put(layout.TEXT_LOOKUP + lookup + fn.first, functionBase + i + 1);
    });
    for (const segment of image.segments) {
      if (segment.kind === 'text') continue;
      for (let offset = 0; offset < segment.sizeBytes; offset += 4096) bench.map(segment.va + BigInt(offset));
      bench.write(segment.va, segment.content);
    }
  }

  /** Call descriptor ids become machine-wide; function ids of the program follow the library's already. */
  private rebase(codeBase: number, count: number, descriptorBase: number): void {
    const { bench } = this;
    for (let i = codeBase; i < codeBase + count; i++) {
      const at = layout.CODE + i * 16, op = bench.view.getUint16(at, true);
      if ((op === Op.CALL || op === Op.CALLI) && bench.get(at + 12) !== 0) bench.put(at + 12, bench.get(at + 12) + descriptorBase);
    }
  }

  private startThreadLocals(): void {
    const { bench, program } = this;
    for (let page = 0; page < threadBlockPages(program); page++) bench.map(THREAD_VA + BigInt(page) * 4096n);
    if (threadBlockPages(program) === 0) return;
    const { va, content, fsBase } = threadBlockAt(program, THREAD_VA);
    bench.write(va, content);
    bench.view.setBigUint64(layout.ST_FS_BASE, fsBase, true);
  }

  run(): RunOutcome {
    const { bench, program } = this;
    bench.start(program.start);
    this.startThreadLocals();
    bench.write(ARGUMENTS_VA, new TextEncoder().encode('main\0'));
    bench.view.setBigUint64(bench.peek(ARGUMENTS_VA + 64n), ARGUMENTS_VA, true);
    const slots = [program.image.functions[program.main].va, 1n, ARGUMENTS_VA + 64n, ARGUMENTS_VA + 72n];
    slots.forEach((value, k) => { bench.setRegister(3 + k, value); });
    for (let quantum = 0; quantum < 400 && this.status < 0; quantum++) {
      const why = bench.kernel.run(5_000_000);
      if (why !== layout.Leave.Fuel && this.status < 0) { bench.log.push(`left: ${why}`); break; }
    }
    return { output: this.output, status: this.status, log: bench.log, instructions: bench.instructions() };
  }

  private intrinsic(id: number, args: number, result: number): number {
    const { bench } = this;
    const argument = (k: number): bigint => bench.view.getBigUint64(args + 16 * k, true);
    const answer = (value: bigint): number => {
      if (result !== 0) { bench.view.setBigUint64(result, BigInt.asUintN(64, value), true); bench.view.setBigUint64(result + 8, 0n, true); }
      return CONTINUE;
    };
    switch (id) {
      case Intrinsic.malloc: return answer(this.allocate(argument(0)));
      case Intrinsic.calloc: return answer(this.allocate(argument(0) * argument(1)));
      case Intrinsic.memalign: return answer(this.allocate(argument(1)));
      case Intrinsic.realloc: {
        const old = this.sizes.get(argument(0)) ?? 0n, to = this.allocate(argument(1));
        for (let k = 0n; k < old && k < argument(1); k++) bench.write(to + k, Uint8Array.of(Number(bench.read(argument(0) + k, 1))));
        return answer(to);
      }
      case Intrinsic.free: return answer(0n);
      case Intrinsic.write: {
        const bytes = Uint8Array.from({ length: Number(argument(2)) }, (_, k) => Number(bench.read(argument(1) + BigInt(k), 1)));
        this.output += this.decoder.decode(bytes);
        return answer(argument(2));
      }
      case Intrinsic.exit: this.status = Number(BigInt.asIntN(32, argument(0))) & 255; return LEAVE_AFTER;
      case Intrinsic.abort: this.status = 134; return LEAVE_AFTER;
      case Intrinsic.client_request: return answer(argument(0));
      case Intrinsic.isatty: case Intrinsic.getpid: case Intrinsic.assert_record: case Intrinsic.read: return answer(0n);
      default: bench.log.push(`intrinsic ${id}`); return answer(-38n);
    }
  }

  private allocate(size: bigint): bigint {
    const va = this.heap;
    this.heap += (size + 31n) & ~15n;
    this.sizes.set(va, size);
    return va;
  }
}
