/** `pagewise snapshot compare A B`: what differs between the machines of two snapshot files, as text or JSON. */
import { comparisonJson, comparisonText, type ReportSide } from '../shared/moment-report';
import type { SystemPaths } from '../host/paths';
import { NoSummary, summariseSnapshot, type SummaryTools } from '../host/snapshot-summary';
import { readKernel } from '../host/system-files';
import { complain } from './run';
import { UsageError, suggestion } from './usage-error';

const USAGE = 'usage: pagewise snapshot compare [--json] [--all] A B';
const OPTIONS = ['--json', '--all'] as const;

export interface CompareOptions { readonly files: readonly [string, string]; readonly json: boolean; readonly all: boolean }

/** @throws UsageError */
export function parseCompareOptions(words: readonly string[]): CompareOptions {
  const options = words.filter((word) => word.startsWith('-')), [a, b, ...more] = words.filter((word) => !word.startsWith('-'));
  for (const option of options) {
    if (!OPTIONS.some((known) => known === option)) throw new UsageError(`snapshot compare: unknown option ${option}${suggestion(option, OPTIONS)}`);
  }
  if (a === undefined || b === undefined || more.length > 0) throw new UsageError(USAGE);
  return { files: [a, b], json: options.includes('--json'), all: options.includes('--all') };
}

/**
 * The comparison as it is printed. One machine is in memory at a time.
 * @throws UsageError with what is wrong with a file
 */
export async function compareSnapshots(words: readonly string[], paths: SystemPaths, codec: WebAssembly.Module, version: string): Promise<string> {
  const { files, json, all } = parseCompareOptions(words);
  const tools = { kernel: new WebAssembly.Module(readKernel(paths)), codec, version };
  const a = await sideOf(files[0], tools), b = await sideOf(files[1], tools);
  return json ? comparisonJson(a, b) : comparisonText(a, b, all);
}

async function sideOf(file: string, tools: SummaryTools): Promise<ReportSide> {
  try {
    const { about, summary } = await summariseSnapshot(file, tools);
    for (const notice of about.notices) complain(`pagewise: ${file}: ${notice}`);
    return { name: file, program: about.info.programs[0] ?? about.info.title, summary };
  } catch (error) {
    throw error instanceof NoSummary ? new UsageError(`${file}: ${error.message}`) : error;
  }
}
