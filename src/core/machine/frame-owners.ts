/** Who shows a frame, for views: processes and addresses by the reverse map, as far as a list goes, and how many there are in all. */
import * as layout from '../kernel/memory-layout';
import type { AddressSpace } from '../paging/address-space';
import { FrameKind } from '../paging/frame-table';
import { hex, vaOf } from '../paging/units';
import type { Pfn } from '../paging/units';
import { forEachMapping } from '../reclaim/reverse-map';
import type { Computer } from './computer';

/** A page of the C library may be mapped by thousands. */
const OWNERS_LIMIT = 64;

export interface FrameOwner { readonly pid: number; readonly processKey: number; readonly name: string; readonly va: string }
export interface FrameOwners { readonly list: readonly FrameOwner[]; readonly count: number }

/** Mappings of a frame for pages; of a frame for page tables the process that it belongs to, with the first address that it translates. */
export function frameOwners(computer: Computer, pfn: Pfn): FrameOwners {
  const { system } = computer;
  const list: FrameOwner[] = [];
  let count = 0;
  const add = (processKey: number, va: string): void => {
    count++;
    const process = computer.processByKey(processKey);
    if (process !== null && list.length < OWNERS_LIMIT) list.push({ pid: process.pid, processKey, name: process.name, va });
  };
  const kind = system.frames.kind(pfn);
  const owner = system.frames.field(pfn, layout.FD_OWNER);
  if (kind === FrameKind.File) forEachMapping(system, pfn, (space, vpn) => { add(space.processKey, hex(vaOf(vpn))); });
  else if (kind === FrameKind.Anonymous) {
    // One page number, in the space that made the page or in one that forked from it: as a small page, in a huge one, or in a segment.
    const vpn = system.frames.extra(pfn);
    const first = system.spaces[owner];
    const shows = (space: AddressSpace): boolean => space.directFrame(vpn) === pfn || space.tables.frameOf(vpn) === pfn;
    if (first !== undefined && shows(first)) add(owner, hex(vaOf(vpn)));
    for (const member of system.families[owner]?.members ?? []) if (member !== first && shows(member)) add(member.processKey, hex(vaOf(vpn)));
  } else if (kind === FrameKind.PageTable) {
    let va = '';
    system.spaces[owner]?.tables.forEachTable((table, _level, first) => { if (table === pfn) va = hex(vaOf(first)); });
    add(owner, va);
  }
  return { list, count };
}
