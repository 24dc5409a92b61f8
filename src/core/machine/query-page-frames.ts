/** The touched pages of a process beside the frames that hold them: contiguous addresses over scattered frames. */
import { PageBacking } from '../../shared/views-memory';
import type { PageFrameColumns, PageFrameQuery } from '../../shared/views-memory';
import { entryPfn, PTE_D, PTE_FILE, PTE_P, PTE_PROTNONE } from '../paging/page-tables';
import { vpnOfVa } from '../paging/units';
import type { Process } from './process';

/** Rows of one answer at most. */
const ROWS_LIMIT = 1024;

export function pageFrames(process: Process, query: PageFrameQuery): PageFrameColumns {
  const { space } = process;
  const { store, zeroPfn } = space.system;
  const count = Math.min(query.count, ROWS_LIMIT);
  const wanted = query.find === '' ? -1 : vpnOfVa(BigInt(query.find));
  const rows = { va: new Float64Array(count), pfn: new Float64Array(count), mappingId: new Uint32Array(count), backing: new Uint8Array(count), dirty: new Uint8Array(count) };
  let total = 0;
  let kept = 0;
  let found = -1;
  for (const vma of space.vmas.all()) {
    if (query.mappingId !== 0 && vma.mappingId !== query.mappingId) continue;
    space.tables.forEach(vma.first, vma.last, (vpn, entry, pages) => {
      if (wanted >= vpn && wanted < vpn + pages) found = total + (wanted - vpn);
      const low = store.read32(entry);
      const pfn = entryPfn(low, store.read32(entry + 4));
      // Pages of a huge page are rows of their own: only those of the window are made.
      const skip = Math.min(pages, Math.max(0, query.from - total));
      total += pages;
      for (let k = skip; k < pages && kept < count; k++) {
        rows.va[kept] = (vpn + k) * 4096;
        rows.pfn[kept] = pfn + k;
        rows.mappingId[kept] = vma.mappingId;
        rows.backing[kept] = (low & (PTE_P | PTE_PROTNONE)) === 0 ? PageBacking.Swapped : pfn === zeroPfn ? PageBacking.Zero : (low & PTE_FILE) !== 0 ? PageBacking.File : PageBacking.Own;
        rows.dirty[kept] = (low & PTE_D) === 0 ? 0 : 1;
        kept++;
      }
    });
  }
  const cut = <T extends Float64Array | Uint32Array | Uint8Array>(column: T): T => column.subarray(0, kept) as T;
  return { total, from: query.from, va: cut(rows.va), pfn: cut(rows.pfn), mappingId: cut(rows.mappingId), backing: cut(rows.backing), dirty: cut(rows.dirty), found };
}

export function noPageFrames(): PageFrameColumns {
  return { total: 0, from: 0, va: new Float64Array(), pfn: new Float64Array(), mappingId: new Uint32Array(), backing: new Uint8Array(), dirty: new Uint8Array(), found: -1 };
}
