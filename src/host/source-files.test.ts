import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectSources, readSource } from './source-files';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'pagewise-sources-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}
const names = (path: string, include: readonly string[] = []): string[] => collectSources(path, include).map((source) => source.path.slice(folder.length + 1));

describe('collectSources', () => {
  it('follows quoted includes from file to file, and -I folders for both kinds', () => {
    const main = write('main.c', '#include <stdio.h>\n#include "list.h"\n #  include <tools/a.h>\n// end');
    write('list.h', '#include "node.h"\n');
    write('node.h', '#include "list.h" /* a cycle */\n');
    write('inc/tools/a.h', '#include "b.h"\n');
    write('inc/tools/b.h', 'int b;\n');
    expect(names(main, [join(folder, 'inc')])).toEqual(['main.c', 'list.h', 'inc/tools/a.h', 'node.h', 'inc/tools/b.h']);
  });

  it('prefers the folder of the including file to -I, for quotes only', () => {
    const main = write('src/main.c', '#include "a.h"\n#include <b.h>\n');
    write('src/a.h', '');
    write('src/b.h', '');
    write('inc/a.h', '');
    write('inc/b.h', '');
    expect(names(main, [join(folder, 'inc')])).toEqual(['src/main.c', 'src/a.h', 'inc/b.h']);
  });

  it('takes the text of an editor instead of the file', () => {
    const main = write('main.c', '');
    write('x.h', '');
    expect(collectSources(main, [], '#include "x.h"\n').map((source) => source.text)).toEqual(['#include "x.h"\n', '']);
  });
});

describe('readSource', () => {
  const refusals: [string, () => string, RegExp][] = [
    ['a missing file', () => join(folder, 'no.c'), /no such file/],
    ['a directory', () => folder, /is a directory/],
    ['an empty file', () => write('e.c', ' \n'), /is empty/],
    ['a C++ file', () => write('p.cpp', 'int main(){}'), /is a C\+\+ file/],
    ['a header', () => write('p.h', 'int x;'), /is a header/],
    ['another kind of file', () => write('p.py', 'print()'), /not a C file/],
    ['binary data', () => write('p.c', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1])), /binary data/],
  ];
  it.each(refusals)('refuses %s in a sentence', (_name, path, message) => {
    expect(() => readSource(path())).toThrow(message);
  });

  it.skipIf(process.getuid?.() === 0)('refuses an unreadable file in a sentence', () => {
    const path = write('secret.c', 'int main(void){return 0;}');
    chmodSync(path, 0);
    expect(() => readSource(path)).toThrow(/permission denied/);
  });
});
