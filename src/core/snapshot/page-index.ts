/** The index of a section of pages as it is read: which page has which content (format.ts). Used by the reader. */
import { damaged } from './damage';
import { EARLIER_CONTENT, NEW_CONTENT, ZERO_CONTENT } from './format';
import { NumberList } from './numbers';

/** The pages of one section, in ascending order of their numbers. */
export interface PageTable {
  readonly numbers: Uint32Array;
  /** Content of each + 1; 0: zeros. */
  readonly contents: Uint32Array;
}

export class PageIndexReader {
  private readonly numbers = new NumberList();
  private readonly contents = new NumberList();
  private before = -1;
  /** Contents introduced by this and earlier sections. */
  introduced: number;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;

  /** @param introduced by earlier sections  @param count pages of the section */
  constructor(private readonly where: string, introduced: number, private readonly count: number) {
    this.introduced = introduced;
  }

  /** Pages read so far. */
  get length(): number {
    return this.numbers.length;
  }

  get isComplete(): boolean {
    return this.numbers.length === this.count;
  }

  /** The entries of one block. */
  read(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    while (this.at < bytes.length) {
      const number = this.before + 1 + this.next(), reference = this.next();
      if (number > 0xffffffff) throw damaged(this.where, 'a page number is out of range');
      if (this.isComplete) throw damaged(this.where, 'the index names more pages than there are');
      this.numbers.push(number);
      this.contents.push(this.contentOf(reference));
      this.before = number;
    }
  }

  /** The pages read so far: valid until the next `read`. */
  table(): PageTable {
    return { numbers: this.numbers.view(), contents: this.contents.view() };
  }

  private contentOf(reference: number): number {
    if (reference === ZERO_CONTENT) return 0;
    if (reference === NEW_CONTENT) return ++this.introduced;
    const content = this.introduced - (reference - EARLIER_CONTENT);
    if (content < 1) throw damaged(this.where, 'the index names contents that are missing');
    return content;
  }

  private next(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 35; scale *= 128) {
      if (this.at >= this.bytes.length) break;
      const byte = this.bytes[this.at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw damaged(this.where, 'an entry of the index is incomplete');
  }
}
