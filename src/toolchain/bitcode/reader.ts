/** Reads LLVM bitcode. */
import { BitcodeError, type BitcodeModule } from './module';

/** Reads one bitcode file (as Clang's `-emit-llvm -c` writes it). Throws BitcodeError, nothing else. */
export function readBitcode(bytes: Uint8Array): BitcodeModule {
  throw new BitcodeError(`bitcode: ${bytes.length} bytes cannot be read yet`);
}
