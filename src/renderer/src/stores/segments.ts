/**
 * The classroom's descriptor table (edited here, judged by the machine's queries), undo of edits, and the rows of the comparison of
 * ways of translation, each from a real run.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { TranslationMode } from '@shared/config';
import type { DescriptorBits, SegmentChange, TranslationCosts } from '@shared/views-segments';
import { ask } from '@/lib/bridge';
import { useLayout } from './layout';
import { useSession } from './session';

/** Null, the flat descriptors of a 64-bit Linux, and four segments to try things on. */
export const CLASSROOM: readonly DescriptorBits[] = [
  '0000000000000000', '00cf9b000000ffff', '00af9b000000ffff', '00cf93000000ffff', '00cffb000000ffff', '00cff3000000ffff', '00affb000000ffff', '0000000000000000',
  '0040fa0100003fff', '0040f20200001fff', '0040f6030000efff', '0040720400000fff',
];
export const CLASSROOM_NAMES: readonly string[] = [
  'null', 'kernel code, 32 bits', 'kernel code', 'kernel data', 'user code, 32 bits', 'user data', 'user code', 'empty', 'code of a program', 'data of a program', 'stack, expand-down', 'data, swapped out',
];

/** `classroom`: here. Otherwise a table of the machine that runs. */
export type TableSource = 'classroom' | 'gdt' | 'ldt';
interface Edit { readonly source: TableSource; readonly processKey: number; readonly index: number; readonly before: DescriptorBits; readonly after: DescriptorBits }
export interface ComparisonRow { readonly costs: TranslationCosts; readonly ending: string; readonly output: number }

const MODES: readonly TranslationMode[] = ['paging', 'segmentation', 'segmentation-paging', 'none'];
/** A compared run may take this long. */
const RUN_LIMIT_MS = 60_000;
const POLL_MS = 40;
const SETTLE_MS = 3_000;
const pause = (): Promise<void> => new Promise((done) => setTimeout(done, POLL_MS));

export const useSegments = defineStore('segments', () => {
  const session = useSession();
  const layout = useLayout();
  const classroom = ref<DescriptorBits[]>([...CLASSROOM]);
  const undoStack = shallowRef<readonly Edit[]>([]);
  const redoStack = shallowRef<readonly Edit[]>([]);
  const message = ref('');
  const comparison = shallowRef<readonly ComparisonRow[]>([]);
  const comparing = ref<TranslationMode | null>(null);
  let cancelled = false;

  async function write(edit: Edit, bits: DescriptorBits): Promise<boolean> {
    if (edit.source === 'classroom') {
      classroom.value = classroom.value.map((old, index) => (index === edit.index ? bits : old));
      message.value = '';
      return true;
    }
    return change({ kind: 'descriptor', processKey: edit.processKey, table: edit.source, index: edit.index, bits });
  }

  async function change(wanted: SegmentChange): Promise<boolean> {
    const answer = await session.send({ type: 'segments', change: wanted });
    message.value = answer.message;
    return answer.ok;
  }

  async function edit(source: TableSource, processKey: number, index: number, before: DescriptorBits, after: DescriptorBits): Promise<void> {
    if (before === after) return;
    const made: Edit = { source, processKey, index, before, after };
    if (!(await write(made, after))) return;
    undoStack.value = [...undoStack.value, made];
    redoStack.value = [];
  }
  async function undo(): Promise<void> {
    const last = undoStack.value.at(-1);
    if (!last || !(await write(last, last.before))) return;
    undoStack.value = undoStack.value.slice(0, -1);
    redoStack.value = [...redoStack.value, last];
  }
  async function redo(): Promise<void> {
    const last = redoStack.value.at(-1);
    if (!last || !(await write(last, last.after))) return;
    redoStack.value = redoStack.value.slice(0, -1);
    undoStack.value = [...undoStack.value, last];
  }
  function resetClassroom(): void {
    classroom.value = [...CLASSROOM];
    undoStack.value = undoStack.value.filter((one) => one.source !== 'classroom');
    redoStack.value = redoStack.value.filter((one) => one.source !== 'classroom');
  }

  /** The last run's program again, under every way of translation, one after the other. */
  async function compare(): Promise<void> {
    const request = session.request;
    if (!request || comparing.value) return;
    cancelled = false;
    comparison.value = [];
    const rows: ComparisonRow[] = [];
    try {
      for (const translation of MODES) {
        comparing.value = translation;
        await session.run({ ...request, stdin: request.stdin ?? '', pauseAtMain: false, breakpoints: [], config: { ...request.config, tool: 'none', translation } });
        if (cancelled || session.refusal || !(await ended())) break;
        const { value } = await ask('segments', { processKey: 0 });
        const result = (await ask('result', null)).value;
        if (!value) break;
        rows.push({ costs: value.costs, ending: endingText(result?.ending), output: session.status.outputBytes });
        comparison.value = [...rows];
      }
    } finally {
      comparing.value = null;
      await settled();
      layout.show('segments');
    }
  }
  /** The window has followed the end of the last run: it brings other panels forward. */
  async function settled(): Promise<void> {
    for (let waited = 0; waited < SETTLE_MS && (session.status.state !== 'exited' || session.result === null); waited += POLL_MS) await pause();
    await pause();
  }
  function cancel(): void {
    cancelled = true;
    void session.stop();
  }

  async function ended(): Promise<boolean> {
    for (let waited = 0; waited < RUN_LIMIT_MS && !cancelled; waited += POLL_MS) {
      if (session.state === 'failed') return false;
      // Asked of the machine itself: the last status that came may be the run's before.
      if ((await ask('status', null)).value.state === 'exited') return true;
      await pause();
    }
    await session.stop();
    return false;
  }

  const canUndo = computed(() => undoStack.value.length > 0);
  const canRedo = computed(() => redoStack.value.length > 0);
  return { classroom, message, comparison, comparing, canUndo, canRedo, edit, undo, redo, change, resetClassroom, compare, cancel };
});

function endingText(ending: { readonly kind: string; readonly status?: number; readonly name?: string } | undefined): string {
  if (!ending) return '';
  return ending.kind === 'exit' ? `exit ${String(ending.status ?? 0)}` : ending.kind === 'signal' ? ending.name ?? 'signal' : ending.kind;
}
