/**
 * Calls and returns: the register window, the simulated stack frame, and what the checker makes of the stack.
 *
 *   simulated stack (addresses fall)          register windows (store addresses rise)
 *     caller's frame … ← SP of the caller      caller's window: 0 record, 1 F, 2 SP, 3… registers
 *     T − 8   return address                   callee's window, CALL.c slots further, arguments already there
 *     T − 16  caller's F
 *     …       locals and spilled values
 *     F       lowest byte; T = F + frame bytes; T = SP, or SP rounded down to its page for a frame of at most 512 bytes
 *             that would cross a page
 *
 * The return address and the saved F are written and read through the MMU (two accesses a call, two a return). A return
 * compares them with the call record and, when they differ, asks the machine (host.stackSmashed) and obeys what lies there.
 *
 * With checking, a call makes [F − 128, SP) undefined and a return takes [SP of the callee − 128, SP of the caller − 128)
 * away and makes [SP of the caller − 128, SP of the caller) undefined: 128 is the red zone of System V.
 */
import { ACCESS_WRITE, CONTINUE, LEAVE_AFTER } from "../../kernel-interface";
import {
  CALL_DESCRIPTORS, CNT_CALLS, CODE, COST_STACK_FRAME, FAST_READ, FAST_WRITE, FN_FRAME, FN_PARAMS, FN_PC, FN_WINDOW, FUNCTIONS,
  Leave, REC_ARGS, REC_CALLER, REC_FUNCTION, REC_RESULT, REC_RETURN, RETURN_TO_HOST, ST_LEAVE, ST_LOAD_VALUE, ST_R, ST_RESULT,
  ST_R_LIMIT, ST_STACK_LOW, ST_WATCH_STACK,
} from "../memory-layout";
import { ArgClass, NO_REGISTER } from "../ops";
import { loadBytes, storeBytes, watchRange } from "./access";
import { arithmeticTrap, badJump, registerStackFull, stackSmashed } from "./host";
import { translateData } from "./mmu";
import { NO_ACCESS, UNDEFINED, fastOffset, shadeCall, shadeRange, shadeReturn } from "./shadow";
import { PAGE_MASK, bump, chargeCycles, high, low, savePlace, setVa } from "./state";
import { functionAt, vaInFunction } from "./text";

const SMALL_FRAME: u32 = 512;
/** Changes of SP beyond this are taken for a switch of stacks and shade nothing (Memcheck's --max-stackframe). */
const MAX_STACK_FRAME: u64 = 2000000;
/** Slots 1 and 2 of a window: F and SP. */
const WINDOW_F: usize = 16;
const WINDOW_SP: usize = 32;

// @ts-ignore: decorator
@inline function functionEntry(id: u32): u32 { return FUNCTIONS + (id << 5); }

/** Notes why the interpreter leaves, from the answer of a call out that always leaves. Returns 0, "no next instruction". */
export function leaveBy(answer: u32): u32 {
  store<u32>(ST_LEAVE, answer == LEAVE_AFTER ? Leave.Host : Leave.Retry);
  return 0;
}
/** Control cannot go to `va`: the instruction in the state block jumped there. */
export function jumpToNowhere(va: u64): u32 {
  setVa(va);
  return leaveBy(badJump(low(va), high(va)));
}
/** SIGFPE or SIGILL by the instruction in the state block. */
export function trap(kind: u32): u32 { return leaveBy(arithmeticTrap(kind)); }

/** Stores the caller's F and the return address at `at` and `at` + 8. False: the machine asked to leave. */
// @ts-ignore: decorator
@inline function storeLinks(at: u64, savedF: u64, returnVa: u64, i: u32, r: u32, limit: u32): bool {
  const e = FAST_WRITE + fastOffset(at);
  let p: u32;
  if (load<u64>(e) == (at & (PAGE_MASK | 15))) p = load<u32>(e, 8) + <u32>at;
  else {
    savePlace(i, r, limit);
    if (<u32>at & 15) return storeBytes<u8>(at, 8, savedF, 0) && storeBytes<u8>(at + 8, 8, returnVa, 0);
    p = translateData(at, ACCESS_WRITE, 16);
    if (!p) return false;
  }
  store<u64>(p, savedF);
  store<u64>(p, returnVa, 8);
  return true;
}

/**
 * Makes the frame of function `id`: links, shading, slots 1 and 2 of its window `n`. The call record is the caller's part.
 * False: the machine asked to leave; nothing was changed.
 */
// @ts-ignore: decorator
@inline function pushFrame<C>(id: u32, n: u32, sp: u64, callerF: u64, returnVa: u64, i: u32, r: u32, limit: u32): bool {
  const frame = load<u32>(functionEntry(id), FN_FRAME);
  let top = sp;
  if (frame <= SMALL_FRAME && (((sp - frame) ^ (sp - 1)) & PAGE_MASK) != 0) top = sp & PAGE_MASK;
  const f = top - frame;
  if (!storeLinks(top - 16, callerF, returnVa, i, r, limit)) return false;
  if (sizeof<C>() > 1) {
    if (sp - f <= MAX_STACK_FRAME) shadeCall(f, sp, top - 16);
  }
  store<u64>(n, f, WINDOW_F);
  store<u64>(n, f, WINDOW_SP);
  if (sizeof<C>() > 1) {
    store<u64>(n, 0, WINDOW_F + 8);
    store<u64>(n, 0, WINDOW_SP + 8);
  }
  if (f < load<u64>(ST_STACK_LOW)) store<u64>(ST_STACK_LOW, f);
  bump(CNT_CALLS);
  chargeCycles(load<u32>(COST_STACK_FRAME));
  return true;
}

/** CALL and CALLI of function `id` by the instruction at `i`. Next instruction, or 0: leave (ST_LEAVE says why). */
export function call<C>(id: u32, i: u32, r: u32, limit: u32): u32 {
  const callee = functionEntry(id), distance = <u32>load<u16>(i, 6) << 4, n = r + distance, returnIndex = ((i - CODE) >> 4) + 1;
  if (n + (load<u32>(callee, FN_WINDOW) << 4) > load<u32>(ST_R_LIMIT)) {
    savePlace(i, r, limit);
    return leaveBy(registerStackFull());
  }
  const returnVa = vaInFunction(load<u32>(r, REC_FUNCTION), returnIndex);
  if (!pushFrame<C>(id, n, load<u64>(r, WINDOW_SP), load<u64>(r, WINDOW_F), returnVa, i, r, limit)) return leaveBy(0);
  store<u32>(n, returnIndex, REC_RETURN);
  store<u16>(n, load<u16>(i, 2), REC_RESULT);
  store<u16>(n, load<u16>(i, 4), REC_ARGS);
  store<u32>(n, distance, REC_CALLER);
  store<u32>(n, id, REC_FUNCTION);
  return CODE + (load<u32>(callee, FN_PC) << 4);
}

/** Function that CALLI's register names; -1 after telling the machine that there is none. */
export function callTarget(va: u64, i: u32, r: u32, limit: u32): i32 {
  const id = functionAt(va);
  if (id >= 0) return id;
  savePlace(i, r, limit);
  jumpToNowhere(va);
  return -1;
}

/**
 * Return with a value. Next instruction, or 0: leave (ST_LEAVE says why). ST_R becomes the window to go on in.
 * The value is written to the caller's result register when it has one; after the first call frame, to ST_RESULT.
 */
export function leaveFunction<C, P>(value: u64, v: u64, i: u32, r: u32, limit: u32): u32 {
  const returnIndex = load<u32>(r, REC_RETURN);
  if (returnIndex == RETURN_TO_HOST) {
    store<u64>(ST_RESULT, value);
    store<u64>(ST_RESULT, v, 8);
    savePlace(i + 16, r, limit);
    store<u32>(ST_LEAVE, Leave.Done);
    return 0;
  }
  const links = load<u64>(r, WINDOW_F) + load<u32>(functionEntry(load<u32>(r, REC_FUNCTION)), FN_FRAME) - 16;
  const e = FAST_READ + fastOffset(links), caller = r - load<u32>(r, REC_CALLER);
  let savedF: u64, returnVa: u64;
  if (load<u64>(e) == (links & (PAGE_MASK | 15))) {
    const p = load<u32>(e, 8) + <u32>links;
    savedF = load<u64>(p);
    returnVa = load<u64>(p, 8);
  } else {
    savePlace(i, r, limit);
    if (!loadBytes<u8>(links, 8)) return leaveBy(0);
    savedF = load<u64>(ST_LOAD_VALUE);
    if (!loadBytes<u8>(links + 8, 8)) return leaveBy(0);
    returnVa = load<u64>(ST_LOAD_VALUE);
  }
  const expected = vaInFunction(load<u32>(caller, REC_FUNCTION), returnIndex);
  let target: i32 = -1;
  if (savedF != load<u64>(caller, WINDOW_F) || returnVa != expected) {
    savePlace(i, r, limit);
    if (savedF != load<u64>(caller, WINDOW_F) && !obey(savedF, links, 1)) return 0;
    if (returnVa != expected) {
      if (!obey(returnVa, links + 8, 0)) return 0;
      target = functionAt(returnVa);
      if (target < 0) return jumpToNowhere(returnVa);
    }
  }
  const calleeSp = load<u64>(r, WINDOW_SP), callerSp = load<u64>(caller, WINDOW_SP);
  if (sizeof<P>() > 1) {
    if (load<u64>(ST_WATCH_STACK) != 0 && callerSp > load<u64>(ST_WATCH_STACK)) {
      savePlace(i, r, limit);
      watchRange(calleeSp, callerSp - calleeSp, 2);
    }
  }
  if (sizeof<C>() > 1) {
    if (callerSp - calleeSp <= MAX_STACK_FRAME) shadeReturn(calleeSp, callerSp);
  }
  if (target >= 0) return enterByReturn<C>(target, expected, savedF, i, r, limit);
  store<u64>(caller, savedF, WINDOW_F);
  const register = <u32>load<u16>(r, REC_RESULT);
  if (register != NO_REGISTER) {
    store<u64>(caller + (register << 4), value);
    if (sizeof<C>() > 1) store<u64>(caller + (register << 4), v, 8);
  }
  store<u32>(ST_R, caller);
  return CODE + (returnIndex << 4);
}

/** Tells the machine of a changed link; true: obey it. */
function obey(found: u64, at: u64, what: u32): bool {
  setVa(found);
  const answer = stackSmashed(low(at), high(at), what);
  if (answer != CONTINUE) leaveBy(answer);
  return answer == CONTINUE;
}

/**
 * A return address that was overwritten by that of a function: it runs as if the caller had called it, with undefined
 * parameters, and returns to where the call record says.
 */
function enterByReturn<C>(id: u32, returnVa: u64, callerF: u64, i: u32, r: u32, limit: u32): u32 {
  const callee = functionEntry(id), caller = r - load<u32>(r, REC_CALLER);
  if (r + (load<u32>(callee, FN_WINDOW) << 4) > load<u32>(ST_R_LIMIT)) return leaveBy(registerStackFull());
  if (!pushFrame<C>(id, r, load<u64>(caller, WINDOW_SP), callerF, returnVa, i, r, limit)) return leaveBy(0);
  store<u64>(caller, callerF, WINDOW_F);
  for (let k: u32 = 0; k < load<u32>(callee, FN_PARAMS); k++) {
    store<u64>(r + (3 + k << 4), 0);
    store<u64>(r + (3 + k << 4), ~0, 8);
  }
  store<u32>(r, id, REC_FUNCTION);
  store<u16>(r, <u16>NO_REGISTER, REC_RESULT);
  store<u32>(ST_R, r);
  return CODE + (load<u32>(callee, FN_PC) << 4);
}

/** SP of the caller of the running function: where its outgoing arguments begin. */
export function callerSp(r: u32): u64 { return load<u64>(r - load<u32>(r, REC_CALLER), WINDOW_SP); }

/** Address of the return address of the running function. */
export function returnAddressAt(r: u32): u64 {
  return load<u64>(r, WINDOW_F) + load<u32>(functionEntry(load<u32>(r, REC_FUNCTION)), FN_FRAME) - 8;
}

/** DYNALLOCA: lowers SP by a block of `size` bytes and gives the block's address. */
export function allocateOnStack<C>(size: u64, outgoing: u64, alignment: u64, r: u32): u64 {
  const sp = load<u64>(r, WINDOW_SP), align: u64 = alignment > 16 ? alignment : 16;
  const block = (sp + outgoing - size) & ~(align - 1), lower = block - outgoing;
  store<u64>(r, lower, WINDOW_SP);
  if (sizeof<C>() > 1) {
    if (sp - lower <= MAX_STACK_FRAME) shadeRange(lower, sp, UNDEFINED);
  }
  if (lower < load<u64>(ST_STACK_LOW)) store<u64>(ST_STACK_LOW, lower);
  return block;
}

/** STACKRESTORE. */
export function restoreStack<C>(sp: u64, r: u32): void {
  const old = load<u64>(r, WINDOW_SP);
  store<u64>(r, sp, WINDOW_SP);
  if (sizeof<C>() > 1) {
    if (sp > old && sp - old <= MAX_STACK_FRAME) shadeRange(old, sp, NO_ACCESS);
  }
}

/**
 * VASAVE: stores the unnamed register arguments of this call to the register save area at `area` (System V ABI, 3.5.7): general
 * registers 8 bytes each, then at 48 the floating ones 16 bytes each. Returns the number of accesses, or -1: leave.
 */
export function saveArguments<C>(area: u64, namedGp: u32, namedFp: u32, r: u32): i32 {
  const callSite = CODE + (load<u32>(r, REC_RETURN) - 1 << 4), descriptor = load<u32>(callSite, 12);
  if (!descriptor || load<u32>(r, REC_RETURN) == RETURN_TO_HOST) return 0;
  const record = load<u32>(CALL_DESCRIPTORS + (descriptor << 2)), count = load<u32>(record);
  let gp: u32 = 0, fp: u32 = 0, stores: i32 = 0;
  for (let k: u32 = 0; k < count; k++) {
    const kind = <u32>load<u8>(record + 4 + k), slot = r + (3 + k << 4);
    let at: u64 = 0;
    if (kind == ArgClass.GP) {
      if (gp >= namedGp && gp < 6) at = area + (gp << 3);
      gp++;
    } else if (kind == ArgClass.FP) {
      if (fp >= namedFp && fp < 8) at = area + 48 + (fp << 4);
      fp++;
    }
    if (!at) continue;
    if (!storeBytes<C>(at, 8, load<u64>(slot), load<u64>(slot, 8))) return -1;
    stores++;
  }
  return stores;
}
