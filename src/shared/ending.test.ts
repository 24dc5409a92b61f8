import { expect, test } from 'vitest';
import type { Ending } from './report';
import { endingWords } from './ending';

const killed = (more: object): Ending => ({ kind: 'signal', signal: 11, name: 'SIGSEGV', code: 'SEGV_MAPERR', address: '0x10', cause: 'Access not within mapped region', stack: [], stackOverflow: false, ...more });

test('a fault is told by its code and the machine’s sentence', () => {
  expect(endingWords(killed({ explanation: 'No mapping covers 0x10.' }))).toEqual({ what: 'Killed by SIGSEGV (SEGV_MAPERR).', why: 'No mapping covers 0x10.' });
  expect(endingWords(killed({}))?.why).toBe('Access not within mapped region, at address 0x10.');
  expect(endingWords(killed({ stackOverflow: true, explanation: 'Past 1 MiB.' }))).toEqual({ what: 'Killed by SIGSEGV (SEGV_MAPERR): the stack overflowed.', why: 'Past 1 MiB.' });
});

test('a signal that was sent has no cause; an exit is no news', () => {
  expect(endingWords(killed({ name: 'SIGTERM', code: '', cause: '' }))).toEqual({ what: 'Killed by SIGTERM.', why: '' });
  expect(endingWords({ kind: 'exit', status: 3 })).toBeNull();
  expect(endingWords({ kind: 'limit', limit: 'output', reason: 'Too much.' })).toEqual({ what: 'Stopped at a limit.', why: 'Too much.' });
});
