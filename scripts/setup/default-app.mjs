/**
 * What makes `electron <folder>` start the app in that folder. Electron's own archives bring such an app; the runtime
 * taken from the npm registry does not, so it gets this one.
 *
 * It is an ES module whose top-level await spans the import of the app: Electron holds `ready` back until it is done.
 * `-r FILE` is honoured because Playwright loads its agent that way.
 */
import { asarOf } from './archive.mjs';

const MAIN = `import { app } from 'electron';
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
const required = [];
let folder;
for (let i = 1; i < process.argv.length && !folder; i++) {
  const argument = process.argv[i];
  if (argument === '-r' || argument === '--require') required.push(process.argv[++i]);
  else if (!argument.startsWith('-')) folder = resolve(argument);
}
if (!folder) {
  console.error('usage: electron FOLDER');
  process.exit(1);
}
Module._preloadModules(required);
const entry = Module._resolveFilename(folder, null, true);
let description = null;
try {
  description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
} catch (error) {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
if (description) {
  if (description.version) app.setVersion(description.version);
  app.name = description.productName || description.name || app.name;
  if (description.desktopName) app.setDesktopName(description.desktopName);
}
app.setAppPath(description ? folder : dirname(entry));
await import(pathToFileURL(entry).href);
`;

/** The bytes of default_app.asar. */
export function defaultAppArchive() {
  return asarOf({
    'package.json': JSON.stringify({ name: 'electron', main: 'main.js', type: 'module' }),
    'main.js': MAIN,
  });
}
