/**
 * The machine's front door: `createMachine`, used by src/host and src/cli (see machine-api.ts for the rules of calling).
 */
import type { RunConfig } from '../../shared/config';
import type { Machine, MachinePorts } from './machine-api';

/**
 * Builds a machine with its own store and kernel instance.
 *
 * @param config what to simulate and how to check; fixed for the machine's life
 * @param ports where standard output goes and standard input comes from; synchronous, never throw
 * @param kernel the compiled kernel module (out/kernel/kernel.wasm)
 */
export function createMachine(config: RunConfig, ports: MachinePorts, kernel: WebAssembly.Module): Machine {
  throw new Error(`not assembled yet: ${config.programName} ${String(ports)} ${String(kernel)}`);
}
