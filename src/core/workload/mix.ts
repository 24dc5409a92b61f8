/**
 * Mixes: which kinds of processes run together, and how many of each. Text of a .mix file, read by the host beside the .workload
 * files that describe the kinds:
 *
 *   mix NAME            title TEXT            summary TEXT            run N KIND            program N FILE.c
 *
 * `program` runs compiled C programs beside the light workloads; their files lie beside the mix.
 */
import type { ScriptProblem } from './script';

export interface MixRun { readonly kind: string; readonly count: number }

export interface Mix {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly runs: readonly MixRun[];
  /** C programs: file names. They are not scaled with the number of processes. */
  readonly programs: readonly { readonly file: string; readonly count: number }[];
}

export interface ParsedMix { readonly mix: Mix | null; readonly problems: readonly ScriptProblem[] }

const MOST = 1_000_000;

/** `kinds`: names of the workloads that there are. */
export function parseMix(text: string, kinds: readonly string[]): ParsedMix {
  const problems: ScriptProblem[] = [];
  let name = '';
  let title = '';
  let summary = '';
  const runs: MixRun[] = [];
  const programs: { readonly file: string; readonly count: number }[] = [];
  text.split(/\r?\n/).forEach((source, index) => {
    const words = source.replace(/#.*/, '').trim().split(/\s+/).filter((word) => word !== '');
    const problem = (message: string): void => { problems.push({ line: index + 1, message }); };
    const rest = words.slice(1).join(' ');
    switch (words[0]) {
      case undefined: return;
      case 'mix':
        name = words[1] ?? '';
        if (words.length !== 2) problem('"mix NAME"');
        return;
      case 'title':
        title = rest;
        return;
      case 'summary':
        summary = rest;
        return;
      case 'run': {
        const count = Number(words[1]);
        const kind = words[2] ?? '';
        if (words.length !== 3 || !Number.isInteger(count) || count < 1 || count > MOST) problem('"run N KIND", for instance "run 12 shell"');
        else if (!kinds.includes(kind)) problem(`there is no workload "${kind}"; known are ${kinds.join(', ')}`);
        else runs.push({ kind, count });
        return;
      }
      case 'program': {
        const count = Number(words[1]);
        const file = words[2] ?? '';
        if (words.length !== 3 || !Number.isInteger(count) || count < 1 || count > 1000 || !/^[\w-]+\.c$/.test(file)) problem('"program N FILE.c", for instance "program 2 matrix.c"');
        else programs.push({ file, count });
        return;
      }
      default:
        problem(`"${words[0]}" is no statement; known are mix, title, summary, run, program`);
    }
  });
  if (name === '') problems.push({ line: 1, message: 'a mix begins with "mix NAME"' });
  if (runs.length === 0) problems.push({ line: 1, message: 'a mix runs something: "run N KIND"' });
  return problems.length > 0 ? { mix: null, problems } : { mix: { name, title: title || name, summary, runs, programs }, problems };
}

/** Processes of a mix in all, its programs included. */
export function processesOf(mix: Mix): number {
  return lightOf(mix) + programsOf(mix);
}

function lightOf(mix: Mix): number {
  return mix.runs.reduce((sum, run) => sum + run.count, 0);
}

/** Processes that run a program. */
export function programsOf(mix: Mix): number {
  return mix.programs.reduce((sum, program) => sum + program.count, 0);
}

/**
 * The light workloads of a mix with `processes` processes in the same proportions (largest remainders; a kind may come out at none), in the order in which a system
 * would start them: one of each kind, then the others mixed.
 */
export function startOrder(mix: Mix, processes: number): readonly string[] {
  const total = lightOf(mix);
  const shares = mix.runs.map((run) => (run.count * processes) / total);
  const counts = shares.map((share) => Math.floor(share));
  const byRemainder = shares.map((share, index) => ({ index, remainder: share - Math.floor(share) })).sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (let missing = processes - counts.reduce((sum, count) => sum + count, 0), i = 0; missing > 0; missing--, i++) {
    const index = byRemainder[i % byRemainder.length]?.index ?? 0;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  // The n-th of N processes of a kind stands at (n + ½)/N of the way, the first ones in front of all.
  const places = mix.runs.flatMap((run, index) => Array.from({ length: counts[index] ?? 0 }, (_, n) => ({ kind: run.kind, at: n === 0 ? -1 : (n + 0.5) / (counts[index] ?? 1), index })));
  return places.sort((a, b) => a.at - b.at || a.index - b.index).map(({ kind }) => kind);
}
