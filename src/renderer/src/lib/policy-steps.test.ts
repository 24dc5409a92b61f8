import { describe, expect, it } from 'vitest';
import type { PolicyName, PolicyStep, StepTable } from '@shared/policy';
import { stepSentence } from './policy-steps';

/** "1! 2! 1 3!2" with one frame each: page, ! for a fault, victim after it. */
function table(policy: PolicyName, text: string): StepTable {
  const steps = text.split(' ').map((word): PolicyStep => {
    const [, page = '', mark, victim = ''] = /^(\w)(!?)(\w?)$/.exec(word) ?? [];
    return { page, store: false, hit: mark === '', frame: 0, victim: victim === '' ? null : victim, frames: [page] };
  });
  return { policy, frames: 1, steps };
}

describe('stepSentence', () => {
  it.each<[PolicyName, string, number, string]>([
    ['fifo', '1!', 0, 'Reference 1: page 1 is not in memory: a fault. Frame 0 is free and takes it.'],
    ['fifo', '1! 1', 1, 'Reference 2: page 1 is in frame 0: a hit.'],
    ['fifo', '1! 2! 1 3!1', 3, 'Reference 4: page 3 is not in memory: a fault. Every frame is in use; FIFO evicts page 1 from frame 0: it was loaded first, at reference 1.'],
    ['lru', '1! 2! 1 3!2', 3, 'Reference 4: page 3 is not in memory: a fault. Every frame is in use; LRU evicts page 2 from frame 0: its last reference lies furthest back, at 2.'],
    ['lfu', '1! 2! 1 3!2', 3, 'Reference 4: page 3 is not in memory: a fault. Every frame is in use; LFU evicts page 2 from frame 0: it was referenced once since it was loaded, no page less often.'],
    ['opt', '1! 2! 3!2 1 2!3', 2, 'Reference 3: page 3 is not in memory: a fault. Every frame is in use; OPT evicts page 2 from frame 0: its next reference, 5, lies furthest ahead.'],
    ['opt', '1! 2! 3!2', 2, 'Reference 3: page 3 is not in memory: a fault. Every frame is in use; OPT evicts page 2 from frame 0: it is never referenced again.'],
    ['clock', '1! 2! 3!1', 2, 'Reference 3: page 3 is not in memory: a fault. Every frame is in use; Clock evicts page 1 from frame 0. Its rule: FIFO with a second chance: a page referenced since the hand last passed is spared once.'],
  ])('%s %s step %i', (policy, text, index, want) => {
    expect(stepSentence(table(policy, text), index)).toBe(want);
  });
});
