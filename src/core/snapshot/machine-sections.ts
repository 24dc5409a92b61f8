/**
 * The sections in which a whole machine lies in a snapshot file (DESIGN section 7), and what goes in as plain data. The writing
 * side is machine-snapshot.ts, the reading side machine-loading.ts.
 *
 *   form        MACHINE_FORM
 *   config      RunConfig with which the machine was made: a new one is made with it
 *   programs    LIR images with sources and debug information; the C library once
 *   skeleton    ways to the members of the skeleton by number, and which of them have no content: an engine of another version
 *               finds its own members by these ways
 *   machine     fields of the machine itself (MachineFields)
 *   input-log   what came from outside so far, and what of it nobody has read yet
 *   image       JavaScript state of the pass (core/image)
 *   pages       used pages of the store under their numbers
 *   slots       pages on the swap device under the numbers of their slots; pattern pages are in the image
 */
import { ByteReader, ByteWriter, ImageDamaged, ImageForeign } from '../image/bytes';
import { readTexts, writeTexts } from '../image/image-file';
import type { Skeleton } from '../image/skeleton';
import type { HeldInput } from '../machine/timeline-input';
import type { LossRecord, ProcessResult } from '../../shared/report';
import type { MachineState } from '../../shared/views';
import type { Program } from '../lir/lir';
import type { RunConfig } from '../../shared/config';

/**
 * What the numbers in a file mean: opcodes, intrinsics, the map of the store, the fields of objects. Raised whenever an older file would
 * be misread; machine-form.test.ts notices most of what could do that. A file of another form is refused with the version that made it.
 */
export const MACHINE_FORM = 1;

export const SECTIONS = {
  form: 'form', config: 'config', programs: 'programs', skeleton: 'skeleton', machine: 'machine', input: 'input-log', image: 'image', pages: 'pages', slots: 'slots',
} as const;

/** What the machine keeps beside its pass. */
export interface MachineFields {
  readonly phase: MachineState;
  readonly message: string;
  /** Loss records with their explanations, once the second pass has made them. */
  readonly explained: readonly LossRecord[] | null;
  /** The second pass was under way: it begins anew. */
  readonly isExplaining: boolean;
  /** Results of processes beside the first one that are over. */
  readonly others: readonly ProcessResult[];
  readonly breakpointLines: readonly { readonly file: string; readonly line: number }[];
  /** Programs that were loaded before anything ran, in order; others are in the input log. */
  readonly loaded: readonly Program[];
  /** The machine stood behind the head of its recording, whose rest is not saved. */
  readonly wasPast: boolean;
  /** The engine that saved it made all of its run: replayed from the loaded programs, the input log leads here. Files made before there was this lack it. */
  readonly isReplayable?: boolean;
}

export interface SavedMachine {
  readonly config: RunConfig;
  readonly programs: readonly Program[];
  readonly fields: MachineFields;
  readonly input: HeldInput;
}

export function skeletonToBytes(skeleton: Skeleton): Uint8Array {
  const writer = new ByteWriter();
  writeTexts(writer, skeleton.members.map((_, number) => skeleton.path(number)));
  for (let number = 0; number < skeleton.members.length; number++) writer.byte(skeleton.opaque.has(number) ? 1 : 0);
  return writer.take();
}

/**
 * The members of this machine's skeleton in the order in which the file numbers them.
 * @throws ImageForeign when the file knows a member that this machine does not have, or the other way round
 */
export function membersOf(bytes: Uint8Array, skeleton: Skeleton): Pick<Skeleton, 'members' | 'opaque'> {
  const own = new Map(skeleton.members.map((member, number) => [skeleton.path(number), { member, isOpaque: skeleton.opaque.has(number) }]));
  const reader = new ByteReader(bytes);
  const opaque = new Set<number>();
  const members = readTexts(reader).map((path, number) => {
    const found = own.get(path);
    if (found === undefined) throw new ImageForeign(`it has a part "${path}", which this version of Pagewise does not have`);
    if ((reader.byte() !== 0) !== found.isOpaque) throw new ImageForeign(`its part "${path}" is of another kind in this version of Pagewise`);
    if (found.isOpaque) opaque.add(number);
    return found.member;
  });
  const listed = new Set(members), lacking = skeleton.members.findIndex((member, number) => !listed.has(member) && !skeleton.opaque.has(number));
  if (lacking >= 0) throw new ImageForeign(`it lacks the part "${skeleton.path(lacking)}", which this version of Pagewise has`);
  if (!reader.isAtEnd || listed.size !== members.length) throw new ImageDamaged('the list of its parts is not one');
  return { members, opaque };
}
