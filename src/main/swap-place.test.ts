import { expect, it, vi } from 'vitest';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const answers: { canceled: boolean; filePaths: string[] }[] = [];
vi.mock('electron', () => ({ dialog: { showOpenDialog: () => Promise.resolve(answers.shift()) } }));
const { parseDirectory, SwapPlaces } = await import('./swap-place');

it.each([['{', null], ['[]', null], ['{"directory":7}', null], ['{"directory":""}', null], ['{"directory":"/disk"}', '/disk'], ['{"directory":null}', null]])('stored %s is %s', (json, directory) => {
  expect(parseDirectory(json)).toBe(directory);
});

it('keeps what the dialog answered, for the next start too, and goes back to the usual folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pagewise-place-'));
  try {
    const store = join(folder, 'place.json');
    const used: (string | null)[] = [];
    const places = new SwapPlaces(store, '/usual', (directory) => used.push(directory));
    await places.load();
    expect(places.place()).toEqual({ directory: '/usual', isDefault: true });
    answers.push({ canceled: true, filePaths: [] }, { canceled: false, filePaths: ['/disk'] });
    expect(await places.choose({} as never)).toEqual({ directory: '/usual', isDefault: true });
    expect(await places.choose({} as never)).toEqual({ directory: '/disk', isDefault: false });
    const next = new SwapPlaces(store, '/usual', () => undefined);
    await next.load();
    expect(next.place()).toEqual({ directory: '/disk', isDefault: false });
    expect(await places.reset()).toEqual({ directory: '/usual', isDefault: true });
    expect(JSON.parse(await readFile(store, 'utf8'))).toEqual({ directory: null });
    expect(used).toEqual([null, '/disk', null]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
