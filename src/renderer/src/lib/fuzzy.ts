/**
 * Fuzzy search of the command palette: the letters of the query must appear in order. A match scores higher at word
 * starts and in runs, and lower with distance, so that "nf" finds "Next finding" first.
 */
export interface FuzzyMatch { readonly score: number; readonly positions: readonly number[] }

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[\s:./-]/.test(text[at - 1] ?? '') || (/[A-Z]/.test(text[at] ?? '') && /[a-z]/.test(text[at - 1] ?? ''));
}

/** Best match of `query` in `text` with the letters taken greedily from `from` on. */
function matchFrom(query: string, text: string, lower: string, from: number): FuzzyMatch | null {
  const positions: number[] = [];
  let score = 0;
  let at = from;
  for (const letter of query) {
    const found = lower.indexOf(letter, at);
    if (found < 0) return null;
    const previous = positions.at(-1);
    score += isWordStart(text, found) ? 8 : 1;
    if (previous !== undefined) score += found === previous + 1 ? 5 : -Math.min(3, (found - previous) * 0.2);
    positions.push(found);
    at = found + 1;
  }
  return { score: score - positions[0]! * 0.1 - text.length * 0.02, positions };
}

export function fuzzyMatch(query: string, text: string): FuzzyMatch | null {
  const letters = query.toLowerCase().replace(/\s+/g, '');
  if (letters === '') return { score: 0, positions: [] };
  const lower = text.toLowerCase();
  let best: FuzzyMatch | null = null;
  for (let from = lower.indexOf(letters[0]!); from >= 0; from = lower.indexOf(letters[0]!, from + 1)) {
    const match = matchFrom(letters, text, lower, from);
    if (match && (!best || match.score > best.score)) best = match;
  }
  return best;
}

/** Items whose text matches, best first; equal scores keep their order. */
export function fuzzyFilter<T>(query: string, items: readonly T[], textOf: (item: T) => string): readonly { readonly item: T; readonly match: FuzzyMatch }[] {
  return items
    .map((item) => ({ item, match: fuzzyMatch(query, textOf(item)) }))
    .filter((entry): entry is { item: T; match: FuzzyMatch } => entry.match !== null)
    .sort((a, b) => b.match.score - a.match.score);
}
