/**
 * The report as XML, protocol 4 for Memcheck (Valgrind's docs/internals/xml-output-protocol4.txt), so that tools that read
 * Valgrind's XML read ours. Plain sentences stand in comments before their error.
 */
import { baseName, folderOf } from './source-name';
import type { Ending, ErrorRecord, LossRecord, RunResult, Stack, StackFrame } from '../../shared/report';
import type { ReportOptions } from './report-common';
import { LEAK_XML_KINDS, shownRecords, signalCode, signalEvent, unwoundStack, upperHex } from './report-common';
import type { WrittenSuppression } from './suppressions';
import { suppressionForError, suppressionForLoss, suppressionLines } from './suppressions';

export interface XmlReportOptions extends ReportOptions {
  /** The tool's own command line: path, then options. */
  readonly toolArguments: readonly string[];
  readonly parentPid: number;
  readonly suppressionUses: readonly { readonly name: string; readonly count: number }[];
}

/** Escapes what XML reserves and replaces characters that XML 1.0 has no room for. */
export function escapeXml(text: string): string {
  return text.replace(/[^\t\n\r -\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '?')
    .replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;');
}

function element(indent: string, name: string, text: string): string { return `${indent}<${name}>${escapeXml(text)}</${name}>`; }

function frameXml(frame: StackFrame): string[] {
  const lines = ['    <frame>', element('      ', 'ip', upperHex(frame.ip))];
  if (frame.obj !== '') lines.push(element('      ', 'obj', frame.obj));
  if (frame.fn !== '' && frame.fn !== '???') lines.push(element('      ', 'fn', frame.fn));
  if (frame.file !== '') {
    const folder = folderOf(frame.dir, frame.file);
    if (folder !== '') lines.push(element('      ', 'dir', folder));
    lines.push(element('      ', 'file', baseName(frame.file)), element('      ', 'line', String(frame.line)));
  }
  lines.push('    </frame>');
  return lines;
}

function stackXml(stack: Stack): string[] { return ['  <stack>', ...stack.flatMap(frameXml), '  </stack>']; }

function suppressionXml(suppression: WrittenSuppression, options: XmlReportOptions): string[] {
  if (!options.genSuppressions) return [];
  return [
    '  <suppression>', '    <sname>insert_a_suppression_name_here</sname>', element('    ', 'skind', suppression.kind),
    ...(suppression.extra === '' ? [] : [element('    ', 'skaux', suppression.extra)]),
    ...suppression.frames.map((frame) => `    <sframe> ${element('', frame.kind === 'fun' ? 'fun' : 'obj', frame.name)} </sframe>`),
    '    <rawtext>', '<![CDATA[', ...suppressionLines(suppression).map((line) => line.replace(/\]\]>/gu, ']] >')), ']]>', '    </rawtext>', '  </suppression>',
  ];
}

function comment(sentence: string, options: XmlReportOptions): string[] {
  if (!options.sentences || sentence === '') return [];
  return [`<!-- ${escapeXml(sentence).replace(/-{2,}/gu, '-').replace(/-$/u, '')} -->`];
}

function unique(value: number): string { return `0x${value.toString(16)}`; }

function errorXml(error: ErrorRecord, options: XmlReportOptions): string[] {
  const lines = [
    ...comment(error.sentence, options), '<error>', element('  ', 'unique', unique(error.unique)), '  <tid>1</tid>',
    element('  ', 'kind', error.kind), element('  ', 'what', error.what), ...stackXml(unwoundStack(error.stack, false)),
  ];
  if (error.description !== null) {
    for (const line of error.description.text.split('\n')) lines.push(element('  ', 'auxwhat', line));
    for (const { label, stack } of error.description.stacks) {
      if (label !== '') lines.push(element('  ', 'auxwhat', label));
      lines.push(...stackXml(stack));
    }
  }
  lines.push(...suppressionXml(suppressionForError(error), options), '</error>', '');
  return lines;
}

function lossXml(record: LossRecord, options: XmlReportOptions): string[] {
  return [
    ...comment(record.sentence, options), '<error>', element('  ', 'unique', unique(record.unique)), '  <tid>1</tid>',
    element('  ', 'kind', LEAK_XML_KINDS[record.kind]), '  <xwhat>', element('    ', 'text', record.what),
    element('    ', 'leakedbytes', String(record.bytes + record.indirectBytes)), element('    ', 'leakedblocks', String(record.blocks)), '  </xwhat>',
    ...stackXml(record.stack), ...suppressionXml(suppressionForLoss(record), options), '</error>', '',
  ];
}

function signalXml(ending: Extract<Ending, { kind: 'signal' }>): string[] {
  const event = signalEvent(ending);
  return [
    '<fatal_signal>', '  <tid>1</tid>', element('  ', 'signo', String(ending.signal)), element('  ', 'signame', ending.name),
    element('  ', 'sicode', String(signalCode(ending.code))),
    ...(event === null ? [] : [element('  ', 'event', event.text)]),
    ...(event?.hasAddress === true ? [element('  ', 'siaddr', upperHex(ending.address))] : []),
    ...stackXml(unwoundStack(ending.stack, ending.stackOverflow)), '</fatal_signal>', '',
  ];
}

/** Simulated time as "days:hours:minutes:seconds.milliseconds". */
function clock(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const milliseconds = Math.floor(seconds * 1000);
  const whole = Math.floor(milliseconds / 1000);
  return `${two(Math.floor(whole / 86400))}:${two(Math.floor(whole / 3600) % 24)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${String(milliseconds % 1000).padStart(3, '0')} `;
}

function statusXml(state: string, seconds: number): string[] {
  return ['<status>', element('  ', 'state', state), element('  ', 'time', clock(seconds)), '</status>', ''];
}

function headXml(result: RunResult, options: XmlReportOptions): string[] {
  const command = [result.programName, ...result.args];
  const [tool = 'pagewise', ...toolArguments] = options.toolArguments;
  const args = (indent: string, list: readonly string[]): string[] => list.map((each) => element(indent, 'arg', each));
  return [
    '<?xml version="1.0"?>', '', '<valgrindoutput>', '', '<protocolversion>4</protocolversion>', '<protocoltool>memcheck</protocoltool>', '',
    '<preamble>', element('  ', 'line', 'Pagewise, a simulated x86-64 computer for memory debugging'),
    element('  ', 'line', 'Findings are worded and laid out as in Memcheck 3.19'), element('  ', 'line', `Command: ${command.join(' ')}`), '</preamble>', '',
    element('', 'pid', String(result.pid)), element('', 'ppid', String(options.parentPid)), '<tool>memcheck</tool>', '',
    '<args>', '  <vargv>', element('    ', 'exe', tool), ...args('    ', toolArguments), '  </vargv>',
    '  <argv>', element('    ', 'exe', result.programName), ...args('    ', result.args), '  </argv>', '</args>', '',
  ];
}

/** The whole document; ends with a newline. */
export function xmlReport(result: RunResult, options: XmlReportOptions): string {
  const lines = headXml(result, options);
  lines.push(...statusXml('RUNNING', 0));
  for (const error of result.errors) lines.push(...errorXml(error, options));
  if (result.ending.kind === 'signal') lines.push(...signalXml(result.ending));
  lines.push(...statusXml('FINISHED', result.simulatedSeconds));
  for (const record of shownRecords(result, options.check)) lines.push(...lossXml(record, options));
  lines.push('<errorcounts>');
  for (const error of [...result.errors].sort((a, b) => b.lastOccurrence - a.lastOccurrence)) lines.push('  <pair>', element('    ', 'count', String(error.count)), element('    ', 'unique', unique(error.unique)), '  </pair>');
  lines.push('</errorcounts>', '', '<suppcounts>');
  for (const { name, count } of options.suppressionUses) lines.push('  <pair>', element('    ', 'count', String(count)), element('    ', 'name', name), '  </pair>');
  lines.push('</suppcounts>', '', '</valgrindoutput>', '');
  return lines.join('\n');
}
