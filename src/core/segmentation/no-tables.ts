/** Page tables of an address space that has none: no frame is taken, nothing is mapped. */
import type { PagingSystem } from '../paging/paging-system';
import { PageTables } from '../paging/page-tables';
import type { Pfn } from '../paging/units';

export class NoTables extends PageTables {
  protected override newTable(): Pfn {
    return 0;
  }

  override destroy(): void { /* there is nothing to give back */ }
}

export function noTables(system: PagingSystem, processKey: number): PageTables {
  return new NoTables(system.frames, system.buddy, system.levels, processKey);
}
