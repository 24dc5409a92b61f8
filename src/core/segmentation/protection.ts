/**
 * The checks of protected mode, one by one, with what each compared: the long way round, for explanations and as the oracle of
 * the kernel's segment unit (kernel/as/segments.ts), which does the same in a few instructions.
 *
 * Order and exceptions as in Intel SDM volume 3: loading a segment register (5.4 to 5.6), then the access (5.3, 5.5). A data
 * segment register refuses a segment that is not present by #NP, SS by #SS; limit violations through SS are #SS, all others
 * #GP. The error code of #GP, #NP and #SS at loading is the selector without RPL, that of an access is 0 (SDM volume 3, 6.13).
 */
import { TYPE_CODE, TYPE_DOWN, TYPE_RW, decodeDescriptor, decodeSelector, isExpandDown, limitBytes, typeText, validOffsets } from './descriptor';
import type { Descriptor } from './descriptor';

export type SegmentAccess = 'read' | 'write' | 'execute';
export type Exception = '#GP' | '#NP' | '#SS';

export interface DescriptorTableImage {
  /** Offset of the table's last byte. */
  readonly limit: number;
  /** The 8 bytes of entry `index`; only asked for entries within the limit. */
  readonly entry: (index: number) => bigint;
}

export interface AccessRequest {
  readonly selector: number;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly access: SegmentAccess;
  readonly cpl: number;
  /** Through SS. */
  readonly stack: boolean;
}

export interface CheckStep {
  readonly name: 'selector' | 'table' | 'kind' | 'privilege' | 'type' | 'present' | 'limit';
  readonly passed: boolean;
  /** What was compared, in one sentence. */
  readonly text: string;
}

export interface AccessOutcome {
  /** Checks in order; the last one is the one that failed, if any. */
  readonly steps: readonly CheckStep[];
  readonly descriptor: Descriptor | null;
  /** Base + offset modulo 2^32; null when a check failed. */
  readonly linear: number | null;
  readonly exception: Exception | null;
  readonly errorCode: number;
}

function hex(value: number): string {
  return '0x' + value.toString(16);
}

/** Checks an access through GDT or LDT. */
export function checkAccess(gdt: DescriptorTableImage, ldt: DescriptorTableImage | null, request: AccessRequest): AccessOutcome {
  const steps: CheckStep[] = [];
  const { index, local, rpl } = decodeSelector(request.selector);
  const withoutRpl = request.selector & 0xfffc;
  let descriptor: Descriptor | null = null;
  const failed = (step: Omit<CheckStep, 'passed'>, exception: Exception, errorCode: number): AccessOutcome =>
    ({ steps: [...steps, { ...step, passed: false }], descriptor, linear: null, exception, errorCode });
  const pass = (name: CheckStep['name'], text: string): void => { steps.push({ name, passed: true, text }); };

  if (withoutRpl === 0) return failed({ name: 'selector', text: `Selector ${hex(request.selector)} is null: it names no segment.` }, '#GP', 0);
  pass('selector', `Selector ${hex(request.selector)}: entry ${String(index)} of the ${local ? 'LDT' : 'GDT'}, RPL ${String(rpl)}.`);

  const table = local ? ldt : gdt;
  if (table === null || index * 8 + 7 > table.limit) {
    const why = table === null ? 'There is no LDT.' : `Entry ${String(index)} ends at byte ${hex(index * 8 + 7)} of the table, beyond its limit ${hex(table.limit)}.`;
    return failed({ name: 'table', text: why }, '#GP', withoutRpl);
  }
  pass('table', `Entry ${String(index)} ends at byte ${hex(index * 8 + 7)} of the table, within its limit ${hex(table.limit)}.`);
  descriptor = decodeDescriptor(table.entry(index));

  if (!descriptor.isSegment) return failed({ name: 'kind', text: `S is 0: the descriptor is of the system (${typeText(descriptor)}), not of a code or data segment.` }, '#GP', withoutRpl);
  pass('kind', 'S is 1: a code or data segment.');

  const asks = Math.max(rpl, request.cpl);
  const conforming = (descriptor.type & TYPE_CODE) !== 0 && (descriptor.type & TYPE_DOWN) !== 0;
  const privilege = `max(CPL ${String(request.cpl)}, RPL ${String(rpl)}) = ${String(asks)}, DPL ${String(descriptor.dpl)}`;
  if (!conforming && asks > descriptor.dpl) return failed({ name: 'privilege', text: `${privilege}: the program has too little privilege for this segment.` }, '#GP', withoutRpl);
  pass('privilege', conforming ? 'A conforming code segment: any privilege level may use it.' : `${privilege}: enough.`);

  if (!allows(descriptor, request.access)) return failed({ name: 'type', text: `Type ${String(descriptor.type)} (${typeText(descriptor)}) does not allow to ${request.access}.` }, '#GP', 0);
  pass('type', `Type ${String(descriptor.type)} (${typeText(descriptor)}) allows to ${request.access}.`);

  if (!descriptor.present) return failed({ name: 'present', text: 'P is 0: the segment is not in memory.' }, request.stack ? '#SS' : '#NP', withoutRpl);
  pass('present', 'P is 1: the segment is in memory.');

  const range = validOffsets(descriptor);
  const last = request.offset + request.sizeBytes - 1;
  const bounds = range === null ? 'No offset is valid' : `Valid offsets are ${hex(range.first)} to ${hex(range.last)}`;
  const rule = isExpandDown(descriptor) ? ` (expand-down: above the limit ${hex(limitBytes(descriptor))})` : '';
  const asked = request.sizeBytes === 1 ? `offset ${hex(request.offset)}` : `offsets ${hex(request.offset)} to ${hex(last)}`;
  if (range === null || request.offset < range.first || last > range.last) return failed({ name: 'limit', text: `${bounds}${rule}; ${asked} ${request.sizeBytes === 1 ? 'is' : 'are'} not.` }, request.stack ? '#SS' : '#GP', 0);
  pass('limit', `${bounds}${rule}; ${asked} ${request.sizeBytes === 1 ? 'is' : 'are'} inside.`);
  return { steps, descriptor, linear: (descriptor.base + request.offset) % 4294967296, exception: null, errorCode: 0 };
}

function allows(d: Descriptor, access: SegmentAccess): boolean {
  const code = (d.type & TYPE_CODE) !== 0;
  const rw = (d.type & TYPE_RW) !== 0;
  switch (access) {
    case 'execute': return code;
    case 'read': return !code || rw;
    case 'write': return !code && rw;
  }
}
