/** The reader against Clang's own text of the same module, for varied C at -O0 and -O2, all with debug information. */
import { describe, expect, it } from 'vitest';
import { fixtures, runClang } from './clang.fixture';
import { compareWithText } from './compare.fixture';
import { readBitcode } from './reader';

describe('the module is what Clang prints', () => {
  for (const [name, source] of fixtures)
    for (const optimise of [0, 2] as const)
      it(`${name} -O${optimise}`, async () => {
        const bitcode = await runClang(name, source, optimise, 'bitcode'), text = await runClang(name, source, optimise, 'text');
        expect(compareWithText(readBitcode(bitcode), new TextDecoder().decode(text))).toEqual([]);
      });

  it('without value names too', async () => {
    const source = fixtures.get('control.c')!;
    const bitcode = await runClang('control.c', source, 0, 'bitcode', true), text = await runClang('control.c', source, 0, 'text', true);
    expect(compareWithText(readBitcode(bitcode), new TextDecoder().decode(text))).toEqual([]);
  });
});

describe('the comparison itself', () => {
  it('notices a changed line, node and attribute', async () => {
    const source = fixtures.get('control.c')!;
    const module = readBitcode(await runClang('control.c', source, 0, 'bitcode'));
    const text = new TextDecoder().decode(await runClang('control.c', source, 0, 'text'));
    for (const [from, to] of [['icmp slt i32', 'icmp sle i32'], ['name: "wide_switch"', 'name: "wide_switcH"'], ['{ noreturn ', '{ nounwind '], ['line: 17', 'line: 18'], ['i32 -2147483648', 'i32 -2147483647']] as const) {
      expect(text).toContain(from);
      expect(compareWithText(module, text.replace(from, to)), from).not.toEqual([]);
    }
  });
});
