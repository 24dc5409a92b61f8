/** Splits what the user typed into program arguments as a shell does: blanks separate, quotes and backslash keep. */
export function splitArguments(text: string): readonly string[] {
  const found: string[] = [];
  let current = '';
  let inside: '"' | "'" | null = null;
  let started = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (inside === "'") {
      if (letter === "'") inside = null;
      else current += letter;
    } else if (letter === '\\' && i + 1 < text.length) {
      current += text[++i]!;
      started = true;
    } else if (letter === '"') {
      inside = inside ? null : '"';
      started = true;
    } else if (letter === "'" && inside === null) {
      inside = "'";
      started = true;
    } else if (/\s/.test(letter) && inside === null) {
      if (started || current !== '') found.push(current);
      current = '';
      started = false;
    } else {
      current += letter;
    }
  }
  if (started || current !== '') found.push(current);
  return found;
}

/** The text that `splitArguments` splits into these. */
export function joinArguments(words: readonly string[]): string {
  return words.map((word) => (/^[^\s"'\\]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
