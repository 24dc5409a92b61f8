/** One step of a step table in a sentence: what happened, and why this page had to leave. */
import type { PolicyName, PolicyStep, StepTable } from '@shared/policy';
import { policyInfo } from './policies';

/** @param index 0-based; references are counted from 1 in the sentence */
export function stepSentence(table: StepTable, index: number): string {
  const step = table.steps[index];
  if (!step) return '';
  const what = `Reference ${index + 1}: page ${step.page}${step.store ? ' (a store)' : ''}`;
  if (step.hit) return `${what} is in frame ${step.frame}: a hit.`;
  if (step.victim === null) return `${what} is not in memory: a fault. Frame ${step.frame} is free and takes it.`;
  return `${what} is not in memory: a fault. Every frame is in use; ${policyInfo(table.policy).title} evicts page ${step.victim} from frame ${step.frame}${reason(table.policy, table.steps, index, step.victim)}`;
}

function reason(policy: PolicyName, steps: readonly PolicyStep[], index: number, victim: string): string {
  const before = steps.slice(0, index);
  const loaded = before.findLastIndex((step) => step.page === victim && !step.hit);
  switch (policy) {
    case 'fifo': return `: it was loaded first, at reference ${loaded + 1}.`;
    case 'lru': return `: its last reference lies furthest back, at ${before.findLastIndex((step) => step.page === victim) + 1}.`;
    case 'lfu': {
      const uses = before.slice(loaded).filter((step) => step.page === victim).length;
      return `: it was referenced ${uses === 1 ? 'once' : `${uses} times`} since it was loaded, no page less often.`;
    }
    case 'opt': {
      const next = steps.findIndex((step, k) => k > index && step.page === victim);
      return next < 0 ? ': it is never referenced again.' : `: its next reference, ${next + 1}, lies furthest ahead.`;
    }
    case 'random': return ': it was drawn.';
    default: return `. Its rule: ${policyInfo(policy).rule}`;
  }
}
