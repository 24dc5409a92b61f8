/** The reader of each format of traces, and a guess which one a file has. */
import type { TraceFormat, TraceReading } from '../../shared/policy';
import { textOf } from './page-numbering';
import { ClassroomReader } from './read-classroom';
import { CsvReader } from './read-csv';
import { LackeyReader } from './read-lackey';
import type { TraceReader } from './trace';

/** @throws RangeError where a setting is out of its range */
export function createReader(format: TraceFormat, reading: TraceReading): TraceReader {
  switch (format) {
    case 'classroom': return new ClassroomReader();
    case 'lackey': return new LackeyReader(reading);
    case 'csv': return new CsvReader(reading.csv);
  }
}

const ENOUGH = 4096;

/** @param start the first bytes of the file; a few lines are enough */
export function guessFormat(name: string, start: Uint8Array): TraceFormat {
  const lines = textOf(start, 0, Math.min(start.length, ENOUGH)).split('\n');
  const first = lines.find((line) => line.trim() !== '' && !/^(==|--|\*\*)\d+/.test(line)) ?? '';
  if (/^(I {2}| [LSM] )[0-9a-f]+,\d/i.test(first)) return 'lackey';
  if (/\.csv$/i.test(name) || /^\s*"?time\w*"?\s*[,;\t]/i.test(first)) return 'csv';
  return 'classroom';
}
