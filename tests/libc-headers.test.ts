/**
 * The headers of the simulated system: each compiles alone and all together under every standard, shows the names that
 * the standard and the feature macros ask for, and lets Clang warn as it does on Linux.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CompileOptions } from '../src/shared/diagnostics';
import { createClangRunner } from '../src/toolchain/clang/driver';

const include = join(import.meta.dirname, '../resources/libc/include');
const headers = new Map(readdirSync(include, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name)).map((path) => [relative(include, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')] as const));
const clang = createClangRunner({ headers });
const names = [...headers.keys()].filter((name) => !name.startsWith('bits/')).sort();

/** What Clang says of a program, as "severity: message [option]" lines. */
async function check(text: string, options: Partial<CompileOptions> = {}): Promise<string[]> {
  const { diagnostics } = await clang.compile({
    sources: [{ path: 'main.c', text }], main: 'main.c', emit: 'check',
    options: { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [], ...options },
  });
  return diagnostics.map((diagnostic) => `${diagnostic.severity}: ${diagnostic.message} [${diagnostic.option}]`);
}

const includes = (list: readonly string[]): string => list.map((name) => `#include <${name}>\n`).join('');

describe('headers', () => {
  it.each(names)('<%s> stands alone', async (name) => {
    expect(await check(includes([name, name]))).toEqual([]);
  });

  it.each(['c89', 'c99', 'c11', 'gnu17', 'c23'])('all of them under -std=%s', async (standard) => {
    expect(await check(includes(names), { standard })).toEqual([]);
    expect(await check(includes([...names].reverse()), { standard, defines: ['_GNU_SOURCE'] })).toEqual([]);
  });
});

describe('names', () => {
  const usesStrdup = '#include <string.h>\nchar *f(const char *s) { return strdup(s); }\n';
  it.each([
    ['gnu17', [], true], ['c11', [], false], ['c11', ['_POSIX_C_SOURCE=200809L'], true], ['c99', ['_GNU_SOURCE'], true], ['c23', ['_DEFAULT_SOURCE'], true],
  ] as const)('strdup under -std=%s with %s: %s', async (standard, defines, shown) => {
    const said = await check(usesStrdup, { standard, defines });
    if (shown) expect(said).toEqual([]);
    else expect(said.join('\n')).toContain('undeclared');
  });

  it('leaves getline to a strictly conforming program', async () => {
    const own = '#include <stdio.h>\nint getline(char line[], int limit);\nint getline(char line[], int limit) { return line[0] + limit; }\n';
    expect(await check(own, { standard: 'c99' })).toEqual([]);
    expect((await check(own, { standard: 'gnu17' })).join('\n')).toContain('conflicting types');
  });

  it('takes asprintf only with _GNU_SOURCE', async () => {
    const text = '#include <stdio.h>\nint f(char **s) { return asprintf(s, "%d", 1); }\n';
    expect((await check(text)).join('\n')).toContain('undeclared');
    expect(await check(text, { defines: ['_GNU_SOURCE'] })).toEqual([]);
  });
});

describe('warnings', () => {
  it.each([
    ['printf("%d\\n", "text");', '-Wformat'],
    ['printf("%s %d\\n", "text");', '-Wformat-insufficient-args'],
    ['char b[4]; snprintf(b, sizeof b, "%ld", 1);', '-Wformat'],
    ['int n; scanf("%s", &n);', '-Wformat'],
    ['realloc(malloc(1), 2);', '-Wunused-result'],
    ['char *p = 0; strlen(0); (void)p;', '-Wnonnull'],
  ])('%s', async (statement, option) => {
    const said = await check(`#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint main(void) { ${statement} return 0; }\n`);
    expect(said.join('\n')).toContain(`[${option}`);
  });

  it('says nothing of ordinary code', async () => {
    expect(await check(`#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>
int main(int argc, char **argv) {
  char line[80];
  size_t n = strlen(argv[0]);
  assert(argc > 0 && "arguments");
  if (fgets(line, sizeof line, stdin) == NULL) perror("fgets");
  printf("%zu %s %f %d %Lf\\n", n, line, sqrt(2.0), errno, 1.0L);
  fread(line, 1, 1, stdin);
  VALGRIND_MAKE_MEM_UNDEFINED(line, sizeof line);
  unsigned long leaked, dubious, reachable, suppressed;
  VALGRIND_COUNT_LEAKS(leaked, dubious, reachable, suppressed);
  return RUNNING_ON_VALGRIND && isnan((float)leaked) ? (int)(dubious + reachable + suppressed) : EXIT_SUCCESS;
}
`)).toEqual([]);
  });
});
