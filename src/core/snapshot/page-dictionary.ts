/**
 * Which page contents a file holds already: by checksum, then by comparison with a page that had it. Used by the writer.
 * Open addressing with linear probing, at most half full. A content takes about 30 bytes.
 */
import type { Checksum } from './codec';
import { NumberList } from './numbers';

/** Where a content was first met: part and page of the snapshot being written. */
export interface ContentOrigin { readonly part: number; readonly page: number }

export class PageDictionary {
  /** Content number + 1; 0: free. */
  private table = new Uint32Array(1 << 12);
  private readonly lows = new NumberList();
  private readonly highs = new NumberList();
  private readonly parts = new NumberList();
  private readonly pages = new NumberList();

  /** Contents added. */
  get size(): number {
    return this.lows.length;
  }

  /** The content with this checksum; −1: none. Another content may have the same checksum: compare. */
  find({ low, high }: Checksum): number {
    for (let at = low & (this.table.length - 1); ; at = (at + 1) & (this.table.length - 1)) {
      const content = (this.table[at] ?? 0) - 1;
      if (content < 0 || (this.lows.at(content) === low && this.highs.at(content) === high)) return content;
    }
  }

  originOf(content: number): ContentOrigin {
    return { part: this.parts.at(content), page: this.pages.at(content) };
  }

  /** Numbers a new content. One whose checksum is there already gets a number and is not found again. */
  add(sum: Checksum, origin: ContentOrigin): void {
    const isKnown = this.find(sum) >= 0;
    this.lows.push(sum.low);
    this.highs.push(sum.high);
    this.parts.push(origin.part);
    this.pages.push(origin.page);
    if (this.size * 2 > this.table.length) this.grow();
    else if (!isKnown) this.insert(this.size - 1);
  }

  private insert(content: number): void {
    let at = this.lows.at(content) & (this.table.length - 1);
    while (this.table[at] !== 0) at = (at + 1) & (this.table.length - 1);
    this.table[at] = content + 1;
  }

  private grow(): void {
    this.table = new Uint32Array(this.table.length * 2);
    for (let content = 0; content < this.size; content++) {
      if (this.find({ low: this.lows.at(content), high: this.highs.at(content) }) < 0) this.insert(content);
    }
  }
}
