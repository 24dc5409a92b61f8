/** The end of a program other than its own, in words: what it was, and why. */
import type { Ending } from './report';

export interface EndingWords { readonly what: string; readonly why: string }

/** null: it ended by itself. The machine's own sentence goes before the bare cause; a signal that was only sent has neither. */
export function endingWords(ending: Ending): EndingWords | null {
  switch (ending.kind) {
    case 'exit': return null;
    case 'limit': return { what: 'Stopped at a limit.', why: ending.reason };
    case 'stopped': return { what: 'Stopped.', why: ending.reason };
    case 'signal': {
      const code = ending.code ? ` (${ending.code})` : '';
      const why = ending.explanation || (ending.cause ? `${ending.cause}, at address ${ending.address}.` : '');
      return { what: `Killed by ${ending.name}${code}${ending.stackOverflow ? ': the stack overflowed' : ''}.`, why };
    }
  }
}
