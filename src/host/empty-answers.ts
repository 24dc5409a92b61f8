/** What views get before anything has run: empty rows, epoch 0; what needs no machine is answered. */
import { checkInClassroom, decodeAll } from '../core/segmentation/classroom';
import { runPlacement } from '../core/segmentation/placement-lab';
import type { Counters } from '../shared/report';
import type { Answer, MachineState, QueryMap, QueryName, StatusSnapshot } from '../shared/views';

const NO_COUNTERS: Counters = {
  instructions: 0, cycles: 0, accesses: 0, fetches: 0, l1dMisses: 0, l1iMisses: 0, l2Hits: 0, l2Misses: 0,
  walks: 0, walkReads: 0, calls: 0, minorFaults: 0, majorFaults: 0,
};

/** A status without a machine: before the first run, while compiling, after a failure. */
export function emptyStatus(state: MachineState, message: string): StatusSnapshot {
  return {
    epoch: 0, state, message, counters: NO_COUNTERS, simulatedSeconds: 0, usedFrames: 0, frameCount: 0,
    heapBytes: 0, heapBlocks: 0, errorCount: 0, outputBytes: 0, profile: 'linux', location: null, timeline: null,
  };
}

const EMPTY: { readonly [N in QueryName]: (argument: QueryMap[N][0]) => QueryMap[N][1] } = {
  status: () => emptyStatus('empty', ''),
  machineConfig: () => null,
  result: () => null,
  vmas: () => [],
  pages: () => [],
  page: () => null,
  memoryStatus: () => null,
  frameMap: () => ({ from: 0, count: 0, framesPerCell: 1, kind: new Uint8Array(), used: new Uint8Array(), marks: new Uint8Array(), isExact: true }),
  frameDetail: () => null,
  slotMap: () => ({ from: 0, count: 0, slotsPerCell: 1, used: new Uint8Array(), marks: new Uint8Array() }),
  slotDetail: () => null,
  pageFrames: () => ({ total: 0, from: 0, va: new Float64Array(), pfn: new Float64Array(), mappingId: new Uint32Array(), backing: new Uint8Array(), dirty: new Uint8Array(), found: -1 }),
  segments: () => null,
  segmentAccess: (question) => (question.descriptors === null ? null : checkInClassroom(question)),
  segmentDecode: ({ descriptors }) => decodeAll(descriptors),
  segmentPlacement: (question) => runPlacement(question),
  tlb: () => ({
    arrays: [], l2HitCycles: 0, walkReadCycles: 0, levels: 4, pcid: true,
    counters: {
      instructions: 0, cycles: 0, accesses: 0, fetches: 0, l1dMisses: 0, l1iMisses: 0, l2Hits: 0, l2Misses: 0, walks: 0, walkReads: 0, pscHits: 0,
      translationCycles: 0, shootdowns: 0, hugeFaults: 0, hugePromotions: 0, hugeSplits: 0, hugeFallbacks: 0,
    },
  }),
  translation: () => null,
  hugeMemory: () => null,
  frame: () => ({ pfn: 0, kind: 'free', references: 0, owners: [], ownerCount: 0 }),
  faults: () => ({
    total: 0, seq: new Float64Array(), cycle: new Float64Array(), instruction: new Float64Array(), va: new Float64Array(),
    kind: new Uint8Array(), access: new Uint8Array(), line: new Uint32Array(), costCycles: new Float64Array(),
    pfn: new Float64Array(), mappingId: new Uint32Array(), files: [], file: new Uint16Array(), functions: [], fn: new Uint16Array(),
  }),
  faultTimeline: () => ({
    fromCycle: 0, toCycle: 0, buckets: 0, counts: new Uint32Array(), costs: new Float64Array(), firstSeq: new Float64Array(), total: 0,
    kindBefore: new Float64Array(), kindCounts: new Float64Array(), kindCosts: new Float64Array(), firstCycle: 0, lastCycle: 0, processes: [], forgotten: 0,
  }),
  faultRows: () => ({
    total: 0, from: 0, seq: new Float64Array(), cycle: new Float64Array(), instruction: new Float64Array(), va: new Float64Array(), kind: new Uint8Array(), access: new Uint8Array(), line: new Uint32Array(),
    costCycles: new Float64Array(), pfn: new Float64Array(), mappingId: new Uint32Array(), processKey: new Uint32Array(), files: [], file: new Uint16Array(), functions: [], fn: new Uint16Array(),
    realMicroseconds: new Float32Array(), found: -1,
  }),
  faultCosts: () => ({ rows: [], groups: 0, faults: 0, costCycles: 0 }),
  heapTimeline: () => ({ fromCycle: 0, toCycle: 0, buckets: 0, most: new Float64Array(), last: new Float64Array(), events: new Uint32Array(), peakBytes: 0, peakCycle: 0, forgotten: 0 }),
  faultRatios: () => ({ major: 0, majorFaults: 0, minor: 0, minorFaults: 0, access: 0, tableRead: 0, cyclesInFaults: 0, cycles: 0 }),
  moments: () => [],
  momentSummary: () => null,
  processes: () => [],
  processTable: () => ({
    total: 0, from: 0, rows: [], found: -1,
    totals: {
      living: 0, running: 0, ready: 0, waiting: 0, stopped: 0, zombies: 0, gone: 0, rssBytes: 0, swapBytes: 0, virtualBytes: 0, pageTableBytes: 0, minorFaults: 0, majorFaults: 0,
      cpuSeconds: 0, usedFrames: 0, frameCount: 0, simulatedSeconds: 0,
    },
  }),
  processDetail: () => null,
  callStack: () => [],
  globals: () => [],
  heap: () => ({ blocks: [], pointers: [], totalBlocks: 0 }),
  blocks: () => ({ total: 0, rows: [] }),
  chain: () => ({
    line: null, findingId: null, block: null, page: null, frame: null, fault: null, faultLine: null,
    counts: { blocks: 0, pages: 0, faults: 0 },
  }),
  reportText: () => '',
  reportXml: () => '',
};

export function emptyAnswer<N extends QueryName>(name: N, argument: QueryMap[N][0]): Answer<QueryMap[N][1]> {
  return { epoch: 0, value: EMPTY[name](argument) };
}
