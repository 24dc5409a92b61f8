/**
 * The one plain sentence that opens each finding, in words that a first-year student knows.
 */
import type { ErrorKind, LossRecord, Stack } from '../../shared/report';
import type { Block } from '../heap/block-table';
import type { CountedOutcome, WatchOutcome } from './explain';
import { counted, grouped, libraryOwner, ownFrame, place } from './wording';

type LossFacts = Pick<LossRecord, 'kind' | 'bytes' | 'indirectBytes' | 'blocks' | 'stack'>;

function homeOf(stack: Stack): string { return ownFrame(stack)?.file ?? ''; }

function allocationClause(stack: Stack, them: string): string {
  const frame = ownFrame(stack);
  if (frame === null) return `the C library allocated ${them}`;
  const where = `at ${place(frame.file, frame.line, frame.file)}`;
  const owner = libraryOwner(stack);
  return owner === null ? `${frame.fn} allocated ${them} ${where}` : `the C library allocated ${them} for ${owner}, which ${frame.fn} called ${where}`;
}

/** What happened to the last pointer, as a clause. `pointer` is "the last pointer to them" or alike. */
function causeClause(outcome: WatchOutcome, home: string, pointer: string, them: string): string {
  const where = outcome.line > 0 ? place(outcome.file, outcome.line, home) : outcome.fn;
  const named = outcome.holder === '' ? '' : `\`${outcome.holder}\``;
  switch (outcome.cause) {
    case 'overwritten':
      return named === '' ? `${where} overwrote ${pointer}` : `${where} overwrote ${named}, ${pointer}`;
    case 'holder-freed':
      if (outcome.holder.startsWith('[')) return `${where} freed the array that held ${pointer}`;
      return `${where} freed the block ${named === '' ? 'that' : `whose ${named}`} held ${pointer}`;
    case 'frame-popped':
      if (outcome.returnIgnored) return `${outcome.fn} returned ${pointer} at ${where}, and its caller did not keep it`;
      return `${outcome.fn} returned at ${where}, and with it went ${named === '' ? pointer : `${named}, ${pointer}`}`;
    case 'never-stored':
      return `nothing ever stored the pointer to ${them}`;
    case 'holder-lost':
      return `the block that points to ${them} was lost`;
    case 'unknown':
      return `no pointer to ${them} is left`;
  }
}

/** One name for two holders: their own, the array that both are elements of, or none. */
function commonHolder(one: string, other: string, general: string): string {
  if (one === other) return one;
  return general.includes('[') || !other.includes('[') ? general : other;
}

/** Outcomes that say the same, array indexes aside, are one; the most frequent first. */
function mostFrequent(outcomes: readonly CountedOutcome[]): readonly CountedOutcome[] {
  const counts = new Map<string, CountedOutcome>();
  for (const { outcome, count } of outcomes) {
    const holder = outcome.holder.replace(/\[\d+\]/gu, '[…]');
    const key = `${outcome.cause}:${outcome.file}:${outcome.line}:${outcome.cause === 'holder-freed' ? '' : holder}`;
    const seen = counts.get(key);
    if (seen === undefined) counts.set(key, { outcome, count });
    else counts.set(key, { outcome: { ...outcome, holder: commonHolder(outcome.holder, seen.outcome.holder, holder) }, count: seen.count + count });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

/**
 * @param outcomes what the second pass found for the blocks of the record (empty before it ran)
 */
export function lossSentence(record: LossFacts, outcomes: readonly CountedOutcome[]): string {
  const size = record.blocks === 1 ? counted(record.bytes, 'byte') : `${counted(record.bytes, 'byte')} in ${grouped(record.blocks)} blocks`;
  const them = record.blocks === 1 && record.bytes <= 1 ? 'it' : 'them';
  const home = homeOf(record.stack);
  const allocation = allocationClause(record.stack, them);
  const causes = mostFrequent(outcomes);
  const main = causes[0];
  if (record.kind === 'reachable') {
    return `${size} ${record.bytes === 1 ? 'was' : 'were'} still in use at the end: ${allocation}, and a pointer to ${them} remains.`;
  }
  const extra = record.indirectBytes > 0 ? ` ${counted(record.indirectBytes, 'byte')} more could be reached only from there and leaked too.` : '';
  if (record.kind === 'possible') {
    const cause = main === undefined || main.outcome.cause === 'unknown' ? '' : `; ${causeClause(main.outcome, home, `the last pointer to ${them === 'it' ? 'its' : 'their'} start`, them)}`;
    return `${size} may have leaked: ${allocation}; only a pointer into the middle is left${cause}.${extra}`;
  }
  if (record.kind === 'indirect') {
    return `${size} leaked with the block that pointed to ${them}: ${allocation}, and only leaked blocks still point there.`;
  }
  const clauses = main === undefined
    ? `no pointer to ${them} is left`
    : causes.length === 1
      ? causeClause(main.outcome, home, record.blocks === 1 ? `the last pointer to ${them}` : 'the last pointer to each', them)
      : causes.slice(0, 2).map((each) => `${causeClause(each.outcome, home, `the last pointer to ${grouped(each.count)} of ${them}`, `${grouped(each.count)} of ${them}`)}`).join('; ');
  return `${size} leaked: ${allocation}; ${clauses}.${extra}`;
}

/** What an error's sentence is made from. */
export interface ErrorFacts {
  readonly kind: ErrorKind;
  readonly size: number;
  readonly address: bigint;
  readonly stack: Stack;
  /** The block concerned, its stacks, and where the address lies in it; null when none brackets the address. */
  readonly block: { readonly block: Block; readonly allocatedAt: Stack; readonly freedAt: Stack | null; readonly offset: number } | null;
  /** Name of the variable at the address, '' if none. */
  readonly variable: string;
  readonly onStack: boolean;
  readonly belowStackPointer: boolean;
  /** In the heap's memory, but in no block. */
  readonly betweenBlocks: boolean;
}

const NULL_PAGE = 4096n;

function blockClause(facts: ErrorFacts, home: string): string {
  const { block, allocatedAt, freedAt, offset } = facts.block as NonNullable<ErrorFacts['block']>;
  const from = ownFrame(allocatedAt);
  const origin = from === null ? '' : ` that ${from.fn} allocated at ${place(from.file, from.line, home)}`;
  const name = `the ${grouped(block.size)}-byte block${origin}`;
  const released = freedAt === null ? null : ownFrame(freedAt);
  const gone = freedAt === null ? '' : released === null ? ', which was freed already' : `, which ${place(released.file, released.line, home)} had freed`;
  if (offset < 0) return `${counted(-offset, 'byte')} before the start of ${name}${gone}`;
  if (offset >= block.size) return offset === block.size ? `just past the end of ${name}${gone}` : `${counted(offset - block.size, 'byte')} past the end of ${name}${gone}`;
  const reach = offset + facts.size;
  if (freedAt === null && reach > block.size) return `across the end of ${name}`;
  return offset === 0 ? `in ${name}${gone}` : `at byte ${grouped(offset)} of ${name}${gone}`;
}

function targetClause(facts: ErrorFacts, home: string): string {
  if (facts.block !== null) return blockClause(facts, home);
  if (facts.address < NULL_PAGE) return facts.address === 0n ? 'through a null pointer' : `through a null pointer, at offset ${grouped(Number(facts.address))}`;
  if (facts.belowStackPointer) return 'in a call frame that has already returned';
  if (facts.variable !== '') return `in \`${facts.variable}\``;
  if (facts.onStack) return 'on the stack, where no variable is';
  if (facts.betweenBlocks) return 'on the heap, where no block is';
  return 'at an address where the program has no memory';
}

/** Two numbers side by side would read badly: "1 byte, 4 bytes past the end". */
function sized(facts: ErrorFacts, home: string): string {
  const target = targetClause(facts, home);
  return `${counted(facts.size, 'byte')}${/^\d/u.test(target) ? ',' : ''} ${target}`;
}

function freeSentence(facts: ErrorFacts, where: string, home: string): string {
  const found = facts.block;
  const called = facts.stack[0]?.fn === 'realloc' ? 'realloc' : 'free';
  const allowed = called === 'free' ? 'freed' : 'resized';
  if (found !== null && found.offset === 0) {
    const first = found.freedAt === null ? null : ownFrame(found.freedAt);
    const before = first === null ? 'before' : `at ${place(first.file, first.line, home)}`;
    if (called === 'realloc') return `${where} passes realloc a block of ${counted(found.block.size, 'byte')} that was freed ${before} already.`;
    return `${where} frees a block of ${counted(found.block.size, 'byte')} a second time: it was freed ${before} already.`;
  }
  if (found !== null) return `${where} passes ${called} an address ${blockClause(facts, home)}; only the address that malloc returned can be ${allowed}.`;
  const what = facts.variable !== '' ? `the address of \`${facts.variable}\`` : facts.onStack ? 'an address on the stack' : 'an address that malloc never returned';
  return `${where} passes ${called} ${what}; only the address of a heap block can be ${allowed}.`;
}

export function errorSentence(facts: ErrorFacts): string {
  const frame = ownFrame(facts.stack);
  const home = frame?.file ?? '';
  const where = frame === null ? 'The C library' : `${place(frame.file, frame.line, home).replace(/^l/u, 'L')}`;
  switch (facts.kind) {
    case 'InvalidRead': return `${where} reads ${sized(facts, home)}.`;
    case 'InvalidWrite': return `${where} writes ${sized(facts, home)}.`;
    case 'InvalidJump': return facts.address < NULL_PAGE ? `${where} calls a function through a null pointer.` : `${where} jumps to an address where no code is.`;
    case 'InvalidFree': return freeSentence(facts, where, home);
    case 'FishyValue': return `${where} asks for a negative number of bytes, or for far more than any machine has.`;
    case 'MismatchedFree': return `${where} frees a block with another function than the one that belongs to its allocation.`;
    default: return `${where} is where it happened.`;
  }
}
