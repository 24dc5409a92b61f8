/**
 * Every payload that the page sends is checked here, field by field, before anything reads it: shapes, kinds, and bounds.
 * `parsePayload` returns a fresh value with the contract's fields only; anything else throws PayloadError.
 */
import { AUTOSAVE_SECONDS } from '../shared/autosave';
import type { MachineConfig, SegmentFit, TranslationMode } from '../shared/config';
import { machineFrom, type FieldChange } from '../shared/machine-fields';
import type { CompileOptions } from '../shared/diagnostics';
import type { Appearance, Channel, InvokeMap, RunCommand } from '../shared/ipc';
import { MOST_FRAMES, POLICIES, type PolicyQuestion, type PolicySettings, type PolicySource, type StepQuestion, type TraceReading } from '../shared/policy';
import { RECORDING_BYTES, type TravelTarget, type TravelUnit } from '../shared/timeline';
import type { FaultWhere } from '../shared/views-faults';
import type { AccessQuestion, SegmentChange } from '../shared/views-segments';
import { PROCESS_SORTS, type ProcessScope, type ProcessSort } from '../shared/views-processes';
import type { FrameMapQuery } from '../shared/views-ram';
import type { FaultFilter, QueryMap, QueryName, SelectionQuery } from '../shared/views';
import { fields, flag, integer, LIMITS, listOf, nothing, oneOf, orNull, picture, real, refuse, text, type Fields, type Parser } from './parsers';

const address: Parser<string> = (value, at) =>
  typeof value === 'string' && /^0x[0-9a-f]{1,16}$/i.test(value) ? value : refuse(at, 'an address such as 0x4a4b040');

const key = integer(0, Number.MAX_SAFE_INTEGER);
const source = text(LIMITS.sourceCharacters);
const path = text(LIMITS.pathCharacters);
const name = text(255);
const lines = listOf(integer(1, 10_000_000));

const recordingBytes: Parser<number> = (value, at) => (value === 0 ? 0 : integer(RECORDING_BYTES.least, RECORDING_BYTES.most)(value, at));

const compileOptions: Parser<CompileOptions> = (value, at) => {
  const all = fields(value, at);
  const words = listOf(text(500), 200);
  return {
    optimise: oneOf<0 | 1 | 2>(0, 1, 2)(all['optimise'], `${at}.optimise`),
    standard: text(40)(all['standard'], `${at}.standard`),
    defines: words(all['defines'], `${at}.defines`),
    undefines: words(all['undefines'], `${at}.undefines`),
    // Folders to search come from the file that the user opened, never from the page.
    includeDirectories: [],
  };
};

const translation = oneOf<TranslationMode>('paging', 'none', 'segmentation', 'segmentation-paging');
const segmentFit = oneOf<SegmentFit>('first', 'best', 'worst', 'next');
const descriptorBits: Parser<string> = (value, at) => (typeof value === 'string' && /^[0-9a-f]{16}$/.test(value) ? value : refuse(at, '16 hexadecimal digits'));
const descriptorList = listOf(descriptorBits, 8_192);

const segmentChange: Parser<SegmentChange> = (value, at) => {
  const all = fields(value, at);
  switch (all['kind']) {
    case 'compact': return { kind: 'compact' };
    case 'fit': return { kind: 'fit', fit: segmentFit(all['fit'], `${at}.fit`) };
    case 'descriptor': return {
      kind: 'descriptor', processKey: key(all['processKey'], `${at}.processKey`), table: oneOf<'gdt' | 'ldt'>('gdt', 'ldt')(all['table'], `${at}.table`),
      index: integer(1, 255)(all['index'], `${at}.index`), bits: descriptorBits(all['bits'], `${at}.bits`),
    };
    default: return refuse(`${at}.kind`, 'a change of segments');
  }
};

const travelTarget: Parser<TravelTarget> = (value, at) => {
  const all = fields(value, at);
  switch (all['kind']) {
    case 'start': case 'head': case 'previous-breakpoint': return { kind: all['kind'] };
    case 'instruction': return { kind: 'instruction', instruction: key(all['instruction'], `${at}.instruction`) };
    case 'cycle': return { kind: 'cycle', cycle: real(0, Number.MAX_SAFE_INTEGER)(all['cycle'], `${at}.cycle`) };
    case 'last-write': return { kind: 'last-write', va: address(all['va'], `${at}.va`), length: integer(1, 4096)(all['length'], `${at}.length`) };
    case 'step': return {
      kind: 'step', direction: oneOf<'back' | 'forward'>('back', 'forward')(all['direction'], `${at}.direction`),
      unit: oneOf<TravelUnit>('instruction', 'line', 'call', 'fault', 'allocation', 'system-call')(all['unit'], `${at}.unit`), over: flag(all['over'], `${at}.over`),
    };
    default: return refuse(`${at}.kind`, 'a way through the recording');
  }
};

const accessQuestion: Parser<AccessQuestion> = (value, at) => {
  const all = fields(value, at), word = integer(0, 0xffff_ffff);
  return {
    processKey: key(all['processKey'], `${at}.processKey`), descriptors: orNull(descriptorList)(all['descriptors'], `${at}.descriptors`),
    selector: integer(0, 0xffff)(all['selector'], `${at}.selector`), offset: word(all['offset'], `${at}.offset`), sizeBytes: integer(1, 65_536)(all['sizeBytes'], `${at}.sizeBytes`),
    access: oneOf<AccessQuestion['access']>('read', 'write', 'execute')(all['access'], `${at}.access`), cpl: integer(0, 3)(all['cpl'], `${at}.cpl`), stack: flag(all['stack'], `${at}.stack`),
  };
};

const machineConfig: Parser<MachineConfig> = (value, at) => {
  const { config, problems } = machineFrom(value);
  return problems[0] === undefined ? config : refuse(at, `a machine (${problems[0].message})`);
};
const fieldChange: Parser<FieldChange> = (value, at) => {
  const all = fields(value, at);
  const path = text(64)(all['path'], `${at}.path`);
  const changed = all['value'];
  if (typeof changed !== 'number' && typeof changed !== 'string' && typeof changed !== 'boolean') return refuse(`${at}.value`, 'a number, a word, or on or off');
  return { path, value: typeof changed === 'string' ? text(64)(changed, `${at}.value`) : changed };
};

const runCommand: Parser<RunCommand> = (value, at) => {
  const all = fields(value, at);
  switch (all['type']) {
    case 'run': {
      const config = fields(all['config'], `${at}.config`);
      return {
        type: 'run',
        file: path(all['file'], `${at}.file`),
        text: source(all['text'], `${at}.text`),
        options: compileOptions(all['options'], `${at}.options`),
        config: {
          tool: oneOf<'memcheck' | 'none'>('memcheck', 'none')(config['tool'], `${at}.config.tool`),
          ...(config['args'] === undefined ? {} : { args: listOf(text(65_536), 1_000)(config['args'], `${at}.config.args`) }),
          ...(config['machine'] === undefined ? {} : { machine: machineConfig(config['machine'], `${at}.config.machine`) }),
          ...(config['translation'] === undefined ? {} : { translation: translation(config['translation'], `${at}.config.translation`) }),
          ...(config['segmentFit'] === undefined ? {} : { segmentFit: segmentFit(config['segmentFit'], `${at}.config.segmentFit`) }),
          ...(config['stdout'] === undefined ? {} : { stdout: oneOf<'tty' | 'pipe'>('tty', 'pipe')(config['stdout'], `${at}.config.stdout`) }),
        },
        breakpoints: lines(all['breakpoints'], `${at}.breakpoints`),
        stdin: orNull(text(LIMITS.stdinCharacters))(all['stdin'], `${at}.stdin`),
        pauseAtMain: flag(all['pauseAtMain'], `${at}.pauseAtMain`),
        timelineBytes: recordingBytes(all['timelineBytes'], `${at}.timelineBytes`),
      };
    }
    case 'pause': case 'continue': case 'stop': case 'reclaim': case 'stdin-eof':
      return { type: all['type'] };
    case 'step':
      return { type: 'step', how: oneOf<'into' | 'over' | 'out'>('into', 'over', 'out')(all['how'], `${at}.how`), ...(all['processKey'] === undefined ? {} : { processKey: key(all['processKey'], `${at}.processKey`) }) };
    case 'start-machine':
      return {
        type: 'start-machine', machine: machineConfig(all['machine'], `${at}.machine`), mix: text(64)(all['mix'], `${at}.mix`),
        processes: integer(1, 20_000)(all['processes'], `${at}.processes`), pace: integer(0, 1_000)(all['pace'], `${at}.pace`),
      };
    case 'configure':
      return { type: 'configure', changes: listOf(fieldChange, 100)(all['changes'], `${at}.changes`) };
    case 'segments':
      return { type: 'segments', change: segmentChange(all['change'], `${at}.change`) };
    case 'signal':
      return { type: 'signal', processKey: key(all['processKey'], `${at}.processKey`), signal: integer(1, 64)(all['signal'], `${at}.signal`) };
    case 'renice':
      return { type: 'renice', processKey: key(all['processKey'], `${at}.processKey`), nice: integer(-20, 19)(all['nice'], `${at}.nice`) };
    case 'travel':
      return { type: 'travel', target: travelTarget(all['target'], `${at}.target`) };
    case 'recording':
      return { type: 'recording', budgetBytes: recordingBytes(all['budgetBytes'], `${at}.budgetBytes`) };
    case 'add-program':
      return {
        type: 'add-program', file: path(all['file'], `${at}.file`), text: source(all['text'], `${at}.text`), options: compileOptions(all['options'], `${at}.options`),
        args: listOf(text(LIMITS.pathCharacters), 1_000)(all['args'], `${at}.args`),
      };
    case 'breakpoints':
      return { type: 'breakpoints', lines: lines(all['lines'], `${at}.lines`) };
    case 'stdin':
      return { type: 'stdin', text: text(LIMITS.stdinCharacters)(all['text'], `${at}.text`) };
    default:
      return refuse(`${at}.type`, 'a command');
  }
};

const faultFilter: Parser<FaultFilter> = (value, at) => {
  const all = fields(value, at);
  const cycle = real(0, Number.MAX_VALUE);
  return {
    sinceMain: flag(all['sinceMain'], `${at}.sinceMain`),
    kinds: listOf(integer(0, 255), 256)(all['kinds'], `${at}.kinds`),
    fromCycle: cycle(all['fromCycle'], `${at}.fromCycle`),
    toCycle: cycle(all['toCycle'], `${at}.toCycle`),
    limit: integer(1, 200_000)(all['limit'], `${at}.limit`),
    cursor: key(all['cursor'], `${at}.cursor`),
  };
};

const faultWhere: Parser<FaultWhere> = (value, at) => {
  const all = fields(value, at);
  const cycle = real(0, Number.MAX_VALUE);
  const side = (name: 'lowVa' | 'highVa'): string => (all[name] === '' ? '' : address(all[name], `${at}.${name}`));
  return {
    processKey: key(all['processKey'], `${at}.processKey`), sinceMain: flag(all['sinceMain'], `${at}.sinceMain`), kinds: listOf(integer(0, 255), 256)(all['kinds'], `${at}.kinds`),
    fromCycle: cycle(all['fromCycle'], `${at}.fromCycle`), toCycle: cycle(all['toCycle'], `${at}.toCycle`), lowVa: side('lowVa'), highVa: side('highVa'),
    file: all['file'] === '' ? '' : path(all['file'], `${at}.file`), line: integer(0, 10_000_000)(all['line'], `${at}.line`),
  };
};

const selection: Parser<SelectionQuery> = (value, at) => {
  const all = fields(value, at);
  if (all['findingId'] !== undefined) return { findingId: key(all['findingId'], `${at}.findingId`) };
  if (all['blockId'] !== undefined) return { blockId: key(all['blockId'], `${at}.blockId`) };
  if (all['va'] !== undefined) return { va: address(all['va'], `${at}.va`) };
  if (all['pfn'] !== undefined) return { pfn: key(all['pfn'], `${at}.pfn`) };
  if (all['fault'] !== undefined) return { fault: key(all['fault'], `${at}.fault`) };
  return { file: path(all['file'], `${at}.file`), line: integer(1, 10_000_000)(all['line'], `${at}.line`) };
};

/** An argument that is an object with a process key and the given further fields. */
function ofProcess<T>(rest: (all: Fields, at: string) => T): Parser<{ processKey: number } & T> {
  return (value, at) => {
    const all = fields(value, at);
    return { processKey: key(all['processKey'], `${at}.processKey`), ...rest(all, at) };
  };
}
const processOnly = ofProcess(() => ({}));

/** A range of frames or slots at a resolution. */
const cellRange: Parser<FrameMapQuery> = (value, at) => {
  const all = fields(value, at);
  return { from: key(all['from'], `${at}.from`), count: key(all['count'], `${at}.count`), cells: integer(1, 65_536)(all['cells'], `${at}.cells`) };
};

const QUERIES: { readonly [N in QueryName]: Parser<QueryMap[N][0]> } = {
  status: nothing, machineConfig: nothing, result: nothing, processes: nothing, tlb: nothing, hugeMemory: nothing, reportText: nothing, reportXml: nothing, faultRatios: nothing,
  momentSummary: (value, at) => ({ thorough: flag(fields(value, at)['thorough'], `${at}.thorough`) }),
  vmas: processOnly, callStack: processOnly, globals: processOnly,
  pages: ofProcess((all, at) => ({
    mappingId: key(all['mappingId'], `${at}.mappingId`), from: key(all['from'], `${at}.from`), count: integer(1, 65_536)(all['count'], `${at}.count`),
  })),
  page: ofProcess((all, at) => ({ va: address(all['va'], `${at}.va`) })),
  translation: ofProcess((all, at) => ({ va: address(all['va'], `${at}.va`) })),
  pageFrames: ofProcess((all, at) => ({
    mappingId: key(all['mappingId'], `${at}.mappingId`), from: key(all['from'], `${at}.from`), count: integer(1, 1_024)(all['count'], `${at}.count`),
    find: all['find'] === '' ? '' : address(all['find'], `${at}.find`),
  })),
  segments: processOnly,
  segmentAccess: accessQuestion,
  segmentDecode: (value, at) => ({ descriptors: descriptorList(fields(value, at)['descriptors'], `${at}.descriptors`) }),
  segmentPlacement: (value, at) => {
    const all = fields(value, at), units = integer(1, 1_000_000_000);
    return {
      total: units(all['total'], `${at}.total`), pageUnits: units(all['pageUnits'], `${at}.pageUnits`), fit: segmentFit(all['fit'], `${at}.fit`),
      operations: text(50_000)(all['operations'], `${at}.operations`),
    };
  },
  processTable: (value, at) => {
    const all = fields(value, at);
    return {
      sort: oneOf<ProcessSort>(...PROCESS_SORTS)(all['sort'], `${at}.sort`), descending: flag(all['descending'], `${at}.descending`), filter: text(200)(all['filter'], `${at}.filter`),
      tree: flag(all['tree'], `${at}.tree`), scope: oneOf<ProcessScope>('present', 'all')(all['scope'], `${at}.scope`),
      from: key(all['from'], `${at}.from`), count: integer(1, 1_000)(all['count'], `${at}.count`), find: key(all['find'], `${at}.find`),
    };
  },
  processDetail: processOnly,
  memoryStatus: nothing, frameMap: cellRange, slotMap: cellRange,
  frameDetail: (value, at) => ({ pfn: key(fields(value, at)['pfn'], `${at}.pfn`) }),
  slotDetail: (value, at) => ({ slot: key(fields(value, at)['slot'], `${at}.slot`) }),
  frame: (value, at) => ({ pfn: key(fields(value, at)['pfn'], `${at}.pfn`) }),
  faults: ofProcess((all, at) => ({ filter: faultFilter(all['filter'], `${at}.filter`) })),
  heapTimeline: ofProcess((all, at) => ({ buckets: integer(1, 8_192)(all['buckets'], `${at}.buckets`) })),
  faultTimeline: (value, at) => {
    const all = fields(value, at);
    return { where: faultWhere(all['where'], `${at}.where`), buckets: integer(1, 8_192)(all['buckets'], `${at}.buckets`) };
  },
  faultRows: (value, at) => {
    const all = fields(value, at);
    return { where: faultWhere(all['where'], `${at}.where`), offset: key(all['offset'], `${at}.offset`), limit: integer(1, 1_000_000)(all['limit'], `${at}.limit`), find: key(all['find'], `${at}.find`) };
  },
  faultCosts: (value, at) => {
    const all = fields(value, at);
    return { where: faultWhere(all['where'], `${at}.where`), by: oneOf<'line' | 'area'>('line', 'area')(all['by'], `${at}.by`), limit: integer(1, 10_000)(all['limit'], `${at}.limit`) };
  },
  moments: (value, at) => ({ instructions: listOf(key)(fields(value, at)['instructions'], `${at}.instructions`) }),
  heap: ofProcess((all, at) => ({ limit: integer(1, 10_000)(all['limit'], `${at}.limit`), around: orNull(key)(all['around'], `${at}.around`) })),
  blocks: ofProcess((all, at) => ({
    from: key(all['from'], `${at}.from`), count: integer(1, 10_000)(all['count'], `${at}.count`), state: text(40)(all['state'], `${at}.state`),
  })),
  chain: ofProcess((all, at) => ({ query: selection(all['query'], `${at}.query`) })),
};

const query: Parser<InvokeMap['machine:query'][0]> = (value, at) => {
  const all = fields(value, at);
  const which = all['name'];
  if (typeof which !== 'string' || !Object.hasOwn(QUERIES, which)) return refuse(`${at}.name`, 'a query');
  return { name: which as QueryName, arg: QUERIES[which as QueryName](all['arg'], `${at}.arg`) };
};

const appearance: Parser<Appearance> = (value, at) => {
  const all = fields(value, at);
  return {
    theme: oneOf<Appearance['theme']>('system', 'dark', 'light')(all['theme'], `${at}.theme`),
    zoom: real(0.5, 3)(all['zoom'], `${at}.zoom`),
  };
};

const policyName = oneOf(...POLICIES.map((one) => one.name));
const frameCount = integer(1, MOST_FRAMES);

const policySource: Parser<PolicySource> = (value, at) => {
  const all = fields(value, at);
  switch (all['kind']) {
    case 'string': return { kind: 'string', text: text(LIMITS.exportCharacters)(all['text'], `${at}.text`) };
    case 'file': return { kind: 'file', path: path(all['path'], `${at}.path`) };
    case 'run': return { kind: 'run' };
    default: return refuse(`${at}.kind`, 'a source');
  }
};
const traceReading: Parser<TraceReading> = (value, at) => {
  const all = fields(value, at), csv = fields(all['csv'], `${at}.csv`), column = integer(1, 1000);
  const pageSizeBytes = integer(16, 2 ** 30)(all['pageSizeBytes'], `${at}.pageSizeBytes`);
  if (!Number.isInteger(Math.log2(pageSizeBytes))) refuse(`${at}.pageSizeBytes`, 'a power of two');
  const delimiter = text(1)(csv['delimiter'], `${at}.csv.delimiter`);
  if (!/^[\x20-\x7e\t]$/.test(delimiter)) refuse(`${at}.csv.delimiter`, 'one ASCII character');
  return {
    format: oneOf<TraceReading['format']>('auto', 'classroom', 'lackey', 'csv')(all['format'], `${at}.format`), pageSizeBytes, instructions: flag(all['instructions'], `${at}.instructions`),
    csv: {
      idColumn: column(csv['idColumn'], `${at}.csv.idColumn`), sizeColumn: orNull(column)(csv['sizeColumn'], `${at}.csv.sizeColumn`), operationColumn: orNull(column)(csv['operationColumn'], `${at}.csv.operationColumn`),
      delimiter, header: oneOf<'yes' | 'no' | 'auto'>('yes', 'no', 'auto')(csv['header'], `${at}.csv.header`),
    },
  };
};
const policySettings: Parser<PolicySettings> = (value, at) => {
  const all = fields(value, at), share = real(0, 1);
  return {
    seed: integer(0, 2 ** 32 - 1)(all['seed'], `${at}.seed`), nruInterval: orNull(integer(1, 2 ** 40))(all['nruInterval'], `${at}.nruInterval`), clockLoadSetsR: flag(all['clockLoadSetsR'], `${at}.clockLoadSetsR`),
    twoQIn: share(all['twoQIn'], `${at}.twoQIn`), twoQOut: share(all['twoQOut'], `${at}.twoQOut`), s3Small: share(all['s3Small'], `${at}.s3Small`),
  };
};
const policyQuestion: Parser<PolicyQuestion> = (value, at) => {
  const all = fields(value, at);
  return {
    source: policySource(all['source'], `${at}.source`), reading: traceReading(all['reading'], `${at}.reading`), policies: listOf(policyName, 20)(all['policies'], `${at}.policies`),
    frameCounts: orNull(listOf(frameCount))(all['frameCounts'], `${at}.frameCounts`), settings: policySettings(all['settings'], `${at}.settings`),
  };
};
const stepQuestion: Parser<StepQuestion> = (value, at) => {
  const all = fields(value, at);
  return {
    source: policySource(all['source'], `${at}.source`), reading: traceReading(all['reading'], `${at}.reading`), policy: policyName(all['policy'], `${at}.policy`),
    frames: frameCount(all['frames'], `${at}.frames`), settings: policySettings(all['settings'], `${at}.settings`),
  };
};

const PAYLOADS: { readonly [C in Channel]: Parser<InvokeMap[C][0]> } = {
  'app:info': nothing,
  'swap:place': (value, at) => ({ action: oneOf('show', 'choose', 'default')(fields(value, at)['action'], `${at}.action`) }),
  'app:preferences': nothing,
  'app:save-preferences': (value, at) => ({ json: text(LIMITS.preferencesCharacters)(fields(value, at)['json'], `${at}.json`) }),
  'app:appearance': appearance,
  'compile:check': (value, at) => {
    const all = fields(value, at);
    return { file: path(all['file'], `${at}.file`), text: source(all['text'], `${at}.text`), options: compileOptions(all['options'], `${at}.options`) };
  },
  'machine:command': runCommand,
  'machine:query': query,
  'file:open': (value, at) => ({ path: orNull(path)(fields(value, at)['path'], `${at}.path`) }),
  'file:save': (value, at) => {
    const all = fields(value, at);
    return { path: orNull(path)(all['path'], `${at}.path`), text: source(all['text'], `${at}.text`), suggestedName: name(all['suggestedName'], `${at}.suggestedName`) };
  },
  'file:recent': nothing,
  'file:export': (value, at) => {
    const all = fields(value, at);
    return { suggestedName: name(all['suggestedName'], `${at}.suggestedName`), text: text(LIMITS.exportCharacters)(all['text'], `${at}.text`) };
  },
  'report:save': nothing,
  'autosave:configure': (value, at) => {
    const all = fields(value, at);
    return { enabled: flag(all['enabled'], `${at}.enabled`), seconds: integer(AUTOSAVE_SECONDS.least, AUTOSAVE_SECONDS.most)(all['seconds'], `${at}.seconds`), keep: flag(all['keep'], `${at}.keep`) };
  },
  'autosave:recover': (value, at) => {
    const all = fields(value, at);
    return { id: name(all['id'], `${at}.id`), timelineBytes: recordingBytes(all['timelineBytes'], `${at}.timelineBytes`) };
  },
  'autosave:discard': (value, at) => ({ id: name(fields(value, at)['id'], `${at}.id`) }),
  'snapshot:place': (value, at) => ({ suggestedName: name(fields(value, at)['suggestedName'], `${at}.suggestedName`) }),
  'snapshot:save': (value, at) => {
    const all = fields(value, at);
    return { path: path(all['path'], `${at}.path`), picture: orNull(picture)(all['picture'], `${at}.picture`) };
  },
  'snapshot:open': (value, at) => {
    const all = fields(value, at);
    return { path: orNull(path)(all['path'], `${at}.path`), timelineBytes: recordingBytes(all['timelineBytes'], `${at}.timelineBytes`) };
  },
  'snapshot:recent': nothing, 'snapshot:given': nothing, 'snapshot:cancel': nothing,
  'examples:list': nothing,
  'workloads:list': nothing,
  'policy:open': nothing, 'policy:progress': nothing, 'policy:cancel': nothing,
  'compare:open': nothing, 'compare:progress': nothing, 'compare:cancel': nothing, 'compare:remembered': nothing,
  'compare:remember': (value, at) => ({ json: text(LIMITS.momentsCharacters)(fields(value, at)['json'], `${at}.json`) }),
  'policy:compare': policyQuestion, 'policy:steps': stepQuestion,
};

/** The payload of a channel as the contract says, or a PayloadError that names the first wrong field. */
export function parsePayload<C extends Channel>(channel: C, value: unknown): InvokeMap[C][0] {
  return PAYLOADS[channel](value, channel);
}
