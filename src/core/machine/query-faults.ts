/** The page-fault timeline as columns, straight from the event records. */
import type { FaultColumns, FaultFilter } from '../../shared/views';
import { accessAt, costAt, EventKind, takeCount } from '../events/event-log';
import { entryPfn } from '../paging/page-tables';
import { siteOf } from './fault-scan';
import type { Pass } from './pass';
import type { Process } from './process';

const TWO_32 = 4294967296;

/** Column names are those of FaultColumns; `total` counts every match that is kept, the columns at most `limit` from `cursor` on. */
export function faultColumns(pass: Pass, process: Process, filter: FaultFilter): FaultColumns {
  const kinds = new Set(filter.kinds);
  const from = filter.sinceMain ? Math.max(0, process.mainEntered) : 0;
  const hits: { readonly words: Uint32Array; readonly at: number }[] = [];
  let total = 0;
  pass.computer.events.memory.scan((words, at) => {
    const head = words[at + 8] ?? 0;
    if ((head & 0xffff) !== EventKind.Fault || words[at + 6] !== process.key) return;
    if (kinds.size > 0 && !kinds.has((head >>> 16) & 0xff)) return;
    if (filter.sinceMain && (process.mainEntered < 0 || takeCount(words, at + 4) < from)) return;
    const cycle = takeCount(words, at + 2);
    if (cycle < filter.fromCycle || (filter.toCycle > 0 && cycle > filter.toCycle)) return;
    total++;
    if (takeCount(words, at) > filter.cursor && hits.length < filter.limit) hits.push({ words, at });
  });
  return fill(pass, hits, total);
}

function fill(pass: Pass, hits: readonly { readonly words: Uint32Array; readonly at: number }[], total: number): FaultColumns {
  const n = hits.length;
  const columns = {
    seq: new Float64Array(n), cycle: new Float64Array(n), instruction: new Float64Array(n), va: new Float64Array(n),
    kind: new Uint8Array(n), access: new Uint8Array(n), line: new Uint32Array(n), costCycles: new Float64Array(n), pfn: new Float64Array(n), mappingId: new Uint32Array(n),
    file: new Uint16Array(n), fn: new Uint16Array(n),
  };
  const files = new NameTable();
  const functions = new NameTable();
  hits.forEach(({ words, at }, i) => {
    const head = words[at + 8] ?? 0;
    columns.seq[i] = takeCount(words, at);
    columns.cycle[i] = takeCount(words, at + 2);
    columns.instruction[i] = takeCount(words, at + 4);
    columns.va[i] = (words[at + 11] ?? 0) * TWO_32 + (words[at + 10] ?? 0);
    columns.kind[i] = (head >>> 16) & 0xff;
    columns.access[i] = accessAt(words, at);
    columns.costCycles[i] = costAt(words, at);
    columns.pfn[i] = frameOf(words[at + 12] ?? 0, words[at + 13] ?? 0);
    columns.mappingId[i] = words[at + 15] ?? 0;
    const frame = siteOf(pass, words[at + 9] ?? 0);
    columns.line[i] = frame.line;
    columns.file[i] = files.index(frame.file);
    columns.fn[i] = functions.index(frame.fn);
  });
  return { total, ...columns, files: files.names, functions: functions.names };
}

/** Frame of the entry that a fault left behind; -1: none. */
function frameOf(pteLow: number, pteHigh: number): number {
  return pteLow === 0 ? -1 : entryPfn(pteLow, pteHigh);
}

class NameTable {
  readonly names: string[] = [];
  private readonly indexes = new Map<string, number>();

  index(name: string): number {
    let index = this.indexes.get(name);
    if (index === undefined) {
      index = this.names.push(name) - 1;
      this.indexes.set(name, index);
    }
    return index;
  }
}
