/** Where things lie in an address space: fixed under paging, chosen by the loader under other ways of translation. */
import { MMAP_TOP_VA, STACK_TOP_VA } from '../lir/lir';

export interface AddressLayout {
  /** End of the stack. */
  readonly stackTop: bigint;
  /** No stack reaches below this address. */
  readonly stackBottom: bigint;
  /** mmap searches downward from here. */
  readonly mmapTop: bigint;
  /** Where Memcheck's heap lies: a low address of its own, as under the real tool. */
  readonly arenaStart: bigint;
  readonly arenaEnd: bigint;
}

export const PAGED_LAYOUT: AddressLayout = { stackTop: STACK_TOP_VA, stackBottom: MMAP_TOP_VA, mmapTop: MMAP_TOP_VA, arenaStart: 0x4a40000n, arenaEnd: 0x5555_0000_0000n };
