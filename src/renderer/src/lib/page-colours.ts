/** What the colour of a page means: the kind of its mapping, where its content is, or what the program may do with it. */
import type { PageRow, VmaRow } from '@shared/views';
import { VMA_COLOUR } from './words';

export type PageColour = 'kind' | 'residency' | 'permissions';
export interface PageFill { /** Token of the fill; '' for an outline only. */ readonly token: string; /** Letter in the cell, so that colour does not stand alone. */ readonly letter: string }
export interface PageLegend { readonly label: string; readonly fill: PageFill; readonly dirty?: boolean }

export const PAGE_COLOURS: readonly { readonly id: PageColour; readonly name: string }[] = [
  { id: 'kind', name: 'Kind' }, { id: 'residency', name: 'Residency' }, { id: 'permissions', name: 'Permissions' },
];

/** Fills that want light letters. */
const DEEP = new Set(['--f-file', '--f-page-table', '--f-pinned', '--k-suppressed']);
/** Token of the ink for letters on a fill. */
export function inkOn(fill: PageFill): string {
  return DEEP.has(fill.token) ? '--on-suppressed' : '--on-live';
}

const NONE: PageFill = { token: '', letter: '' };
const RESIDENCY: Readonly<Record<PageRow['state'], PageFill>> = {
  'not-touched': NONE, 'resident': { token: '--f-anonymous', letter: '' }, 'zero-page': { token: '--f-kernel', letter: 'Z' },
  'file': { token: '--f-file', letter: 'F' }, 'swapped': { token: '--k-suppressed', letter: 'S' },
};
const WRITABLE: PageFill = { token: '--f-anonymous', letter: 'w' };
const READABLE: PageFill = { token: '--f-file', letter: 'r' };
const EXECUTABLE: PageFill = { token: '--f-page-table', letter: 'x' };
const BOTH: PageFill = { token: '--f-pinned', letter: '!' };
const FORBIDDEN: PageFill = { token: '--f-kernel', letter: '–' };

function byPermissions(permissions: string): PageFill {
  const writes = permissions.includes('w');
  const executes = permissions.includes('x');
  if (writes && executes) return BOTH;
  return executes ? EXECUTABLE : writes ? WRITABLE : permissions.startsWith('r') ? READABLE : FORBIDDEN;
}

export function pageFill(page: PageRow, kind: VmaRow['kind'], colour: PageColour): PageFill {
  if (page.state === 'not-touched') return NONE;
  if (colour === 'permissions') return byPermissions(page.permissions);
  if (colour === 'residency') return RESIDENCY[page.state];
  return page.state === 'resident' ? { token: VMA_COLOUR[kind], letter: '' } : { ...RESIDENCY[page.state], letter: page.state === 'swapped' ? 'S' : '' };
}

/** Fill of a whole mapping: by residency it is what most of its touched pages are; nothing where none was touched. */
export function vmaFill(vma: VmaRow, colour: PageColour): PageFill {
  if (colour === 'permissions') return byPermissions(vma.permissions);
  if (colour === 'kind') return { token: VMA_COLOUR[vma.kind], letter: '' };
  if (vma.residentPages + vma.zeroPages === 0) return NONE;
  if (vma.zeroPages > vma.residentPages) return RESIDENCY['zero-page'];
  return VMA_COLOUR[vma.kind] === '--f-file' ? RESIDENCY.file : RESIDENCY.resident;
}

export function legendOf(colour: PageColour, kind: VmaRow['kind']): readonly PageLegend[] {
  const untouched: PageLegend = { label: 'reserved, never touched', fill: NONE };
  if (colour === 'permissions') {
    return [untouched, { label: 'read only', fill: READABLE }, { label: 'read and write', fill: WRITABLE }, { label: 'execute', fill: EXECUTABLE }, { label: 'write and execute', fill: BOTH }, { label: 'no access', fill: FORBIDDEN }];
  }
  const own: PageFill = colour === 'kind' ? { token: VMA_COLOUR[kind], letter: '' } : RESIDENCY.resident;
  return [
    untouched, { label: 'resident', fill: own }, { label: 'dirty', fill: own, dirty: true }, { label: 'from a file', fill: RESIDENCY.file },
    { label: 'zero page', fill: RESIDENCY['zero-page'] }, { label: 'swapped out', fill: RESIDENCY.swapped },
  ];
}
