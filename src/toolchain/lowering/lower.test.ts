/** What the lowering makes of real Clang output: code shapes, linking, debug information. */
import { describe, expect, it } from 'vitest';
import { INSTRUCTION_BYTES } from '../../core/kernel/memory-layout';
import { Op } from '../../core/kernel/ops';
import { disassemble } from '../../core/lir/disassemble';
import { decode } from '../../core/lir/encoding';
import { liveRegistersAt } from '../../core/lir/liveness';
import type { Program } from '../../core/lir/lir';
import { LoweringError } from './lower';
import { lower, run } from './run.fixture';

/** Opcodes with operands of one function, without indices. */
function code(program: Program, name: string): string[] {
  const index = program.image.functions.findIndex(fn => fn.name === name);
  return disassemble(program.image, index).split('\n').slice(1).map(line => line.slice(6));
}

async function complaints(sources: Parameters<typeof lower>[0]): Promise<string[]> {
  try {
    await lower(sources);
  } catch (error) {
    if (error instanceof LoweringError) return error.diagnostics.map(({ message, range }) => `${range.file}:${range.line}: ${message}`);
    throw error;
  }
  return [];
}

const MAIN = 'int main(void) { return 0; }\n';

describe('addresses', () => {
  it('folds members and constant indices into displacements', async () => {
    const program = await lower(`struct s { int a; struct { long b[4]; char c; } in; };\nlong f(struct s *p) { return p->in.b[2] + p->in.c; }\n${MAIN}`, 1);
    expect(code(program, 'f')).toEqual(['LD64 r4, [r3 + 24]', 'LD8 r3, [r3 + 40]', 'SX8_64 r3, r3', 'ADD64 r3, r4, r3', 'RET r3']);
  });
  it('scales an index in one instruction, and adds the address of a global as displacement', async () => {
    const program = await lower(`struct p { int x, y; };\nextern int g[9]; int g[9];\nint f(struct p *a, long i) { return a[i].y; }\nint h(long i) { return g[i]; }\n${MAIN}`, 1);
    expect(code(program, 'f')).toEqual(['LEAX r3, r3 + r4 * 8 + 0', 'LD32 r3, [r3 + 4]', 'RET r3']);
    const g = program.image.symbols.find(symbol => symbol.name === 'g');
    expect(code(program, 'h')).toEqual(['SHL64I r3, r3, 2', `LD32 r3, [r3 + ${g?.va}]`, 'RET r3']);
  });
  it('stores constants and parameters straight into the frame', async () => {
    const program = await lower('int main(int argc, char **argv) { long x = -2; char c = 7; return argc; }\n');
    expect(code(program, 'main').slice(0, 5)).toEqual(['STI32 [F + 28], 0', 'ST32 [F + 24], r3', 'ST64 [F + 16], r4', 'STI64 [F + 8], -2', 'STI8 [F + 7], 7']);
  });
});

describe('control', () => {
  it('fuses comparisons with branches, through conversions to int', async () => {
    const program = await lower(`int f(int a, int b) { int c = a < b; if (c) return 1; if (!(a == 3)) return 2; return 3; }\n${MAIN}`);
    const ops = code(program, 'f').map(line => line.split(' ')[0]);
    expect(ops).toContain('BEQ32I');
    expect(ops.filter(op => op.startsWith('EQ') || op.startsWith('NE'))).toEqual([]);
  });
  it('exchanges phis without losing a value', async () => {
    const outcome = await run(await lower('int swap(int n) { int a = 1, b = 2, c = 3; for (int i = 0; i < n; i++) { int t = a; a = b; b = c; c = t; } return 100 * a + 10 * b + c; }\n'
      + 'int main(int argc, char **argv) { return swap(argc + 3) == 231 && swap(argc + 4) == 312; }\n', 1));
    expect(outcome.status).toBe(1);
  });
  it('makes a table of dense cases and searches sparse ones', async () => {
    const dense = Array.from({ length: 12 }, (_, i) => `case ${i + 5}: return g(${i * 7 + 1});`).join(' ');
    const sparse = Array.from({ length: 12 }, (_, i) => `case ${i * i * 1000}: return g(${i});`).join(' ');
    const program = await lower(`int g(int);\nint g(int x) { return x; }\nint d(int k) { switch (k) { ${dense} } return -1; }\nint s(int k) { switch (k) { ${sparse} } return -1; }\n${MAIN}`);
    expect(code(program, 'd').some(line => line.startsWith('BRTAB') && line.endsWith('12'))).toBe(true);
    expect(code(program, 's').some(line => line.startsWith('BRTAB'))).toBe(false);
    expect(code(program, 's').filter(line => /^BU(GE|LT)32I /.test(line)).length).toBe(3);
  });
  it('changes code pages only by transfers, and keeps tables in one page', async () => {
    const functions = Array.from({ length: 60 }, (_, n) => `int f${n}(int k) { int s = ${n}; ${Array.from({ length: n % 13 }, (_, i) => `s += k * ${i};`).join(' ')} switch (k) { ${
      Array.from({ length: 20 }, (_, i) => `case ${i}: s += ${i * n}; if (s & 1) s ^= k; break;`).join(' ')} } return s; }`);
    const { image } = await lower(`${functions.join('\n')}\n${MAIN}`);
    const transfers = new Set<number>([Op.JMP, Op.CALL, Op.CALLI, Op.RET, Op.RETI, Op.IBR, Op.TRAP, Op.UNREACHABLE]);
    const count = image.code.length / INSTRUCTION_BYTES;
    expect(count).toBeGreaterThan(4 * 1024);
    let tables = 0;
    for (let i = 0; i < count; i++) {
      const { op, w2 } = decode(image.code, i);
      if (i % 1024 === 1023) expect(transfers.has(op)).toBe(true);
      if (op !== Op.BRTAB) continue;
      tables++;
      expect(Math.floor((i + w2 + 1) / 1024)).toBe(Math.floor(i / 1024));
    }
    expect(tables).toBe(60);
    for (const fn of image.functions) expect(fn.first % 4).toBe(0);
  });
});

describe('linking', () => {
  it('joins translation units; tentative definitions merge, static names stay apart', async () => {
    const outcome = await run(await lower([
      ['main.c', 'extern int shared, value(void); static int own(void) { return 1; } int main(void) { shared = 5; return value() + own(); }\n'],
      ['other.c', 'int shared; static int own(void) { return 30; } int value(void) { return shared + own(); }\n'],
    ]));
    expect(outcome.status).toBe(36);
  });
  it('prefers the program\'s own function to the library\'s', async () => {
    const outcome = await run(await lower('unsigned long strlen(const char *s) { return 99; }\nint main(void) { return strlen("abc"); }\n'));
    expect(outcome.status).toBe(99);
  });
  it('names undefined symbols and where they are used', async () => {
    const found = await complaints('int frobnicate(int);\nextern int missing;\nint main(void) {\n  int x = missing;\n  return frobnicate(x);\n}\n');
    expect(found).toEqual([
      'main.c:5: undefined symbol `frobnicate`, used at main.c:5; the C library of Pagewise has no such function or variable',
      'main.c:4: undefined symbol `missing`, used at main.c:4; the C library of Pagewise has no such function or variable',
    ]);
  });
  it('refuses duplicate definitions and a program without main', async () => {
    expect(await complaints([['a.c', 'int f(void) { return 1; }\nint main(void) { return f(); }\n'], ['b.c', '\nint f(void) { return 2; }\n']]))
      .toEqual(['b.c:2: duplicate definition of `f`, first defined at a.c:1']);
    expect((await complaints('int f(void) { return 1; }\n'))[0]).toContain('undefined symbol `main`');
  });
  it('refuses assembly with its line, but for barriers and client requests', async () => {
    expect(await complaints('int main(void) {\n  __asm__ volatile("nop");\n  return 0;\n}\n'))
      .toEqual(['main.c:2: inline assembly is not supported: the simulated processor runs LIR, not x86 machine code']);
    const request = 'unsigned long a[6] = { 0x1001 }, r = 40;\n__asm__ volatile("rolq $3,  %%rdi ; rolq $13, %%rdi\\n\\trolq $61, %%rdi ; rolq $51, %%rdi\\n\\txchgq %%rbx,%%rbx" : "=d" (r) : "a" (a), "0" (r) : "cc", "memory");\n';
    const program = await lower(`int main(void) { int x = 2; __asm__ volatile("" : "+r" (x) : : "memory"); ${request} return r + x; }\n`);
    expect((await run(program)).status).toBe(42);
  });
});

describe('debug information', () => {
  const source = 'struct node { struct node *next; int value; };\nstatic int total = 3;\nint sum(struct node *list) {\n  int s = 0;\n  for (int i = 0; list; list = list->next) {\n    int v = list->value;\n    s += v + i;\n  }\n  return s;\n}\nint main(void) {\n  return sum(0) + total;\n}\n';
  it('knows variables, their places and scopes', async () => {
    const { image } = await lower(source);
    const fn = image.functions[0];
    expect(fn.variables.map(({ name, frameOffset, isParameter, line, scopeFirstLine, scopeLastLine }) => [name, frameOffset, isParameter, line, scopeFirstLine, scopeLastLine])).toEqual([
      ['list', 24, true, 3, 3, 9], ['s', 20, false, 4, 3, 9], ['i', 16, false, 5, 5, 8], ['v', 12, false, 6, 5, 8],
    ]);
    const pointer = image.debug.types[fn.variables[0].type];
    const node = pointer.kind === 'pointer' ? image.debug.types[pointer.target] : null;
    expect(node).toMatchObject({ kind: 'struct', name: 'node', sizeBytes: 16 });
    expect(node?.kind === 'struct' ? node.members.map(member => [member.name, member.offsetBits, member.type]) : []).toEqual([['next', 0, fn.variables[0].type], ['value', 64, fn.variables[1].type]]);
    expect(image.symbols).toMatchObject([{ name: 'total', sizeBytes: 4, line: 2, external: false, threadLocal: false }]);
  });
  it('finds struct parameters and variable-length arrays through a slot that stays', async () => {
    const { image } = await lower('struct big { long a[5]; };\nlong f(struct big b, int n) { char v[n]; v[0] = 1; return b.a[0] + v[0]; }\nint main(void) { struct big b = { { 1 } }; return f(b, 9); }\n');
    const { variables } = image.functions[0];
    expect(variables.map(({ name, frameOffset }) => [name, frameOffset === null])).toEqual([['b', true], ['n', false], ['v', true]]);
    const [b, , v] = variables;
    expect(b.addressSlot).toBe(3);
    // Nothing but the allocation writes the array's slot, and nothing the parameter's.
    const writes = code({ image } as Program, 'f').filter(line => new RegExp(`^\\w+ r(3|${v.addressSlot})(,|$)`).test(line) && !line.startsWith('B'));
    expect(writes.map(line => line.split(' ')[0])).toEqual(['DYNALLOCA']);
  });
  it('marks where statements begin', async () => {
    const { image } = await lower(source);
    const fn = image.functions[0];
    const lines: number[] = [];
    for (let i = fn.first; i < fn.first + fn.instructionCount; i++) if (image.debug.statement[i] === 1) lines.push(image.debug.line[i]);
    expect(lines).toEqual([3, 4, 5, 6, 7, 5, 9]);
  });
});

describe('live registers', () => {
  it('of a caller are those read after the call', async () => {
    const program = await lower(`__attribute__((noinline)) int g(int);\nint f(int a, int *p) { int r = g(a); return r + *p + a; }\nint g(int x) { volatile int y = x; return y; }\n${MAIN}`, 1);
    const index = program.image.functions.findIndex(fn => fn.name === 'f'), fn = program.image.functions[index];
    const at = fn.first + code(program, 'f').findIndex(line => line.startsWith('CALL '));
    expect(liveRegistersAt(program.image, index, at)).toEqual([3, 4]);
    expect(liveRegistersAt(program.image, index, at, false)).toEqual([3, 4, fn.windowSlots + 3]);
  });
});
