// @vitest-environment node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

function theme(name: string): ReadonlyMap<string, string> {
  const block = css.split(`:root[data-theme='${name}'] {`)[1]?.split('}')[0] ?? '';
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/gi)].map((match) => [match[1] as string, match[2] as string]));
}

/** WCAG 2 relative luminance of "#rrggbb". */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const SURFACES = ['bg-app', 'bg-panel', 'bg-raised', 'bg-hover', 'bg-input'];
const TEXTS = ['fg', 'fg-2', 'fg-3', 'accent', 'ok', 'warn', 'bad', 'violet'];
const SYNTAX = ['syn-kw', 'syn-type', 'syn-str', 'syn-num', 'syn-fn', 'syn-com', 'syn-pre'];
const KINDS = ['definite', 'indirect', 'possible', 'reachable', 'suppressed', 'error', 'live'];

describe.each(['dark', 'light'])('%s theme', (name) => {
  const tokens = theme(name);
  const value = (token: string): string => tokens.get(token) ?? expect.unreachable(`${token} is missing`);

  test.each(TEXTS.flatMap((text) => SURFACES.map((surface) => [text, surface] as const)))('%s on %s keeps 4.5:1', (text, surface) => {
    expect(contrast(value(text), value(surface))).toBeGreaterThanOrEqual(4.5);
  });
  test.each(SYNTAX)('%s keeps 4.5:1 in the editor', (token) => {
    expect(contrast(value(token), value('bg-panel'))).toBeGreaterThanOrEqual(4.5);
  });
  test.each(KINDS)('the letter on %s keeps 4.5:1', (kind) => {
    expect(contrast(value(`on-${kind}`), value(`k-${kind}`))).toBeGreaterThanOrEqual(4.5);
  });
  test('the primary button and borders of controls can be told', () => {
    expect(contrast(value('accent-fg'), value('accent-fill'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(value('line-control'), value('bg-input'))).toBeGreaterThanOrEqual(2.3);
    expect(contrast(value('focus'), value('bg-panel'))).toBeGreaterThanOrEqual(3);
  });
});
