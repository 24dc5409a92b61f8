/** Findings in full: the plain sentence, what the kind means, where the last pointer went, stacks, Memcheck's words. */
import { CAUSE_WORDS, ERROR_GLOSS, KIND_GLOSS, KIND_LETTER, KIND_NAME } from '../../shared/finding-words';
import type { Finding } from '../../shared/findings';
import { count, counted } from '../../shared/quantities';
import type { HeapSummary, LeakSummary, Stack, StackFrame } from '../../shared/report';
import { html, sentence, type Markup } from './markup';
import type { FileNames, SourceIndex } from './names';

/** More are counted, not shown. */
export const MOST_FINDINGS = 250;

/** Place of a source line in the report. */
export interface Places { readonly name: FileNames; readonly indexOf: SourceIndex }

export interface ProcessFindings { readonly title: string; readonly findings: readonly Finding[] }

function place({ file, dir, line, library, obj }: Pick<StackFrame, 'file' | 'line' | 'library' | 'obj'> & { readonly dir?: string }, places: Places): Markup | string {
  if (file === '' || line <= 0) return obj === '' ? '' : ` (in ${places.name(obj)})`;
  const text = `${places.name(file)}:${String(line)}`;
  const index = library ? -1 : places.indexOf(dir === undefined ? { file } : { file, dir });
  return index < 0 ? ` (${text})` : html` (<a href="#line-${index}-${line}">${text}</a>)`;
}

function stack(title: string, frames: Stack, places: Places): Markup {
  return html`<h4>${title}</h4><ol class="stack">${frames.map((frame) => html`<li${frame.library ? html` class="library"` : ''}><b>${frame.fn === '' ? '???' : frame.fn}</b>${place(frame, places)}</li>`)}</ol>`;
}

function lost({ leak }: Finding, places: Places): Markup | null {
  const why = leak?.explanation ?? null;
  if (why === null || why.cause === 'unknown' || why.line <= 0) return null;
  return html`<div class="lost"><h4>${CAUSE_WORDS[why.cause]}</h4><p><b>${why.fn}</b>${place({ ...why, library: false, obj: '' }, places)}${why.holder === '' ? '' : html`, the last holder was <code>${why.holder}</code>`}, after ${count(why.instruction)} instructions</p></div>`;
}

function article(finding: Finding, number: number, places: Places): Markup {
  const { kind, error, leak } = finding;
  return html`<article id="finding-${number}" class="finding k-${kind}">
<h3><b class="mark k-${kind}">${KIND_LETTER[kind]}</b><span>${number}. ${KIND_NAME[kind]}${finding.library ? ' (C library)' : ''}</span></h3>
<p class="plain">${sentence(finding.sentence === '' ? finding.what : finding.sentence)}</p>
<p class="gloss">${error === null ? KIND_GLOSS[kind] : ERROR_GLOSS[error.kind]}</p>
${lost(finding, places)}
${leak === null ? null : stack('Allocated', leak.stack, places)}
${error === null ? null : stack(error.count > 1 ? `Happened ${count(error.count)} times, first here` : 'Happened', error.stack, places)}
${error?.description ? html`<h4>The address</h4><p class="words">${error.description.text}</p>${error.description.stacks.map(({ label, stack: frames }, k) => stack(label !== '' ? label : k === 0 && error.description?.kind === 'freed' ? 'Freed' : 'Allocated', frames, places))}` : null}
${leak !== null && leak.indirectBytes > 0 ? html`<p class="gloss">${counted(leak.bytes, 'byte')} directly and ${counted(leak.indirectBytes, 'byte')} through them.</p>` : null}
<p class="words"><span>Memcheck says:</span> ${finding.what}</p>
</article>`;
}

export function findingsSection(groups: readonly ProcessFindings[], checked: boolean, places: Places): Markup {
  let number = 0;
  const several = groups.length > 1;
  const total = groups.reduce((sum, { findings }) => sum + findings.length, 0);
  const parts = groups.filter(({ findings }) => findings.length > 0).map(({ title, findings }) => html`${several ? html`<p class="process">${title}</p>` : null}${findings.map((finding) => (++number > MOST_FINDINGS ? null : article(finding, number, places)))}`);
  const none = checked ? 'No memory error, and no block was lost.' : 'The run was not checked (--tool=none): memory errors and leaks were not looked for.';
  return html`<section id="findings" aria-labelledby="h-findings"><h2 id="h-findings">Findings</h2>
${total === 0 ? html`<p>${none}</p>` : parts}
${total > MOST_FINDINGS ? html`<p class="cut">${count(total - MOST_FINDINGS)} further findings are not shown; the report as text or JSON has all.</p>` : null}</section>`;
}

const KINDS = ['definite', 'indirect', 'possible', 'reachable', 'suppressed'] as const;

export function leakSummary(summary: LeakSummary): Markup {
  const most = Math.max(1, ...KINDS.map((kind) => summary[kind].bytes));
  return html`<section id="leaks" aria-labelledby="h-leaks"><h2 id="h-leaks">Leak summary</h2><table class="sums">
<thead><tr><th scope="col">Kind</th><th scope="col" class="n">Bytes</th><th scope="col" class="n">Blocks</th><th scope="col" class="wide">What it means</th></tr></thead>
<tbody>${KINDS.map((kind) => html`<tr><th scope="row"><b class="mark k-${kind}">${KIND_LETTER[kind]}</b>${KIND_NAME[kind]}</th><td class="n">${count(summary[kind].bytes)}</td><td class="n">${count(summary[kind].blocks)}</td><td class="wide">${summary[kind].bytes === 0 ? null : html`<span class="bar k-${kind}" style="width:${((summary[kind].bytes / most) * 100).toFixed(2)}%"></span>`}${KIND_GLOSS[kind]}</td></tr>`)}</tbody></table></section>`;
}

export function heapSummary(heap: HeapSummary): Markup {
  const own = heap.allocatedBytes - heap.libraryBytes;
  return html`<section id="heap" aria-labelledby="h-heap"><h2 id="h-heap">Heap summary</h2><dl class="facts">
<div><dt>In use at exit</dt><dd>${counted(heap.inUseBytes, 'byte')} in ${counted(heap.inUseBlocks, 'block')}</dd></div>
<div><dt>Allocations, frees</dt><dd>${count(heap.allocs)}, ${count(heap.frees)}</dd></div>
<div><dt>Allocated in all</dt><dd>${counted(heap.allocatedBytes, 'byte')}</dd></div>
<div><dt>Of these your code, C library</dt><dd>${count(own)}, ${count(heap.libraryBytes)}</dd></div></dl></section>`;
}
