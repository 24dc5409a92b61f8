/**
 * Brings up one kernel instance on a store. Called by the machine (once per machine) and by the kernel's tests.
 */
import type { KernelExports, KernelHost } from '../kernel-interface';

/** A host that records references (as/record.ts). */
export interface RecordingHost extends KernelHost {
  /** The room for recorded references is used up: take them and set ST_RECORD_AT back. */
  recordFull?(): void;
}

/**
 * Instantiates the compiled kernel with its two imports: the store and the call outs.
 * Addresses reach `host` and come back from the exports unsigned (wasm itself hands every i32 to JavaScript signed).
 *
 * @param module the compiled kernel (out/kernel/kernel.wasm, built by scripts/build-kernel.mjs)
 * @param memory the store
 * @param host the call outs of src/core/kernel-interface.ts
 * @throws WebAssembly.LinkError when the module asks for something that is not given
 */
export function instantiateKernel(module: WebAssembly.Module, memory: WebAssembly.Memory, host: RecordingHost): KernelExports {
  const instance = new WebAssembly.Instance(module, {
    env: { memory },
    host: {
      pageFault: (low: number, high: number, access: number) => host.pageFault(low >>> 0, high >>> 0, access),
      frameSlot: (pfn: number) => host.frameSlot(pfn >>> 0),
      shadowPage: (low: number, high: number, write: number) => host.shadowPage(low >>> 0, high >>> 0, write),
      invalidAccess: (low: number, high: number, size: number, write: number) => { host.invalidAccess(low >>> 0, high >>> 0, size, write); },
      badJump: (low: number, high: number) => host.badJump(low >>> 0, high >>> 0),
      stackSmashed: (low: number, high: number, what: number) => host.stackSmashed(low >>> 0, high >>> 0, what),
      arithmeticTrap: (kind: number) => host.arithmeticTrap(kind),
      intrinsic: (id: number, args: number, result: number) => host.intrinsic(id, args >>> 0, result >>> 0),
      registerStackFull: () => host.registerStackFull(),
      watch: (low: number, high: number, kind: number) => { host.watch(low >>> 0, high >>> 0, kind); },
      heapGrow: (bytes: number) => host.heapGrow(bytes >>> 0),
      recordFull: () => { host.recordFull?.(); },
    },
  });
  const raw = instance.exports as unknown as KernelExports;
  return {
    ...raw,
    translate: (low, high, access) => raw.translate(low, high, access) >>> 0,
    peek: (low, high) => raw.peek(low, high) >>> 0,
    checksum: (at) => raw.checksum(at) >>> 0,
    pteAddress: (low, high, level) => raw.pteAddress(low, high, level) >>> 0,
  };
}
