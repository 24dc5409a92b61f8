/** What the optimiser must have made of the kernel: one jump table per interpreter variant, no other imports than the contract's. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ensureKernel } from '../../../scripts/build-kernel.mjs';
import { Op } from './ops';

/** Lengths of all br_table vectors: opcode 0x0e followed by a LEB128 count that could be a dispatch over all opcodes. */
function jumpTables(bytes: Uint8Array): number {
  let tables = 0;
  for (let at = 0; at + 3 < bytes.length; at++) {
    if (bytes[at] !== 0x0e) continue;
    const count = ((bytes[at + 1] ?? 0) & 0x7f) | ((bytes[at + 2] ?? 0) << 7);
    if ((bytes[at + 1] ?? 0) >= 0x80 && (bytes[at + 2] ?? 0) < 0x80 && count >= Op.COUNT - 2 && count <= Op.COUNT + 1) tables++;
  }
  return tables;
}

it('dispatches by one br_table in each of the four variants', async () => {
  const { path } = await ensureKernel();
  expect(jumpTables(readFileSync(path))).toBeGreaterThanOrEqual(4);
});

it('imports the memory and the call outs only', async () => {
  const { path } = await ensureKernel();
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(path))).map((i) => `${i.module}.${i.name}`).sort();
  expect(imports).toEqual(['env.memory', ...['arithmeticTrap', 'badJump', 'frameSlot', 'heapGrow', 'intrinsic', 'invalidAccess', 'pageFault', 'recordFull', 'registerStackFull', 'shadowPage', 'stackSmashed', 'watch'].map((name) => `host.${name}`)]);
});
