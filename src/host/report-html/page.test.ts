import { describe, expect, it } from 'vitest';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../../shared/config';
import type { ErrorRecord, LossRecord, RunResult, Stack } from '../../shared/report';
import type { ProcessTable } from '../../shared/views-processes';
import { emptyAnswer } from '../empty-answers';
import { escapeText } from './markup';
import { fileNames, sourceIndex } from './names';
import { HEAD_CHARACTERS, OutputRecord, TAIL_CHARACTERS } from './output-record';
import { htmlReport } from './page';
import { MOST_FINDINGS } from './findings';
import type { ReportData } from './report-data';

const NASTY = '</pre></style></title><script>alert("x")</script><img src=x onerror=\'alert(1)\'>&amp;\u202e\u0000\u001b[31m';
const NOTHING = { bytes: 0, blocks: 0 };
const stackAt = (line: number, fn = 'main', file = '/home/ada/work/a.c'): Stack => [{ ip: '0x1', fn, obj: 'main', file, dir: '/home/ada/work', line, library: false }];

function loss(findingId: number, more: Partial<LossRecord> = {}): LossRecord {
  return {
    findingId, unique: findingId, kind: 'definite', bytes: 32, indirectBytes: 0, blocks: 1, stack: stackAt(2), blockIds: [1], what: '32 bytes in 1 blocks are definitely lost', sentence: '32 bytes leaked: `line`.',
    explanation: { cause: 'overwritten', file: '/home/ada/work/a.c', line: 3, fn: 'main', holder: 'line', instruction: 1117, stack: [] }, suppressed: false, ...more,
  };
}
function invalidWrite(text: string): ErrorRecord {
  return {
    findingId: 9, unique: 9, kind: 'InvalidWrite', what: text, size: 4, address: '0x10', stack: stackAt(3, text), count: 2, lastOccurrence: 1, instruction: 5, sentence: text,
    description: { text, kind: 'freed', stacks: [{ label: '', stack: stackAt(1) }, { label: 'Block was alloc\'d at', stack: stackAt(2) }] },
  };
}
function result(more: Partial<RunResult> = {}): RunResult {
  return {
    format: 1, pid: 1000, programName: './a', args: [], tool: 'memcheck', ending: { kind: 'exit', status: 0 }, exitStatus: 0, errors: [],
    leaks: { records: [], summary: { definite: NOTHING, indirect: NOTHING, possible: NOTHING, reachable: NOTHING, suppressed: NOTHING, heuristics: {} } },
    heap: { inUseBytes: 0, inUseBlocks: 0, allocs: 0, frees: 0, allocatedBytes: 0, libraryBytes: 0 }, errorCount: 0, errorContexts: 0, suppressedErrors: 0, suppressedContexts: 0,
    counters: emptyAnswer('status', null).value.counters, simulatedSeconds: 0.001, ...more,
  };
}
function data(more: Partial<ReportData> = {}): ReportData {
  return {
    sources: [['/home/ada/work/a.c', 'int main(void)\n{ char *line = malloc(32);\n  line = 0; /* lost */\n}\n']], ended: true, result: result(),
    config: { machine: DEFAULT_MACHINE, check: DEFAULT_CHECK, programName: './a', args: [], environment: ['SECRET=1'], stdout: 'tty', pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0 },
    compile: { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] }, output: { head: [], left: 0, tail: [] },
    faults: emptyAnswer('faultTimeline', { where: {} as never, buckets: 1 }).value, heap: emptyAnswer('heapTimeline', { processKey: 0, buckets: 1 }).value,
    processes: { ...emptyAnswer('processTable', {} as never).value } as ProcessTable, ...more,
  };
}
/** Names of all elements, and attributes that could run something. */
function parsed(page: string): { readonly elements: ReadonlySet<string>; readonly risky: readonly string[] } {
  const tags = [...page.replace(/<style>[^]*?<\/style>/, '').matchAll(/<([a-zA-Z]\w*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/g)];
  return { elements: new Set(tags.map((tag) => (tag[1] ?? '').toLowerCase())), risky: tags.flatMap((tag) => [...(tag[2] ?? '').matchAll(/\s(on\w+|src|srcdoc|href)="([^"]*)"/g)].filter(([, name, value]) => name !== 'href' || !(value ?? '').startsWith('#')).map(([text]) => text)) };
}

describe('the report as a page', () => {
  it('shows a leak at its lines, in words, and in Memcheck\'s words', () => {
    const leaks = { records: [loss(1)], summary: { definite: { bytes: 32, blocks: 1 }, indirect: NOTHING, possible: NOTHING, reachable: NOTHING, suppressed: NOTHING, heuristics: {} } };
    const page = htmlReport(data({ result: result({ leaks }) }));
    expect(page).toContain('32 bytes in 1 block are lost for good');
    expect(page).toMatch(/id="line-0-2" data-n="2"[^]*allocates what is definitely lost/);
    expect(page).toMatch(/id="line-0-3" data-n="3"[^]*overwrites the last pointer to the block/);
    expect(page).toContain('32 bytes leaked: <code>line</code>.');
    expect(page).toContain('after 1,117 instructions');
    expect(page).toContain('<a href="#line-0-2">a.c:2</a>');
  });

  it('has no folder of this computer and nothing of the environment', () => {
    const page = htmlReport(data({ result: result({ errors: [invalidWrite('Invalid write')], leaks: null }) }));
    expect(page).not.toMatch(/home|ada|SECRET/);
  });

  it('shows hostile text and runs none of it', () => {
    const hostile = data({
      sources: [[`/x/${NASTY}.c`, `${NASTY}\n/* ${NASTY}\n${NASTY} */ "${NASTY}`]],
      result: result({ programName: NASTY, args: [NASTY], errors: [invalidWrite(NASTY)], ending: { kind: 'signal', signal: 11, name: NASTY, code: NASTY, address: NASTY, cause: NASTY, stack: [], stackOverflow: false, explanation: NASTY } }),
      output: { head: [{ stream: 'stderr', pid: 1000, name: NASTY, text: NASTY }], left: 3, tail: [{ stream: 'stdout', pid: 1001, name: NASTY, text: NASTY }] },
      compile: { optimise: 0, standard: 'gnu17', defines: [`A="${NASTY}"`], undefines: [], includeDirectories: [NASTY] },
    });
    const page = htmlReport({ ...hostile, config: { ...hostile.config, programName: NASTY, args: [NASTY] } });
    const { elements, risky } = parsed(page);
    for (const name of ['script', 'img', 'svg', 'iframe', 'object', 'link', 'base', 'form']) expect(elements).not.toContain(name);
    expect(risky).toEqual([]);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page.match(/<\/title>/g)).toHaveLength(1);
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
    expect(page).toContain('&lt;script&gt;');
  });

  it('an empty run says so in every part', () => {
    const page = htmlReport(data());
    for (const words of ['No memory error, and no block was lost.', 'The program wrote nothing.', 'There was none.', 'The program never used the heap', 'All else as on the default machine.']) expect(page).toContain(words);
  });

  it('a run without a checker is not called clean', () => {
    const page = htmlReport(data({ result: result({ tool: 'none', leaks: null, heap: null }) }));
    expect(page).toContain('were not looked for');
    expect(page).not.toContain('no block was lost');
  });

  it('very many findings are counted', () => {
    const records = Array.from({ length: MOST_FINDINGS + 7 }, (_, i) => loss(i + 1));
    const page = htmlReport(data({ result: result({ leaks: { records, summary: { definite: { bytes: 1, blocks: 1 }, indirect: NOTHING, possible: NOTHING, reachable: NOTHING, suppressed: NOTHING, heuristics: {} } } }) }));
    expect(page.match(/<article /g)).toHaveLength(MOST_FINDINGS);
    expect(page).toContain('7 further findings are not shown');
  });

  it('a long file is shown around its findings', () => {
    const page = htmlReport(data({ sources: [['/home/ada/work/a.c', Array.from({ length: 5000 }, (_, i) => `int v${String(i)};`).join('\n')]], result: result({ errors: [{ ...invalidWrite('Invalid write'), stack: stackAt(2500), description: null }] }) }));
    expect(page).toContain('id="line-0-2500"');
    expect(page).not.toContain('id="line-0-2000"');
    expect(page).toMatch(/\d,\d{3} lines left out/);
  });

  it('headings go down one level at a time, ids are unique, and links lead somewhere', () => {
    const page = htmlReport(data({ result: result({ errors: [invalidWrite('Invalid write')], leaks: { records: [loss(1)], summary: { definite: NOTHING, indirect: NOTHING, possible: NOTHING, reachable: NOTHING, suppressed: NOTHING, heuristics: {} } } }) }));
    const levels = [...page.matchAll(/<h(\d)/g)].map((match) => Number(match[1]));
    expect(levels[0]).toBe(1);
    for (let k = 1; k < levels.length; k++) expect((levels[k] ?? 0) - (levels[k - 1] ?? 0)).toBeLessThanOrEqual(1);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('equal data give equal bytes', () => {
    expect(htmlReport(data())).toBe(htmlReport(data()));
  });

  it('charts draw what the machine counted', () => {
    const faults = { ...data().faults, fromCycle: 0, toCycle: 300, buckets: 3, counts: new Uint32Array(39), costs: new Float64Array(39), kindCounts: new Float64Array(13), kindCosts: new Float64Array(13), total: 6 };
    faults.counts.set([4, 0, 2]);
    faults.kindCounts[0] = 6;
    faults.kindCosts[0] = 600;
    const heap = { ...data().heap, fromCycle: 0, toCycle: 300, buckets: 3, most: Float64Array.of(0, 2048, 1024), last: Float64Array.of(0, 1024, 0), events: Uint32Array.of(0, 2, 1), peakBytes: 2048, peakCycle: 150 };
    const page = htmlReport(data({ faults, heap }));
    expect(page.match(/<rect /g)).toHaveLength(2);
    expect(page).toContain('height="100.0"');
    expect(page).toContain('height="50.0"');
    expect(page).toContain('At most 2 KiB in use');
    expect(page).toContain('d="M0 100.00V100.00H1V4.00H2V52.00H3"');
  });
});

it('text is escaped for elements and attributes', () => {
  expect(escapeText('<a b="c" d=\'e\'>&\r\n\t\u001b\ud800')).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;␍\n\t␛\ufffd');
});

it('names are as short as tells files apart', () => {
  const name = fileNames(['/home/a/lib/list.c', '/home/a/main.c', '/home/a/test/list.c']);
  expect(['/home/a/lib/list.c', '/home/a/main.c', '/other/x.c'].map(name)).toEqual(['lib/list.c', 'main.c', 'x.c']);
});

it('a stack entry finds its source, whichever way the debug information names it', () => {
  const indexOf = sourceIndex(['/home/a/lib/list.c', '/home/a/main.c', '/home/a/test/list.c']);
  expect([{ file: '/home/a/main.c' }, { file: 'main.c' }, { file: 'list.c', dir: '/home/a/test' }, { file: 'list.c' }, { file: 'lib/list.c' }, { file: '' }].map(indexOf)).toEqual([1, 1, 2, -1, 0, -1]);
  expect(sourceIndex(['main.c'])({ file: 'main.c', dir: '/x' })).toBe(0);
});

describe('what the program wrote', () => {
  it('is whole when short; writes to one stream come together', () => {
    const record = new OutputRecord();
    const bytes = new TextEncoder().encode('é!');
    record.writeBytes('stdout', bytes.subarray(0, 1), 1, 'a');
    record.writeBytes('stdout', bytes.subarray(1), 1, 'a');
    record.writeBytes('stderr', bytes, 1, 'a');
    expect(record.excerpt()).toEqual({ head: [{ stream: 'stdout', pid: 1, name: 'a', text: 'é!' }, { stream: 'stderr', pid: 1, name: 'a', text: 'é!' }], left: 0, tail: [] });
  });

  it('when long is its beginning and its end, and nothing is miscounted', () => {
    const record = new OutputRecord();
    let text = '';
    for (let i = 0; i < 30_000; i++) { text += `line ${String(i)}\n`; record.write({ stream: 'stdout', pid: 1, name: 'a', text: `line ${String(i)}\n` }); }
    const { head, left, tail } = record.excerpt();
    const [begin, end] = [head, tail].map((pieces) => pieces.map((piece) => piece.text).join(''));
    expect(begin).toBe(text.slice(0, HEAD_CHARACTERS));
    expect(end).toBe(text.slice(-TAIL_CHARACTERS));
    expect(left).toBe(text.length - HEAD_CHARACTERS - TAIL_CHARACTERS);
  });
});
