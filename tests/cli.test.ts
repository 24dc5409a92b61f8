/** The built `pagewise` command as a user meets it: statuses, streams, files, refusals. */
import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'out/cli/index.js');
let folder: string;

beforeAll(async () => {
  const { build } = await import('../scripts/tasks/build.mjs') as { build: (parts: string[]) => Promise<void> };
  await build(['kernel', 'libc', 'cli']);
  folder = mkdtempSync(join(tmpdir(), 'pagewise-cli-'));
  write('leak.c', '#include <stdlib.h>\nint main(void) {\n    char *p = malloc(10);\n    p = 0;\n    return p ? 1 : 3;\n}\n');
  write('clean.c', '#include <stdio.h>\nint main(int argc, char **argv) {\n    for (int i = 1; i < argc; i++) printf("%s\\n", argv[i]);\n    return 0;\n}\n');
  write('cat.c', '#include <unistd.h>\nint main(void) {\n    char b[4096];\n    long n;\n    while ((n = read(0, b, sizeof b)) > 0) write(1, b, (size_t)n);\n    return 0;\n}\n');
  write('terminals.c', '#include <stdio.h>\n#include <unistd.h>\nint main(void) {\n    printf("%d %d %d\\n", isatty(0), isatty(1), isatty(2));\n    return 0;\n}\n');
  write('crash.c', 'int main(void) {\n    int *p = 0;\n    return *p;\n}\n');
  write('loop.c', '#include <stdio.h>\nint main(void) {\n    puts("begin");\n    fflush(stdout);\n    for (volatile long i = 0;; i++) ;\n}\n');
  write('flood.c', '#include <stdio.h>\nint main(void) {\n    for (long i = 0; i < 200000; i++) printf("line %ld\\n", i);\n    return 0;\n}\n');
  write('endless.c', '#include <stdio.h>\nint main(void) {\n    for (;;) puts("again and again");\n}\n');
  write('wrong.c', 'int main(void) {\n    return x;\n}\n');
  write('assembly.c', 'int main(void) {\n    __asm__("cpuid");\n    return 0;\n}\n');
  write('bad-read.c', '#include <stdlib.h>\nint main(void) {\n    char *p = malloc(4);\n    char c = p[4];\n    free(p);\n    return c == 1;\n}\n');
}, 240_000);
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}
function pagewise(args: readonly string[], input: string | Buffer = ''): SpawnSyncReturns<Buffer> {
  return spawnSync(process.execPath, [CLI, ...args], { cwd: folder, input, maxBuffer: 1 << 27, env: { ...process.env, PAGEWISE_CACHE: join(folder, 'cache') } });
}
const run = (...args: string[]): SpawnSyncReturns<Buffer> => pagewise(['run', ...args]);

describe('exit status', () => {
  it.each([
    ['of the program', ['clean.c'], 0],
    ['of the program, although it leaks', ['leak.c'], 3],
    ['of --error-exitcode when it leaks', ['--error-exitcode=9', 'leak.c'], 9],
    ['of the program when --error-exitcode finds nothing', ['--error-exitcode=9', 'clean.c'], 0],
    ['of the program when leaks are no errors', ['--error-exitcode=9', '--errors-for-leak-kinds=none', 'leak.c'], 3],
    ['128 + SIGSEGV', ['crash.c'], 139],
    ['125 for a limit', ['--max-instructions=200000', 'loop.c'], 125],
    ['125 for an output limit', ['--max-output=1000', 'endless.c'], 125],
    ['125 for a compile error', ['wrong.c'], 125],
    ['125 for inline assembly', ['assembly.c'], 125],
    ['125 for a missing file', ['nothing.c'], 125],
    ['125 for bad usage', ['--leak-check=ful', 'clean.c'], 125],
  ])('is %s', (_name, args, status) => {
    const result = run(...args);
    expect([result.status, result.stderr.toString()]).toEqual([status, expect.any(String)]);
  });
});

describe('messages', () => {
  it.each([
    [['wrong.c'], /wrong\.c:2:12: error: .*undeclared identifier 'x'/],
    [['assembly.c'], /assembly\.c:2:\d+: error: /],
    [['nothing.c'], /nothing\.c: there is no such file/],
    [['clean.c', '10'], /10: there is no such file.*after --/],
    [['--max-instructions=200000', 'loop.c'], /pagewise: stopped: .*instructions/],
    [['--suppressions=none.supp', 'clean.c'], /none\.supp cannot be read/],
    [['--html=no/such/folder/r.html', 'clean.c'], /--html=no\/such\/folder\/r\.html cannot be written/],
    [['--log-file=no/such/folder/log', 'clean.c'], /--log-file=no\/such\/folder\/log cannot be written/],
  ])('%j', (args, message) => {
    const result = run(...args);
    expect(result.stderr.toString()).toMatch(message);
    expect(result.stderr.toString()).not.toContain('internal error');
    expect(result.status).toBe(125);
  });
});

describe('--html', () => {
  it('writes the same page each time, from any folder, beside other reports', () => {
    expect(run('-q', '--html=one.html', '--json=r.json', '--log-file=r.txt', 'leak.c').status).toBe(3);
    expect(pagewise(['run', '-q', `--html=${join(folder, 'two.html')}`, join(folder, 'leak.c')]).status).toBe(3);
    const [one, two] = ['one.html', 'two.html'].map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(two).toBe(one);
    for (const part of ['10 bytes in 1 block are lost for good', 'overwrites the last pointer to the block', 'exit status 3', '-O0 -std=gnu17', 'Heap over simulated time', '<rect ']) expect(one).toContain(part);
    expect(one).not.toContain(folder);
    expect(readFileSync(join(folder, 'r.json'), 'utf8')).toContain('"exitStatus": 3');
  });

  it('cuts long output in the middle', () => {
    run('-q', '--html=flood.html', 'flood.c');
    const page = readFileSync(join(folder, 'flood.html'), 'utf8');
    for (const part of ['line 0\n', 'line 199999\n', ' characters left out here']) expect(page).toContain(part);
    expect(page.length).toBeLessThan(200_000);
  });
});

describe('streams', () => {
  it('hands over arguments', () => {
    expect(run('-q', 'clean.c', '--', '--help', 'a b', '').stdout.toString()).toBe('--help\na b\n\n');
  });

  it('passes bytes through untouched', () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7919) & 255));
    const result = pagewise(['run', '-q', 'cat.c'], bytes);
    expect(result.stdout.equals(bytes)).toBe(true);
    expect(result.stderr.toString()).toBe('');
  });

  it('--stdout=tty makes no terminal of standard input', () => {
    expect(pagewise(['run', '-q', '--stdout=tty', 'terminals.c'], Buffer.from('')).stdout.toString()).toBe('0 1 1\n');
    expect(pagewise(['run', '-q', '--stdout=pipe', 'terminals.c'], Buffer.from('')).stdout.toString()).toBe('0 0 0\n');
  });

  it('loses nothing of a large output', () => {
    const lines = run('-q', 'flood.c').stdout.toString().split('\n');
    expect(lines).toHaveLength(200_001);
    expect(lines[199_999]).toBe('line 199999');
  });

  it('ends quietly when the reader of its output goes', () => {
    const result = spawnSync('sh', ['-c', `"${process.execPath}" "${CLI}" run -q endless.c | head -n 2; echo done`], { cwd: folder, timeout: 60_000, env: { ...process.env, PAGEWISE_CACHE: join(folder, 'cache') } });
    expect(result.stdout.toString()).toBe('again and again\nagain and again\ndone\n');
    expect(result.stderr.toString()).not.toContain('error');
  });

  it('reports after an interrupt, and ends with 130', async () => {
    const child = spawn(process.execPath, [CLI, 'run', 'loop.c'], { cwd: folder, env: { ...process.env, PAGEWISE_CACHE: join(folder, 'cache') } });
    let report = '';
    child.stderr.on('data', (chunk: Buffer) => { report += chunk.toString(); });
    child.stdout.once('data', () => { child.kill('SIGINT'); });
    const status = await new Promise((done) => { child.on('close', done); });
    expect(status).toBe(130);
    expect(report).toContain('HEAP SUMMARY');
  });

  it('ends on an interrupt while it waits for input', async () => {
    const child = spawn(process.execPath, [CLI, 'run', 'cat.c'], { cwd: folder, env: { ...process.env, PAGEWISE_CACHE: join(folder, 'cache') } });
    child.stderr.once('data', () => { setTimeout(() => { child.kill('SIGINT'); }, 500); });
    const [status, signal] = await new Promise<[number | null, string | null]>((done) => { child.on('close', (code, how) => { done([code, how]); }); });
    expect(status === 130 || signal === 'SIGINT').toBe(true);
  });
});

describe('reports', () => {
  it('prints the report on standard error', () => {
    const report = run('leak.c').stderr.toString();
    expect(report).toMatch(/==1000== +definitely lost: 10 bytes in 1 blocks/);
    expect(report).toMatch(/==1000== ERROR SUMMARY: 1 errors from 1 contexts/);
  });

  it('-q prints nothing for a clean program', () => {
    expect(run('-q', 'clean.c').stderr.toString()).toBe('');
  });

  it('writes log, XML and JSON files', () => {
    const result = run('--log-file=log.%p', 'leak.c');
    expect(result.stderr.toString()).not.toContain('==1000==');
    expect(readFileSync(join(folder, 'log.1000'), 'utf8')).toContain('LEAK SUMMARY');
    run('--xml=yes', '--xml-file=out.xml', '--json=out.json', 'bad-read.c');
    const xml = readFileSync(join(folder, 'out.xml'), 'utf8');
    expect(xml).toContain('<protocolversion>4</protocolversion>');
    expect(xml).toContain('<kind>InvalidRead</kind>');
    const json = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as { format: number; errors: { kind: string }[] };
    expect([json.format, json.errors.map((error) => error.kind)]).toEqual([1, ['InvalidRead']]);
  });

  it('suppresses what a file describes', () => {
    write('mine.supp', '{\n   known\n   Memcheck:Addr1\n   fun:main\n}\n');
    const report = run('--suppressions=mine.supp', 'bad-read.c').stderr.toString();
    expect(report).not.toContain('Invalid read');
    expect(report).toContain('ERROR SUMMARY: 0 errors from 0 contexts (suppressed: 1 from 1)');
  });

  it('a second run starts no compiler and prints the same', () => {
    const [first, second] = [run('-v', 'bad-read.c').stderr.toString(), run('-v', 'bad-read.c').stderr.toString()];
    expect(second).not.toContain('compiling');
    expect(second).toBe(first.replace(/^pagewise: compiling.*\n/m, ''));
  });

  it('finds headers beside the file and in -I folders, and defines macros', () => {
    write('sub/use.c', '#include "near.h"\n#include <far.h>\n#include <stdio.h>\nint main(void) { printf("%d\\n", NEAR + FAR + GIVEN); return 0; }\n');
    write('sub/near.h', '#define NEAR 1\n');
    write('inc/far.h', '#define FAR 20\n');
    const result = run('-q', '-Iinc', '-DGIVEN=300', 'sub/use.c');
    expect([result.stdout.toString(), result.stderr.toString()]).toEqual(['321\n', '']);
  });

  it('links several files', () => {
    write('one.c', 'int twice(int x);\nint main(void) { return twice(4); }\n');
    write('two.c', 'int twice(int x) { return 2 * x; }\n');
    expect(run('one.c', 'two.c').status).toBe(8);
  });
});

describe('several processes', () => {
  const child = (): void => {
    write('child.c', '#include <stdlib.h>\n#include <sys/wait.h>\n#include <unistd.h>\nint main(void) {\n    if (fork() == 0) { char *p = malloc(30); p = 0; exit(p != 0); }\n    wait(0);\n    char *q = malloc(20);\n    q = 0;\n    return q ? 1 : 4;\n}\n');
  };
  const lost = (text: string, pid: number): string | undefined => new RegExp(`^==${String(pid)}==    definitely lost: (.*)$`, 'm').exec(text)?.[1];

  it('a report for each, in the order of their ends', () => {
    child();
    const result = run('child.c');
    const text = result.stderr.toString();
    expect([result.status, lost(text, 1000), lost(text, 1001)]).toEqual([4, '20 bytes in 1 blocks', '30 bytes in 1 blocks']);
    expect(text.indexOf('==1001== ERROR SUMMARY')).toBeLessThan(text.indexOf('==1000== ERROR SUMMARY'));
  });
  it('--child-silent-after-fork leaves forked ones out', () => {
    child();
    const text = run('--child-silent-after-fork=yes', 'child.c').stderr.toString();
    expect([lost(text, 1000), lost(text, 1001)]).toEqual(['20 bytes in 1 blocks', undefined]);
  });
  it('--with loads a further program beside the first', () => {
    write('beside.c', '#include <stdio.h>\n#include <stdlib.h>\nint main(void) {\n    puts(malloc(8) ? "beside" : "");\n    return 5;\n}\n');
    const result = run('--with=beside.c', '--json=both.json', 'leak.c');
    const text = result.stderr.toString();
    expect([result.status, result.stdout.toString(), lost(text, 1000), lost(text, 1001)]).toEqual([3, 'beside\n', '10 bytes in 1 blocks', '8 bytes in 1 blocks']);
    expect(text).toContain('==1001== Command: ./beside');
    const json = JSON.parse(readFileSync(join(folder, 'both.json'), 'utf8')) as { others: { pid: number; programName: string; exitStatus: number }[] };
    expect(json.others.map(({ pid, programName, exitStatus }) => [pid, programName, exitStatus])).toEqual([[1001, './beside', 5]]);
  });
  it('--processes bounds a fork bomb', () => {
    write('bomb.c', '#include <stdio.h>\n#include <errno.h>\n#include <unistd.h>\n#include <sys/wait.h>\nint main(void) {\n    int made = 0;\n    while (fork() > 0) made++;\n    if (made > 0) printf("%d children, %s\\n", made, errno == EAGAIN ? "EAGAIN" : "another error");\n    while (made > 0 && wait(0) > 0) {}\n    return 0;\n}\n');
    const result = run('--tool=none', '--processes=8', 'bomb.c');
    expect(result.status).toBe(0);
    expect(result.stdout.toString()).toContain('EAGAIN');
  });
});
