/**
 * What memory must look like after each operation, as plain maps from pages to values: no frames, no tables, no caches, no
 * reclaim. Written apart from the machine, to be compared with it (world.ts).
 */
export type Backing =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'private' | 'shared'; readonly file: ModelFile; readonly page: number };

export interface ModelPage {
  readonly backing: Backing;
  readonly readable: boolean;
  readonly writable: boolean;
  /** The word of a private page that this process has written, or inherited; undefined: untouched. */
  readonly own: number | undefined;
}

/** A word for each page of a file; constant files keep what they had. */
export class ModelFile {
  readonly words: number[];
  constructor(readonly name: string, pages: number, readonly initial: (page: number) => number) {
    this.words = Array.from({ length: pages }, (_, page) => initial(page));
  }
}

export class ModelSpace {
  readonly pages = new Map<number, ModelPage>();

  map(first: number, count: number, backing: (index: number) => Backing, readable: boolean, writable: boolean): void {
    for (let i = 0; i < count; i++) this.pages.set(first + i, { backing: backing(i), readable, writable, own: undefined });
  }
  unmap(first: number, count: number): void {
    for (let i = 0; i < count; i++) this.pages.delete(first + i);
  }
  protect(first: number, count: number, readable: boolean, writable: boolean): void {
    for (let i = 0; i < count; i++) {
      const page = this.pages.get(first + i);
      if (page !== undefined) this.pages.set(first + i, { ...page, readable, writable });
    }
  }
  /** madvise(MADV_DONTNEED): private pages forget what was written. */
  forget(first: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const page = this.pages.get(first + i);
      if (page !== undefined) this.pages.set(first + i, { ...page, own: undefined });
    }
  }
  allows(vpn: number, write: boolean): 'mapped' | 'protected' | 'absent' {
    const page = this.pages.get(vpn);
    if (page === undefined) return 'absent';
    return (write ? page.writable : page.readable || page.writable) ? 'mapped' : 'protected';
  }
  read(vpn: number): number {
    const page = this.pages.get(vpn);
    if (page === undefined) throw new Error('no such page');
    if (page.own !== undefined) return page.own;
    return page.backing.kind === 'anonymous' ? 0 : page.backing.file.words[page.backing.page] ?? 0;
  }
  write(vpn: number, value: number): void {
    const page = this.pages.get(vpn);
    if (page === undefined) throw new Error('no such page');
    if (page.backing.kind === 'shared') page.backing.file.words[page.backing.page] = value;
    else this.pages.set(vpn, { ...page, own: value });
  }
  fork(): ModelSpace {
    const child = new ModelSpace();
    for (const [vpn, page] of this.pages) child.pages.set(vpn, page);
    return child;
  }
}
