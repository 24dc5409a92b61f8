/** The program's text with line numbers, coloured as C, findings below the lines that they belong to. */
import { KIND_LETTER } from '../../shared/finding-words';
import { count } from '../../shared/quantities';
import { html, type Markup, type Value } from './markup';
import type { LineMark, LineMarks } from './marks';
import type { FileNames } from './names';

/** A longer file is shown around its findings only. */
const WHOLE_LINES = 1500;
const AROUND_LINES = 12;

const KEYWORDS = new Set(('auto break case const continue default do else enum extern for goto if inline register restrict return sizeof static struct switch typedef union volatile while _Alignas _Alignof _Atomic _Generic _Noreturn _Static_assert _Thread_local alignas alignof bool constexpr false nullptr static_assert thread_local true typeof').split(' '));
const TYPES = /^(?:void|char|short|int|long|float|double|signed|unsigned|_Bool|_Complex|\w+_t|FILE)$/;
const TOKEN = /\/\/.*|\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\b\d[\w.]*|[A-Za-z_]\w*|[^\w"'/]+|./g;

/** A line in coloured pieces; `inComment`: it begins inside of a comment. */
function colouredLine(line: string, inComment: boolean): { readonly pieces: readonly Value[]; readonly inComment: boolean } {
  const pieces: Value[] = [];
  let rest = line;
  let open = inComment;
  if (open) {
    const end = rest.indexOf('*/');
    pieces.push(html`<i class="com">${end < 0 ? rest : rest.slice(0, end + 2)}</i>`);
    if (end < 0) return { pieces, inComment: true };
    rest = rest.slice(end + 2);
    open = false;
  }
  const directive = /^\s*#\s*\w+/.exec(rest)?.[0] ?? '';
  if (directive !== '' && !inComment) {
    pieces.push(html`<i class="pre">${directive}</i>`);
    rest = rest.slice(directive.length);
  }
  for (const [token] of rest.matchAll(TOKEN)) {
    const kind = classOf(token);
    pieces.push(kind === '' ? token : html`<i class="${kind}">${token}</i>`);
    open = token.startsWith('/*') && !(token.length >= 4 && token.endsWith('*/'));
  }
  return { pieces, inComment: open };
}

function classOf(token: string): string {
  const first = token.charAt(0);
  if (token.startsWith('//') || token.startsWith('/*')) return 'com';
  if (first === '"' || first === '\'') return 'str';
  if (/\d/.test(first)) return 'num';
  return KEYWORDS.has(token) ? 'kw' : TYPES.test(token) ? 'type' : '';
}

function note({ finding, kind, text }: LineMark): Markup {
  return html`<a class="note" href="#finding-${finding}"><b class="mark k-${kind}">${KIND_LETTER[kind]}</b><span>${text} <small>(finding ${finding})</small></span></a>`;
}

/** Line numbers that are shown; null: all. */
function shownLines(total: number, marks: ReadonlyMap<number, readonly LineMark[]>): ReadonlySet<number> | null {
  if (total <= WHOLE_LINES) return null;
  const shown = new Set<number>();
  const around = (line: number): void => { for (let k = line - AROUND_LINES; k <= line + AROUND_LINES; k++) if (k >= 1 && k <= total) shown.add(k); };
  around(1);
  for (const line of marks.keys()) around(line);
  return shown;
}

function file(name: string, text: string, index: number, marks: ReadonlyMap<number, readonly LineMark[]>): Markup {
  const lines = text.replace(/\r\n/g, '\n').replace(/\n$/, '').split('\n');
  const shown = shownLines(lines.length, marks);
  const rows: Markup[] = [];
  let inComment = false;
  let left = 0;
  const gap = (): void => {
    if (left > 0) rows.push(html`<span class="gap">${count(left)} lines left out</span>`);
    left = 0;
  };
  lines.forEach((line, at) => {
    const number = at + 1;
    const coloured = colouredLine(line, inComment);
    inComment = coloured.inComment;
    if (shown !== null && !shown.has(number)) { left++; return; }
    gap();
    const here = marks.get(number) ?? [];
    rows.push(html`<span class="line${here.length > 0 ? ` on k-${here[0]?.kind ?? 'error'}` : ''}" id="line-${index}-${number}" data-n="${number}">${coloured.pieces}
</span>`, ...here.map(note));
  });
  gap();
  return html`<h3>${name} <small>${count(lines.length)} lines</small></h3><pre class="code"><code>${rows}</code></pre>`;
}

export function sourceSection(sources: readonly (readonly [path: string, text: string])[], marks: LineMarks, name: FileNames): Markup {
  return html`<section id="program" aria-labelledby="h-program"><h2 id="h-program">Program</h2>
${sources.map(([path, text], index) => file(name(path), text, index, marks.get(index) ?? new Map<number, readonly LineMark[]>()))}</section>`;
}
