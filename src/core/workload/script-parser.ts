/**
 * Reads workload scripts. One file may hold several; lines are statements, `#` begins a comment, commas are blanks.
 *
 *   workload NAME
 *     title TEXT                                   command TEXT                         priority −20…19
 *     region NAME anonymous SIZE [resident SIZE]
 *     region NAME file PATH SIZE [private] [resident SIZE]
 *     region NAME shared SEGMENT SIZE [resident SIZE]
 *     phase NAME [for TIME]
 *       touch REGION N/s [sequential | random | zipf | stride SIZE | hot N% N%] [in SIZE] [writes N%]
 *       grow REGION SIZE/s to SIZE
 *       refer REGION PAGE PAGE …                   (a reference string, once; pages count from 0)
 *       fork N at PHASE
 *       then PHASE                                 exit STATUS
 *
 * SIZE: bytes with K, M, G or T (powers of 1,024), rounded up to pages. TIME: ms, s or min. N/s may carry k or M.
 * After a phase the next one follows, after the last the first; a phase without a time goes on for ever.
 */
import type { GrowScript, PhaseScript, ReferScript, RegionScript, ScriptProblem, TouchPattern, TouchScript, WorkloadScript } from './script';

const PAGE_BYTES = 4096;
/** Bounds that keep a typing error from asking for the impossible. */
const LIMITS = { pages: 2 ** 31, perSecond: 1e9, milliseconds: 1e10, forks: 10_000, regions: 64, phases: 256, lines: 100_000 };
const SIZE_UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };
const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 };
const RATE_UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6 };
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

class Mistake extends Error {
  /** `line` 0: the line that is read now. */
  constructor(message: string, readonly line = 0) { super(message); }
}

interface RawPhase {
  readonly name: string; readonly line: number; readonly milliseconds: number;
  readonly touches: TouchScript[]; readonly grows: GrowScript[]; readonly refers: ReferScript[];
  forks: number; childPhase: string; exitStatus: number | null; next: string | null;
}
interface RawWorkload {
  readonly name: string; readonly line: number;
  title: string; command: string; priority: number;
  readonly regions: RegionScript[]; readonly phases: RawPhase[];
}

export interface ParsedScripts { readonly scripts: readonly WorkloadScript[]; readonly problems: readonly ScriptProblem[] }

/** All workloads of a text; where there is a problem, its workload is left out. */
export function parseWorkloads(text: string): ParsedScripts {
  const problems: ScriptProblem[] = [];
  const raw: RawWorkload[] = [];
  const broken = new Set<RawWorkload>();
  const lines = text.split(/\r?\n/);
  if (lines.length > LIMITS.lines) return { scripts: [], problems: [{ line: LIMITS.lines, message: `a script has at most ${String(LIMITS.lines)} lines` }] };
  lines.forEach((source, index) => {
    const words = source.replace(/#.*/, '').replaceAll(',', ' ').trim().split(/\s+/).filter((word) => word !== '');
    if (words.length === 0) return;
    const current = raw[raw.length - 1];
    try {
      if (words[0] === 'workload') raw.push(beginWorkload(words, index + 1, raw));
      else if (current === undefined) throw new Mistake('a script begins with "workload NAME"');
      else statement(current, words, index + 1);
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      problems.push({ line: index + 1, message: error.message });
      if (current !== undefined) broken.add(current);
    }
  });
  const scripts: WorkloadScript[] = [];
  for (const workload of raw) {
    if (broken.has(workload)) continue;
    try {
      scripts.push(finish(workload));
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      problems.push({ line: error.line || workload.line, message: error.message });
    }
  }
  return { scripts, problems: problems.sort((a, b) => a.line - b.line) };
}

function beginWorkload(words: readonly string[], line: number, others: readonly RawWorkload[]): RawWorkload {
  const name = nameAt(words, 1, 'the workload');
  end(words, 2);
  if (others.some((other) => other.name === name)) throw new Mistake(`there is a workload "${name}" already`);
  return { name, line, title: name, command: name, priority: 0, regions: [], phases: [] };
}

function statement(workload: RawWorkload, words: readonly string[], line: number): void {
  const [verb] = words;
  switch (verb) {
    case 'title':
      workload.title = textFrom(words);
      return;
    case 'command':
      workload.command = textFrom(words);
      return;
    case 'priority':
      workload.priority = integerAt(words, 1, -20, 19, 'a priority from -20 (first) to 19 (last)');
      end(words, 2);
      return;
    case 'region':
      if (workload.phases.length > 0) throw new Mistake('regions come before the first phase');
      if (workload.regions.length >= LIMITS.regions) throw new Mistake(`a workload has at most ${String(LIMITS.regions)} regions`);
      workload.regions.push(region(words, workload.regions));
      return;
    case 'phase':
      if (workload.phases.length >= LIMITS.phases) throw new Mistake(`a workload has at most ${String(LIMITS.phases)} phases`);
      workload.phases.push(phase(words, line, workload.phases));
      return;
    default:
      inPhase(workload, words);
  }
}

function inPhase(workload: RawWorkload, words: readonly string[]): void {
  const current = workload.phases[workload.phases.length - 1];
  const [verb] = words;
  const known = ['touch', 'grow', 'refer', 'fork', 'then', 'exit'];
  if (verb === undefined || !known.includes(verb)) throw new Mistake(`"${verb ?? ''}" is no statement; known are title, command, priority, region, phase, ${known.join(', ')}`);
  if (current === undefined) throw new Mistake(`"${verb}" stands in a phase: write "phase NAME" before it`);
  switch (verb) {
    case 'touch':
      current.touches.push(touch(words, workload.regions));
      return;
    case 'grow':
      current.grows.push(grow(words, workload.regions));
      return;
    case 'refer':
      current.refers.push(refer(words, workload.regions));
      return;
    case 'fork':
      current.forks = integerAt(words, 1, 1, LIMITS.forks, `a number of children up to ${String(LIMITS.forks)}`);
      if (words[2] !== 'at') throw new Mistake('"fork N at PHASE": the phase in which the children go on');
      current.childPhase = nameAt(words, 3, 'the phase');
      end(words, 4);
      return;
    case 'then':
      current.next = nameAt(words, 1, 'the phase');
      end(words, 2);
      return;
    case 'exit':
      current.exitStatus = words.length === 1 ? 0 : integerAt(words, 1, 0, 255, 'a status from 0 to 255');
      end(words, 2);
      return;
  }
}

function region(words: readonly string[], others: readonly RegionScript[]): RegionScript {
  const name = nameAt(words, 1, 'the region');
  if (others.some((other) => other.name === name)) throw new Mistake(`there is a region "${name}" already`);
  const kind = words[2];
  if (kind !== 'anonymous' && kind !== 'file' && kind !== 'shared') throw new Mistake('a region is "anonymous SIZE", "file PATH SIZE" or "shared NAME SIZE"');
  let at = 3;
  const source = kind === 'anonymous' ? '' : words[at++] ?? '';
  if (kind !== 'anonymous' && (source === '' || parseSize(source) !== null)) throw new Mistake(kind === 'file' ? 'a file region needs its path before the size' : 'shared memory needs its name before the size');
  const pages = pagesAt(words, at++);
  let isPrivate = false;
  let residentPages = 0;
  for (; at < words.length; at++) {
    if (words[at] === 'private' && kind === 'file') isPrivate = true;
    else if (words[at] === 'resident') residentPages = pagesAt(words, ++at);
    else throw new Mistake(`"${words[at] ?? ''}" is not known here; after the size come ${kind === 'file' ? '"private" and ' : ''}"resident SIZE"`);
  }
  if (residentPages > pages) throw new Mistake('no more can be resident than the region has');
  return { name, kind, source, pages, isPrivate, residentPages };
}

function phase(words: readonly string[], line: number, others: readonly RawPhase[]): RawPhase {
  const name = nameAt(words, 1, 'the phase');
  if (others.some((other) => other.name === name)) throw new Mistake(`there is a phase "${name}" already`);
  let milliseconds = 0;
  if (words.length > 2) {
    if (words[2] !== 'for') throw new Mistake('"phase NAME for TIME", for instance "phase idle for 5s"');
    milliseconds = timeAt(words, 3);
    end(words, 4);
  }
  return { name, line, milliseconds, touches: [], grows: [], refers: [], forks: 0, childPhase: '', exitStatus: null, next: null };
}

function touch(words: readonly string[], regions: readonly RegionScript[]): TouchScript {
  const index = regionAt(words, 1, regions);
  const target = regions[index] as RegionScript;
  const perSecond = rateAt(words, 2);
  let pattern: TouchPattern = { kind: 'random' };
  let withinPages = 0;
  let writePercent = 0;
  for (let at = 3; at < words.length; at++) {
    switch (words[at]) {
      case 'sequential': case 'random': case 'zipf':
        pattern = { kind: words[at] as 'sequential' };
        break;
      case 'stride':
        pattern = { kind: 'stride', pages: pagesAt(words, ++at) };
        break;
      case 'hot':
        pattern = { kind: 'hot', pagePercent: percentAt(words, at + 1, 1), touchPercent: percentAt(words, at + 2, 0) };
        at += 2;
        break;
      case 'in':
        withinPages = pagesAt(words, ++at);
        break;
      case 'writes':
        writePercent = percentAt(words, ++at, 0);
        break;
      default:
        throw new Mistake(`"${words[at] ?? ''}" is not known here; a touch has a pattern (sequential, random, zipf, stride SIZE, hot N% N%), "in SIZE" and "writes N%"`);
    }
  }
  if (writePercent > 0 && target.kind === 'file' && !target.isPrivate) throw new Mistake(`"${target.name}" is mapped read-only: write "private" behind its size, or no "writes"`);
  return { region: index, perSecond, pattern, withinPages, writePercent };
}

function grow(words: readonly string[], regions: readonly RegionScript[]): GrowScript {
  const index = regionAt(words, 1, regions);
  const target = regions[index] as RegionScript;
  if (target.kind !== 'anonymous') throw new Mistake('only anonymous memory grows');
  const match = /^(.+)\/s$/.exec(words[2] ?? '');
  const bytes = match === null ? null : parseSize(match[1] ?? '');
  if (bytes === null || bytes <= 0) throw new Mistake('"grow REGION SIZE/s to SIZE", for instance "grow heap 2M/s to 400M"');
  if (words[3] !== 'to') throw new Mistake('growth needs an end: "to SIZE"');
  const toPages = pagesAt(words, 4);
  end(words, 5);
  if (toPages <= target.pages) throw new Mistake(`"${target.name}" has that size already`);
  return { region: index, pagesPerSecond: bytes / PAGE_BYTES, toPages };
}

function refer(words: readonly string[], regions: readonly RegionScript[]): ReferScript {
  const region = regionAt(words, 1, regions);
  const target = regions[region] as RegionScript;
  if (target.kind === 'file' && !target.isPrivate) throw new Mistake(`"${target.name}" is mapped read-only: a reference string writes`);
  if (words.length < 3) throw new Mistake('"refer REGION PAGE PAGE …", for instance "refer heap 1 2 3 4 1 2 5"');
  return { region, pages: words.slice(2).map((_, i) => integerAt(words, i + 2, 0, target.pages - 1, `a page of "${target.name}", 0 to ${String(target.pages - 1)}`)) };
}

/** Names become indices; what only the whole can show is checked. */
function finish(workload: RawWorkload): WorkloadScript {
  if (workload.regions.length === 0) throw new Mistake(`workload "${workload.name}" has no region`);
  if (workload.phases.length === 0) throw new Mistake(`workload "${workload.name}" has no phase`);
  const indexOf = (name: string): number => {
    const index = workload.phases.findIndex((candidate) => candidate.name === name);
    if (index < 0) throw new Mistake(`there is no phase "${name}" in workload "${workload.name}"`);
    return index;
  };
  const phases = workload.phases.map((raw, index): PhaseScript => {
    const isEndless = raw.milliseconds === 0 && raw.refers.length === 0;
    if (isEndless && (raw.exitStatus !== null || raw.next !== null) && raw.touches.length + raw.grows.length > 0) {
      throw new Mistake(`phase "${raw.name}" has no end: give it a time, "for TIME"`, raw.line);
    }
    return {
      name: raw.name, milliseconds: raw.milliseconds, touches: raw.touches, grows: raw.grows, refers: raw.refers, forks: raw.forks,
      childPhase: raw.forks > 0 ? indexOf(raw.childPhase) : 0, exitStatus: raw.exitStatus,
      next: raw.next === null ? (index + 1) % workload.phases.length : indexOf(raw.next),
    };
  });
  const { name, title, command, priority, regions } = workload;
  return { name, title, command, priority, regions, phases };
}

function nameAt(words: readonly string[], at: number, what: string): string {
  const name = words[at];
  if (name === undefined) throw new Mistake(`${what} needs a name`);
  if (!NAME.test(name)) throw new Mistake(`"${name}" is no name: a letter, then letters, digits, "_", "." or "-"`);
  return name;
}

function textFrom(words: readonly string[]): string {
  const text = words.slice(1).join(' ');
  if (text === '' || text.length > 200) throw new Mistake(`"${words[0] ?? ''}" needs a text of at most 200 characters`);
  return text;
}

function end(words: readonly string[], count: number): void {
  if (words.length > count) throw new Mistake(`"${words[count] ?? ''}" is too much here`);
}

function integerAt(words: readonly string[], at: number, low: number, high: number, what: string): number {
  const value = Number(words[at]);
  if (!Number.isInteger(value) || words[at] === undefined || value < low || value > high) throw new Mistake(`"${words[at] ?? ''}" is not ${what}`);
  return value;
}

function regionAt(words: readonly string[], at: number, regions: readonly RegionScript[]): number {
  const index = regions.findIndex((candidate) => candidate.name === words[at]);
  if (index < 0) throw new Mistake(`there is no region "${words[at] ?? ''}"; this workload has ${regions.map((one) => `"${one.name}"`).join(', ') || 'none yet'}`);
  return index;
}

/** Bytes of "120M"; null: no size. */
export function parseSize(word: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/.exec(word);
  const unit = SIZE_UNITS[match?.[2] ?? '?'];
  return match === null || unit === undefined ? null : Math.ceil(Number(match[1]) * unit);
}

function pagesAt(words: readonly string[], at: number): number {
  const bytes = parseSize(words[at] ?? '');
  if (bytes === null || bytes <= 0) throw new Mistake(`"${words[at] ?? ''}" is no size: write for instance 64K, 120M or 2G`);
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (pages > LIMITS.pages) throw new Mistake('a region has at most 8T');
  return pages;
}

function timeAt(words: readonly string[], at: number): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|min)$/.exec(words[at] ?? '');
  const milliseconds = match === null ? 0 : Number(match[1]) * (TIME_UNITS[match[2] ?? ''] ?? 0);
  if (milliseconds <= 0 || milliseconds > LIMITS.milliseconds) throw new Mistake(`"${words[at] ?? ''}" is no time: write for instance 250ms, 5s or 2min`);
  return milliseconds;
}

function rateAt(words: readonly string[], at: number): number {
  const match = /^(\d+(?:\.\d+)?)([kM]?)\/s$/.exec(words[at] ?? '');
  const rate = match === null ? 0 : Number(match[1]) * (RATE_UNITS[match[2] ?? ''] ?? 0);
  if (rate <= 0 || rate > LIMITS.perSecond) throw new Mistake(`"${words[at] ?? ''}" is no rate: write for instance 200/s, 20k/s or 1.5M/s`);
  return rate;
}

function percentAt(words: readonly string[], at: number, low: number): number {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(words[at] ?? '');
  const percent = match === null ? -1 : Number(match[1]);
  if (percent < low || percent > 100) throw new Mistake(`"${words[at] ?? ''}" is no share: write for instance 30%`);
  return percent;
}
