/**
 * From bitcode to LIR: the public entry of the lowering.
 */
import type { BitcodeModule } from '../bitcode/module';
import type { Image, Program } from '../../core/lir/lir';

export { LoweringError } from './errors';

/** Lowers the C library of the simulated system: one image at LIBRARY_TEXT_VA. Throws LoweringError. */
export function lowerLibrary(_modules: readonly BitcodeModule[]): Image {
  throw new Error('lowering: not linked yet');
}

/** Lowers a program of one or more translation units against the library. Throws LoweringError. */
export function lowerProgram(_modules: readonly BitcodeModule[], _library: Image, _sources: ReadonlyMap<string, string>): Program {
  throw new Error('lowering: not linked yet');
}
