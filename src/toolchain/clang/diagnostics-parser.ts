/**
 * Clang's messages as data, and as the text that a terminal shows.
 *
 * Clang runs with -fdiagnostics-print-source-range-info and -fdiagnostics-parseable-fixits:
 *
 *     main.c:3:26:{3:24-3:28}: warning: format specifies type 'char *' … [-Wformat]
 *         3 |   printf("%s", 3);
 *           |           ~~   ^
 *           |           %d
 *     fix-it:"main.c":{3:24-3:26}:"%d"
 *
 * Its columns count bytes from 1; ours count UTF-16 units from 1, as editors do. Notes belong to the message before.
 */
import type { Diagnostic, FixIt, SourceRange } from '../../shared/diagnostics';
import type { VirtualFiles } from './virtual-files';

export interface ParsedOutput {
  readonly diagnostics: readonly Diagnostic[];
  /** Without the parts that only a program reads. */
  readonly text: string;
}

const LOCATED = /^(.+?):(\d+):(\d+):((?:\{\d+:\d+-\d+:\d+\})*):? (fatal error|error|warning|note|remark): (.*)$/;
const UNLOCATED = /^(fatal error|error|warning|note|remark): (.*)$/;
const FIX_IT = /^fix-it:"((?:[^"\\]|\\.)*)":\{(\d+):(\d+)-(\d+):(\d+)\}:"((?:[^"\\]|\\.)*)"$/;
const OPTION = / \[((?:-W|-R)[^\]]*)\]$/;

/** A diagnostic whose notes and fix-its are still coming. */
interface OpenDiagnostic extends Diagnostic { readonly notes: Diagnostic[]; readonly fixIts: FixIt[] }

/** `main`: the file that messages without a place are shown at. */
export function parseDiagnostics(output: string, files: VirtualFiles, main: string): ParsedOutput {
  const diagnostics: OpenDiagnostic[] = [], lines: string[] = [];
  let last: OpenDiagnostic | null = null;
  for (const line of output.split('\n')) {
    const fixIt = FIX_IT.exec(line);
    if (fixIt) {
      last?.fixIts.push(readFixIt(fixIt, files));
      continue;
    }
    const located = LOCATED.exec(line), unlocated = located ? null : UNLOCATED.exec(line);
    lines.push(located ? `${located[1]}:${located[2]}:${located[3]}: ${located[5]}: ${located[6]}` : line);
    if (!located && !unlocated) continue;
    const range = located ? readRange(located, files) : { file: main, line: 1, column: 1, endLine: 1, endColumn: 1 };
    const [, word, message] = located ? [null, located[5]!, located[6]!] : unlocated!;
    const severity = severityOf(word!);
    last = { range, severity, message: message!.replace(OPTION, ''), option: OPTION.exec(message!)?.[1] ?? '', notes: [], fixIts: [] };
    const owner = diagnostics[diagnostics.length - 1];
    if (severity === 'note' && owner) owner.notes.push(last);
    else diagnostics.push(last);
  }
  return { diagnostics, text: lines.join('\n') };
}

function severityOf(word: string): Diagnostic['severity'] {
  return word === 'warning' ? 'warning' : word.endsWith('error') ? 'error' : 'note';
}

/** Clang's first range around the caret, else the word at the caret. */
function readRange([, file, lineText, columnText, ranges]: RegExpExecArray, files: VirtualFiles): SourceRange {
  const line = Number(lineText), byte = Number(columnText);
  const candidates = [...(ranges ?? '').matchAll(/\{(\d+):(\d+)-(\d+):(\d+)\}/g)].map((m) => m.slice(1).map(Number) as [number, number, number, number]);
  const around = candidates.find(([l1, c1, l2, c2]) => (l1 < line || (l1 === line && c1 <= byte)) && (l2 > line || (l2 === line && c2 > byte)));
  const name = files.givenName(file!);
  if (around) return { file: name, ...span(files, file!, ...around) };
  const text = files.line(file!, line), column = columnOf(text, byte);
  const word = /^[\p{L}\p{N}_]+/u.exec(text.slice(column - 1));
  return { file: name, line, column, endLine: line, endColumn: column + (word ? word[0].length : 1) };
}

function readFixIt([, file, ...rest]: RegExpExecArray, files: VirtualFiles): FixIt {
  const name = unescape(file!), [l1, c1, l2, c2] = rest.slice(0, 4).map(Number) as [number, number, number, number];
  return { range: { file: files.givenName(name), ...span(files, name, l1, c1, l2, c2) }, text: unescape(rest[4]!) };
}

function span(files: VirtualFiles, file: string, line: number, byte: number, endLine: number, endByte: number): Omit<SourceRange, 'file'> {
  return { line, column: columnOf(files.line(file, line), byte), endLine, endColumn: columnOf(files.line(file, endLine), endByte) };
}

/** UTF-16 column of a byte column, both from 1. */
function columnOf(line: string, byte: number): number {
  let bytes = 1, column = 1;
  for (const character of line) {
    if (bytes >= byte) return column;
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
    column += character.length;
  }
  return column + Math.max(0, byte - bytes);
}

/** Clang escapes bytes: \n, \t, \\, \", and \ooo for the rest, so that UTF-8 comes as several octal escapes. */
function unescape(escaped: string): string {
  const bytes: number[] = [], encoder = new TextEncoder();
  for (const [, octal, letter, plain] of escaped.matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gsu)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(...encoder.encode(letter === 'n' ? '\n' : letter === 't' ? '\t' : letter));
    else bytes.push(...encoder.encode(plain));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
