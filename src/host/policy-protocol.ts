/** What main and the policy bench's worker say to each other. */
import type { PolicyAnswer, PolicyProgress, PolicyQuestion, StepQuestion, StepTable } from '../shared/policy';
import type { SystemPaths } from './paths';
import type { LastRun } from './policy-work';

export type PolicyTask =
  | { readonly type: 'compare'; readonly question: PolicyQuestion }
  | { readonly type: 'steps'; readonly question: StepQuestion };

/** What the worker is given at its start. */
export interface PolicyWorkerSetup { readonly paths: SystemPaths }

/** `run`: the last run, where the source is that. */
export interface ToPolicyWorker { readonly id: number; readonly task: PolicyTask; readonly run: LastRun | null }

export type FromPolicyWorker =
  | { readonly type: 'progress'; readonly progress: PolicyProgress }
  | { readonly type: 'answer'; readonly id: number; readonly value: PolicyAnswer | StepTable | null }
  /** The user's trace or setting is wrong. */
  | { readonly type: 'refused'; readonly id: number; readonly message: string }
  /** A bug of Pagewise. */
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
