/**
 * The process that is killed: saves snapshots number N, N + 1, … over one file until it dies, and says on its standard output when each
 * begins and ends.  node saver.js FILE CODEC N
 */
import { readFileSync } from 'node:fs';
import { saveSnapshot } from '../../src/host/snapshot-file';
import { partsOf } from './content';

const [path = '', codecPath = '', first = '0'] = process.argv.slice(2);
const codec = new WebAssembly.Module(readFileSync(codecPath));
for (let n = Number(first); ; n++) {
  process.stdout.write(`begin ${String(n)}\n`);
  await saveSnapshot(path, partsOf(n), codec);
  process.stdout.write(`end ${String(n)}\n`);
}
