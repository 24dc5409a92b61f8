/** The layout is that of live Valgrind 3.19 on a program with the same findings. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_CHECK } from '../../shared/config';
import type { RunResult } from '../../shared/report';
import { createHeapService } from '../heap/heap-service';
import type { ReportOptions } from './report-common';
import { errorTotals } from './report-common';
import { textReport } from './report-text';
import { xmlReport } from './report-xml';
import { applySuppressions, parseSuppressions } from './suppressions';
import { DATA_BASE, FakeMachine, frame } from './testing/fake-machine';

const OPTIONS: ReportOptions = { check: DEFAULT_CHECK, verbosity: 1, sentences: false, genSuppressions: false };
const STACK_LIMIT = 8388608;

function counters(): RunResult['counters'] {
  return { instructions: 1, cycles: 1, accesses: 0, fetches: 0, l1dMisses: 0, l1iMisses: 0, l2Hits: 0, l2Misses: 0, walks: 0, walkReads: 0, calls: 0, minorFaults: 0, majorFaults: 0 };
}

/** main allocates 10 bytes at line 2 and loses them, keeps 20 bytes of line 3, writes past the end at line 4. */
function sampleResult(): RunResult {
  const machine = new FakeMachine();
  const heap = createHeapService(machine, DEFAULT_CHECK);
  machine.callStack = [frame('malloc', 0, true), frame('main', 2)];
  const lost = Number(heap.malloc(10n));
  machine.callStack = [frame('malloc', 0, true), frame('main', 3)];
  machine.poke64(DATA_BASE, heap.malloc(20n));
  machine.callStack = [frame('main', 4)];
  heap.onInvalidAccess(BigInt(lost + 10), 1, true);
  heap.onInvalidAccess(BigInt(lost + 10), 1, true);
  const leaks = heap.leakCheck();
  const totals = errorTotals(heap.errors(), leaks.records, DEFAULT_CHECK);
  return {
    format: 1, pid: 4242, programName: './prog', args: ['a', '<b>'], tool: 'memcheck', ending: { kind: 'exit', status: 0 }, exitStatus: 0,
    errors: heap.errors(), leaks, heap: heap.summary(), errorCount: totals.errors, errorContexts: totals.contexts,
    suppressedErrors: 0, suppressedContexts: 0, counters: counters(), simulatedSeconds: 0.0215,
  };
}

function withoutPreamble(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace('==4242== ', ''));
  return lines.slice(lines.findIndex((line) => line.startsWith('Command:')) + 1);
}

describe('text', () => {
  test('errors, summaries and records in the order of the real tool', () => {
    expect(withoutPreamble(textReport(sampleResult(), OPTIONS, STACK_LIMIT))).toEqual([
      '',
      'Invalid write of size 1',
      '   at 0x109044: main (prog.c:4)',
      ' Address 0x4a4004a is 0 bytes after a block of size 10 alloc\'d',
      '   at 0x109006: malloc (in /usr/lib/libc.so)',
      '   by 0x109024: main (prog.c:2)',
      '',
      '',
      'HEAP SUMMARY:',
      '    in use at exit: 30 bytes in 2 blocks',
      '  total heap usage: 2 allocs, 0 frees, 30 bytes allocated',
      '',
      '10 bytes in 1 blocks are definitely lost in loss record 1 of 2',
      '   at 0x109006: malloc (in /usr/lib/libc.so)',
      '   by 0x109024: main (prog.c:2)',
      '',
      'LEAK SUMMARY:',
      '   definitely lost: 10 bytes in 1 blocks',
      '   indirectly lost: 0 bytes in 0 blocks',
      '     possibly lost: 0 bytes in 0 blocks',
      '   still reachable: 20 bytes in 1 blocks',
      '        suppressed: 0 bytes in 0 blocks',
      'Reachable blocks (those to which a pointer was found) are not shown.',
      'To see them, rerun with: --leak-check=full --show-leak-kinds=all',
      '',
      'ERROR SUMMARY: 3 errors from 2 contexts (suppressed: 0 from 0)',
      '',
    ]);
  });
  test('sentences are paragraphs of their own', () => {
    const text = textReport(sampleResult(), { ...OPTIONS, sentences: true }, STACK_LIMIT);
    expect(text).toContain('==4242== In plain words: 10 bytes leaked: main allocated them at line 2; no pointer to them is left.\n==4242== \n==4242== 10 bytes in 1 blocks are definitely lost');
  });
  test('quiet: findings only', () => {
    const text = textReport(sampleResult(), { ...OPTIONS, verbosity: 0 }, STACK_LIMIT);
    expect(text).not.toMatch(/SUMMARY|Command/u);
    expect(text.split('\n').length).toBe(11);
  });
  test('-s lists errors by count, the suppressions that were used, and the summary again', () => {
    const lines = (suppressions: string): string[] => {
      const { result, uses } = applySuppressions(sampleResult(), parseSuppressions(suppressions, 'x.supp'), DEFAULT_CHECK);
      const report = textReport(result, { ...OPTIONS, errorList: { suppressionUses: uses } }, STACK_LIMIT).split('\n');
      return report.slice(report.findIndex((line) => line.includes('ERROR SUMMARY')));
    };
    const summary = '==4242== ERROR SUMMARY: 3 errors from 2 contexts (suppressed: 0 from 0)';
    const listed = lines('');
    expect(listed.slice(0, 4)).toEqual([summary, '==4242== ', '==4242== 2 errors in context 1 of 2:', '==4242== Invalid write of size 1']);
    expect(listed.slice(-3)).toEqual(['==4242== ', summary, '']);
    expect(lines('{\nlost\nMemcheck:Leak\nmatch-leak-kinds: definite\nfun:malloc\nfun:main\n}\n').slice(-6)).toEqual([
      '==4242== ', '--4242-- ', '--4242-- used_suppression:      1 lost x.supp:2 suppressed: 10 bytes in 1 blocks', '==4242== ',
      '==4242== ERROR SUMMARY: 2 errors from 1 contexts (suppressed: 1 from 1)', '',
    ]);
  });

  test('leak check summary and off', () => {
    const summary = { ...DEFAULT_CHECK, leakCheck: 'summary' as const };
    expect(textReport(sampleResult(), { ...OPTIONS, check: summary }, STACK_LIMIT)).toMatch(/suppressed: 0 bytes in 0 blocks\n==4242== Rerun with --leak-check=full to see details of leaked memory\n==4242== \n==4242== ERROR SUMMARY: 2 errors from 1 contexts/u);
    expect(textReport({ ...sampleResult(), leaks: null }, OPTIONS, STACK_LIMIT)).toContain('For a detailed leak analysis, rerun with: --leak-check=full');
  });
  test('a signal', () => {
    const ending = { kind: 'signal', signal: 11, name: 'SIGSEGV', code: 'SEGV_MAPERR', address: '0x4f40090', cause: '', stack: [frame('main', 4)], stackOverflow: false } as const;
    expect(withoutPreamble(textReport({ ...sampleResult(), errors: [], ending }, OPTIONS, STACK_LIMIT)).slice(1, 11)).toEqual([
      '',
      'Process terminating with default action of signal 11 (SIGSEGV)',
      ' Access not within mapped region at address 0x4F40090',
      '   at 0x109044: main (prog.c:4)',
      ' If you believe this happened as a result of a stack',
      ' overflow in your program\'s main thread (unlikely but',
      ' possible), you can try to increase the size of the',
      ' main thread stack using the --main-stacksize= flag.',
      ' The main thread stack size used in this run was 8388608.',
      '',
    ]);
  });
  test('a non-canonical address has no address line; an abort no event', () => {
    const segv = { kind: 'signal', signal: 11, name: 'SIGSEGV', code: 'SI_KERNEL', address: '0x0', cause: '', stack: [], stackOverflow: false } as const;
    expect(textReport({ ...sampleResult(), ending: segv }, OPTIONS, STACK_LIMIT)).toMatch(/\(SIGSEGV\)\n==4242== {2}General Protection Fault\n/u);
    const abort = { ...segv, signal: 6, name: 'SIGABRT', code: 'SI_TKILL' };
    expect(textReport({ ...sampleResult(), ending: abort }, OPTIONS, STACK_LIMIT)).toMatch(/\(SIGABRT\)\n==4242== \n==4242== HEAP/u);
  });
  test('generated suppressions', () => {
    expect(textReport(sampleResult(), { ...OPTIONS, genSuppressions: true }, STACK_LIMIT)).toContain('{\n   <insert_a_suppression_name_here>\n   Memcheck:Leak\n   match-leak-kinds: definite\n   fun:malloc\n   fun:main\n}\n');
  });
});

/** A minimal well-formedness check: tags balance, one root, no stray < or &. */
function checkWellFormed(xml: string): void {
  const open: string[] = [];
  const rest = xml.replace(/<\?xml[^?]*\?>/u, '').replace(/<!--(?:(?!--)[^])*-->/gu, '').replace(/<!\[CDATA\[[^]*?\]\]>/gu, '');
  for (const [, slash, name] of rest.matchAll(/<(\/?)([a-z_]+)>/gu)) {
    if (slash === '') open.push(name as string); else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
  expect(rest.replace(/<\/?[a-z_]+>/gu, '')).not.toMatch(/<|>|&(?!amp;|lt;|gt;)/u);
}

describe('XML', () => {
  const options = { ...OPTIONS, toolArguments: ['/usr/bin/pagewise', '--xml=yes'], parentPid: 1, suppressionUses: [] };
  test('is well-formed, whatever is in it', () => {
    const result = { ...sampleResult(), programName: './a&b <c>' };
    checkWellFormed(xmlReport(result, options));
    checkWellFormed(xmlReport(result, { ...options, sentences: true, genSuppressions: true }));
  });
  test('follows protocol 4', () => {
    const xml = xmlReport(sampleResult(), options);
    const order = ['<protocolversion>4<', '<protocoltool>memcheck<', '<preamble>', '<pid>4242<', '<ppid>', '<tool>memcheck<', '<vargv>', '<argv>', '<state>RUNNING<', '<kind>InvalidWrite<', '<state>FINISHED<', '<kind>Leak_DefinitelyLost<', '<leakedbytes>10<', '<leakedblocks>1<', '<errorcounts>', '<suppcounts>', '</valgrindoutput>'];
    const found = order.map((text) => xml.indexOf(text));
    expect(found.every((at, index) => at > (found[index - 1] ?? -1))).toBe(true);
    expect(xml).toContain('<arg>&lt;b&gt;</arg>');
    expect(xml).toContain('<time>00:00:00:00.021 </time>');
    expect(xml).toContain('  <pair>\n    <count>2</count>\n    <unique>0x0</unique>\n  </pair>');
  });
});

describe('suppressions', () => {
  const FILE = '# comment\n{\n   lost in main\n   Memcheck:Leak\n   match-leak-kinds: definite\n   fun:m?lloc\n   ...\n   fun:main\n}\n{\n   write\n   Memcheck,Helgrind:Addr1\n   src:prog.c:4\n}\n{\n   other tool\n   Helgrind:Race\n   fun:*\n}\n';
  test('match, and move bytes to "suppressed"', () => {
    const suppressions = parseSuppressions(FILE, 'my.supp');
    expect(suppressions.map((each) => each.name)).toEqual(['lost in main', 'write']);
    const { result, uses } = applySuppressions(sampleResult(), suppressions, DEFAULT_CHECK);
    expect(result.errors).toEqual([]);
    expect(result.leaks?.summary.definite).toEqual({ bytes: 0, blocks: 0 });
    expect(result.leaks?.summary.suppressed).toEqual({ bytes: 10, blocks: 1 });
    expect([result.errorCount, result.errorContexts, result.suppressedErrors, result.suppressedContexts]).toEqual([0, 0, 3, 2]);
    expect(uses).toMatchObject([{ name: 'lost in main', count: 1, lost: { blocks: 1 } }, { name: 'write', count: 2, lost: null }]);
  });
  test('a shorter or different stack does not match', () => {
    const only = (frames: string) => applySuppressions(sampleResult(), parseSuppressions(`{\nn\nMemcheck:Leak\n${frames}\n}\n`, 's'), DEFAULT_CHECK).uses.length;
    expect(only('fun:malloc')).toBe(1);
    expect(only('fun:malloc\nfun:main\nfun:start')).toBe(0);
    expect(only('fun:main')).toBe(0);
    expect(only('...\nfun:main')).toBe(1);
    expect(only('obj:*libc*\nobj:*prog')).toBe(1);
  });
  test.each([
    ['x', 'my.supp:1: expected "{", found "x"'],
    ['{\nname\nMemcheck:Leak\n', 'my.supp:1: the suppression that begins here has no "}"'],
    ['{\nname\nLeak\nfun:x\n}', 'my.supp:3: "Leak" is not of the form Tool:kind'],
    ['{\nname\nMemcheck:Leak\n...\n}', 'my.supp:1: only ... lines: this would hide everything'],
    ['{\nname\nMemcheck:Leak\nmatch-leak-kinds: some\nfun:x\n}', 'my.supp:4: unknown leak kind in "match-leak-kinds: some"'],
  ])('a damaged file names its line: %#', (text, message) => {
    expect(() => parseSuppressions(text, 'my.supp')).toThrow(message);
  });
});
