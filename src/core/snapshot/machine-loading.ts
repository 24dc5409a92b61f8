/**
 * A new machine out of a snapshot (machine-sections.ts): read what it begins with, make it, fill it, check it. The file's checksums
 * are right already, as far as it was read; here its content is judged, as if somebody had forged it. Whatever does not fit is
 * SnapshotDamage, and the half filled machine goes; nobody else has seen it. The sections of bytes are enough to begin, so the
 * pages can be taken while the file is still being checked (reader.ts, EarlyPages).
 *
 *   const saved = readSaved(snapshot);                           then make a pass with saved.config
 *   const filling = new PassFilling(snapshot, pass, images);     the image is in place
 *   deliver the pages of FILLED_SECTIONS to filling.taker
 *   filling.finish(snapshot);                                    throws, or the pass is sound
 */
import type { PassImages } from '../image/pass-image';
import { Externals } from '../image/externals';
import { ImageForeign } from '../image/bytes';
import { imageFromBytes } from '../image/image-file';
import { plainFromBytes } from '../image/plain-image';
import type { Program } from '../lir/lir';
import type { Pass } from '../machine/pass';
import { sanityCheck } from '../machine/sanity';
import { PAGE_BYTES } from '../store/store';
import { DeviceStatus, SLOT_BYTES, statusSentence } from '../swap/swap-device';
import { usedRanges } from '../timeline/used-pages';
import type { RunConfig } from '../../shared/config';
import { machineProblems } from '../../shared/machine-fields';
import { SnapshotDamage, damaged, otherVersion } from './damage';
import { MACHINE_FORM, SECTIONS, membersOf } from './machine-sections';
import type { MachineFields, SavedMachine } from './machine-sections';
import { usedPageNumbers } from './machine-snapshot';
import type { PageTaker, Snapshot, SnapshotBytes } from './snapshot';
import { neededSlots } from './swap-pages';

export const FILLED_SECTIONS: readonly string[] = [SECTIONS.pages, SECTIONS.slots];

/** The snapshot is sound, but this computer has no place for it: the swap file cannot be written. */
export class CannotLoadHere extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotLoadHere';
  }
}

/** @throws SnapshotDamage */
export function readSaved(snapshot: SnapshotBytes): SavedMachine {
  checkForm(snapshot);
  const config = judged(SECTIONS.config, () => configFrom(plainFromBytes(sectionOf(snapshot, SECTIONS.config))));
  const programs = judged(SECTIONS.programs, () => programsFrom(plainFromBytes(sectionOf(snapshot, SECTIONS.programs))));
  const externals = new Externals();
  for (const program of programs) externals.add(program);
  const fields = judged(SECTIONS.machine, () => fieldsFrom(plainFromBytes(sectionOf(snapshot, SECTIONS.machine), externals)));
  const input = judged(SECTIONS.input, () => inputFrom(plainFromBytes(sectionOf(snapshot, SECTIONS.input), externals)));
  return { config, programs, fields, input };
}

export class PassFilling {
  private readonly page = new Uint8Array(SLOT_BYTES);
  private readonly slotsToCome: Set<number>;

  /**
   * @param images of the pass, which was made just now with the configuration of the snapshot; knows its programs
   * @throws SnapshotDamage
   */
  constructor(snapshot: SnapshotBytes, private readonly pass: Pass, images: PassImages) {
    const { store, code, system } = pass.computer;
    const ownRanges = usedRanges(store, code);
    judged(SECTIONS.image, () => {
      restore(snapshot, images);
      const isInside = usedRanges(store, code).every(({ from, to }) => from >= 0 && from <= to && to <= store.bytes.length);
      if (!isInside) throw new Error('its pages are not those that it uses');
    });
    // Pages of zeros are not written.
    for (const { from, to } of ownRanges) store.bytes.fill(0, from, to);
    this.slotsToCome = new Set(judged(SECTIONS.image, () => neededSlots(system.swap)));
  }

  readonly taker: PageTaker = (section, number, bytes) => {
    if (section === SECTIONS.slots) this.takeSlot(number, bytes);
    else if (bytes !== null) this.takePage(number, bytes);
  };

  /** To be called when all pages were taken. @throws SnapshotDamage */
  finish(snapshot: Pick<Snapshot, 'pageNumbers'>): void {
    const { store, code } = this.pass.computer;
    if (!isEqual(usedPageNumbers(store, code), snapshot.pageNumbers(SECTIONS.pages))) throw damaged(`section "${SECTIONS.image}"`, 'its pages are not those that it uses');
    if (this.slotsToCome.size > 0) throw damaged('section "slots"', `${String(this.slotsToCome.size)} swapped pages are missing`);
    const found = judged(SECTIONS.image, () => sanityCheck(this.pass.computer));
    if (found.length > 0) throw damaged('the machine in it', `it breaks the rules of memory management (${found[0] ?? ''})`);
  }

  /** Whether it is one that the machine uses is seen at the end. */
  private takePage(number: number, bytes: Uint8Array): void {
    const { store } = this.pass.computer, at = number * PAGE_BYTES;
    if (at + bytes.length > store.bytes.length) throw damaged(`section "${SECTIONS.pages}"`, `page ${String(number)} lies beyond the machine`);
    store.bytes.set(bytes, at);
  }

  private takeSlot(slot: number, bytes: Uint8Array | null): void {
    const { swap } = this.pass.computer.system;
    if (bytes === null) this.page.fill(0); else this.page.set(bytes);
    if (slot >= swap.slots.slotCount || !swap.holds(slot, this.page)) throw damaged('section "slots"', `page ${String(slot)} is not the one that was swapped out`);
    const status = swap.device.write(slot, [this.page]);
    if (status !== DeviceStatus.Ok) throw new CannotLoadHere(`The snapshot cannot be loaded. ${statusSentence(status, true)}`);
    this.slotsToCome.delete(slot);
  }
}

function restore(snapshot: SnapshotBytes, images: PassImages): void {
  const { isOwnEngine, engineVersion } = snapshot.about;
  try {
    images.restore(imageFromBytes(sectionOf(snapshot, SECTIONS.image)), membersOf(sectionOf(snapshot, SECTIONS.skeleton), images.skeleton));
  } catch (error) {
    throw error instanceof ImageForeign && !isOwnEngine ? otherVersion(engineVersion, error.message) : error;
  }
}

/** Files without a form are of the first. */
function checkForm(snapshot: SnapshotBytes): void {
  const bytes = snapshot.bytes(SECTIONS.form), form = bytes === null ? 1 : judged(SECTIONS.form, () => plainFromBytes(bytes));
  if (form === MACHINE_FORM) return;
  if (typeof form !== 'number') throw damaged(`section "${SECTIONS.form}"`, 'it is no number');
  throw otherVersion(snapshot.about.engineVersion, `it is built in form ${String(form)}, and this version builds machines in form ${String(MACHINE_FORM)}`);
}

/** What goes wrong while the content of a file is taken apart is the file's fault. */
export function judged<T>(section: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SnapshotDamage) throw error;
    throw damaged(`section "${section}"`, error instanceof Error ? error.message : String(error));
  }
}

function sectionOf(snapshot: SnapshotBytes, name: string): Uint8Array {
  const bytes = snapshot.bytes(name);
  if (bytes === null) throw new Error('it is missing');
  return bytes;
}

function isEqual(a: Uint32Array, b: Uint32Array | null): boolean {
  return b !== null && a.length === b.length && a.every((value, i) => b[i] === value);
}

type Unknown<T> = { readonly [K in keyof T]?: unknown };

function recordOf<T>(value: unknown): Unknown<T> {
  if (typeof value !== 'object' || value === null) throw new Error('it is no record');
  return value;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isStream = (value: unknown): boolean => value === 'tty' || value === 'pipe';

function configFrom(value: unknown): RunConfig {
  const config = recordOf<RunConfig>(value);
  const numbers = [config.pid, config.maxInstructions, config.maxOutputBytes, config.maxHeapBytes];
  const isWhole = isText(config.programName) && isTexts(config.args) && isTexts(config.environment) && isStream(config.stdout)
    && (config.stdin === undefined || isStream(config.stdin)) && numbers.every((number) => typeof number === 'number' && number >= 0);
  const check = recordOf<RunConfig['check']>(config.check);
  if (!isWhole || (check.tool !== 'memcheck' && check.tool !== 'none')) throw new Error('it is no configuration');
  const [problem] = machineProblems(recordOf<RunConfig['machine']>(config.machine) as RunConfig['machine']);
  if (problem !== undefined) throw new Error(`no machine can be made like this: ${problem.message}`);
  return value as RunConfig;
}

function programsFrom(value: unknown): readonly Program[] {
  if (!Array.isArray(value)) throw new Error('it is no list');
  for (const each of value) {
    const { image, library, sources } = recordOf<Program>(each);
    const isImage = (candidate: unknown): boolean => {
      const { code, functions, segments } = recordOf<Program['image']>(candidate);
      return code instanceof Uint8Array && Array.isArray(functions) && Array.isArray(segments);
    };
    if (!isImage(image) || !isImage(library) || !(sources instanceof Map)) throw new Error('it has what is no program');
  }
  return value as readonly Program[];
}

const PHASES: readonly unknown[] = ['empty', 'paused', 'exited'];

function fieldsFrom(value: unknown): MachineFields {
  const fields = recordOf<MachineFields>(value);
  const isWhole = PHASES.includes(fields.phase) && isText(fields.message) && (fields.explained === null || Array.isArray(fields.explained))
    && [fields.others, fields.breakpointLines, fields.loaded].every(Array.isArray) && typeof fields.isExplaining === 'boolean' && typeof fields.wasPast === 'boolean'
    && (fields.isReplayable === undefined || typeof fields.isReplayable === 'boolean');
  if (!isWhole) throw new Error('it is not the state of a machine');
  return value as MachineFields;
}

function inputFrom(value: unknown): SavedMachine['input'] {
  const { entries, unread, wanted } = recordOf<SavedMachine['input']>(value);
  if (!Array.isArray(entries) || !Array.isArray(unread) || typeof wanted !== 'number') throw new Error('it is no input log');
  return value as SavedMachine['input'];
}
