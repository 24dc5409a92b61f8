/**
 * Loss records with the explanation that the second pass found (explain.ts). Called once, at its end.
 */
import type { LossRecord } from '../../shared/report';
import type { CountedOutcome, Watcher, WatchOutcome } from './explain';
import { lossSentence } from './sentences';

/** The outcome that most blocks of a record share. */
function commonOutcome(outcomes: readonly CountedOutcome[]): WatchOutcome | null {
  const counts = new Map<string, { outcome: WatchOutcome; count: number }>();
  for (const { outcome, count } of outcomes) {
    const key = `${outcome.cause}:${outcome.file}:${outcome.line}`;
    const seen = counts.get(key);
    if (seen === undefined) counts.set(key, { outcome, count }); else seen.count += count;
  }
  let best: CountedOutcome | null = null;
  for (const each of counts.values()) if (best === null || each.count > best.count) best = each;
  return best?.outcome ?? null;
}

/** Records with the explanation that most of their blocks share, and the sentence that it gives. */
export function explainRecords(records: readonly LossRecord[], watcher: Pick<Watcher, 'outcomesOf'>): readonly LossRecord[] {
  return records.map((record) => {
    if (record.kind === 'reachable') return record;
    const outcomes = watcher.outcomesOf(record.blockIds);
    const common = commonOutcome(outcomes);
    if (common === null) return record;
    const { cause, file, line, fn, holder, instruction, stack } = common;
    return { ...record, explanation: { cause, file, line, fn, holder, instruction, stack }, sentence: lossSentence(record, outcomes) };
  });
}
