/**
 * The naive twin: an interpreter of LIR that is slow and obviously right, for tests only.
 *
 * It follows the conventions of src/core/kernel/ops.ts with BigInt registers, a map of pages and lists for TLBs (memory.ts),
 * and shares no code with the kernel: what both agree on is correct or misunderstood twice. Checker off; one process, one
 * thread. Definedness is not modelled.
 */
import type { RunConfig } from '../../shared/config';
import type { Counters } from '../../shared/report';
import { FIRST_MACHINE_INTRINSIC, Intrinsic } from '../intrinsics';
import { STACK_TOP_VA, type Program, type Va } from '../lir/lir';
import type { Instruction } from '../lir/encoding';
import { imm64 } from '../lir/encoding';
import { ArgClass, NO_REGISTER, Op, REG_F, REG_SP, WINDOW_HEADER } from '../kernel/ops';
import { buildInitialStack } from '../machine/initial-stack';
import { threadBlockAt, threadBlockPages } from '../machine/thread-storage';
import { TwinCode, mapImages, type TwinFunction } from './code';
import { arithmetic, compare } from './integers';
import { TwinMemory, TwinSignal, hashPages } from './memory';
import { changeWidth, floatInstruction } from './operations';
import { memoryIntrinsic } from './strings';
import { TwinExit, TwinSystem } from './system';
import { extendedIntrinsic, wideIntrinsic } from './wide';

export interface TwinOptions {
  /** As for the machine; `check.tool` must be 'none'. */
  readonly config: RunConfig;
  /** Standard input. */
  readonly input?: Uint8Array;
  /** Gives up beyond this. */
  readonly maxInstructions?: number;
}

export interface TwinResult {
  readonly output: Uint8Array;
  readonly errorOutput: Uint8Array;
  /** As a shell sees it: the status, or 128 + signal. */
  readonly exitStatus: number;
  readonly counters: Counters;
  /** Of every mapped page (hashPages). */
  readonly memoryHash: string;
  /** By page number. */
  readonly pages: ReadonlyMap<number, { readonly bytes: Uint8Array }>;
}

const SIGILL = 4, SIGFPE = 8, SIGSEGV = 11;
/** Signals that do nothing by default. */
const HARMLESS: ReadonlySet<number> = new Set([17, 18, 19, 20, 21, 22, 23, 28]);
const RED_ZONE = 128n, SMALL_FRAME = 512, PAGE_MASK = ~4095n;
/** Slots left free above an interrupted window. */
const HANDLER_SLACK = 512;
const STACK_EXPAND_PAGES = 32;

/** A call in progress. */
interface CallRecord {
  fn: TwinFunction;
  /** Where it returns to; null: the first call frame. */
  readonly returnVa: Va | null;
  /** Of the caller, or NO_REGISTER. */
  resultRegister: number;
  /** Slots between the caller's window and this one. */
  readonly distance: number;
}

/** Runs a program to its end. Throws when it uses something that the twin lacks, or runs too long. */
export function runTwin(program: Program, options: TwinOptions): TwinResult {
  return new Twin(program, options).run();
}

class Twin {
  private readonly memory: TwinMemory;
  private readonly system: TwinSystem;
  private readonly code: TwinCode;
  private readonly slots: bigint[] = [];
  private readonly calls: CallRecord[] = [];
  private readonly results: bigint[] = [];
  /** Index of slot 0 of the running window. */
  private window = 0;
  private pc: Va = 0n;
  private fetchedPage = -1n;
  private fsBase = 0n;
  private instructions = 0;
  private callCount = 0;

  constructor(private readonly program: Program, private readonly options: TwinOptions) {
    this.memory = new TwinMemory(options.config.machine);
    this.code = new TwinCode(program);
    this.system = new TwinSystem(this.memory, options.config, options.input ?? new Uint8Array(), () => this.instructions + this.memory.extraCycles);
  }

  run(): TwinResult {
    this.load();
    const exitStatus = this.loop();
    const { memory, system } = this, { accesses, fetches, l1dMisses, l1iMisses, l2Hits, l2Misses, walks, walkReads, minorFaults } = memory.counters;
    return {
      output: joined(system.stdout), errorOutput: joined(system.stderr), exitStatus, memoryHash: hashPages(memory.pages), pages: memory.pages,
      counters: {
        instructions: this.instructions, cycles: this.instructions + memory.extraCycles, accesses, fetches, l1dMisses, l1iMisses, l2Hits, l2Misses,
        walks, walkReads, calls: this.callCount, minorFaults, majorFaults: 0,
      },
    };
  }

  private load(): void {
    const { memory, program, options: { config } } = this;
    memory.brkStart = memory.brk = mapImages(memory, program);
    const stack = buildInitialStack(STACK_TOP_VA, [config.programName, ...config.args], config.environment, config.programName, config.machine.seed);
    const top = Number(STACK_TOP_VA >> 12n);
    memory.map({ first: Number(stack.sp >> 12n) - STACK_EXPAND_PAGES, last: top, prot: 3, growsDown: true, file: null, filePage: 0 });
    this.startThreadLocals();
    memory.writeRange(stack.sp, stack.content);
    const main = program.image.functions[program.main]!;
    this.enter(this.code.libraryFunction(program.start), [main.va, BigInt(stack.argc), stack.argv, stack.envp], stack.sp, 0n, null, 0);
  }

  /** The library's function that calls handlers. */
  private get deliverer(): TwinFunction {
    return this.code.libraryFunction(this.program.library.functions.findIndex(({ name }) => name === '__pw_deliver'));
  }

  private startThreadLocals(): void {
    const { memory, program } = this, pages = threadBlockPages(program);
    if (pages === 0) return;
    const first = memory.findGap(pages);
    memory.map({ first, last: first + pages, prot: 3, growsDown: false, file: null, filePage: 0 });
    const block = threadBlockAt(program, BigInt(first) << 12n);
    this.fsBase = block.fsBase;
    memory.writeRange(block.va, block.content);
  }

  private loop(): number {
    const limit = this.options.maxInstructions ?? 50_000_000;
    for (;;) {
      if (this.instructions > limit) throw new Error(`twin: more than ${limit} instructions`);
      try {
        this.step();
      } catch (error) {
        if (error instanceof TwinExit) { this.instructions++; return error.status; }
        if (!(error instanceof TwinSignal)) throw error;
        const status = this.deliver(error);
        if (status !== null) return status;
      }
    }
  }

  private step(): void {
    const page = this.pc >> 12n;
    if (page !== this.fetchedPage) {
      this.memory.fetch(this.pc);
      this.fetchedPage = page;
    }
    const i = this.code.at(this.pc);
    try {
      this.pc = this.execute(i);
    } catch (error) {
      // What a program sends itself arrives after the instruction; a fault comes instead of it.
      if (error instanceof TwinSignal && !error.synchronous) {
        this.instructions++;
        this.pc += 4n;
      }
      throw error;
    }
    this.instructions++;
  }

  // ---- registers ----

  private get(register: number): bigint { return this.slots[this.window + register] ?? 0n; }
  private put(register: number, value: bigint): void { this.slots[this.window + register] = BigInt.asUintN(64, value); }

  // ---- instructions ----

  /** Executes one instruction; the address of the next. */
  private execute(i: Instruction): Va {
    const { op } = i, next = this.pc + 4n;
    if (op <= Number(Op.STI64)) this.access(i);
    else if (op >= Number(Op.ADD32) && op <= Number(Op.UREM64I)) this.arithmetic(i);
    else if (op >= Number(Op.EQ32) && op <= Number(Op.SGE64I)) this.put(i.a, this.holds(i, op - Number(Op.EQ32), this.second(i, op - Number(Op.EQ32))) ? 1n : 0n);
    else if (op >= Number(Op.BEQ32) && op <= Number(Op.BSGE64I)) {
      const member = op - Number(Op.BEQ32), c = (member & 1) === 1 ? BigInt(i.w2) : this.get(i.c);
      return this.holds(i, member, c) ? this.target(i) : next;
    } else if (op >= Number(Op.SX1_32) && op <= Number(Op.CLZ64)) this.put(i.a, changeWidth(i, this.get(i.b)));
    else if (op >= Number(Op.FADD64) && op <= Number(Op.F32_F64)) this.put(i.a, floatInstruction(i, this.get(i.b), this.get(i.c)));
    else return this.other(i, next);
    return next;
  }

  private target(i: Instruction): Va { return this.pc + 4n * BigInt(i.w3); }

  /** LD…, LDA…, ST…, STA…, STI…: groups of four, 8 to 64 bits. */
  private access(i: Instruction): void {
    const size = 1 << (i.op & 3), group = i.op >> 2;
    const address = group === 4 ? this.get(i.b) + BigInt(i.w2) : (group % 2 === 0 ? this.get(i.b) : 0n) + imm64(i), va = BigInt.asUintN(64, address);
    if (group <= 1) this.put(i.a, this.memory.load(va, size));
    else this.memory.store(va, size, BigInt.asUintN(64, group === 4 ? BigInt(i.w3) : this.get(i.a)));
  }

  /** The second operand of an arithmetic or compare instruction: register, w2 or imm64. */
  private second(i: Instruction, index: number): bigint {
    switch (index & 3) {
      case 1: return BigInt(i.w2);
      case 3: return imm64(i);
      default: return this.get(i.c);
    }
  }

  private arithmetic(i: Instruction): void {
    const index = i.op - Number(Op.ADD32), result = arithmetic(index >> 2, (index & 2) === 0 ? 32 : 64, this.get(i.b), this.second(i, index));
    if (result === null) throw new TwinSignal(SIGFPE, true);
    this.put(i.a, result);
  }

  private holds(i: Instruction, index: number, c: bigint): boolean {
    return compare(index >> 2, (index & 2) === 0 ? 32 : 64, this.get(i.b), c);
  }

  private other(i: Instruction, next: Va): Va {
    const { op, a, b, c, w2, w3 } = i;
    switch (op) {
      case Op.LEA: this.put(a, this.get(b) + imm64(i)); return next;
      case Op.LEAX: this.put(a, this.get(b) + this.get(c) * BigInt(w2) + BigInt(w3)); return next;
      case Op.MOVI: this.put(a, imm64(i)); return next;
      case Op.MOV: this.put(a, this.get(b)); return next;
      case Op.UNDEF: this.put(a, 0n); return next;
      case Op.MULHU64: this.put(a, this.get(b) * this.get(c) >> 64n); return next;
      case Op.MULHS64: this.put(a, BigInt.asIntN(64, this.get(b)) * BigInt.asIntN(64, this.get(c)) >> 64n); return next;
      case Op.JMP: return this.target(i);
      case Op.BRTAB: return next + 4n * (this.get(b) < BigInt(w2 >>> 0) ? this.get(b) : BigInt(w2 >>> 0));
      case Op.IBR: if (!this.code.has(this.get(b))) throw new TwinSignal(SIGSEGV, true); return this.get(b);
      case Op.SEL: this.put(a, (this.get(w2) & 1n) === 1n ? this.get(b) : this.get(c)); return next;
      case Op.CALL: return this.call(i, this.code.callee(this.pc, w2), next);
      case Op.CALLI: {
        const fn = this.code.functionStartingAt(this.get(w2));
        if (!fn) throw new TwinSignal(SIGSEGV, true);
        return this.call(i, fn, next);
      }
      case Op.RET: return this.return(b === NO_REGISTER ? 0n : this.get(b));
      case Op.RETI: return this.return(imm64(i));
      case Op.RETV: this.results[w2] = this.get(b); return next;
      case Op.GETRET: this.put(a, this.results[w2] ?? 0n); return next;
      case Op.VASAVE: this.saveArguments(this.get(REG_F) + BigInt(w2), b, c); return next;
      case Op.CALLERSP: this.put(a, this.callerSlot(REG_SP)); return next;
      case Op.DYNALLOCA: {
        const align = BigInt(w3 > 16 ? w3 : 16), block = BigInt.asUintN(64, this.get(REG_SP) + BigInt(w2) - this.get(b)) & ~(align - 1n);
        this.put(REG_SP, block - BigInt(w2));
        this.put(a, block);
        return next;
      }
      case Op.STACKSAVE: this.put(a, this.get(REG_SP)); return next;
      case Op.STACKRESTORE: this.put(REG_SP, this.get(b)); return next;
      case Op.FSBASE: this.put(a, this.fsBase); return next;
      case Op.RETADDR: this.put(a, this.memory.load(this.links() + 8n, 8)); return next;
      case Op.INTRINSIC: this.intrinsic(i); return next;
      case Op.TRAP: case Op.UNREACHABLE: throw new TwinSignal(SIGILL, true);
      default: throw new Error(`twin: no instruction ${op}`);
    }
  }

  private intrinsic({ a, b, c, w2 }: Instruction): void {
    const args = Array.from({ length: c }, (_, k) => this.get(b + k));
    let results: readonly bigint[];
    if (w2 >= FIRST_MACHINE_INTRINSIC) {
      try {
        results = [this.system.call(w2, args)];
      } catch (error) {
        if (error instanceof TwinSignal && !error.synchronous && a !== NO_REGISTER) this.put(a, 0n); // raise answers 0
        throw error;
      }
    } else if (w2 >= Number(Intrinsic.x87_add)) results = extendedIntrinsic(w2, args);
    else if (w2 >= Number(Intrinsic.i128_udiv)) {
      const wide = wideIntrinsic(w2, args);
      if (!wide) throw new TwinSignal(SIGFPE, true);
      results = wide;
    } else results = [memoryIntrinsic(this.memory, w2, args)];
    if (a !== NO_REGISTER) results.forEach((value, k) => { this.put(a + k, value); });
  }

  // ---- calls ----

  private innermost(): CallRecord { return this.calls[this.calls.length - 1]!; }
  private callerSlot(register: number): bigint { return this.slots[this.window - this.innermost().distance + register] ?? 0n; }
  /** Where the running function's saved F lies; its return address is 8 bytes above. */
  private links(): Va { return this.get(REG_F) + BigInt(this.innermost().fn.lir.frameBytes) - 16n; }

  /** Top and F of a new frame below `sp`: a frame of at most 512 bytes never crosses a page. */
  private frame(fn: TwinFunction, sp: Va): { top: Va; f: Va } {
    const size = BigInt(fn.lir.frameBytes), crosses = (sp - size & PAGE_MASK) !== (sp - 1n & PAGE_MASK);
    const top = fn.lir.frameBytes <= SMALL_FRAME && crosses ? sp & PAGE_MASK : sp;
    return { top, f: BigInt.asUintN(64, top - size) };
  }

  private call(i: Instruction, fn: TwinFunction, returnVa: Va): Va {
    const { top, f } = this.frame(fn, this.get(REG_SP));
    this.pushLinks(top, this.get(REG_F), returnVa);
    this.window += i.c;
    this.slots[this.window + REG_F] = this.slots[this.window + REG_SP] = f;
    this.calls.push({ fn, returnVa, resultRegister: i.a, distance: i.c });
    return fn.lir.va;
  }

  private pushLinks(top: Va, callerF: Va, returnVa: Va): void {
    this.memory.store(top - 16n, 8, callerF);
    this.memory.store(top - 8n, 8, returnVa);
    this.callCount++;
    this.memory.extraCycles += this.options.config.machine.costs.stackFrameCycles;
  }

  private return(value: bigint): Va {
    const record = this.innermost(), links = this.links();
    if (record.returnVa === null) throw new Error('twin: the first call frame returned');
    const savedF = this.memory.load(links, 8), found = this.memory.load(links + 8n, 8), caller = this.window - record.distance;
    if (found !== record.returnVa) {
      const fn = this.code.functionStartingAt(found);
      if (!fn) throw new TwinSignal(SIGSEGV, true);
      return this.enterByReturn(record, fn, savedF, caller);
    }
    this.calls.pop();
    this.window = caller;
    this.put(REG_F, savedF);
    if (record.resultRegister !== NO_REGISTER) this.put(record.resultRegister, value);
    return record.returnVa;
  }

  /** An overwritten return address that is a function's: it runs as if called in the same place, and returns to the true one. */
  private enterByReturn(record: CallRecord, fn: TwinFunction, savedF: Va, caller: number): Va {
    const { top, f } = this.frame(fn, this.slots[caller + REG_SP]!), accesses = this.memory.counters.accesses;
    this.pushLinks(top, savedF, record.returnVa!);
    this.memory.counters.accesses = accesses; // the machine counts the two of the return only
    this.slots[caller + REG_F] = savedF;
    this.put(REG_F, f);
    this.put(REG_SP, f);
    for (let k = 0; k < fn.lir.parameterSlots; k++) this.put(WINDOW_HEADER + k, 0n);
    record.fn = fn;
    record.resultRegister = NO_REGISTER;
    return fn.lir.va;
  }

  /** System V register save area: unnamed general registers 8 bytes each, then at 48 the floating ones 16 bytes each. */
  private saveArguments(area: Va, namedGeneral: number, namedFloating: number): void {
    const { returnVa } = this.innermost(), classes = returnVa === null ? [] : this.code.descriptorOf(returnVa - 4n);
    let general = 0, floating = 0;
    classes.forEach((kind, k) => {
      const value = this.get(WINDOW_HEADER + k);
      if (kind === Number(ArgClass.GP)) {
        if (general >= namedGeneral && general < 6) this.memory.store(area + BigInt(8 * general), 8, value);
        general++;
      } else if (kind === Number(ArgClass.FP)) {
        if (floating >= namedFloating && floating < 8) this.memory.store(area + BigInt(48 + 16 * floating), 8, value);
        floating++;
      }
    });
  }

  /** Makes a call frame for a function that no instruction called: the start function, a signal handler. */
  private enter(fn: TwinFunction, args: readonly bigint[], sp: Va, callerF: Va, returnVa: Va | null, distance: number): void {
    const { top, f } = this.frame(fn, sp);
    this.memory.store(top - 8n, 8, returnVa ?? 0n);
    this.memory.store(top - 16n, 8, callerF);
    this.window += distance;
    this.put(REG_F, f);
    this.put(REG_SP, f);
    args.forEach((value, k) => { this.put(WINDOW_HEADER + k, value); });
    this.calls.push({ fn, returnVa, resultRegister: NO_REGISTER, distance });
    this.pc = fn.lir.va;
  }

  /** Exit status if the signal ends the program; null: it goes on. */
  private deliver({ signal, synchronous, fatal }: TwinSignal): number | null {
    const handler = this.system.handlers.get(signal) ?? 0n;
    if (!fatal && !synchronous && (handler === 1n || (handler === 0n && HARMLESS.has(signal)))) return null;
    const fn = handler > 1n && !fatal ? this.code.functionStartingAt(handler) : null;
    if (!fn) return 128 + signal;
    try {
      const distance = this.innermost().fn.lir.windowSlots + HANDLER_SLACK;
      const before = this.system.blocked;
      this.system.blocked |= 1n << BigInt(signal - 1);
      this.enter(this.deliverer, [handler, BigInt(signal), 0n, before], this.get(REG_SP) - RED_ZONE & ~15n, this.get(REG_F), this.pc, distance);
      return null;
    } catch (error) {
      if (error instanceof TwinSignal) return 128 + signal; // no stack left for the handler
      throw error;
    }
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
