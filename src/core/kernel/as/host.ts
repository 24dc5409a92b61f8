/** Call outs to the machine in TypeScript: src/core/kernel-interface.ts says what each one means. */

// @ts-ignore: decorator
@external("host", "pageFault")
export declare function pageFault(low: u32, high: u32, access: u32): u32;
// @ts-ignore: decorator
@external("host", "frameSlot")
export declare function frameSlot(pfn: u32): u32;
// @ts-ignore: decorator
@external("host", "shadowPage")
export declare function shadowPage(low: u32, high: u32, write: u32): u32;
// @ts-ignore: decorator
@external("host", "invalidAccess")
export declare function invalidAccess(low: u32, high: u32, size: u32, write: u32): void;
// @ts-ignore: decorator
@external("host", "badJump")
export declare function badJump(low: u32, high: u32): u32;
// @ts-ignore: decorator
@external("host", "stackSmashed")
export declare function stackSmashed(low: u32, high: u32, what: u32): u32;
// @ts-ignore: decorator
@external("host", "arithmeticTrap")
export declare function arithmeticTrap(kind: u32): u32;
// @ts-ignore: decorator
@external("host", "intrinsic")
export declare function intrinsic(id: u32, args: u32, result: u32): u32;
// @ts-ignore: decorator
@external("host", "registerStackFull")
export declare function registerStackFull(): u32;
// @ts-ignore: decorator
@external("host", "watch")
export declare function watch(low: u32, high: u32, kind: u32): void;
// @ts-ignore: decorator
@external("host", "heapGrow")
export declare function heapGrow(bytes: u32): u32;
// @ts-ignore: decorator
@external("host", "recordFull")
export declare function recordFull(): void;
