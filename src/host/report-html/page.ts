/**
 * The report to hand in: one HTML file without scripts and without anything from outside. A pure function of the run: no
 * clock, no folder of this computer; equal runs give equal bytes.
 */
import { DEFAULT_MACHINE } from '../../shared/config';
import { endingWords } from '../../shared/ending';
import { listFindings } from '../../shared/findings';
import { differences, fieldText, FIELD_BY_PATH, fieldValue } from '../../shared/machine-fields';
import { count, counted, duration, size } from '../../shared/quantities';
import type { ProcessResult } from '../../shared/report';
import { summarySentence } from '../../shared/run-summary';
import { faultCharts, heapChart } from './charts';
import { findingsSection, heapSummary, leakSummary, type ProcessFindings } from './findings';
import { html, Markup } from './markup';
import { lineMarks } from './marks';
import { fileNames, sourceIndex } from './names';
import type { OutputExcerpt, OutputPiece } from './output-record';
import type { ReportData } from './report-data';
import { sourceSection } from './source';
import { STYLE } from './style';

/** Nothing is fetched and nothing runs, whatever the text of the program holds. */
const POLICY = 'default-src \'none\'; style-src \'unsafe-inline\'; base-uri \'none\'; form-action \'none\'';
const MACHINE_ROWS = ['frameCount', 'swap.slotCount', 'translation', 'levels', 'memory.policy'];

/** The whole document. */
export function htmlReport(data: ReportData): string {
  const paths = data.sources.map(([path]) => path);
  const name = fileNames(paths);
  const all = [data.result, ...(data.result.others ?? [])];
  const groups = all.map((one): ProcessFindings => ({ title: `Process ${String(one.pid)}, ${[one.programName, ...one.args].join(' ')}`, findings: listFindings(one.errors, one.leaks?.records ?? []) }));
  const places = { name, indexOf: sourceIndex(paths) };
  const marks = lineMarks(groups.flatMap(({ findings }) => findings), places.indexOf);
  const title = name(data.sources[0]?.[0] ?? data.result.programName);
  const main = [
    findingsSection(groups, data.result.tool === 'memcheck', places),
    data.result.leaks === null ? null : leakSummary(data.result.leaks.summary),
    sourceSection(data.sources, marks, name),
    outputSection(data.output, all.length > 1),
    howSection(data),
    data.result.heap === null ? null : heapSummary(data.result.heap),
    heapChart(data.heap),
    faultCharts(data.faults, data.config.machine.profile),
    data.processes.total > 1 ? processSection(data) : null,
  ];
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Pagewise">
<title>${title}: report of a run</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${header(data, title, groups[0]?.findings.filter(({ kind }) => kind === 'error').length ?? 0)}
${contents(data)}
<main>
${main}
</main>
<footer><p>Made by Pagewise: the program ran on a simulated x86-64 computer. Times are simulated; equal runs give equal reports. Findings are worded as in Valgrind Memcheck.</p></footer>
</body>
</html>
`.text;
}

/** How the program ended, in one word or two. */
function endingText({ ending, exitStatus }: ProcessResult, ended: boolean): string {
  if (!ended) return 'not ended yet';
  if (ending.kind === 'exit') return `exit status ${String(ending.status)}`;
  return ending.kind === 'signal' ? `${ending.name} (exit status ${String(exitStatus)})` : ending.kind === 'limit' ? 'a limit was reached' : 'stopped';
}

function header(data: ReportData, title: string, errors: number): Markup {
  const { result, ended } = data;
  const end = ended ? endingWords(result.ending) : { what: 'The program had not ended when this report was made.', why: '' };
  const { counters } = result;
  const facts: readonly (readonly [string, string])[] = [
    ['How it ended', endingText(result, ended)], ['Errors', `${count(result.errorCount)} from ${counted(result.errorContexts, 'context')}`],
    ['Instructions', count(counters.instructions)], ['Simulated time', duration(result.simulatedSeconds)],
    ['Page faults', `${count(counters.minorFaults)} minor, ${count(counters.majorFaults)} major`],
  ];
  return html`<header><p class="kicker">Pagewise, report of a run</p><h1>${title}</h1>
<p class="summary">${result.tool === 'none' ? 'This run was not checked for leaks and bad accesses.' : summarySentence(result, errors)}</p>
${end === null ? null : html`<p class="ending"><b>${end.what}</b> ${end.why}</p>`}
<dl class="facts">${facts.map(([what, value]) => html`<div><dt>${what}</dt><dd>${value}</dd></div>`)}</dl></header>`;
}

function contents({ result, heap, processes }: ReportData): Markup {
  const parts: readonly (readonly [string, string] | null)[] = [
    ['findings', 'Findings'], result.leaks === null ? null : ['leaks', 'Leak summary'], ['program', 'Program'], ['output', 'Output'], ['how', 'How it was run'],
    result.heap === null ? null : ['heap', 'Heap summary'], heap.peakBytes === 0 ? null : ['heap-time', 'Heap over time'], ['faults', 'Page faults'], processes.total > 1 ? ['processes', 'Processes'] : null,
  ];
  return html`<nav aria-label="Contents"><ul>${parts.map((part) => (part === null ? null : html`<li><a href="#${part[0]}">${part[1]}</a></li>`))}</ul></nav>`;
}

/** `labels`: whose output it is stands above each piece, with its process when there are `several`. */
function pieces(list: readonly OutputPiece[], labels: boolean, several: boolean): readonly Markup[] {
  return list.map(({ stream, pid, name, text }) => html`${labels ? html`<p class="who">${stream === 'stderr' ? 'standard error' : 'standard output'}${several ? ` of process ${String(pid)}, ${name}` : ''}</p>` : null}<pre class="${stream}">${text.endsWith('\n') ? text : `${text}\n`}</pre>`);
}

function outputSection({ head, left, tail }: OutputExcerpt, processes: boolean): Markup {
  const several = processes || new Set([...head, ...tail].map(({ pid }) => pid)).size > 1;
  const labels = several || [...head, ...tail].some(({ stream }) => stream === 'stderr');
  const body = head.length === 0 ? html`<p>The program wrote nothing.</p>` : html`<div class="out">${pieces(head, labels, several)}${left > 0 ? html`<p class="cut">${counted(left, 'character')} left out here</p>` : null}${pieces(tail, labels, several)}</div>`;
  return html`<section id="output" aria-labelledby="h-output"><h2 id="h-output">Output</h2>${body}</section>`;
}

/** A word as a shell needs it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, '\'\\\'\'')}'`;
}

function howSection({ config, compile, result }: ReportData): Markup {
  const { machine, check } = config;
  const clang = [`-O${String(compile.optimise)}`, `-std=${compile.standard}`, ...compile.defines.map((one) => `-D${one}`), ...compile.undefines.map((one) => `-U${one}`), ...compile.includeDirectories.map((one) => `-I${one}`)];
  const limits: readonly (readonly [string, number, (n: number) => string])[] = [['instructions', config.maxInstructions, count], ['output', config.maxOutputBytes, size], ['heap', config.maxHeapBytes, size]];
  const set = limits.filter(([, value]) => value > 0).map(([what, value, text]) => `${what} ${text(value)}`);
  const rows: readonly (readonly [string, string])[] = [
    ['Command', [config.programName, ...config.args].map(quoted).join(' ')],
    ['Clang', clang.map(quoted).join(' ')],
    ['Checked by', result.tool === 'memcheck' ? `Memcheck, --leak-check=${check.leakCheck}` : 'nothing (--tool=none)'],
    ['Standard output', config.stdout === 'tty' ? 'a terminal' : 'a pipe or file'],
    ...(set.length > 0 ? [['Limits', set.join(', ')] as const] : []),
  ];
  const shown = MACHINE_ROWS.map((path) => FIELD_BY_PATH.get(path)).filter((field) => field !== undefined);
  const changed = differences(DEFAULT_MACHINE, machine).filter(({ field }) => !MACHINE_ROWS.includes(field.path));
  return html`<section id="how" aria-labelledby="h-how"><h2 id="h-how">How it was run</h2>
<table><tbody>${rows.map(([what, value]) => html`<tr><th scope="row">${what}</th><td class="mono">${value}</td></tr>`)}</tbody></table>
<h3>Machine</h3><dl class="facts">${shown.map((field) => html`<div><dt>${field.label}</dt><dd>${field.path === 'swap.slotCount' && machine.swap.slotCount === 0 ? 'none' : fieldText(field, fieldValue(machine, field.path))}</dd></div>`)}</dl>
${changed.length === 0 ? html`<p class="gloss">All else as on the default machine.</p>` : html`<h3>Other fields that differ from the default machine</h3><table><thead><tr><th scope="col">Field</th><th scope="col">This run</th><th scope="col">Default</th></tr></thead><tbody>${changed.map(({ field, from, to }) => html`<tr><th scope="row">${field.label}</th><td>${fieldText(field, to)}${field.unit === '' ? '' : ` ${field.unit}`}</td><td>${fieldText(field, from)}</td></tr>`)}</tbody></table>`}</section>`;
}

function processSection({ processes }: ReportData): Markup {
  const { rows, total } = processes;
  return html`<section id="processes" aria-labelledby="h-processes"><h2 id="h-processes">Processes</h2><table>
<thead><tr><th scope="col">Process</th><th scope="col" class="n">PID</th><th scope="col" class="n">Parent</th><th scope="col">State</th><th scope="col" class="n">Exit status</th><th scope="col" class="n">Minor faults</th><th scope="col" class="n">Major faults</th><th scope="col" class="n">Processor time</th></tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row" style="padding-left:${Math.min(8, row.depth) * 14}px">${row.command === '' ? row.name : row.command}</th><td class="n">${row.pid}</td><td class="n">${row.parent}</td><td>${row.state}</td><td class="n">${row.exitStatus === null ? '' : row.exitStatus}</td><td class="n">${count(row.minorFaults)}</td><td class="n">${count(row.majorFaults)}</td><td class="n">${duration(row.cpuSeconds)}</td></tr>`)}</tbody></table>
${total > rows.length ? html`<p class="cut">${counted(total - rows.length, 'further process', 'further processes')} not shown.</p>` : null}</section>`;
}
