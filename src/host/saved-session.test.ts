import { describe, expect, it } from 'vitest';
import type { Program } from '../core/lir/lir';
import { plainToBytes } from '../core/image/plain-image';
import { sessionFrom, sessionToBytes, type SavedSession } from './saved-session';

const SESSION: SavedSession = {
  program: {
    file: '/home/x/a.c', sources: [['/home/x/a.c', 'int main'], ['/home/x/a.h', 'int h;']], bitcode: [Uint8Array.of(1, 2)],
    compile: { optimise: 2, standard: 'gnu17', defines: ['A=1'], undefines: [], includeDirectories: [] }, stdin: 'Ada\n',
  },
  breakpoints: [3, 9], pauseLine: 4, pace: 0, output: { head: [{ stream: 'stderr', pid: 7, name: 'a', text: 'é' }], left: 12, tail: [] },
  input: { unread: [Uint8Array.of(0xc3)], ended: false },
};
const PROGRAM = { image: { functions: [{ file: 0 }, { file: 1 }], debug: { files: ['b.c', 'a.c'] } }, main: 1, sources: new Map([['b.c', 'b'], ['a.c', 'a']]) } as unknown as Program;

describe('what the window showed beside the machine', () => {
  it('comes out of a file as it went in', () => {
    expect(sessionFrom(sessionToBytes(SESSION), [PROGRAM])).toEqual({ session: SESSION, notices: [] });
    const none = { ...SESSION, program: null };
    expect(sessionFrom(sessionToBytes(none), [])).toEqual({ session: none, notices: [] });
  });

  it('is what the programs suggest, when there is none', () => {
    expect(sessionFrom(null, [PROGRAM])).toMatchObject({ notices: [], session: { breakpoints: [], input: { unread: [], ended: false }, program: { file: 'a.c', sources: [['b.c', 'b'], ['a.c', 'a']], bitcode: [], stdin: null } } });
    expect(sessionFrom(null, [])).toMatchObject({ notices: [], session: { program: null } });
  });

  it('is left out with words when it is of another version, or nonsense', () => {
    const nonsense: readonly unknown[] = [
      null, 'text', { version: 2 }, { ...SESSION, version: 1, breakpoints: [-1] }, { ...SESSION, version: 1, input: { unread: ['x'], ended: false } }, { ...SESSION, version: 1, output: null },
      { ...SESSION, version: 1, program: { ...SESSION.program, sources: [['a']] } }, { ...SESSION, version: 1, program: { ...SESSION.program, compile: {} } },
    ];
    for (const value of nonsense) {
      const { session, notices } = sessionFrom(plainToBytes(value), [PROGRAM]);
      expect([session.program?.file, notices]).toEqual(['a.c', [expect.stringMatching('is left out')]]);
    }
    expect(sessionFrom(Uint8Array.of(1, 2, 3), []).notices).toHaveLength(1);
  });
});
