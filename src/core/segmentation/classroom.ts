/** The classroom: descriptors and accesses that belong to no machine. Pure answers to the Segments view. */
import type { AccessAnswer, AccessQuestion, DescriptorBits, DescriptorRow } from '../../shared/views-segments';
import { decodeDescriptor, limitBytes, typeText, validOffsets } from './descriptor';
import { checkAccess } from './protection';
import type { AccessOutcome } from './protection';

/** Eight bytes, most significant first, as bits; 0 for text that is none. */
export function bitsOf(text: DescriptorBits): bigint {
  return /^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`) : 0n;
}
export function textOf(bits: bigint): DescriptorBits {
  return bits.toString(16).padStart(16, '0');
}

export function descriptorRow(table: 'gdt' | 'ldt', index: number, bits: bigint, name: string): DescriptorRow {
  const d = decodeDescriptor(bits);
  return {
    table, index, bits: textOf(bits), name, base: d.base, limit: d.limit, limitBytes: limitBytes(d), valid: d.isSegment ? validOffsets(d) : { first: 0, last: limitBytes(d) },
    type: d.type, typeText: bits === 0n ? 'empty' : typeText(d), isSegment: d.isSegment, dpl: d.dpl, present: d.present, available: d.available, long: d.long, big: d.big, pages: d.pages,
  };
}

export function decodeAll(descriptors: readonly DescriptorBits[]): readonly DescriptorRow[] {
  return descriptors.map((text, index) => descriptorRow('gdt', index, bitsOf(text), index === 0 ? 'null' : ''));
}

/** An access through a GDT of the classroom. */
export function checkInClassroom(question: AccessQuestion): AccessAnswer {
  const bits = (question.descriptors ?? []).map(bitsOf);
  return answerOf(question, checkAccess({ limit: 8 * bits.length - 1, entry: (index) => bits[index] ?? 0n }, null, question), (index) => bits[index] ?? 0n);
}

/** The outcome of the checks as a row; without a place in physical memory. */
export function answerOf(question: AccessQuestion, outcome: AccessOutcome, entry: (index: number, local: boolean) => bigint): AccessAnswer {
  const index = question.selector >>> 3;
  const local = (question.selector & 4) !== 0;
  return {
    steps: outcome.steps, linear: outcome.linear, physical: null, exception: outcome.exception, errorCode: outcome.errorCode,
    descriptor: outcome.descriptor === null ? null : descriptorRow(local ? 'ldt' : 'gdt', index, entry(index, local), ''),
  };
}
