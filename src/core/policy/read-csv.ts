/**
 * Traces as libCacheSim reads them: text with one request a line, columns for time, object id and object size. Each
 * object is one page; its size is checked to be a number and has no further effect.
 *
 *   time,obj_id,obj_size
 *   0,8831,4096
 *
 * Lines that are empty or begin with # are left out. A field may stand in double quotes.
 */
import type { CsvOptions } from '../../shared/policy';
import { LineSplitter } from './line-splitter';
import { NameNumbering, textOf } from './page-numbering';
import { ReferenceList, TraceError, type ReferenceTrace, type TraceReader } from './trace';

const QUOTE = 34, HASH = 35, SPACE = 32, TAB = 9;
const STORES = ['w', 'write', 's', 'store', 'set', 'put', 'update', 'insert', 'add', 'replace'];
const LOADS = ['r', 'read', 'l', 'load', 'g', 'get', 'gets', 'fetch'];

export class CsvReader implements TraceReader {
  private readonly pages = new NameNumbering();
  private readonly list = new ReferenceList();
  private readonly lines: LineSplitter;
  private readonly delimiter: number;
  private headerOver: boolean;
  /** Where the fields of the line in hand begin and end. */
  private readonly begins: number[] = [];
  private readonly ends: number[] = [];

  constructor(private readonly options: CsvOptions) {
    this.delimiter = options.delimiter.charCodeAt(0);
    if (options.delimiter.length !== 1 || this.delimiter > 126) throw new RangeError('the delimiter must be one ASCII character');
    this.headerOver = options.header === 'no';
    this.lines = new LineSplitter((bytes, from, to) => { this.takeLine(bytes, from, to); }, () => this.wrong('this line is too long', 0));
  }

  push(bytes: Uint8Array): void {
    this.lines.push(bytes);
  }

  finish(): ReferenceTrace {
    this.lines.finish();
    if (this.list.length === 0) throw new TraceError('there are no requests: each line must be time, object id, object size', 0, 0);
    const { pages } = this;
    return { references: this.list.take(), pageCount: pages.count, storeCount: this.list.storeCount, storesKnown: this.options.operationColumn !== null, label: (page) => pages.nameOf(page) };
  }

  private takeLine(bytes: Uint8Array, from: number, to: number): void {
    if (to === from || bytes[from] === HASH) return;
    const count = this.split(bytes, from, to);
    if (!this.headerOver) {
      this.headerOver = true;
      if (this.options.header === 'yes' || this.noneIsNumber(bytes, count)) return;
    }
    const { idColumn, sizeColumn, operationColumn } = this.options;
    for (const column of [idColumn, sizeColumn, operationColumn]) {
      if (column !== null && column > count) this.wrong(`there is no column ${column}: the line has ${count} ${count === 1 ? 'column' : 'columns'} (delimiter "${this.options.delimiter}")`, 0);
    }
    const begin = this.begins[idColumn - 1], end = this.ends[idColumn - 1];
    if (begin === end) this.wrong('the object id is empty', begin - from + 1);
    if (sizeColumn !== null && !this.isNumber(bytes, sizeColumn - 1)) this.wrong(`the object size "${this.field(bytes, sizeColumn - 1)}" is not a number`, this.begins[sizeColumn - 1] - from + 1);
    this.list.add(this.pages.numberOf(bytes, begin, end), operationColumn !== null && this.isStore(bytes, operationColumn - 1, from));
  }

  /** Fills `begins` and `ends`; blanks around a field and quotes do not belong to it. */
  private split(bytes: Uint8Array, from: number, to: number): number {
    const { begins, ends, delimiter } = this;
    let count = 0;
    for (let at = from; ; at++) {
      let begin = at;
      while (begin < to && (bytes[begin] === SPACE || (bytes[begin] === TAB && delimiter !== TAB)) && bytes[begin] !== delimiter) begin++;
      let end;
      if (bytes[begin] === QUOTE && begin < to) {
        end = bytes.indexOf(QUOTE, ++begin);
        if (end < 0 || end >= to) this.wrong('a quote is not closed', begin - from);
        at = end + 1;
        while (at < to && bytes[at] !== delimiter) if (bytes[at++] !== SPACE) this.wrong('text follows the closing quote', at - from);
      } else {
        at = begin;
        while (at < to && bytes[at] !== delimiter) at++;
        end = at;
        while (end > begin && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
      }
      begins[count] = begin;
      ends[count++] = end;
      if (at >= to) return count;
    }
  }

  private noneIsNumber(bytes: Uint8Array, count: number): boolean {
    for (let field = 0; field < count; field++) if (this.isNumber(bytes, field)) return false;
    return true;
  }

  private isNumber(bytes: Uint8Array, field: number): boolean {
    const begin = this.begins[field], end = this.ends[field];
    let digits = 0, points = 0;
    for (let at = begin; at < end; at++) {
      const c = bytes[at];
      if (c >= 48 && c <= 57) digits++;
      else if (c === 46) points++;
      else return false;
    }
    return digits > 0 && points <= 1;
  }

  private isStore(bytes: Uint8Array, field: number, lineFrom: number): boolean {
    const word = this.field(bytes, field).toLowerCase();
    if (STORES.includes(word)) return true;
    if (!LOADS.includes(word)) this.wrong(`"${word}" is no operation that is known here: ${LOADS.join(', ')}; ${STORES.join(', ')}`, this.begins[field] - lineFrom + 1);
    return false;
  }

  private field(bytes: Uint8Array, field: number): string {
    return textOf(bytes, this.begins[field], this.ends[field]);
  }

  private wrong(problem: string, column: number): never {
    throw new TraceError(problem, this.lines.line, column);
  }
}
