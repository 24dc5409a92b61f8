/** The compiler runner: what it returns for good and bad programs, and the names it uses. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CompileOptions } from '../../shared/diagnostics';
import { readBitcode } from '../bitcode/reader';
import { ClangFailure, createClangRunner, type ClangPackage, type ClangRequest } from './driver';

const include = join(import.meta.dirname, '../../../resources/libc/include');
const headers = new Map(readdirSync(include, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
  .map((e) => join(e.parentPath, e.name)).map((path) => [relative(include, path), readFileSync(path, 'utf8')] as const));
const clang = createClangRunner({ headers });

const plain: CompileOptions = { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] };
function request(text: string, more: Partial<ClangRequest> & { options?: Partial<CompileOptions> } = {}): ClangRequest {
  return { sources: [{ path: 'main.c', text }], main: 'main.c', emit: 'bitcode', ...more, options: { ...plain, ...more.options } };
}

describe('compilation', () => {
  it('compiles with the simulated headers and keeps library calls as calls', async () => {
    const { bitcode, diagnostics, text } = await clang.compile(request(
      '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint main(void) { char *p = malloc(5); strcpy(p, "abc"); printf("%zu\\n", strlen(p)); free(p); return 0; }\n'));
    expect(text).toBe('');
    expect(diagnostics).toEqual([]);
    const module = readBitcode(bitcode!);
    expect(module.triple).toBe('x86_64-unknown-linux-gnu');
    expect(module.sourceFile).toBe('main.c');
    expect(module.functions.map((f) => f.name)).toEqual(expect.arrayContaining(['main', 'malloc', 'strcpy', 'strlen', 'printf', 'free']));
  });

  it('gives the same bytes twice', async () => {
    const [a, b] = await Promise.all([clang.compile(request('int f(int x) { return x * 3; }')), clang.compile(request('int f(int x) { return x * 3; }'))]);
    expect(Buffer.from(a.bitcode!).equals(Buffer.from(b.bitcode!))).toBe(true);
  });

  it('passes standard, macros, include folders and the optimisation level', async () => {
    const sources = [
      { path: 'src/main.c', text: '#include "../inc/a.h"\n#include <b.h>\n#include "c.h"\n#if __STDC_VERSION__ != 199901L || defined(GONE)\n#error no\n#endif\nint x = A + B + C + NAME; const char *s = TEXT;\n' },
      { path: 'inc/a.h', text: '#define A 1\n' }, { path: 'libs/b.h', text: '#define B 2\n' }, { path: 'src/c.h', text: '#define C 3\n' },
    ];
    const { bitcode, text } = await clang.compile({
      sources, main: 'src/main.c', emit: 'bitcode',
      options: { optimise: 1, standard: 'c99', defines: ['NAME=40', 'TEXT="a b\\"c$"', 'GONE'], undefines: ['GONE'], includeDirectories: ['libs'] },
    });
    expect(text).toBe('');
    const { globals } = readBitcode(bitcode!);
    expect(globals.find((g) => g.name === 'x')!.initializer).toMatchObject({ kind: 'integer', value: 46n });
    expect(globals.some((g) => g.initializer?.kind === 'data' && Buffer.from(g.initializer.bytes).toString() === 'a b"c$\0')).toBe(true);
  });

  it('names files as given, absolute or climbing, in __FILE__ and debug information', async () => {
    for (const [main, header] of [['../../up/main.c', '../../up/h.h'], ['/usr/src/main.c', '/usr/src/h.h'], ['/home/u/p/main.c', '/home/u/p/h.h']] as const) {
      const { bitcode, text } = await clang.compile({ sources: [{ path: main, text: '#include "h.h"\nconst char *f(void) { return __FILE__; }\nint y = H;' }, { path: header, text: '#define H 1\n' }], main, emit: 'bitcode', options: plain });
      expect(text).toBe('');
      const module = readBitcode(bitcode!);
      const unit = module.namedMetadata.find((n) => n.name === 'llvm.dbg.cu')!.nodes[0]!;
      expect(unit.kind === 'DICompileUnit' && unit.file!.filename!.value).toBe(main);
      expect(module.globals.map((g) => g.initializer?.kind === 'data' && Buffer.from(g.initializer.bytes).toString())).toContain(`${main}\0`);
    }
  });

  it('refuses what is not C, in words', async () => {
    for (const [path, words] of [['a.cpp', 'is a C++ file'], ['a.h', 'is a header'], ['notes.txt', 'is not a C file'], ['Makefile', 'is not a C file']] as const) {
      const { bitcode, diagnostics } = await clang.compile({ ...request(''), sources: [{ path, text: '' }], main: path });
      expect(bitcode).toBeNull();
      expect(diagnostics[0]).toMatchObject({ severity: 'error', range: { file: path } });
      expect(diagnostics[0]!.message).toContain(words);
    }
  });
});

describe('diagnostics', () => {
  const check = (text: string, more: Partial<ClangRequest> = {}): Promise<Awaited<ReturnType<typeof clang.compile>>> => clang.compile(request(text, { emit: 'check', ...more }));

  it('gives place, severity, option, notes and fix-its', async () => {
    const { bitcode, diagnostics, text } = await check('int main(void) {\n\tint x = 1;\n\tif (x = 3) return y;\n\treturn x }\n');
    expect(bitcode).toBeNull();
    expect(diagnostics.map(({ severity, message, option, range: { line, column, endColumn } }) => [severity, message, option, line, column, endColumn])).toEqual([
      ['warning', 'using the result of an assignment as a condition without parentheses', '-Wparentheses', 3, 6, 11],
      ['error', "use of undeclared identifier 'y'", '', 3, 20, 21],
      ['error', "expected ';' after return statement", '', 4, 10, 11],
    ]);
    const [assignment, , semicolon] = diagnostics;
    expect(assignment!.notes.map((n) => [n.message, n.fixIts.map((f) => f.text)])).toEqual([
      ['place parentheses around the assignment to silence this warning', ['(', ')']],
      ["use '==' to turn this assignment into an equality comparison", ['==']],
    ]);
    expect(semicolon!.fixIts).toEqual([{ range: { file: 'main.c', line: 4, column: 10, endLine: 4, endColumn: 10 }, text: ';' }]);
    expect(text).toContain("main.c:4:10: error: expected ';' after return statement\n    4 |         return x }\n      |                  ^\n      |                  ;\n");
    expect(text).toContain('1 warning and 2 errors generated.');
    expect(text).not.toMatch(/fix-it|\{\d+:/);
  });

  it('counts columns in UTF-16 units', async () => {
    const { diagnostics } = await check('const char *a = "é😀"; int b = c;\n');
    expect(diagnostics[0]!.range).toEqual({ file: 'main.c', line: 1, column: 32, endLine: 1, endColumn: 33 });
  });

  it('names the header where the problem is, as the user knows it', async () => {
    const { diagnostics, text } = await check('#include "lib/h.h"\nint main(void) { return 0; }\n', { sources: [{ path: './main.c', text: '#include "lib/h.h"\nint main(void) { return 0; }\n' }, { path: 'lib/h.h', text: 'int f(void) { }\n' }], main: './main.c' });
    expect(diagnostics).toMatchObject([{ severity: 'warning', option: '-Wreturn-type', range: { file: 'lib/h.h', line: 1 } }]);
    expect(text).toContain('In file included from ./main.c:1:');
  });

  it('reports a missing file and a wrong option as errors', async () => {
    expect((await check('#include <nowhere.h>\n')).diagnostics).toMatchObject([{ severity: 'error', message: "'nowhere.h' file not found", range: { line: 1, column: 10 } }]);
    expect((await check('', { options: { ...plain, standard: 'c98' } })).diagnostics).toMatchObject([{ severity: 'error', message: "invalid value 'c98' in '-std=c98'" }]);
    expect((await check('', { sources: [], main: 'gone.c' })).diagnostics[0]).toMatchObject({ severity: 'error' });
  });

  it('warns with -Wall -Wextra', async () => {
    expect((await check('int f(int unused) { return 0; }\n')).diagnostics).toMatchObject([{ option: '-Wunused-parameter' }]);
    expect((await check('int f(int unused) { return 0; }\n', { library: true })).diagnostics).toEqual([]);
  });
});

describe('failures of the compiler itself', () => {
  it('survives a crash on too deep a nesting', async () => {
    const deep = `int x = ${'('.repeat(60_000)}1${')'.repeat(60_000)};`;
    const outcome = await clang.compile(request(deep)).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ClangFailure);
    else expect(outcome).toMatchObject({ bitcode: null });
    expect((await clang.compile(request('int x;'))).bitcode).not.toBeNull();
  });

  it('says so when it cannot be loaded or dies, and starts afresh', async () => {
    class Exit extends Error {}
    let attempts = 0;
    const dying: ClangPackage = { Exit, runLLVM: () => { throw new WebAssembly.RuntimeError('unreachable'); } };
    const runner = createClangRunner({ headers, load: () => (attempts++ === 0 ? Promise.reject(new Error('disk on fire')) : Promise.resolve(dying)) });
    await expect(runner.compile(request('int x;'))).rejects.toThrow(/could not be loaded: disk on fire/);
    await expect(runner.compile(request('int x;'))).rejects.toThrow(/crashed while compiling main\.c \(unreachable\)/);
    expect(attempts).toBe(2);
  });
});
