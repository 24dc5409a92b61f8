/**
 * The mixes and workload scripts that ship (resources/workloads): NAME.mix beside NAME.workload. They are part of Pagewise, so a
 * mistake in them is a broken installation.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseMix, processesOf, type Mix } from '../core/workload/mix';
import { parseWorkloads } from '../core/workload/script-parser';
import type { ScriptProblem, WorkloadScript } from '../core/workload/script';
import type { MixInfo } from '../shared/ipc';
import type { SystemPaths } from './paths';
import { SystemFilesError } from './system-files';

export interface MixFile { readonly mix: Mix; readonly scripts: readonly WorkloadScript[]; readonly text: string;
  /** C programs by file name. */
  readonly programs: ReadonlyMap<string, string>;
}

const SMALL_FIRST = ['classroom', 'pressure', 'desktop', 'server'];

/** All mixes, the small ones first. @throws SystemFilesError when a file is missing or damaged */
export function readMixes(paths: SystemPaths): readonly MixFile[] {
  const folder = join(paths.resources, 'workloads');
  let names: readonly string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.mix')).map((name) => name.slice(0, -4));
  } catch (error) {
    throw new SystemFilesError(`The workloads are missing (${error instanceof Error ? error.message : String(error)}): install Pagewise again.`);
  }
  const place = (name: string): number => (SMALL_FIRST.includes(name) ? SMALL_FIRST.indexOf(name) : SMALL_FIRST.length);
  return [...names].sort((a, b) => place(a) - place(b) || a.localeCompare(b)).map((name) => readMix(folder, name));
}

function readMix(folder: string, name: string): MixFile {
  const read = (file: string): string => {
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch (error) {
      throw new SystemFilesError(`${file} cannot be read (${error instanceof Error ? error.message : String(error)}): install Pagewise again.`);
    }
  };
  const damaged = (file: string, problems: readonly ScriptProblem[]): never => {
    throw new SystemFilesError(`${file}, line ${String(problems[0]?.line ?? 0)}: ${problems[0]?.message ?? ''}`);
  };
  const text = read(`${name}.workload`);
  const { scripts, problems } = parseWorkloads(text);
  if (problems.length > 0) return damaged(`${name}.workload`, problems);
  const parsed = parseMix(read(`${name}.mix`), scripts.map((script) => script.name));
  if (parsed.mix === null) return damaged(`${name}.mix`, parsed.problems);
  return { mix: parsed.mix, scripts, text, programs: new Map(parsed.mix.programs.map(({ file }) => [file, read(file)])) };
}

/** How a program of a mix is called. */
export function programName(file: string): string {
  return `./${file.replace(/\.c$/, '')}`;
}

/** What the window shows of a mix. */
export function mixInfo({ mix, scripts, text }: MixFile): MixInfo {
  const kinds = mix.runs.map(({ kind, count }) => {
    const script = scripts.find((one) => one.name === kind);
    return { name: kind, title: script?.title ?? kind, command: script?.command ?? kind, count };
  });
  for (const { file, count } of mix.programs) kinds.push({ name: file, title: `C program ${file}`, command: programName(file), count });
  return { id: mix.name, title: mix.title, summary: mix.summary, processes: processesOf(mix), kinds, text };
}
