/**
 * The interpreter loop over LIR (src/core/kernel/ops.ts has the instruction set).
 *
 * One source, four variants by two type parameters, judged while compiling by their size: C = u8 unchecked, u16 with
 * addressability and definedness; P = u8 free running, u16 precise (stops at any instruction, reports watched stores).
 *
 * What it keeps in locals: ip, the store address of the instruction after the running one; r, the running window; limit, such
 * that limit − ip is 16 times the fuel left when the instruction at ip is about to run (so straight-line code costs no counter:
 * a taken branch adds its displacement to both); accesses, flushed to CNT_ACCESS on leaving. A case ends with `continue` when
 * the next instruction follows, with `break` when `next` says where control goes.
 *
 * The dispatch must become one br_table: keep the cases dense and in the order of Op.
 */
import { CONTINUE, LEAVE_AFTER } from "../../kernel-interface";
import { FIRST_MACHINE_INTRINSIC } from "../../intrinsics";
import {
  CNT_ACCESS, CNT_FETCH, CODE, FETCH_FAST, Leave, ST_FETCH_PAGE, ST_FS_BASE, ST_LEAVE, ST_PC, ST_R, ST_RESULT,
} from "../memory-layout";
import { NO_REGISTER, Op } from "../ops";
import {
  allocateOnStack, call, callTarget, callerSp, jumpToNowhere, leaveFunction, restoreStack, returnAddressAt, saveArguments, trap,
} from "./calls";
import {
  binary32, binary64, compare32, compare64, demote, promote, result32, result64, toI32, toI64, toU32, toU64, unary32, unary64,
} from "./float";
import { intrinsic } from "./host";
import { kernelIntrinsic } from "./intrinsics";
import { mulHighS, mulHighU } from "./wide";
import {
  Instruction, dividesS32, dividesS64, equality, get, get32, getF32, getF64, imm, loadInto, lowBits, put, selectedV, shifted, signExtend,
  storeFrom, target, vOf,
} from "./operands";
import { CODE_PAGE_SHIFT, fetchPage } from "./mmu";
import { NONE, add, bump, savePlace } from "./state";
import { codeAt } from "./text";
import { and64, left32, left64, or64, pcast1, pcast32, pcast64 } from "./values";

/** Leaves with what the state block says of the place. */
function leave(reason: u32, accesses: u32): u32 {
  store<u32>(ST_LEAVE, reason);
  store<u32>(ST_FETCH_PAGE, load<u32>(ST_PC) >> 10);
  add(CNT_ACCESS, accesses);
  return reason;
}
/** Leaves before the instruction at ST_PC could be fetched: the fetch is tried again on entry. */
function leaveUnfetched(accesses: u32): u32 {
  leave(Leave.Retry, accesses);
  store<u32>(ST_FETCH_PAGE, 0xffffffff);
  return Leave.Retry;
}

/**
 * Runs from ST_PC in the window ST_R for about `fuel` instructions.
 * @param replacement opcode to run in place of the first instruction's (what a BREAK hides), or -1
 */
export function interpret<C, P>(fuel: i32, replacement: i32): u32 {
  let ip = CODE + (load<u32>(ST_PC) << 4), r = load<u32>(ST_R), limit: u32 = ip + <u32>(fuel << 4), accesses: u32 = 0;
  if (load<u32>(ST_FETCH_PAGE) != load<u32>(ST_PC) >> 10) {
    savePlace(ip, r, limit);
    if (!fetchPage(ip)) return leaveUnfetched(0);
  }
  while (true) {
    if (sizeof<P>() > 1) {
      if (<i32>(limit - ip) <= 0) { savePlace(ip, r, limit); return leave(Leave.Fuel, accesses); }
    }
    const at = ip, i = changetype<Instruction>(at);
    ip += 16;
    let op = <i32>i.op, next: u32 = 0;
    if (sizeof<P>() > 1) {
      if (replacement >= 0) { op = replacement; replacement = -1; }
    }
    switch (op) {
      case Op.LD8: if (!loadInto<u8, C>(get(r, i.b) + imm(i), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.LD16: if (!loadInto<u16, C>(get(r, i.b) + imm(i), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.LD32: if (!loadInto<u32, C>(get(r, i.b) + imm(i), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.LD64: if (!loadInto<u64, C>(get(r, i.b) + imm(i), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.LDA8: if (!loadInto<u8, C>(imm(i), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.LDA16: if (!loadInto<u16, C>(imm(i), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.LDA32: if (!loadInto<u32, C>(imm(i), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.LDA64: if (!loadInto<u64, C>(imm(i), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.ST8: if (!storeFrom<u8, C, P>(get(r, i.b) + imm(i), get(r, i.a), vOf<C>(r, i.a), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.ST16: if (!storeFrom<u16, C, P>(get(r, i.b) + imm(i), get(r, i.a), vOf<C>(r, i.a), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.ST32: if (!storeFrom<u32, C, P>(get(r, i.b) + imm(i), get(r, i.a), vOf<C>(r, i.a), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.ST64: if (!storeFrom<u64, C, P>(get(r, i.b) + imm(i), get(r, i.a), vOf<C>(r, i.a), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.STA8: if (!storeFrom<u8, C, P>(imm(i), get(r, i.a), vOf<C>(r, i.a), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.STA16: if (!storeFrom<u16, C, P>(imm(i), get(r, i.a), vOf<C>(r, i.a), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.STA32: if (!storeFrom<u32, C, P>(imm(i), get(r, i.a), vOf<C>(r, i.a), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.STA64: if (!storeFrom<u64, C, P>(imm(i), get(r, i.a), vOf<C>(r, i.a), i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.STI8: if (!storeFrom<u8, C, P>(get(r, i.b) + <u64>i.w2, <u64>i.w3, 0, i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.STI16: if (!storeFrom<u16, C, P>(get(r, i.b) + <u64>i.w2, <u64>i.w3, 0, i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.STI32: if (!storeFrom<u32, C, P>(get(r, i.b) + <u64>i.w2, <u64>i.w3, 0, i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.STI64: if (!storeFrom<u64, C, P>(get(r, i.b) + <u64>i.w2, <u64>i.w3, 0, i, r, limit)) return leave(Leave.Retry, accesses); accesses++; continue;
      case Op.LEA: put<C>(r, i, get(r, i.b) + imm(i), left64(vOf<C>(r, i.b))); continue;
      case Op.LEAX: put<C>(r, i, get(r, i.b) + get(r, i.c) * <u64>i.w2 + <u64>i.w3, left64(vOf<C>(r, i.b) | left64(vOf<C>(r, i.c)) * <u64>i.w2)); continue;
      case Op.MOVI: put<C>(r, i, imm(i), 0); continue;
      case Op.MOV: put<C>(r, i, get(r, i.b), vOf<C>(r, i.b)); continue;
      case Op.UNDEF: put<C>(r, i, 0, imm(i)); continue;

      case Op.ADD32: put<C>(r, i, <u64>(get32(r, i.b) + get32(r, i.c)), left32(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c))); continue;
      case Op.ADD32I: put<C>(r, i, <u64>(get32(r, i.b) + <u32>i.w2), left32(<u32>vOf<C>(r, i.b))); continue;
      case Op.ADD64: put<C>(r, i, get(r, i.b) + get(r, i.c), left64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.ADD64I: put<C>(r, i, get(r, i.b) + imm(i), left64(vOf<C>(r, i.b))); continue;
      case Op.SUB32: put<C>(r, i, <u64>(get32(r, i.b) - get32(r, i.c)), left32(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c))); continue;
      case Op.SUB32I: put<C>(r, i, <u64>(get32(r, i.b) - <u32>i.w2), left32(<u32>vOf<C>(r, i.b))); continue;
      case Op.SUB64: put<C>(r, i, get(r, i.b) - get(r, i.c), left64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.SUB64I: put<C>(r, i, get(r, i.b) - imm(i), left64(vOf<C>(r, i.b))); continue;
      case Op.MUL32: put<C>(r, i, <u64>(get32(r, i.b) * get32(r, i.c)), left32(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c))); continue;
      case Op.MUL32I: put<C>(r, i, <u64>(get32(r, i.b) * <u32>i.w2), left32(<u32>vOf<C>(r, i.b))); continue;
      case Op.MUL64: put<C>(r, i, get(r, i.b) * get(r, i.c), left64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.MUL64I: put<C>(r, i, get(r, i.b) * imm(i), left64(vOf<C>(r, i.b))); continue;
      case Op.AND32: put<C>(r, i, <u64>(get32(r, i.b) & get32(r, i.c)), and64(<u64>get32(r, i.b), <u64><u32>vOf<C>(r, i.b), <u64>get32(r, i.c), <u64><u32>vOf<C>(r, i.c))); continue;
      case Op.AND32I: put<C>(r, i, <u64>(get32(r, i.b) & <u32>i.w2), <u64>(<u32>vOf<C>(r, i.b) & <u32>i.w2)); continue;
      case Op.AND64: put<C>(r, i, get(r, i.b) & get(r, i.c), and64(get(r, i.b), vOf<C>(r, i.b), get(r, i.c), vOf<C>(r, i.c))); continue;
      case Op.AND64I: put<C>(r, i, get(r, i.b) & imm(i), vOf<C>(r, i.b) & imm(i)); continue;
      case Op.OR32: put<C>(r, i, <u64>(get32(r, i.b) | get32(r, i.c)), or64(<u64>get32(r, i.b), <u64><u32>vOf<C>(r, i.b), <u64>get32(r, i.c), <u64><u32>vOf<C>(r, i.c))); continue;
      case Op.OR32I: put<C>(r, i, <u64>(get32(r, i.b) | <u32>i.w2), <u64>(<u32>vOf<C>(r, i.b) & ~<u32>i.w2)); continue;
      case Op.OR64: put<C>(r, i, get(r, i.b) | get(r, i.c), or64(get(r, i.b), vOf<C>(r, i.b), get(r, i.c), vOf<C>(r, i.c))); continue;
      case Op.OR64I: put<C>(r, i, get(r, i.b) | imm(i), vOf<C>(r, i.b) & ~imm(i)); continue;
      case Op.XOR32: put<C>(r, i, <u64>(get32(r, i.b) ^ get32(r, i.c)), <u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c))); continue;
      case Op.XOR32I: put<C>(r, i, <u64>(get32(r, i.b) ^ <u32>i.w2), <u64><u32>vOf<C>(r, i.b)); continue;
      case Op.XOR64: put<C>(r, i, get(r, i.b) ^ get(r, i.c), vOf<C>(r, i.b) | vOf<C>(r, i.c)); continue;
      case Op.XOR64I: put<C>(r, i, get(r, i.b) ^ imm(i), vOf<C>(r, i.b)); continue;
      case Op.SHL32: put<C>(r, i, <u64><u32>(<u32>get32(r, i.b) << <u32>get32(r, i.c)), shifted<C>(<u64><u32>(<u32><u32>vOf<C>(r, i.b) << <u32>get32(r, i.c)), vOf<C>(r, i.c), 0xffffffff)); continue;
      case Op.SHL32I: put<C>(r, i, <u64><u32>(<u32>get32(r, i.b) << <u32><u32>i.w2), <u64><u32>(<u32><u32>vOf<C>(r, i.b) << <u32><u32>i.w2)); continue;
      case Op.SHL64: put<C>(r, i, <u64>get(r, i.b) << <u64>get(r, i.c), shifted<C>(<u64>vOf<C>(r, i.b) << <u64>get(r, i.c), vOf<C>(r, i.c), NONE)); continue;
      case Op.SHL64I: put<C>(r, i, <u64>get(r, i.b) << <u64>imm(i), <u64>vOf<C>(r, i.b) << <u64>imm(i)); continue;
      case Op.LSHR32: put<C>(r, i, <u64><u32>(<u32>get32(r, i.b) >> <u32>get32(r, i.c)), shifted<C>(<u64><u32>(<u32><u32>vOf<C>(r, i.b) >> <u32>get32(r, i.c)), vOf<C>(r, i.c), 0xffffffff)); continue;
      case Op.LSHR32I: put<C>(r, i, <u64><u32>(<u32>get32(r, i.b) >> <u32><u32>i.w2), <u64><u32>(<u32><u32>vOf<C>(r, i.b) >> <u32><u32>i.w2)); continue;
      case Op.LSHR64: put<C>(r, i, <u64>get(r, i.b) >> <u64>get(r, i.c), shifted<C>(<u64>vOf<C>(r, i.b) >> <u64>get(r, i.c), vOf<C>(r, i.c), NONE)); continue;
      case Op.LSHR64I: put<C>(r, i, <u64>get(r, i.b) >> <u64>imm(i), <u64>vOf<C>(r, i.b) >> <u64>imm(i)); continue;
      case Op.ASHR32: put<C>(r, i, <u64><u32>(<i32>get32(r, i.b) >> <i32>get32(r, i.c)), shifted<C>(<u64><u32>(<i32><u32>vOf<C>(r, i.b) >> <i32>get32(r, i.c)), vOf<C>(r, i.c), 0xffffffff)); continue;
      case Op.ASHR32I: put<C>(r, i, <u64><u32>(<i32>get32(r, i.b) >> <i32><u32>i.w2), <u64><u32>(<i32><u32>vOf<C>(r, i.b) >> <i32><u32>i.w2)); continue;
      case Op.ASHR64: put<C>(r, i, <u64>(<i64>get(r, i.b) >> <i64>get(r, i.c)), shifted<C>(<u64>(<i64>vOf<C>(r, i.b) >> <i64>get(r, i.c)), vOf<C>(r, i.c), NONE)); continue;
      case Op.ASHR64I: put<C>(r, i, <u64>(<i64>get(r, i.b) >> <i64>imm(i)), <u64>(<i64>vOf<C>(r, i.b) >> <i64>imm(i))); continue;
      case Op.SDIV32: if (!(dividesS32(get32(r, i.b), get32(r, i.c)))) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64><u32>(<i32>get32(r, i.b) / <i32>get32(r, i.c)), pcast32(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.SDIV32I: if (!(dividesS32(get32(r, i.b), <u32>i.w2))) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64><u32>(<i32>get32(r, i.b) / <i32><u32>i.w2), pcast32(vOf<C>(r, i.b))); continue;
      case Op.SDIV64: if (!(dividesS64(get(r, i.b), get(r, i.c)))) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64>(<i64>get(r, i.b) / <i64>get(r, i.c)), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.SDIV64I: if (!(dividesS64(get(r, i.b), imm(i)))) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64>(<i64>get(r, i.b) / <i64>imm(i)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.UDIV32: if (!(get32(r, i.c) != 0)) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64><u32>(get32(r, i.b) / get32(r, i.c)), pcast32(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.UDIV32I: if (!(<u32>i.w2 != 0)) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64><u32>(get32(r, i.b) / <u32>i.w2), pcast32(vOf<C>(r, i.b))); continue;
      case Op.UDIV64: if (!(get(r, i.c) != 0)) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, get(r, i.b) / get(r, i.c), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.UDIV64I: if (!(imm(i) != 0)) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, get(r, i.b) / imm(i), pcast64(vOf<C>(r, i.b))); continue;
      case Op.SREM32: if (!(dividesS32(get32(r, i.b), get32(r, i.c)))) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64><u32>(<i32>get32(r, i.b) % <i32>get32(r, i.c)), pcast32(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.SREM32I: if (!(dividesS32(get32(r, i.b), <u32>i.w2))) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64><u32>(<i32>get32(r, i.b) % <i32><u32>i.w2), pcast32(vOf<C>(r, i.b))); continue;
      case Op.SREM64: if (!(dividesS64(get(r, i.b), get(r, i.c)))) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64>(<i64>get(r, i.b) % <i64>get(r, i.c)), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.SREM64I: if (!(dividesS64(get(r, i.b), imm(i)))) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64>(<i64>get(r, i.b) % <i64>imm(i)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.UREM32: if (!(get32(r, i.c) != 0)) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64><u32>(get32(r, i.b) % get32(r, i.c)), pcast32(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.UREM32I: if (!(<u32>i.w2 != 0)) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, <u64><u32>(get32(r, i.b) % <u32>i.w2), pcast32(vOf<C>(r, i.b))); continue;
      case Op.UREM64: if (!(get(r, i.c) != 0)) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, get(r, i.b) % get(r, i.c), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.UREM64I: if (!(imm(i) != 0)) { savePlace(at, r, limit); trap(0); return leave(load<u32>(ST_LEAVE), accesses); } put<C>(r, i, get(r, i.b) % imm(i), pcast64(vOf<C>(r, i.b))); continue;
      case Op.MULHU64: put<C>(r, i, mulHighU(get(r, i.b), get(r, i.c)), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.MULHS64: put<C>(r, i, mulHighS(get(r, i.b), get(r, i.c)), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;

      case Op.EQ32: put<C>(r, i, <u64>(get32(r, i.b) == get32(r, i.c)), equality<C>(<u64>get32(r, i.b), <u64>get32(r, i.c), <u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c)))); continue;
      case Op.EQ32I: put<C>(r, i, <u64>(get32(r, i.b) == <u32>i.w2), equality<C>(<u64>get32(r, i.b), <u64><u32>i.w2, <u64><u32>vOf<C>(r, i.b))); continue;
      case Op.EQ64: put<C>(r, i, <u64>(get(r, i.b) == get(r, i.c)), equality<C>(<u64>get(r, i.b), <u64>get(r, i.c), vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.EQ64I: put<C>(r, i, <u64>(get(r, i.b) == imm(i)), equality<C>(<u64>get(r, i.b), <u64>imm(i), vOf<C>(r, i.b))); continue;
      case Op.NE32: put<C>(r, i, <u64>(get32(r, i.b) != get32(r, i.c)), equality<C>(<u64>get32(r, i.b), <u64>get32(r, i.c), <u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c)))); continue;
      case Op.NE32I: put<C>(r, i, <u64>(get32(r, i.b) != <u32>i.w2), equality<C>(<u64>get32(r, i.b), <u64><u32>i.w2, <u64><u32>vOf<C>(r, i.b))); continue;
      case Op.NE64: put<C>(r, i, <u64>(get(r, i.b) != get(r, i.c)), equality<C>(<u64>get(r, i.b), <u64>get(r, i.c), vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.NE64I: put<C>(r, i, <u64>(get(r, i.b) != imm(i)), equality<C>(<u64>get(r, i.b), <u64>imm(i), vOf<C>(r, i.b))); continue;
      case Op.ULT32: put<C>(r, i, <u64>(get32(r, i.b) < get32(r, i.c)), pcast1(<u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c)))); continue;
      case Op.ULT32I: put<C>(r, i, <u64>(get32(r, i.b) < <u32>i.w2), pcast1(<u64><u32>vOf<C>(r, i.b))); continue;
      case Op.ULT64: put<C>(r, i, <u64>(get(r, i.b) < get(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.ULT64I: put<C>(r, i, <u64>(get(r, i.b) < imm(i)), pcast1(vOf<C>(r, i.b))); continue;
      case Op.ULE32: put<C>(r, i, <u64>(get32(r, i.b) <= get32(r, i.c)), pcast1(<u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c)))); continue;
      case Op.ULE32I: put<C>(r, i, <u64>(get32(r, i.b) <= <u32>i.w2), pcast1(<u64><u32>vOf<C>(r, i.b))); continue;
      case Op.ULE64: put<C>(r, i, <u64>(get(r, i.b) <= get(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.ULE64I: put<C>(r, i, <u64>(get(r, i.b) <= imm(i)), pcast1(vOf<C>(r, i.b))); continue;
      case Op.UGT32: put<C>(r, i, <u64>(get32(r, i.b) > get32(r, i.c)), pcast1(<u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c)))); continue;
      case Op.UGT32I: put<C>(r, i, <u64>(get32(r, i.b) > <u32>i.w2), pcast1(<u64><u32>vOf<C>(r, i.b))); continue;
      case Op.UGT64: put<C>(r, i, <u64>(get(r, i.b) > get(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.UGT64I: put<C>(r, i, <u64>(get(r, i.b) > imm(i)), pcast1(vOf<C>(r, i.b))); continue;
      case Op.UGE32: put<C>(r, i, <u64>(get32(r, i.b) >= get32(r, i.c)), pcast1(<u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c)))); continue;
      case Op.UGE32I: put<C>(r, i, <u64>(get32(r, i.b) >= <u32>i.w2), pcast1(<u64><u32>vOf<C>(r, i.b))); continue;
      case Op.UGE64: put<C>(r, i, <u64>(get(r, i.b) >= get(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.UGE64I: put<C>(r, i, <u64>(get(r, i.b) >= imm(i)), pcast1(vOf<C>(r, i.b))); continue;
      case Op.SLT32: put<C>(r, i, <u64>(<i32>get32(r, i.b) < <i32>get32(r, i.c)), pcast1(<u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c)))); continue;
      case Op.SLT32I: put<C>(r, i, <u64>(<i32>get32(r, i.b) < <i32><u32>i.w2), pcast1(<u64><u32>vOf<C>(r, i.b))); continue;
      case Op.SLT64: put<C>(r, i, <u64>(<i64>get(r, i.b) < <i64>get(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.SLT64I: put<C>(r, i, <u64>(<i64>get(r, i.b) < <i64>imm(i)), pcast1(vOf<C>(r, i.b))); continue;
      case Op.SLE32: put<C>(r, i, <u64>(<i32>get32(r, i.b) <= <i32>get32(r, i.c)), pcast1(<u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c)))); continue;
      case Op.SLE32I: put<C>(r, i, <u64>(<i32>get32(r, i.b) <= <i32><u32>i.w2), pcast1(<u64><u32>vOf<C>(r, i.b))); continue;
      case Op.SLE64: put<C>(r, i, <u64>(<i64>get(r, i.b) <= <i64>get(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.SLE64I: put<C>(r, i, <u64>(<i64>get(r, i.b) <= <i64>imm(i)), pcast1(vOf<C>(r, i.b))); continue;
      case Op.SGT32: put<C>(r, i, <u64>(<i32>get32(r, i.b) > <i32>get32(r, i.c)), pcast1(<u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c)))); continue;
      case Op.SGT32I: put<C>(r, i, <u64>(<i32>get32(r, i.b) > <i32><u32>i.w2), pcast1(<u64><u32>vOf<C>(r, i.b))); continue;
      case Op.SGT64: put<C>(r, i, <u64>(<i64>get(r, i.b) > <i64>get(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.SGT64I: put<C>(r, i, <u64>(<i64>get(r, i.b) > <i64>imm(i)), pcast1(vOf<C>(r, i.b))); continue;
      case Op.SGE32: put<C>(r, i, <u64>(<i32>get32(r, i.b) >= <i32>get32(r, i.c)), pcast1(<u64>(<u32>vOf<C>(r, i.b) | <u32>vOf<C>(r, i.c)))); continue;
      case Op.SGE32I: put<C>(r, i, <u64>(<i32>get32(r, i.b) >= <i32><u32>i.w2), pcast1(<u64><u32>vOf<C>(r, i.b))); continue;
      case Op.SGE64: put<C>(r, i, <u64>(<i64>get(r, i.b) >= <i64>get(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.SGE64I: put<C>(r, i, <u64>(<i64>get(r, i.b) >= <i64>imm(i)), pcast1(vOf<C>(r, i.b))); continue;

      case Op.BEQ32: if (get32(r, i.b) == get32(r, i.c)) { next = target(i); break; } continue;
      case Op.BEQ32I: if (get32(r, i.b) == <u32>i.w2) { next = target(i); break; } continue;
      case Op.BEQ64: if (get(r, i.b) == get(r, i.c)) { next = target(i); break; } continue;
      case Op.BEQ64I: if (get(r, i.b) == <u64>i.w2) { next = target(i); break; } continue;
      case Op.BNE32: if (get32(r, i.b) != get32(r, i.c)) { next = target(i); break; } continue;
      case Op.BNE32I: if (get32(r, i.b) != <u32>i.w2) { next = target(i); break; } continue;
      case Op.BNE64: if (get(r, i.b) != get(r, i.c)) { next = target(i); break; } continue;
      case Op.BNE64I: if (get(r, i.b) != <u64>i.w2) { next = target(i); break; } continue;
      case Op.BULT32: if (get32(r, i.b) < get32(r, i.c)) { next = target(i); break; } continue;
      case Op.BULT32I: if (get32(r, i.b) < <u32>i.w2) { next = target(i); break; } continue;
      case Op.BULT64: if (get(r, i.b) < get(r, i.c)) { next = target(i); break; } continue;
      case Op.BULT64I: if (get(r, i.b) < <u64>i.w2) { next = target(i); break; } continue;
      case Op.BULE32: if (get32(r, i.b) <= get32(r, i.c)) { next = target(i); break; } continue;
      case Op.BULE32I: if (get32(r, i.b) <= <u32>i.w2) { next = target(i); break; } continue;
      case Op.BULE64: if (get(r, i.b) <= get(r, i.c)) { next = target(i); break; } continue;
      case Op.BULE64I: if (get(r, i.b) <= <u64>i.w2) { next = target(i); break; } continue;
      case Op.BUGT32: if (get32(r, i.b) > get32(r, i.c)) { next = target(i); break; } continue;
      case Op.BUGT32I: if (get32(r, i.b) > <u32>i.w2) { next = target(i); break; } continue;
      case Op.BUGT64: if (get(r, i.b) > get(r, i.c)) { next = target(i); break; } continue;
      case Op.BUGT64I: if (get(r, i.b) > <u64>i.w2) { next = target(i); break; } continue;
      case Op.BUGE32: if (get32(r, i.b) >= get32(r, i.c)) { next = target(i); break; } continue;
      case Op.BUGE32I: if (get32(r, i.b) >= <u32>i.w2) { next = target(i); break; } continue;
      case Op.BUGE64: if (get(r, i.b) >= get(r, i.c)) { next = target(i); break; } continue;
      case Op.BUGE64I: if (get(r, i.b) >= <u64>i.w2) { next = target(i); break; } continue;
      case Op.BSLT32: if (<i32>get32(r, i.b) < <i32>get32(r, i.c)) { next = target(i); break; } continue;
      case Op.BSLT32I: if (<i32>get32(r, i.b) < <i32><u32>i.w2) { next = target(i); break; } continue;
      case Op.BSLT64: if (<i64>get(r, i.b) < <i64>get(r, i.c)) { next = target(i); break; } continue;
      case Op.BSLT64I: if (<i64>get(r, i.b) < <i64><u64>i.w2) { next = target(i); break; } continue;
      case Op.BSLE32: if (<i32>get32(r, i.b) <= <i32>get32(r, i.c)) { next = target(i); break; } continue;
      case Op.BSLE32I: if (<i32>get32(r, i.b) <= <i32><u32>i.w2) { next = target(i); break; } continue;
      case Op.BSLE64: if (<i64>get(r, i.b) <= <i64>get(r, i.c)) { next = target(i); break; } continue;
      case Op.BSLE64I: if (<i64>get(r, i.b) <= <i64><u64>i.w2) { next = target(i); break; } continue;
      case Op.BSGT32: if (<i32>get32(r, i.b) > <i32>get32(r, i.c)) { next = target(i); break; } continue;
      case Op.BSGT32I: if (<i32>get32(r, i.b) > <i32><u32>i.w2) { next = target(i); break; } continue;
      case Op.BSGT64: if (<i64>get(r, i.b) > <i64>get(r, i.c)) { next = target(i); break; } continue;
      case Op.BSGT64I: if (<i64>get(r, i.b) > <i64><u64>i.w2) { next = target(i); break; } continue;
      case Op.BSGE32: if (<i32>get32(r, i.b) >= <i32>get32(r, i.c)) { next = target(i); break; } continue;
      case Op.BSGE32I: if (<i32>get32(r, i.b) >= <i32><u32>i.w2) { next = target(i); break; } continue;
      case Op.BSGE64: if (<i64>get(r, i.b) >= <i64>get(r, i.c)) { next = target(i); break; } continue;
      case Op.BSGE64I: if (<i64>get(r, i.b) >= <i64><u64>i.w2) { next = target(i); break; } continue;
      case Op.JMP: next = target(i); break;
      case Op.BRTAB: next = ip + ((get(r, i.b) < <u64><u32>i.w2 ? get32(r, i.b) : <u32>i.w2) << 4); break;
      case Op.IBR:
        next = codeAt(get(r, i.b));
        if (!next) { savePlace(at, r, limit); jumpToNowhere(get(r, i.b)); return leave(load<u32>(ST_LEAVE), accesses); }
        break;

      case Op.SX1_32: put<C>(r, i, <u64><u32>(<u32>0 - (get32(r, i.b) & 1)), <u64><u32>(<u32>0 - (<u32>vOf<C>(r, i.b) & 1))); continue;
      case Op.SX8_32: put<C>(r, i, <u64><u32><i32><i8>get(r, i.b), <u64><u32><i32><i8>vOf<C>(r, i.b)); continue;
      case Op.SX16_32: put<C>(r, i, <u64><u32><i32><i16>get(r, i.b), <u64><u32><i32><i16>vOf<C>(r, i.b)); continue;
      case Op.SX8_64: put<C>(r, i, <u64><i64><i8>get(r, i.b), <u64><i64><i8>vOf<C>(r, i.b)); continue;
      case Op.SX16_64: put<C>(r, i, <u64><i64><i16>get(r, i.b), <u64><i64><i16>vOf<C>(r, i.b)); continue;
      case Op.SX32_64: put<C>(r, i, <u64><i64><i32>get(r, i.b), <u64><i64><i32>vOf<C>(r, i.b)); continue;
      case Op.TR1: put<C>(r, i, get(r, i.b) & 1, vOf<C>(r, i.b) & 1); continue;
      case Op.TR8: put<C>(r, i, <u64><u8>get(r, i.b), <u64><u8>vOf<C>(r, i.b)); continue;
      case Op.TR16: put<C>(r, i, <u64><u16>get(r, i.b), <u64><u16>vOf<C>(r, i.b)); continue;
      case Op.TR32: put<C>(r, i, <u64><u32>get(r, i.b), <u64><u32>vOf<C>(r, i.b)); continue;
      case Op.SXN_64: put<C>(r, i, signExtend(get(r, i.b), i.w2), signExtend(vOf<C>(r, i.b), i.w2)); continue;
      case Op.TRN: put<C>(r, i, get(r, i.b) & lowBits(i.w2), vOf<C>(r, i.b) & lowBits(i.w2)); continue;
      case Op.BSWAP32: put<C>(r, i, <u64>bswap<u32>(get32(r, i.b)), <u64>bswap<u32>(<u32>vOf<C>(r, i.b))); continue;
      case Op.BSWAP64: put<C>(r, i, bswap<u64>(get(r, i.b)), bswap<u64>(vOf<C>(r, i.b))); continue;
      case Op.POPCNT64: put<C>(r, i, popcnt<u64>(get(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.CTZ32: put<C>(r, i, <u64>ctz<u32>(get32(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.CTZ64: put<C>(r, i, ctz<u64>(get(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.CLZ32: put<C>(r, i, <u64>clz<u32>(get32(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.CLZ64: put<C>(r, i, clz<u64>(get(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;

      case Op.FADD64: put<C>(r, i, result64(getF64(r, i.b) + getF64(r, i.c), get(r, i.b), get(r, i.c)), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FSUB64: put<C>(r, i, result64(getF64(r, i.b) - getF64(r, i.c), get(r, i.b), get(r, i.c)), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FMUL64: put<C>(r, i, result64(getF64(r, i.b) * getF64(r, i.c), get(r, i.b), get(r, i.c)), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FDIV64: put<C>(r, i, result64(getF64(r, i.b) / getF64(r, i.c), get(r, i.b), get(r, i.c)), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FADD32: put<C>(r, i, result32(getF32(r, i.b) + getF32(r, i.c), get32(r, i.b), get32(r, i.c)), pcast32(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FSUB32: put<C>(r, i, result32(getF32(r, i.b) - getF32(r, i.c), get32(r, i.b), get32(r, i.c)), pcast32(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FMUL32: put<C>(r, i, result32(getF32(r, i.b) * getF32(r, i.c), get32(r, i.b), get32(r, i.c)), pcast32(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FDIV32: put<C>(r, i, result32(getF32(r, i.b) / getF32(r, i.c), get32(r, i.b), get32(r, i.c)), pcast32(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FNEG64: put<C>(r, i, get(r, i.b) ^ 0x8000000000000000, pcast64(vOf<C>(r, i.b))); continue;
      case Op.FNEG32: put<C>(r, i, <u64>(get32(r, i.b) ^ 0x80000000), pcast32(vOf<C>(r, i.b))); continue;
      case Op.FEQ64: put<C>(r, i, <u64>(getF64(r, i.b) == getF64(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FLT64: put<C>(r, i, <u64>(getF64(r, i.b) < getF64(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FLE64: put<C>(r, i, <u64>(getF64(r, i.b) <= getF64(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FEQ32: put<C>(r, i, <u64>(getF32(r, i.b) == getF32(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FLT32: put<C>(r, i, <u64>(getF32(r, i.b) < getF32(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FLE32: put<C>(r, i, <u64>(getF32(r, i.b) <= getF32(r, i.c)), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FCMP64: put<C>(r, i, compare64(get(r, i.b), get(r, i.c), i.w2), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FCMP32: put<C>(r, i, compare32(get32(r, i.b), get32(r, i.c), i.w2), pcast1(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FUN64: put<C>(r, i, unary64(get(r, i.b), i.w2), pcast64(vOf<C>(r, i.b))); continue;
      case Op.FUN32: put<C>(r, i, unary32(get32(r, i.b), i.w2), pcast32(vOf<C>(r, i.b))); continue;
      case Op.FBIN64: put<C>(r, i, binary64(get(r, i.b), get(r, i.c), i.w2), pcast64(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.FBIN32: put<C>(r, i, binary32(get32(r, i.b), get32(r, i.c), i.w2), pcast32(vOf<C>(r, i.b) | vOf<C>(r, i.c))); continue;
      case Op.SI32_F64: put<C>(r, i, reinterpret<u64>(<f64><i32>get32(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.SI64_F64: put<C>(r, i, reinterpret<u64>(<f64><i64>get(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.UI32_F64: put<C>(r, i, reinterpret<u64>(<f64>get32(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.UI64_F64: put<C>(r, i, reinterpret<u64>(<f64>get(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.SI32_F32: put<C>(r, i, <u64>reinterpret<u32>(<f32><i32>get32(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.SI64_F32: put<C>(r, i, <u64>reinterpret<u32>(<f32><i64>get(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.UI32_F32: put<C>(r, i, <u64>reinterpret<u32>(<f32>get32(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.UI64_F32: put<C>(r, i, <u64>reinterpret<u32>(<f32>get(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.F64_SI32: put<C>(r, i, toI32(getF64(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.F64_SI64: put<C>(r, i, toI64(getF64(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.F64_UI32: put<C>(r, i, toU32(getF64(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.F64_UI64: put<C>(r, i, toU64(getF64(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.F32_SI32: put<C>(r, i, toI32(<f64>getF32(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.F32_SI64: put<C>(r, i, toI64(<f64>getF32(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.F32_UI32: put<C>(r, i, toU32(<f64>getF32(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.F32_UI64: put<C>(r, i, toU64(<f64>getF32(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.F64_F32: put<C>(r, i, demote(get(r, i.b)), pcast32(vOf<C>(r, i.b))); continue;
      case Op.F32_F64: put<C>(r, i, promote(get32(r, i.b)), pcast64(vOf<C>(r, i.b))); continue;
      case Op.SEL: put<C>(r, i, get32(r, i.w2) & 1 ? get(r, i.b) : get(r, i.c), selectedV<C>(r, i)); continue;

      case Op.CALL:
        next = call<C>(i.w2, at, r, limit);
        if (!next) return leave(load<u32>(ST_LEAVE), accesses);
        accesses += 2;
        r += <u32>i.c << 4;
        break;
      case Op.CALLI: {
        const id = callTarget(get(r, i.w2), at, r, limit);
        if (id >= 0) next = call<C>(id, at, r, limit);
        if (!next) return leave(load<u32>(ST_LEAVE), accesses);
        accesses += 2;
        r += <u32>i.c << 4;
        break;
      }
      case Op.RET: {
        const b: u32 = i.b;
        next = b == NO_REGISTER ? leaveFunction<C, P>(0, 0, at, r, limit) : leaveFunction<C, P>(get(r, b), vOf<C>(r, b), at, r, limit);
        if (!next) return leave(load<u32>(ST_LEAVE), accesses);
        accesses += 2;
        r = load<u32>(ST_R);
        break;
      }
      case Op.RETI:
        next = leaveFunction<C, P>(imm(i), 0, at, r, limit);
        if (!next) return leave(load<u32>(ST_LEAVE), accesses);
        accesses += 2;
        r = load<u32>(ST_R);
        break;
      case Op.RETV:
        store<u64>(ST_RESULT + (<u32>i.w2 << 4), get(r, i.b));
        store<u64>(ST_RESULT + (<u32>i.w2 << 4), vOf<C>(r, i.b), 8);
        continue;
      case Op.GETRET: put<C>(r, i, load<u64>(ST_RESULT + (<u32>i.w2 << 4)), load<u64>(ST_RESULT + (<u32>i.w2 << 4), 8)); continue;
      case Op.VASAVE: {
        savePlace(at, r, limit);
        const stores = saveArguments<C>(get(r, 1) + <u64>i.w2, i.b, i.c, r);
        if (stores < 0) return leave(Leave.Retry, accesses);
        accesses += stores;
        continue;
      }
      case Op.CALLERSP: put<C>(r, i, callerSp(r), 0); continue;
      case Op.DYNALLOCA: put<C>(r, i, allocateOnStack<C>(get(r, i.b), <u64>i.w2, <u64>i.w3, r), 0); continue;
      case Op.STACKSAVE: put<C>(r, i, get(r, 2), 0); continue;
      case Op.STACKRESTORE: restoreStack<C>(get(r, i.b), r); continue;
      case Op.RETADDR:
        if (!loadInto<u64, u8>(returnAddressAt(r), i, r, limit)) return leave(Leave.Retry, accesses);
        if (sizeof<C>() > 1) store<u64>(r + (<u32>i.a << 4), 0, 8);
        accesses++;
        continue;
      case Op.FSBASE: put<C>(r, i, load<u64>(ST_FS_BASE), 0); continue;
      case Op.INTRINSIC: {
        savePlace(at, r, limit);
        const result: u32 = i.a == <u16>NO_REGISTER ? 0 : r + (<u32>i.a << 4), args = r + (<u32>i.b << 4);
        if (<u32>i.w2 < FIRST_MACHINE_INTRINSIC) {
          if (!kernelIntrinsic<C, P>(i.w2, args, result)) return leave(load<u32>(ST_LEAVE), accesses);
          continue;
        }
        add(CNT_ACCESS, accesses);
        accesses = 0;
        const answer = intrinsic(i.w2, args, result);
        if (answer != CONTINUE && answer != LEAVE_AFTER) return leave(Leave.Retry, 0);
        if (sizeof<C>() > 1) { if (result) store<u64>(result, 0, 8); }
        if (answer == CONTINUE) continue;
        savePlace(ip, r, limit);
        return leave(Leave.Host, 0);
      }
      case Op.BREAK: savePlace(at, r, limit); return leave(Leave.Break, accesses);
      case Op.TRAP: savePlace(at, r, limit); trap(1); return leave(load<u32>(ST_LEAVE), accesses);
      case Op.UNREACHABLE: savePlace(at, r, limit); trap(2); return leave(load<u32>(ST_LEAVE), accesses);
      default: unreachable();
    }
    limit += next - ip;
    if ((next ^ at) >> CODE_PAGE_SHIFT) {
      if (load<u8>(FETCH_FAST + ((next - CODE) >> CODE_PAGE_SHIFT))) bump(CNT_FETCH);
      else {
        savePlace(next, r, limit);
        if (!fetchPage(next)) return leaveUnfetched(accesses);
      }
    }
    if (<i32>(limit - next) <= 0 && (next <= at || op >= Op.CALL)) {
      savePlace(next, r, limit);
      return leave(Leave.Fuel, accesses);
    }
    ip = next;
  }
}
