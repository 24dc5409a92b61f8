import { expect, test } from 'vitest';
import { CHANNELS, type Channel } from '../shared/ipc';
import { LIMITS, PayloadError } from './parsers';
import { parsePayload } from './validate';

const options = { optimise: 0, standard: 'c17', defines: [], undefines: [], includeDirectories: [] };
const run = { type: 'run', file: 'a.c', text: 'int main(void){}', options, config: { tool: 'memcheck', args: ['x'] }, breakpoints: [3], stdin: null, pauseAtMain: false, timelineBytes: 0 };

/** The beginning of a PNG of this size, and as many bytes. */
function png(width: number, height: number, bytes = 40): Uint8Array {
  const made = new Uint8Array(bytes);
  made.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, width >> 8, width & 255, 0, 0, height >> 8, height & 255]);
  return made;
}

const good: readonly (readonly [Channel, unknown])[] = [
  ['app:info', null], ['app:info', undefined],
  ['app:save-preferences', { json: '{}' }],
  ['app:appearance', { theme: 'dark', zoom: 2 }],
  ['compile:check', { file: 'a.c', text: '', options }],
  ['machine:command', run],
  ['machine:command', { ...run, timelineBytes: 2 ** 32 }],
  ['machine:command', { type: 'recording', budgetBytes: 2 ** 26 }],
  ['machine:command', { type: 'stop' }],
  ['machine:command', { type: 'step', how: 'into' }],
  ['machine:command', { type: 'start-machine', machine: {}, mix: 'desktop', processes: 300, pace: 1 }],
  ['machine:command', { type: 'configure', changes: [{ path: 'memory.policy', value: 'fifo' }] }],
  ['machine:query', { name: 'page', arg: { processKey: 1, va: '0x4a4b040' } }],
  ['machine:query', { name: 'chain', arg: { processKey: 1, query: { findingId: 2 } } }],
  ['machine:query', { name: 'heap', arg: { processKey: 1, limit: 200, around: null } }],
  ['file:open', { path: null }],
  ['autosave:configure', { enabled: true, seconds: 30, keep: false }],
  ['autosave:recover', { id: 'lost-1.pagewise', timelineBytes: 0 }],
  ['snapshot:place', { suggestedName: 'a' }],
  ['snapshot:save', { path: '/x/a.pagewise', picture: png(320, 120) }],
  ['snapshot:save', { path: '/x/a.pagewise', picture: null }],
  ['snapshot:open', { path: null, timelineBytes: 0 }],
];
test.each(good)('%s accepts %j', (channel, payload) => {
  expect(() => parsePayload(channel, payload)).not.toThrow();
});

const bad: readonly (readonly [Channel, unknown, RegExp])[] = [
  ['app:info', { x: 1 }, /nothing/],
  ['app:save-preferences', { json: 7 }, /text/],
  ['app:save-preferences', { json: 'x'.repeat(LIMITS.preferencesCharacters + 1) }, /at most/],
  ['app:appearance', { theme: 'pink', zoom: 1 }, /one of/],
  ['app:appearance', { theme: 'dark', zoom: Number.NaN }, /number/],
  ['compile:check', { file: 'a.c', text: 'x'.repeat(LIMITS.sourceCharacters + 1), options }, /at most/],
  ['machine:command', { ...run, options: { ...options, optimise: 9 } }, /optimise/],
  ['autosave:configure', { enabled: true, seconds: 0, keep: false }, /seconds/],
  ['autosave:discard', { id: 7 }, /id/],
  ['machine:command', { ...run, breakpoints: [0] }, /breakpoints\[0\]/],
  ['machine:command', { ...run, timelineBytes: 2 ** 33 }, /timelineBytes/],
  ['machine:command', { type: 'recording', budgetBytes: 1 }, /budgetBytes/],
  ['machine:command', { ...run, config: { tool: 'massif' } }, /tool/],
  ['machine:command', { type: 'format-disk' }, /a command/],
  ['machine:command', { type: 'start-machine', machine: { levels: 7 }, mix: 'desktop', processes: 300, pace: 1 }, /Page-table levels/],
  ['machine:command', { type: 'start-machine', machine: {}, mix: 'desktop', processes: 1e9, pace: 1 }, /processes/],
  ['machine:command', { type: 'configure', changes: [{ path: 'seed', value: {} }] }, /changes\[0\].value/],
  ['machine:command', [], /object/],
  ['machine:query', { name: '__proto__', arg: null }, /a query/],
  ['machine:query', { name: 'page', arg: { processKey: 1, va: 'javascript:0' } }, /address/],
  ['machine:query', { name: 'pages', arg: { processKey: 1, mappingId: 1, from: 0, count: 1e9 } }, /count/],
  ['machine:query', { name: 'pages', arg: { processKey: 1, mappingId: 1.5, from: 0, count: 1 } }, /mappingId/],
  ['file:open', 'x', /object/],
  ['file:open', { path: 5 }, /text/],
  ['snapshot:save', { path: 7, picture: null }, /path/],
  ['snapshot:save', { path: '/a', picture: png(3000, 120) }, /pixels/],
  ['snapshot:save', { path: '/a', picture: png(320, 0) }, /pixels/],
  ['snapshot:save', { path: '/a', picture: png(320, 120, LIMITS.pictureBytes + 1) }, /PNG/],
  ['snapshot:save', { path: '/a', picture: new Uint8Array(40) }, /PNG/],
  ['snapshot:save', { path: '/a', picture: 'data:image/png' }, /PNG/],
  ['snapshot:open', { path: null, timelineBytes: -1 }, /timelineBytes/],
];
test.each(bad)('%s refuses %j', (channel, payload, message) => {
  expect(() => parsePayload(channel, payload)).toThrow(PayloadError);
  expect(() => parsePayload(channel, payload)).toThrow(message);
});

test('only the fields of the contract go through, and no include folders of the page', () => {
  const parsed = parsePayload('machine:command', { ...run, options: { ...options, includeDirectories: ['/etc'] }, extra: 1 });
  expect(parsed).toEqual(run);
});

test('every channel has a parser', () => {
  for (const channel of CHANNELS) expect(() => parsePayload(channel, Symbol('x'))).toThrow(PayloadError);
});
