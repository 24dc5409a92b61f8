/**
 * Source names as reports show them: Memcheck prints a file's base name and keeps the folder apart (XML <dir>), because
 * the line table of the debug information stores them apart (DWARF 4 section 6.2.4).
 */

/** "lib/list.c" → "list.c" */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Folder of `path`, which is relative to the compilation folder `directory` unless absolute. */
export function folderOf(directory: string, path: string): string {
  const end = path.lastIndexOf('/');
  if (end < 0) return directory;
  const folder = path.slice(0, Math.max(end, 1));
  return path.startsWith('/') || directory === '' ? folder : `${directory}/${folder}`;
}
