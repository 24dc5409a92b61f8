/** The data layout against Clang's own: sizes, alignments and offsets that the compiler computed. */
import { expect, it } from 'vitest';
import type { StructType } from '../bitcode/module';
import { alignOf, piecesOf, sizeOf, structLayout } from './layout';
import { compile } from './run.fixture';

const STRUCTS = [
  'char a; int b; short c; long d;', 'char a[3]; double b; char c;', 'long double a; char b;', 'char a; __int128 b;', 'int a[5]; struct { char x; short y; } b[3];',
  'float a; void *b; _Bool c;', 'quad a; char b;', 'char a;', 'short a; char b; short c; int d; char e;',
];

it('agrees with the compiler', async () => {
  const text = STRUCTS.map((body, i) => {
    const members = [...body.replace(/\{[^}]*\}/g, '').matchAll(/(\w)(?:\[\d+\])?;/g)].map(match => match[1]);
    const plain = `struct s${i} { ${body} }; struct s${i} v${i}; struct __attribute__((packed)) p${i} { ${body} }; struct p${i} w${i};`;
    const table = (tag: string): string => `unsigned long ${tag}t${i}[] = { sizeof(struct ${tag}${i}), _Alignof(struct ${tag}${i}), ${members.map(name => `__builtin_offsetof(struct ${tag}${i}, ${name})`).join(', ')} };`;
    return `${plain} ${table('s')} ${table('p')}`;
  }).join('\n');
  const module = await compile(`typedef float quad __attribute__((vector_size(16)));\n${text}\n`);
  const find = (name: string): (typeof module.globals)[number] => module.globals.find(global => global.name === name) ?? module.globals[0];
  for (let i = 0; i < STRUCTS.length; i++)
    for (const [variable, table] of [[`v${i}`, `st${i}`], [`w${i}`, `pt${i}`]]) {
      const type = find(variable).valueType as StructType, { initializer } = find(table);
      if (initializer?.kind !== 'data') throw new Error(`${table} has no data`);
      const expected = [...new BigUint64Array(initializer.bytes.slice().buffer)].map(Number);
      // Trailing padding may be a member of its own in the bitcode's type.
      const offsets = structLayout(type).offsets.slice(0, expected.length - 2);
      expect([sizeOf(type), ...offsets], STRUCTS[i]).toEqual([expected[0], ...expected.slice(2)]);
      if (variable.startsWith('v')) expect(alignOf(type), STRUCTS[i]).toBe(expected[1]);
    }
});

it('holds values in scalars of at most 64 bits', async () => {
  const module = await compile('struct s { char a; long double b; } s; __int128 w; double d[2];\n');
  const pieces = (name: string): number[][] => {
    const global = module.globals.find(candidate => candidate.name === name);
    return global === undefined ? [] : piecesOf(global.valueType).map(({ offset, bits }) => [offset, bits]);
  };
  expect(pieces('s')).toEqual([[0, 8], [16, 64], [24, 16]]);
  expect(pieces('w')).toEqual([[0, 64], [8, 64]]);
  expect(pieces('d')).toEqual([[0, 64], [8, 64]]);
});
