/**
 * Reference strings as they stand in textbooks: pages separated by commas, semicolons, blanks or line ends.
 *
 *   7, 0, 1, 2, 0, 3      numbers (007 is 7)
 *   A B C A:w             names; :w after a page makes the reference a store, :r a load
 *   # to the end of the line is a comment
 *
 * When no reference says :w or :r, the trace does not know its stores.
 */
import { NameNumbering, textOf } from './page-numbering';
import { ReferenceList, TraceError, type ReferenceTrace, type TraceReader } from './trace';

const LONGEST_NAME = 200;
const HASH = 35, COMMA = 44, COLON = 58, SEMICOLON = 59, LF = 10;

const isBlank = (c: number): boolean => c === 32 || c === 9 || c === 13 || c === LF;
const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isName = (c: number): boolean => isDigit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c === 46;

export class ClassroomReader implements TraceReader {
  private readonly pages = new NameNumbering();
  private readonly list = new ReferenceList();
  private readonly name = new Uint8Array(LONGEST_NAME + 1);
  private length = 0;
  private line = 1;
  private column = 0;
  private nameColumn = 0;
  private afterComma = false;
  private started = false;
  private inComment = false;
  /** After a colon: its column, until the letter came. */
  private colonAt = 0;
  private store = false;
  private storesKnown = false;
  /** Bytes of a character that is more than one byte, for the message. */
  private foreign: number[] = [];

  push(bytes: Uint8Array): void {
    for (const c of bytes) this.take(c);
  }

  finish(): ReferenceTrace {
    this.reportForeign();
    this.endOfName();
    if (this.list.length === 0) throw new TraceError('there are no references; type pages separated by commas, for example 1,2,3,4,1,2,5', 0, 0);
    const { pages, storesKnown } = this;
    const first = pages.nameOf(0);
    if (this.list.length === 1 && /^\d{4,}$/.test(first)) throw new TraceError(`${first} is one page; separate the references by commas or blanks`, this.line, this.nameColumn);
    return { references: this.list.take(), pageCount: pages.count, storeCount: this.list.storeCount, storesKnown, label: (page) => pages.nameOf(page) };
  }

  private take(c: number): void {
    if (this.foreign.length > 0 && (c & 0xc0) !== 0x80) this.reportForeign();
    if (this.foreign.length > 0) {
      this.foreign.push(c);
      return;
    }
    this.column++;
    if (c === LF) {
      this.endOfName();
      this.inComment = false;
      this.line++;
      this.column = 0;
    } else if (this.inComment) {
      return;
    } else if (this.colonAt > 0 && this.length > 0) {
      this.kind(c);
    } else if (isName(c)) {
      this.nameByte(c);
    } else if (isBlank(c)) {
      this.endOfName();
    } else if (c === COMMA || c === SEMICOLON) {
      this.separator();
    } else if (c === COLON && this.length > 0) {
      this.colonAt = this.column;
    } else if (c === HASH) {
      this.endOfName();
      this.inComment = true;
    } else {
      this.foreign = [c];
    }
  }

  private nameByte(c: number): void {
    if (this.colonAt < 0) throw new TraceError('a comma or blank is missing after :r or :w', this.line, this.column);
    if (this.length === 0) this.nameColumn = this.column;
    if (this.length >= LONGEST_NAME) throw new TraceError(`a page name has more than ${LONGEST_NAME} characters; separate the references by commas or blanks`, this.line, this.nameColumn);
    this.name[this.length++] = c;
  }

  private separator(): void {
    const named = this.length > 0;
    this.endOfName();
    if (!named && (this.afterComma || !this.started)) throw new TraceError('a page is missing before this separator', this.line, this.column);
    this.afterComma = true;
  }

  private kind(c: number): void {
    const letter = String.fromCharCode(c).toLowerCase();
    if (letter !== 'w' && letter !== 'r') throw new TraceError('after a page and a colon comes r (load) or w (store)', this.line, this.column);
    this.store = letter === 'w';
    this.storesKnown = true;
    this.colonAt = -1;
  }

  private endOfName(): void {
    if (this.length === 0) return;
    if (this.colonAt > 0) throw new TraceError('after a page and a colon comes r (load) or w (store)', this.line, this.colonAt);
    let from = 0;
    if (this.name.subarray(0, this.length).every(isDigit)) while (from < this.length - 1 && this.name[from] === 48) from++;
    this.list.add(this.pages.numberOf(this.name, from, this.length), this.store);
    this.length = 0;
    this.store = false;
    this.colonAt = 0;
    this.afterComma = false;
    this.started = true;
  }

  private reportForeign(): void {
    if (this.foreign.length === 0) return;
    const character = textOf(Uint8Array.from(this.foreign), 0, this.foreign.length);
    throw new TraceError(`"${character}" is neither a page nor a separator; pages are numbers or names, separated by commas or blanks`, this.line, this.column);
  }
}
