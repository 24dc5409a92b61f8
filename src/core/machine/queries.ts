/** Queries by name (shared/views.ts): who answers what. Reads only; nothing here changes the simulated machine. */
import { textReport } from '../checker/report-text';
import { xmlReport } from '../checker/report-xml';
import { CYCLES_PER_SECOND } from '../../shared/config';
import type { MachineState, ProcessRow, QueryMap, QueryName, SelectionQuery, StatusSnapshot } from '../../shared/views';
import type { TimelineInfo } from '../../shared/timeline';
import type { RunResult } from '../../shared/report';
import type { Pass } from './pass';
import type { Process } from './process';
import { selectionChain } from './query-chain';
import { processDetail, processTable } from './query-processes';
import { faultColumns } from './query-faults';
import { faultCosts, faultRatios, faultRows, faultTimeline } from './query-fault-timeline';
import { momentSummary } from './query-compare';
import { heapTimeline } from './query-heap-timeline';
import { momentsOf } from './query-moments';
import { noPageFrames, pageFrames } from './query-page-frames';
import { frameDetail, frameMap, memoryStatus, slotDetail, slotMapCells } from './query-ram';
import { frameRow, pageDetail, pageRows, vmaRows } from './query-memory';
import { hugeMemoryStatus, tlbPicture, translationOf } from './query-translation';
import { segmentAccess, segmentsAnswer } from './query-segments';
import { callStackRows, globalRows } from './query-variables';
import { decodeAll } from '../segmentation/classroom';
import { runPlacement } from '../segmentation/placement-lab';
import { exitStatusOf } from './run-result';
import { inspect } from './switching';

export interface QueryContext {
  readonly pass: Pass;
  readonly state: MachineState;
  readonly message: string;
  readonly epoch: number;
  readonly primary: Process | null;
  readonly result: () => RunResult | null;
  readonly timeline: TimelineInfo | null;
}

type Handlers = { readonly [N in QueryName]: (context: QueryContext, argument: QueryMap[N][0]) => QueryMap[N][1] };

const HANDLERS: Handlers = {
  status: (context) => statusOf(context),
  machineConfig: (context) => context.pass.computer.config.machine,
  result: (context) => context.result(),
  vmas: (context, { processKey }) => withProcess(context, processKey, vmaRows, []),
  pages: (context, { processKey, mappingId, from, count }) => withProcess(context, processKey, (process) => pageRows(process, mappingId, from, count), []),
  page: (context, { processKey, va }) => withProcess(context, processKey, (process) => pageDetail(context.pass.computer, process, BigInt(va)), null),
  pageFrames: (context, query) => withProcess(context, query.processKey, (process) => pageFrames(process, query), noPageFrames()),
  memoryStatus: (context) => (context.state === 'empty' ? null : memoryStatus(context.pass.computer)),
  frameMap: (context, query) => frameMap(context.pass.computer, query),
  frameDetail: (context, { pfn }) => frameDetail(context.pass.computer, pfn),
  slotMap: (context, query) => slotMapCells(context.pass.computer, query),
  slotDetail: (context, { slot }) => slotDetail(context.pass.computer, slot),
  tlb: (context) => tlbPicture(context.pass.computer),
  hugeMemory: (context) => hugeMemoryStatus(context.pass.computer),
  translation: (context, { processKey, va }) => withProcess(context, processKey, (process) => translationOf(context.pass.computer, process, BigInt.asUintN(64, BigInt(va))), null),
  segments: (context, { processKey }) => (context.state === 'empty' ? null : segmentsAnswer(context.pass.computer, find(context, processKey))),
  segmentAccess: (context, question) => segmentAccess(context.pass.computer, find(context, question.processKey), question),
  segmentDecode: (_context, { descriptors }) => decodeAll(descriptors),
  segmentPlacement: (_context, question) => runPlacement(question),
  frame: (context, { pfn }) => frameRow(context.pass.computer, pfn),
  faults: (context, { processKey, filter }) => {
    const process = find(context, processKey);
    return process === null ? emptyFaults() : faultColumns(context.pass, process, filter);
  },
  faultTimeline: ({ pass }, { where, buckets }) => faultTimeline(pass, where, buckets),
  faultRows: ({ pass }, { where, offset, limit, find: wanted }) => faultRows(pass, where, offset, limit, wanted),
  faultCosts: ({ pass }, { where, by, limit }) => faultCosts(pass, where, by, limit),
  faultRatios: ({ pass }) => faultRatios(pass),
  moments: ({ pass }, { instructions }) => momentsOf(pass, instructions),
  momentSummary: (context, { thorough }) => (context.state === 'empty' ? null : momentSummary(
    context.pass, [...context.pass.computer.processes].map((process) => processRow(context, process)), (key, read, nothing) => withProcess(context, key, read, nothing), thorough,
  )),
  processes: (context) => [...context.pass.computer.processes].map((process) => processRow(context, process)),
  processTable: (context, query) => processTable(context.pass.computer, query, context.state !== 'running'),
  processDetail: (context, { processKey }) => processDetail(context.pass.computer, processKey, context.state !== 'running'),
  callStack: (context, { processKey }) => withProcess(context, processKey, (process) => callStackRows(context.pass, process), []),
  globals: (context, { processKey }) => withProcess(context, processKey, (process) => globalRows(context.pass, process), []),
  heap: (context, { processKey, limit, around }) => withProcess(context, processKey, (process) => process.heap?.picture(limit, around) ?? noHeap(), noHeap()),
  heapTimeline: ({ pass, primary }, { processKey, buckets }) => heapTimeline(pass, processKey === 0 ? primary?.key ?? 0 : processKey, buckets),
  blocks: (context, { processKey, from, count, state }) => withProcess(context, processKey, (process) => process.heap?.blocks(from, count, state) ?? { total: 0, rows: [] }, { total: 0, rows: [] }),
  chain: (context, { processKey, query }) => chainOf(context, processKey, query),
  reportText: (context) => {
    const result = context.result();
    return result === null ? '' : textReport(result, reportOptions(context), context.pass.config.machine.stackLimitBytes);
  },
  reportXml: (context) => {
    const result = context.result();
    return result === null ? '' : xmlReport(result, { ...reportOptions(context), toolArguments: ['pagewise', 'run'], parentPid: 1, suppressionUses: [] });
  },
};

/** The answer to one query about the present moment. */
export function answerQuery<N extends QueryName>(context: QueryContext, name: N, argument: QueryMap[N][0]): QueryMap[N][1] {
  return HANDLERS[name](context, argument);
}

/** Process by key; 0 means the primary one. */
function find(context: QueryContext, key: number): Process | null {
  return key === 0 ? context.primary : context.pass.computer.processByKey(key);
}

/** What is read from a process is gone once it was reclaimed. */
function withProcess<T>(context: QueryContext, key: number, read: (process: Process) => T, nothing: T): T {
  const process = find(context, key);
  const thread = process?.threads[0];
  if (process === null || thread === undefined || process.phase === 'reclaimed') return nothing;
  return inspect(context.pass.computer, thread, () => read(process));
}

function emptyFaults(): QueryMap['faults'][1] {
  const none = new Float64Array(0);
  return {
    total: 0, seq: none, cycle: none, instruction: none, va: none, kind: new Uint8Array(0), access: new Uint8Array(0), line: new Uint32Array(0),
    costCycles: none, pfn: none, mappingId: new Uint32Array(0), files: [], file: new Uint16Array(0), functions: [], fn: new Uint16Array(0),
  };
}

function noHeap(): QueryMap['heap'][1] {
  return { blocks: [], pointers: [], totalBlocks: 0 };
}

function chainOf(context: QueryContext, key: number, query: SelectionQuery): QueryMap['chain'][1] {
  const result = context.result();
  const nothing: QueryMap['chain'][1] = { line: null, findingId: null, block: null, page: null, frame: null, fault: null, faultLine: null, counts: { blocks: 0, pages: 0, faults: 0 } };
  return result === null ? nothing : withProcess(context, key, (process) => selectionChain(context.pass, process, result, query), nothing);
}

function reportOptions(context: QueryContext): { readonly check: RunResultCheck; readonly verbosity: 1; readonly sentences: true; readonly genSuppressions: false } {
  return { check: context.pass.config.check, verbosity: 1, sentences: true, genSuppressions: false };
}
type RunResultCheck = Pass['config']['check'];

function statusOf(context: QueryContext): StatusSnapshot {
  const { computer, stacks } = context.pass;
  const counters = computer.counters();
  const heap = context.primary?.heap ?? null;
  const isLive = computer.current !== null && context.state !== 'empty' && context.state !== 'running';
  const own = isLive ? stacks.rowsOf(stacks.capture(64)).find((frame) => !frame.library && frame.line > 0) : undefined;
  return {
    epoch: context.epoch, state: context.state, message: context.message, counters, simulatedSeconds: counters.cycles / CYCLES_PER_SECOND,
    usedFrames: computer.system.buddy.usedFrames - (computer.homes.memory?.placement.numbers().free ?? 0), frameCount: computer.system.frames.frameCount - computer.system.buddy.takenAway,
    heapBytes: heap?.liveBytes() ?? 0, heapBlocks: heap?.liveBlocks() ?? 0,
    errorCount: heap?.errors().reduce((sum, error) => sum + error.count, 0) ?? 0,
    outputBytes: computer.outputBytes,
    profile: computer.config.machine.profile,
    location: own === undefined ? null : { file: own.file, line: own.line, fn: own.fn }, timeline: context.timeline,
  };
}

function processRow(context: QueryContext, process: Process): ProcessRow {
  const { computer } = context.pass;
  const over = process.phase === 'ended' || process.phase === 'reclaimed';
  const thread = process.threads[0];
  const state = process.phase === 'reclaimed' ? 'exited' : over ? 'zombie'
    : thread?.state === 'blocked' ? 'blocked'
      : context.state === 'paused' ? 'stopped'
        : computer.current?.process === process ? 'running' : 'ready';
  return {
    processKey: process.key, pid: process.pid, parent: process.parent, name: process.name, command: process.command, state,
    rssBytes: process.space.residentPages * 4096, virtualBytes: process.space.virtualPages * 4096,
    pageTableBytes: process.space.tables.tableCount * 4096, swapBytes: process.space.swappedPages * 4096,
    minorFaults: process.minorFaults, majorFaults: process.majorFaults,
    cpuSeconds: process.cycles / CYCLES_PER_SECOND, threads: process.threads.length,
    exitStatus: over && process.ending !== null ? exitStatusOf(process.ending) : null,
  };
}
