/**
 * Names of source files without the folders of this computer: the base name, or as much of the path as tells two apart.
 * And which of the sources a stack entry means: debug information names a file relative to the folder of the compilation.
 */

export type FileNames = (path: string) => string;
/** Place in the list of sources, -1: none of them. */
export type SourceIndex = (place: { readonly file: string; readonly dir?: string }) => number;

export function fileNames(paths: readonly string[]): FileNames {
  const names = new Map(paths.map((path) => [path, shortest(path, paths)]));
  return (path) => names.get(path) ?? lastParts(path, 1);
}

function shortest(path: string, paths: readonly string[]): string {
  const depth = path.split(/[\\/]/).length;
  for (let count = 1; count < depth; count++) {
    const name = lastParts(path, count);
    if (paths.every((other) => other === path || lastParts(other, count) !== name)) return name;
  }
  return lastParts(path, depth);
}

function lastParts(path: string, count: number): string {
  return path.split(/[\\/]/).slice(-count).join('/');
}

export function sourceIndex(paths: readonly string[]): SourceIndex {
  return ({ file, dir = '' }) => {
    if (file === '') return -1;
    const exact = paths.findIndex((path) => path === file || path === `${dir}/${file}`);
    if (exact >= 0) return exact;
    const alike = paths.flatMap((path, index) => (path.endsWith(`/${file}`) || file.endsWith(`/${path}`) ? [index] : []));
    return alike.length === 1 ? alike[0] ?? -1 : -1;
  };
}
