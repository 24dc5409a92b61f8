/**
 * The section "session" of a snapshot file: what the window showed beside the machine, and what a run needs that the machine does
 * not keep. A file without it (the terminal writes none) opens with what can be said about its first program.
 *
 * Additions keep the version: a reader takes the fields that it knows. A change of meaning raises it, and then older readers leave
 * the whole section out, with a notice.
 */
import { plainFromBytes, plainToBytes } from '../core/image/plain-image';
import type { Program } from '../core/lir/lir';
import type { RunConfig } from '../shared/config';
import type { CompileOptions } from '../shared/diagnostics';
import type { OpenedSession } from '../shared/snapshot-info';
import type { OutputExcerpt, OutputPiece } from './report-html/output-record';
import type { HeldInput } from './standard-input';

export const SESSION_SECTION = 'session';
const VERSION = 1;

/** The program that the user runs. */
export interface SavedProgram {
  /** The file that the user looks at, as it is named in `sources`. */
  readonly file: string;
  readonly sources: readonly (readonly [path: string, text: string])[];
  /** Empty: it is not known. */
  readonly bitcode: readonly Uint8Array[];
  readonly compile: CompileOptions;
  /** The whole standard input; null: it comes from the console. */
  readonly stdin: string | null;
}

export interface SavedSession {
  /** null: a machine of light workload processes. */
  readonly program: SavedProgram | null;
  /** Lines of the program's file. */
  readonly breakpoints: readonly number[];
  /** Line where the run shall still pause by itself; 0: nowhere. */
  readonly pauseLine: number;
  readonly output: OutputExcerpt;
  readonly input: HeldInput;
  /** Simulated seconds in a real one at most; 0: no limit. */
  readonly pace: number;
}

const NO_OUTPUT: OutputExcerpt = { head: [], left: 0, tail: [] };
const PLAIN_OPTIONS: CompileOptions = { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] };

export function sessionToBytes(session: SavedSession): Uint8Array {
  return plainToBytes({ version: VERSION, ...session });
}

/**
 * The session of a file's section; what is missing or no session of ours becomes the one that its programs suggest.
 * @param bytes of the section; null: there is none
 */
export function sessionFrom(bytes: Uint8Array | null, programs: readonly Program[]): { readonly session: SavedSession; readonly notices: readonly string[] } {
  if (bytes === null) return { session: suggested(programs), notices: [] };
  const leftOut = (why: string): { session: SavedSession; notices: readonly string[] } => ({ session: suggested(programs), notices: [`What the window showed beside the machine is left out: ${why}.`] });
  let value: unknown;
  try {
    value = plainFromBytes(bytes);
  } catch (error) {
    return leftOut(error instanceof Error ? error.message : String(error));
  }
  if (!isRecord(value)) return leftOut('it is no record');
  if (value['version'] !== VERSION) return leftOut('another version of Pagewise wrote it');
  const session = parsed(value);
  return session === null ? leftOut('it cannot be understood') : { session, notices: [] };
}

/** The part that the window needs. */
export function openedSession(config: RunConfig, { program, breakpoints, input }: SavedSession): OpenedSession {
  const text = program?.sources.find(([path]) => path === program.file)?.[1] ?? '';
  return { config, breakpoints, inputEnded: input.ended, program: program && { file: program.file, text, options: program.compile, stdin: program.stdin } };
}

/** What a snapshot of the terminal shows: the source with the first program's `main`. */
function suggested(programs: readonly Program[]): SavedSession {
  const [program] = programs;
  const common = { breakpoints: [], pauseLine: 0, output: NO_OUTPUT, input: { unread: [], ended: true }, pace: 0 };
  if (program === undefined) return { ...common, program: null };
  const { debug, functions } = program.image;
  const main = debug.files[functions[program.main]?.file ?? -1] ?? '';
  const file = program.sources.has(main) ? main : [...program.sources.keys()][0] ?? main;
  // Input goes on from the console: whoever saved it in a terminal had one, or a file that is not here.
  return { ...common, input: { unread: [], ended: false }, program: { file, sources: [...program.sources], bitcode: [], compile: PLAIN_OPTIONS, stdin: null } };
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isListOf = <T>(value: unknown, is: (each: unknown) => each is T): value is readonly T[] => Array.isArray(value) && value.every(is);
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isSource = (value: unknown): value is readonly [string, string] => Array.isArray(value) && value.length === 2 && value.every(isText);
const isPiece = (value: unknown): value is OutputPiece => isRecord(value) && (value['stream'] === 'stdout' || value['stream'] === 'stderr') && isCount(value['pid']) && isText(value['name']) && isText(value['text']);

function isOptions(value: unknown): value is CompileOptions {
  return isRecord(value) && (value['optimise'] === 0 || value['optimise'] === 1 || value['optimise'] === 2) && isText(value['standard'])
    && isListOf(value['defines'], isText) && isListOf(value['undefines'], isText) && isListOf(value['includeDirectories'], isText);
}

function parsed(value: Fields): SavedSession | null {
  const { program, breakpoints, pauseLine, output, input, pace } = value;
  if (program !== null && !isProgram(program)) return null;
  if (!isListOf(breakpoints, isCount) || !isCount(pauseLine) || !isCount(pace)) return null;
  if (!isRecord(output) || !isListOf(output['head'], isPiece) || !isCount(output['left']) || !isListOf(output['tail'], isPiece)) return null;
  if (!isRecord(input) || !isListOf(input['unread'], isBytes) || typeof input['ended'] !== 'boolean') return null;
  return {
    program, breakpoints, pauseLine, pace, output: { head: output['head'], left: output['left'], tail: output['tail'] },
    input: { unread: input['unread'], ended: input['ended'] },
  };
}

function isProgram(value: unknown): value is SavedProgram {
  return isRecord(value) && isText(value['file']) && isListOf(value['sources'], isSource) && isListOf(value['bitcode'], isBytes)
    && isOptions(value['compile']) && (value['stdin'] === null || isText(value['stdin']));
}
