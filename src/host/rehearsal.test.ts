import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { createClangRunner } from '../toolchain/clang/driver';
import { compileUnits, loadEngine } from './engine';
import { treePaths } from './paths';
import { REHEARSAL, rehearse } from './rehearsal';
import { readHeaders } from './system-files';

it('the rehearsal compiles without a message and runs to its end', async () => {
  const paths = treePaths(resolve(import.meta.dirname, '../..'));
  const clang = createClangRunner({ headers: readHeaders(paths) });
  const { bitcode, sources, text } = await compileUnits(clang, [[REHEARSAL]], { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
  expect(text).toBe('');
  expect(rehearse(loadEngine(paths, null), bitcode ?? [], sources)).toMatchObject({ ending: { kind: 'exit', status: 0 }, errorContexts: 3 });
}, 60_000);
