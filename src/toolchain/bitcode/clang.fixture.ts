/** Clang for the reader's tests: one C file of fixtures/ as bitcode or as Clang's text of the same module. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ClangPackage } from '../clang/driver';
import { frontEndArguments } from '../clang/command-line';
import { VirtualFiles } from '../clang/virtual-files';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const INCLUDE = join(import.meta.dirname, '../../../resources/libc/include');

/** C sources by name. */
export const fixtures: ReadonlyMap<string, string> = new Map(readdirSync(FIXTURES).filter((name) => name.endsWith('.c')).sort()
  .map((name) => [name, readFileSync(join(FIXTURES, name), 'utf8')]));

const headers = new Map(readdirSync(INCLUDE, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
  .map((e) => join(e.parentPath, e.name)).map((path) => [relative(INCLUDE, path), readFileSync(path, 'utf8')] as const));

/** Value names are kept, as a developer's Clang keeps them, unless `discardNames`. Warnings are off. */
export async function runClang(name: string, source: string, optimise: 0 | 1 | 2, form: 'bitcode' | 'text', discardNames = false): Promise<Uint8Array> {
  const { runLLVM } = await import('@yowasp/clang') as unknown as ClangPackage;
  const options = { optimise, standard: '', defines: [], undefines: [], includeDirectories: [] };
  const given = frontEndArguments({ main: name, options, emit: 'bitcode', library: false, directory: '/work' });
  const args = given.filter((a) => discardNames || a !== '-discard-value-names').map((a) => (a === '-emit-llvm-bc' && form === 'text' ? '-emit-llvm' : a));
  const files = new VirtualFiles('/work', [{ path: name, text: source }], headers);
  const chunks: Uint8Array[] = [];
  await runLLVM(['clang', ...args.slice(0, -1), '-w', name], files.tree(), {
    stdout: (bytes) => { if (bytes) chunks.push(bytes.slice()); }, stderr: (bytes) => { if (bytes) console.error(new TextDecoder().decode(bytes)); }, fetchProgress: () => undefined,
  });
  return Uint8Array.from(Buffer.concat(chunks));
}
