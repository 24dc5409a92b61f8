/**
 * Moments of runs that the user wanted to remember, as summaries of the machine at that time, and those of snapshot files; the Compare
 * view compares two of them. They are kept between starts, as far as there is room.
 */
import { defineStore } from 'pinia';
import { computed, nextTick, ref, shallowRef, watch } from 'vue';
import type { FileMomentProgress } from '@shared/moment-files';
import type { MomentSummary } from '@shared/views-compare';
import { ask, errorText, invoke, isRefusal } from '@/lib/bridge';
import { baseName } from '@/lib/format';
import { savedMoments, savedText } from '@/lib/saved-moments';
import { useEditor } from './editor';
import { useLayout } from './layout';
import { useMessages } from './messages';
import { useSession } from './session';
import { useSnapshots } from './snapshots';

export const MOMENTS_LIMIT = 20;
/** Stands for the moment at which the machine is. */
export const NOW = 0;
const PROGRESS_INTERVAL_MS = 120;
const SAVE_DELAY_MS = 500;
export const NAME_LIMIT = 80;

export interface RememberedMoment {
  readonly id: number;
  /** "1: main at line 12", "run.pagewise", or what the user calls it. */
  readonly name: string;
  readonly program: string;
  /** Where it is from, when not from this session. */
  readonly note: string;
  /** The run of this window that it is a moment of; null: of another one. */
  readonly run: number | null;
  /** The snapshot file that it is from, chosen in this session; null: it is from none. */
  readonly path: string | null;
  readonly summary: MomentSummary;
}

export const useMoments = defineStore('moments', () => {
  const session = useSession();
  const messages = useMessages();
  const editor = useEditor();
  const snapshots = useSnapshots();
  const layout = useLayout();
  const list = shallowRef<readonly RememberedMoment[]>([]);
  const byId = computed(() => new Map(list.value.map((moment) => [moment.id, moment])));
  /** The two sides. */
  const a = ref(NOW);
  const b = ref(NOW);
  /** Of the file that is being read; null: none is. */
  const reading = shallowRef<FileMomentProgress | null>(null);
  let lastId = 0;
  let stored: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** The machine stands, so that there is a moment to speak of. */
  const canRemember = computed(() => !session.travelling && (session.state === 'paused' || session.state === 'exited'));
  /** The machine at hand stands at this very moment. */
  function isHere(id: number): boolean {
    if (!canRemember.value || id === NOW) return canRemember.value;
    const moment = byId.value.get(id), { instructions, cycles } = session.status.counters;
    // The run may have gone on differently since: then the clock differs, too.
    return moment?.run === session.runNumber && moment.summary.moment.instruction === instructions && moment.summary.moment.cycle === cycles;
  }

  function place(): string {
    if (session.state === 'exited') return 'the end';
    const { location, timeline } = session.status;
    if (location !== null) return `${location.fn} at line ${location.line}`;
    return timeline !== null && timeline.now.instruction === timeline.start.instruction ? 'the start' : 'between lines';
  }

  /** Of what runs, as a snapshot file names it. */
  const programName = (): string => baseName(session.request?.file ?? editor.name).replace(/\.c$/, '');

  /** The oldest gives way when there are too many; answers it. */
  function add(moment: Omit<RememberedMoment, 'id'>): RememberedMoment | undefined {
    const dropped = list.value.length >= MOMENTS_LIMIT ? list.value[0] : undefined;
    list.value = [...list.value, { ...moment, id: ++lastId }].slice(-MOMENTS_LIMIT);
    return dropped;
  }
  const gaveWay = (dropped: RememberedMoment | undefined): string => (dropped ? ` The oldest, “${dropped.name}”, gave way.` : '');

  /** Null: there was nothing to remember. */
  async function remember(): Promise<RememberedMoment | null> {
    void load();
    const where = place(), run = session.runNumber;
    const program = programName();
    try {
      const { value } = await ask('momentSummary', { thorough: true });
      if (value === null) {
        messages.say('Nothing has run yet: there is no moment to remember.');
        return null;
      }
      const name = `${lastId + 1}: ${where}`, dropped = add({ name, program, note: '', run, path: null, summary: value });
      messages.say(`Remembered as “${name}”.${gaveWay(dropped)} Compare shows what changes from here.`);
      return list.value.at(-1) ?? null;
    } catch (error) {
      messages.say(`The moment could not be remembered: ${errorText(error)}`, 'error');
      return null;
    }
  }

  /** A snapshot file that the user chooses becomes a side: A where nothing is chosen there, else B. */
  async function addFile(): Promise<void> {
    if (reading.value !== null) return messages.say(`${reading.value.name} is still being read.`);
    const watching = setInterval(() => void invoke('compare:progress', null).then((progress) => { reading.value = progress; }, () => undefined), PROGRESS_INTERVAL_MS);
    void load();
    try {
      const found = await invoke('compare:open', null);
      if (found === null) return;
      if (isRefusal(found)) return messages.say(found.error, 'error');
      const saved = found.savedAt === '' ? '' : `, saved ${new Date(found.savedAt).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}`;
      const dropped = add({ name: found.name, program: found.program.replace(/^\.\//, ''), note: `snapshot file${saved}`, run: null, path: found.path, summary: found.summary });
      const id = list.value.at(-1)?.id ?? NOW;
      if (a.value === NOW || !byId.value.has(a.value)) a.value = id; else b.value = id;
      messages.say([`Added ${found.name}.${gaveWay(dropped)}`, ...found.notices].join(' '));
    } catch (error) {
      messages.say(`The file could not be read: ${errorText(error)}`, 'error');
    } finally {
      clearInterval(watching);
      reading.value = null;
    }
  }
  const cancelFile = (): Promise<null> => invoke('compare:cancel', null);

  /** Opens a moment's file in the window: then it is a moment of the run at hand. */
  async function openFile(id: number): Promise<void> {
    const path = byId.value.get(id)?.path ?? null, before = session.runNumber;
    if (path === null) return;
    const why = snapshots.whyNotOpen();
    if (why !== '') return messages.say(why);
    await snapshots.open(path);
    if (session.runNumber === before || snapshots.current?.path !== path) return;
    list.value = list.value.map((moment) => (moment.path === path ? { ...moment, run: session.runNumber } : moment));
    stayInCompare(id);
  }
  /** A machine that comes to a stop brings other views forward; who opened it from the Compare view stays there. */
  function stayInCompare(id: number): void {
    const run = session.runNumber;
    const hasStopped = (): boolean => isHere(id) && (session.state !== 'exited' || session.finalResult !== null);
    // Its stop may have been heard of before the file was shown; views that come forward then have done so at the next tick.
    if (hasStopped()) return void nextTick(() => { layout.show('compare'); });
    const stop = watch(() => [hasStopped(), session.runNumber] as const, ([stands, now]) => {
      if (stands) layout.show('compare');
      if (stands || now !== run) stop();
    }, { flush: 'post' });
  }

  function forget(id: number): void {
    list.value = list.value.filter((moment) => moment.id !== id);
  }
  function rename(id: number, name: string): void {
    const words = name.trim().slice(0, NAME_LIMIT);
    if (words !== '') list.value = list.value.map((moment) => (moment.id === id ? { ...moment, name: words } : moment));
  }
  function swap(): void {
    [a.value, b.value] = [b.value, a.value];
  }

  /** What is chosen stays as long as it is there; A begins with the first moment, B with now, or with the last where nothing runs. */
  watch(list, (all) => {
    if (!byId.value.has(a.value)) a.value = all[0]?.id ?? NOW;
    if (b.value !== NOW && !byId.value.has(b.value)) b.value = NOW;
    if (b.value === NOW && !canRemember.value && all.length > 1) b.value = all.findLast(({ id }) => id !== a.value)?.id ?? NOW;
  });

  /** Reads what earlier sessions remembered, once. */
  function load(): Promise<void> {
    stored ??= invoke('compare:remembered', null).then(({ json }) => {
      const earlier = savedMoments(json).map((moment): RememberedMoment => ({ ...moment, id: ++lastId, run: null, path: null, note: moment.note || 'of an earlier session' }));
      list.value = [...earlier, ...list.value].slice(-MOMENTS_LIMIT);
      watch(list, () => {
        if (timer) clearTimeout(timer);
        timer = setTimeout(save, SAVE_DELAY_MS);
      });
    }).catch((error: unknown) => { messages.say(`Moments of earlier sessions could not be read: ${errorText(error)}`, 'error'); });
    return stored;
  }
  function save(): void {
    timer = null;
    invoke('compare:remember', { json: savedText(list.value) }).catch((error: unknown) => { messages.say(`The remembered moments could not be saved: ${errorText(error)}`, 'error'); });
  }
  /** Writes at once what still waits (the window is closing). */
  function flush(): void {
    if (timer) { clearTimeout(timer); save(); }
  }

  return { list, byId, a, b, reading, canRemember, programName, isHere, remember, addFile, cancelFile, openFile, forget, rename, swap, load, flush };
});
