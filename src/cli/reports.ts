/**
 * The reports of a run: text on standard error or in --log-file, each error when it is found; XML and JSON at the end.
 * Files are opened before the program runs, so that a wrong path costs no run.
 */
import { readFileSync } from 'node:fs';
import type { RunConfig } from '../shared/config';
import type { ErrorRecord, ProcessResult, RunResult } from '../shared/report';
import type { Machine, OutputWriter } from '../core/machine/machine-api';
import type { ReportOptions } from '../core/checker/report-common';
import { errorText, reportHead, reportTail } from '../core/checker/report-text';
import { xmlReport } from '../core/checker/report-xml';
import { SuppressionError, applySuppressions, matchesError, parseSuppressions, type Suppression } from '../core/checker/suppressions';
import type { MemoryStatus } from '../shared/views-ram';
import { OutputRecord } from '../host/report-html/output-record';
import { htmlReport } from '../host/report-html/page';
import { gatherReport } from '../host/report-html/report-data';
import type { RunOptions } from './options';
import { codeOf, expandFileName, openReport, writeAll } from './streams';
import { UsageError } from './usage-error';

const STDERR = 2;

interface Sink { write(text: string): void; close(): void }

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it, or its folder, does not exist', EACCES: 'permission denied', EISDIR: 'it is a directory', EROFS: 'the file system is read-only',
};
const reasonOf = (error: unknown): string => REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));

export class Reports {
  private readonly text: Sink;
  private readonly xml: Sink | null;
  private readonly json: Sink | null;
  private readonly html: Sink | null;
  private readonly output = new OutputRecord();
  private readonly suppressions: readonly Suppression[];
  private readonly format: ReportOptions;
  /** Errors shown so far, by process id. */
  private readonly shown = new Map<number, number>();

  /** @throws UsageError when a file cannot be read or written */
  constructor(readonly options: RunOptions, private readonly config: RunConfig, private readonly environment: NodeJS.ProcessEnv, private readonly sources: readonly (readonly [path: string, text: string])[]) {
    this.suppressions = options.suppressionFiles.flatMap(readSuppressions);
    this.format = {
      check: options.check, verbosity: options.quiet ? 0 : options.verbose ? 2 : 1,
      sentences: options.check.explainLeaks, genSuppressions: options.generateSuppressions,
    };
    this.text = this.open('--log-file', options.logFile) ?? standardError();
    this.xml = this.open('--xml-file', options.xmlFile);
    this.json = this.open('--json', options.jsonFile);
    this.html = this.open('--html', options.htmlFile);
  }

  private get printsText(): boolean { return this.config.check.tool === 'memcheck' && this.xml === null; }

  begin(): void {
    if (!this.printsText) return;
    this.text.write(reportHead(this.config, this.format));
    this.options.with.forEach((file, k) => { this.text.write(reportHead({ pid: this.config.pid + 1 + k, programName: programName(file), args: [] }, this.format)); });
  }

  /** An error was found just now in the process with this id. */
  finding(record: ErrorRecord, pid: number): void {
    if (!this.printsText || this.isSilent(pid) || this.suppressions.some((suppression) => matchesError(suppression, record))) return;
    const shown = this.shown.get(pid) ?? 0;
    this.shown.set(pid, shown + 1);
    this.text.write(errorText(pid, record, shown, this.format));
  }

  /** --child-silent-after-fork: only programs that were loaded speak. */
  private isSilent(pid: number): boolean {
    return this.options.childSilent && pid >= this.config.pid + 1 + this.options.with.length;
  }

  /** Writes what belongs to the end of a run. Returns the number of errors that --error-exitcode looks at. */
  end(whole: RunResult): number {
    const { result, uses } = applySuppressions(whole, this.suppressions, this.options.check);
    if (this.printsText) {
      const format = this.options.errorList ? { ...this.format, errorList: { suppressionUses: uses } } : this.format;
      const others = (whole.others ?? []).filter((other) => !(this.options.childSilent && other.isForked === true));
      const isBefore = (other: ProcessResult): boolean => (other.endedInstruction ?? 0) <= (whole.endedInstruction ?? 0);
      others.filter(isBefore).forEach((other) => { this.tail(other); });
      this.text.write(reportTail(result, format, this.config.machine.stackLimitBytes));
      others.filter((other) => !isBefore(other)).forEach((other) => { this.tail(other); });
      if (this.options.verbose) this.text.write(counterLines(result));
    } else if (this.xml) {
      this.xml.write(xmlReport(result, { ...this.format, toolArguments: ['pagewise', ...process.argv.slice(2)], parentPid: 1, suppressionUses: uses }));
    }
    this.json?.write(`${JSON.stringify(result, null, 2)}\n`);
    return result.errorCount;
  }

  /** A process wrote. */
  wrote(stream: 'stdout' | 'stderr', bytes: Uint8Array, { pid, name }: OutputWriter): void {
    if (this.html !== null) this.output.writeBytes(stream, bytes, pid, name);
  }

  /** --html: the run as one page, from the machine as it stands at its end. */
  async page(machine: Machine, whole: RunResult): Promise<void> {
    if (this.html === null) return;
    const suppressed = <T extends ProcessResult>(one: T): T => applySuppressions(one, this.suppressions, this.options.check).result;
    const result = { ...suppressed(whole), ...(whole.others === undefined ? {} : { others: whole.others.map(suppressed) }) };
    const setting = { sources: this.sources, config: this.config, compile: this.options.compile, output: this.output.excerpt() };
    const data = await gatherReport((name, argument) => machine.query(name, argument), setting, result);
    if (data !== null) this.html.write(htmlReport(data));
  }

  /** What reclaim and swap did, for --verbose: nothing when RAM sufficed. */
  pressure(status: MemoryStatus | null): void {
    if (status !== null && this.xml === null) this.text.write(pressureLines(status, this.config.pid));
  }

  /** The report of a process beside the first one. */
  private tail(other: ProcessResult): void {
    const { result, uses } = applySuppressions(other, this.suppressions, this.options.check);
    const format = this.options.errorList ? { ...this.format, errorList: { suppressionUses: uses } } : this.format;
    this.text.write(reportTail(result, format, this.config.machine.stackLimitBytes));
  }

  close(): void {
    this.text.close();
    this.xml?.close();
    this.json?.close();
    this.html?.close();
  }

  private open(name: string, pattern: string | null): Sink | null {
    if (pattern === null) return null;
    const path = expandFileName(pattern, this.config.pid, this.environment);
    try {
      return openReport(path);
    } catch (error) {
      throw new UsageError(`${name}=${path} cannot be written: ${reasonOf(error)}`);
    }
  }
}

function standardError(): Sink {
  return { write: (text) => { writeAll(STDERR, new TextEncoder().encode(text)); }, close: () => undefined };
}

function readSuppressions(path: string): readonly Suppression[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--suppressions=${path} cannot be read: ${reasonOf(error)}`);
  }
  try {
    return parseSuppressions(text, path);
  } catch (error) {
    if (error instanceof SuppressionError) throw new UsageError(error.message);
    throw error;
  }
}

function pressureLines({ swap, reclaim, commit, thrashing }: MemoryStatus, pid: number): string {
  const freed = reclaim.freedBackground + reclaim.freedDirect;
  if (freed === 0 && swap.pagesOut === 0) return '';
  const rows: readonly (readonly [string, number])[] = [
    ['frames freed in the background', reclaim.freedBackground], ['frames freed by waiting processes', reclaim.freedDirect],
    ['frames looked at', reclaim.scannedBackground + reclaim.scannedDirect],
    ['pages that came back too soon', reclaim.refaultsAnonymous + reclaim.refaultsFile],
    ['pages swapped in', swap.pagesIn], ['pages swapped out', swap.pagesOut], ['swap requests', swap.readRequests + swap.writeRequests],
    ['swap slots in use', swap.usedSlots], ['pages promised', commit.committedPages],
  ];
  const measured = swap.readRequests > 0 && swap.measuredReadMicroseconds > 0 ? [`${(swap.measuredReadMicroseconds / swap.readRequests).toFixed(0).padStart(20)} microseconds for a read of the swap file, as measured`] : [];
  const lines = ['', 'MEMORY PRESSURE:', ...rows.map(([name, value]) => `${value.toLocaleString('en-US').padStart(20)} ${name}`), ...measured, ...(thrashing.sentence === '' ? [] : [`  ${thrashing.sentence}`])];
  return lines.map((line) => `==${String(pid)}== ${line}\n`).join('');
}

/** The machine's counters, for --verbose. */
function counterLines(result: RunResult): string {
  const { counters } = result;
  const rows: readonly (readonly [string, number])[] = [
    ['instructions', counters.instructions], ['cycles', counters.cycles], ['memory accesses', counters.accesses],
    ['L1 dTLB misses', counters.l1dMisses], ['L1 iTLB misses', counters.l1iMisses], ['L2 TLB misses', counters.l2Misses],
    ['page walks', counters.walks], ['minor faults', counters.minorFaults], ['major faults', counters.majorFaults],
  ];
  const lines = ['', `MACHINE: ${result.simulatedSeconds.toFixed(6)} simulated seconds`, ...rows.map(([name, value]) => `${value.toLocaleString('en-US').padStart(20)} ${name}`)];
  return lines.map((line) => `==${result.pid}== ${line}\n`).join('');
}

/** argv[0] of a program: as if it had been compiled and run here. */
export function programName(file: string): string {
  return `./${(file.split('/').at(-1) ?? file).replace(/\.c$/, '')}`;
}

/** Opens the swap file that the options ask for, if any, and closes it after the run. */
