/**
 * Markup that cannot be broken by what it shows: a template escapes every value that is not markup itself. Text of programs,
 * their output and names of files come only through here.
 *
 *   html`<b>${name}</b>`          name is escaped
 *   html`<ul>${items}</ul>`       an array of markup is joined
 */
export class Markup {
  constructor(readonly text: string) {}
}
export type Value = string | number | Markup | null | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

/**
 * Text that stands for itself in elements and in quoted attributes. Control characters, which a document may not hold, and
 * those that turn the direction of text become visible: ␛ for ESC, ⟦U+202E⟧.
 */
export function escapeText(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (c) => (c === '\r' ? '␍' : String.fromCharCode(0x2400 + c.charCodeAt(0))))
    .replace(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g, (c) => `⟦U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟧`)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
}

function render(value: Value): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return escapeText(String(value));
}

export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.map((part, i) => part + (i < values.length ? render(values[i] ?? null) : '')).join(''));
}

/** A sentence in which names stand in back-quotes; they are set as code. */
export function sentence(text: string): Markup {
  const parts = text.split('`');
  if (parts.length % 2 === 0) return html`${text}`;
  return html`${parts.map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
