/**
 * Which registers of a call frame will still be read.
 */
import type { Image } from './lir';

/**
 * Registers (window slots) of function `functionIndex` that are live at instruction `instruction` (index in
 * `Image.code`), ascending. At a CALL or CALLI, with `afterCall` (a call in progress), those live once it has returned,
 * its result register excluded; otherwise those live before the instruction.
 */
export function liveRegistersAt(_image: Image, _functionIndex: number, _instruction: number, _afterCall = true): readonly number[] {
  throw new Error('liveness: not there yet');
}
