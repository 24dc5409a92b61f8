/**
 * Attribute groups (PARAMATTR_GROUP) and attribute lists (PARAMATTR).
 *
 * Group record: [group id, parameter index, attribute…]. Index 0 is the result, 0xffffffff the function, i the
 * parameter i - 1. Each attribute begins with its form:
 *
 *   | form | content                                              |
 *   |------|------------------------------------------------------|
 *   | 0    | attribute number                                     |
 *   | 1    | attribute number, integer                            |
 *   | 3    | characters of the key, 0                             |
 *   | 4    | characters of the key, 0, characters of the value, 0 |
 *   | 5    | attribute number (of one that may have a type)       |
 *   | 6    | attribute number, type id                            |
 *   | 7    | attribute number, bit width, range                   |
 *   | 8    | attribute number, count, bit width, ranges           |
 */
import type { BitstreamCursor } from './bitstream';
import { BitcodeError, type Attribute, type AttributeList } from './module';
import { MAX_INTEGER_WIDTH, RecordReader, wideInteger } from './record';
import type { TypeTable } from './type-table';

/** By number, as LLVM 22 numbers them. */
const ATTRIBUTE_NAMES = `- align alwaysinline byval inlinehint inreg minsize naked nest noalias nobuiltin nocapture
noduplicate noimplicitfloat noinline nonlazybind noredzone noreturn nounwind optsize readnone readonly returned
returns_twice signext alignstack ssp sspreq sspstrong sret sanitize_address sanitize_thread sanitize_memory uwtable
zeroext builtin cold optnone inalloca nonnull jumptable dereferenceable dereferenceable_or_null convergent safestack
argmemonly swiftself swifterror norecurse inaccessiblememonly inaccessiblemem_or_argmemonly allocsize writeonly
speculatable strictfp sanitize_hwaddress nocf_check optforfuzzing shadowcallstack speculative_load_hardening immarg
willreturn nofree nosync sanitize_memtag preallocated nomerge null_pointer_is_valid noundef byref mustprogress
nocallback hot noprofile vscale_range swiftasync nosanitize_coverage elementtype disable_sanitizer_instrumentation
nosanitize_bounds allocalign allocptr allockind presplitcoroutine fn_ret_thunk_extern skipprofile memory nofpclass
optdebug writable coro_only_destroy_when_complete dead_on_unwind range sanitize_numerical_stability initializes
hybrid_patchable sanitize_realtime sanitize_realtime_blocking coro_elide_safe noext nodivergencesource sanitize_type
captures dead_on_return sanitize_alloc_token nocreateundeforpoison denormal_fpenv nooutline`.split(/\s+/);

const GROUP_ENTRY = 3, LIST_ENTRY = 2;
const RESULT_INDEX = 0, FUNCTION_INDEX = 0xffff_ffff;

/** Of all lists together: empty entries cost nothing in the file, so their number needs a bound of its own. */
const MAX_LIST_ENTRIES = 1 << 22;

interface AttributeGroup { readonly index: number; readonly attributes: readonly Attribute[] }
type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function readAttributeGroups(cursor: BitstreamCursor, types: TypeTable): Map<number, AttributeGroup> {
  const groups = new Map<number, AttributeGroup>(), record = new RecordReader();
  cursor.forEachRecord(() => {
    const r = record.start('attributes', cursor.operands);
    if (cursor.code !== GROUP_ENTRY) r.fail(`unsupported group record ${cursor.code}`);
    const id = r.number(), index = r.number(), attributes: Attribute[] = [];
    while (r.more()) attributes.push(readAttribute(r, types));
    groups.set(id, { index, attributes });
  });
  return groups;
}

function readAttribute(r: RecordReader, types: TypeTable): Attribute {
  const form = r.number();
  const attribute: Writable<Attribute> = { name: '', quoted: false, text: '', value: null, type: null, width: 0, ranges: [] };
  if (form === 3 || form === 4) {
    attribute.quoted = true;
    attribute.name = r.zeroTerminated();
    if (form === 4) attribute.text = r.zeroTerminated();
    return attribute;
  }
  attribute.name = r.choice(ATTRIBUTE_NAMES, 'attribute');
  switch (form) {
    case 0: case 5: return attribute;
    case 1: attribute.value = r.big(); return attribute;
    case 6: attribute.type = types.at(r.number()); return attribute;
    case 7: attribute.width = readWidth(r); attribute.ranges = [readRange(r, attribute.width)]; return attribute;
    case 8: {
      const count = r.number(), ranges: (readonly [bigint, bigint])[] = [];
      attribute.width = readWidth(r);
      for (let i = 0; i < count; i++) ranges.push(readRange(r, attribute.width));
      attribute.ranges = ranges;
      return attribute;
    }
    default: return r.fail(`unsupported attribute form ${form}`);
  }
}

function readWidth(r: RecordReader): number {
  const width = r.number();
  return width >= 1 && width <= MAX_INTEGER_WIDTH ? width : r.fail(`impossible integer width ${width}`);
}

/** Bounds wider than 64 bits are lists of words, both counts in one number (low half: the lower bound's). */
function readRange(r: RecordReader, width: number): readonly [bigint, bigint] {
  if (width <= 64) return [r.signed(), r.signed()];
  const counts = r.big();
  const lower = wideInteger(r.take(Number(counts & 0xffff_ffffn)), width);
  return [lower, wideInteger(r.take(Number(counts >> 32n)), width)];
}

/** Lists are numbered from 1; 0 means none. */
export function readAttributeLists(cursor: BitstreamCursor, groups: ReadonlyMap<number, AttributeGroup>): (AttributeList | null)[] {
  const lists: (AttributeList | null)[] = [null], record = new RecordReader();
  let entries = 0;
  cursor.forEachRecord(() => {
    const r = record.start('attributes', cursor.operands);
    if (cursor.code !== LIST_ENTRY) r.fail(`unsupported list record ${cursor.code}`);
    const list = { result: [] as readonly Attribute[], parameters: [] as (readonly Attribute[])[], function: [] as readonly Attribute[] };
    for (const id of r.numbers()) {
      const group = groups.get(id) ?? r.fail(`there is no group ${id}`);
      if (group.index === RESULT_INDEX) list.result = group.attributes;
      else if (group.index === FUNCTION_INDEX) list.function = group.attributes;
      else {
        entries += group.index;
        if (entries > MAX_LIST_ENTRIES) r.fail('the lists are too long');
        while (list.parameters.length < group.index) list.parameters.push([]);
        list.parameters[group.index - 1] = group.attributes;
      }
    }
    lists.push(list);
  });
  return lists;
}

/** List number `id` of `lists`. */
export function attributeListAt(lists: readonly (AttributeList | null)[], id: number): AttributeList | null {
  const list = lists[id];
  if (list === undefined) throw new BitcodeError(`attributes: there is no list ${id}`);
  return list;
}
