/** What kinds of VMAs are called wherever they are listed. */
import type { VmaRow } from './views';

export const VMA_NAME: Readonly<Record<VmaRow['kind'], string>> = {
  text: 'code', rodata: 'constants', data: 'data', bss: 'zero data', heap: 'heap', mmap: 'mapping', stack: 'stack', library: 'C library', guard: 'guard',
};
