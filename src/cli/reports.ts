/** The reports of a run: text on standard error or in --log-file, XML, JSON. Files are opened before the program runs. */
import type { Machine } from '../core/machine/machine-api';
import type { RunConfig } from '../shared/config';
import type { ErrorRecord, RunResult } from '../shared/report';
import type { RunOptions } from './options';
import { codeOf, expandFileName, openReport, writeAll } from './streams';
import { UsageError } from './usage-error';

const STDERR = 2;

interface Sink { write(text: string): void; close(): void }

export class Reports {
  private readonly text: Sink;
  private readonly xml: Sink | null;
  private readonly json: Sink | null;

  /** @throws UsageError when a file cannot be written */
  constructor(readonly options: RunOptions, private readonly config: RunConfig, private readonly environment: NodeJS.ProcessEnv) {
    const log = this.open('--log-file', options.logFile);
    this.text = log ?? { write: (text) => { writeAll(STDERR, new TextEncoder().encode(text)); }, close: () => { /* standard error stays open */ } };
    this.xml = this.open('--xml-file', options.xmlFile);
    this.json = this.open('--json', options.jsonFile);
  }

  begin(): void {
    return;
  }

  finding(_record: ErrorRecord): void {
    return;
  }

  /** Writes what belongs to the end of a run. Returns the number of errors that --error-exitcode looks at. */
  end(machine: Machine, result: RunResult): number {
    if (this.xml) this.xml.write(machine.query('reportXml', null).value);
    else if (result.tool === 'memcheck') this.text.write(machine.query('reportText', null).value);
    this.json?.write(`${JSON.stringify(result, null, 2)}\n`);
    return result.errorCount;
  }

  close(): void {
    this.text.close();
    this.xml?.close();
    this.json?.close();
  }

  private open(name: string, pattern: string | null): Sink | null {
    if (pattern === null) return null;
    const path = expandFileName(pattern, this.config.pid, this.environment);
    try {
      return openReport(path);
    } catch (error) {
      const reasons: Readonly<Record<string, string>> = { ENOENT: 'its folder does not exist', EACCES: 'permission denied', EISDIR: 'it is a directory', EROFS: 'the file system is read-only' };
      throw new UsageError(`${name}=${path} cannot be written: ${reasons[codeOf(error)] ?? (error instanceof Error ? error.message : String(error))}`);
    }
  }
}
