/** The table of a textbook: what each frame holds after each reference. For short reference strings. */
import type { PolicyName, PolicySettings, PolicyStep, StepTable } from '../../shared/policy';
import { NOWHERE } from './engine';
import { createPolicy } from './policies';
import type { ReferenceTrace } from './trace';

export function stepTable(name: PolicyName, trace: ReferenceTrace, frames: number, settings: PolicySettings): StepTable {
  const policy = createPolicy(name, trace, frames, settings);
  const steps: PolicyStep[] = [];
  for (let i = 0; i < trace.references.length; i++) {
    const reference = trace.references[i], page = reference >>> 1, before = policy.faults;
    policy.serve(i, i + 1);
    const hit = policy.faults === before;
    steps.push({
      page: trace.label(page), store: (reference & 1) !== 0, hit, frame: policy.frameOf[page],
      victim: hit || policy.victim === NOWHERE ? null : trace.label(policy.victim),
      frames: Array.from({ length: frames }, (_, frame) => {
        const held = frame < policy.pageIn.length ? policy.pageIn[frame] : NOWHERE;
        return held === NOWHERE ? null : trace.label(held);
      }),
    });
  }
  return { policy: name, frames, steps };
}
