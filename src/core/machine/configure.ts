/**
 * Changes of the configuration while the machine runs: checked as a whole, then carried out, logged and written into the input
 * log. Called between two instructions, by the window through machine.ts, and by a replay.
 *
 * What may change is in the table of fields (shared/machine-fields.ts, `live`); everything else needs a new start.
 *
 * RAM shrinks as under a hypervisor's balloon driver (Linux, virtio_balloon): free frames are taken away wherever they lie,
 * and when they do not suffice, reclaim frees some. It grows back to what the machine began with.
 */
import { FIELD_BY_PATH, MACHINE_FIELDS, fieldText, fieldValue, machineProblems, sizeText, valueProblem, withField } from '../../shared/machine-fields';
import type { FieldChange, FieldProblem, FieldValue } from '../../shared/machine-fields';
import type { MachineConfig } from '../../shared/config';
import { EventKind } from '../events/event-log';
import * as layout from '../kernel/memory-layout';
import { RESERVED_FRAMES } from '../paging/buddy';
import type { Computer } from './computer';

export type { FieldChange };

/** Carries the changes out; what stands in their way otherwise, and then nothing has changed. */
export function configure(computer: Computer, changes: readonly FieldChange[]): readonly FieldProblem[] {
  const before = computer.config.machine;
  const problems: FieldProblem[] = [];
  let wanted = before;
  for (const { path, value } of changes) {
    const field = FIELD_BY_PATH.get(path);
    const problem = field === undefined ? `"${path}" is no field of a machine` : !field.live ? `${field.label}: needs a new start of the machine` : valueProblem(field, value);
    if (problem !== '') problems.push({ path, message: field === undefined || !field.live ? problem : `${field.label}: ${problem}` });
    else wanted = withField(wanted, path, value);
  }
  if (problems.length === 0) problems.push(...machineProblems(wanted));
  if (problems.length === 0 && wanted.frameCount !== before.frameCount) {
    const refusal = resizeRam(computer, wanted.frameCount);
    if (refusal !== '') problems.push({ path: 'frameCount', message: refusal });
  }
  if (problems.length > 0) return problems;
  computer.config = { ...computer.config, machine: wanted };
  takeEffect(computer, wanted);
  for (const { path } of changes) logChange(computer, path, before);
  return [];
}

/** Word: the new value (of a choice its place in the list), b: likewise the old one, detail: place of the field in the table. */
function logChange(computer: Computer, path: string, before: MachineConfig): void {
  const field = FIELD_BY_PATH.get(path);
  if (field === undefined) return;
  const number = (value: FieldValue): number => (field.kind === 'choice' ? field.choices.findIndex((choice) => choice.value === value) : Number(value));
  computer.log(EventKind.Configure, 0, 0, number(fieldValue(computer.config.machine, path)), number(fieldValue(before, path)), MACHINE_FIELDS.indexOf(field));
}

/** A change in words, for the views: "Swappiness: 60, before 30". */
export function changeText(detail: number, word: number, b: number): string {
  const field = MACHINE_FIELDS[detail];
  if (field === undefined) return '';
  const text = (number: number): string => fieldText(field, field.kind === 'choice' ? field.choices[number]?.value ?? number : field.kind === 'switch' ? number !== 0 : number);
  return `${field.label}: ${text(word)}, before ${text(b)}`;
}

function takeEffect(computer: Computer, machine: MachineConfig): void {
  const { system, store } = computer;
  const { paging, memory, swap, costs } = machine;
  system.reclaim.configure(memory);
  system.swap.timeline.model = swap.device;
  system.swap.pageCluster = swap.pageCluster;
  system.pageCache.settings = { coldFiles: paging.coldFiles, readAheadPages: paging.readAheadPages, faultAroundPages: paging.faultAroundPages, device: paging.fileDevice };
  const wasNever = system.huge.mode === 'never';
  system.huge.mode = paging.transparentHugePages;
  computer.khugepaged.settings = { scanCycles: paging.khugepagedScanCycles, pagesToScan: paging.khugepagedPages, maxPtesNone: paging.maxPtesNone };
  if (wasNever) computer.khugepaged.wake();
  store.write32(layout.COST_L2_HIT, costs.l2HitCycles);
  store.write32(layout.COST_WALK_READ, costs.walkReadCycles);
  store.write32(layout.COST_STACK_FRAME, costs.stackFrameCycles);
}

/** RAM becomes `frames` frames; the reason why it cannot, otherwise. */
function resizeRam(computer: Computer, frames: number): string {
  const { system } = computer;
  const { buddy, reclaim } = system;
  const most = system.frames.frameCount;
  const present = most - buddy.takenAway;
  if (frames > most) return `RAM: the machine began with ${sizeText(most * 4096)}; more needs a new start`;
  if (frames >= present) {
    buddy.giveBack(frames - present);
    return '';
  }
  const wanted = present - frames;
  if (frames <= RESERVED_FRAMES + reclaim.marks.min) return `RAM: firmware and kernel alone need ${sizeText(RESERVED_FRAMES * 4096)}`;
  if (buddy.freeFrames < wanted) reclaim.freeUntil(wanted);
  if (buddy.freeFrames < wanted) {
    return `RAM: ${sizeText((present - buddy.freeFrames) * 4096)} cannot leave memory (page tables, pinned pages, pages without room in swap); take away less, or end a process`;
  }
  buddy.takeAway(wanted);
  return '';
}
