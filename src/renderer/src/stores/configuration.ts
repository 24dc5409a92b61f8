/**
 * The machine that the next start will have, and the mix that "Start machine" runs on it: edited in the Configuration view, used by
 * Run, kept with the preferences. While a machine runs, fields that may change at once are sent to it; whether it took them is
 * its answer (`problems`).
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { MachineConfig } from '@shared/config';
import type { MixInfo } from '@shared/ipc';
import { FIELD_BY_PATH, differences, fieldValue, machineFrom, machineJson, machineProblems, withField, type FieldProblem, type FieldValue } from '@shared/machine-fields';
import { MACHINE_PRESETS, type MachinePreset } from '@shared/presets';
import { errorText, invoke } from '@/lib/bridge';
import { usePreferences } from './preferences';
import { useSession } from './session';

export const STORED = 'configuration';
const MOST_UNDO = 100;
const MOST_PROCESSES = 20_000;

interface Kept { readonly preset: string; readonly machine: unknown; readonly mix: string; readonly processes: number; readonly realTime: boolean }

export function presetOf(id: string): MachinePreset {
  const found = MACHINE_PRESETS.find((preset) => preset.id === id) ?? MACHINE_PRESETS[0];
  if (!found) throw new Error('there are no presets');
  return found;
}

export const useConfiguration = defineStore('configuration', () => {
  const preferences = usePreferences();
  const session = useSession();
  const presetId = ref('default');
  const machine = shallowRef<MachineConfig>(presetOf('default').machine);
  const mix = ref('pressure');
  const processes = ref(3);
  const realTime = ref(true);
  const mixes = shallowRef<readonly MixInfo[]>([]);
  const history = shallowRef<readonly { readonly presetId: string; readonly machine: MachineConfig }[]>([]);
  /** What the running machine refused, and what is wrong with the values themselves. */
  const refused = shallowRef<readonly FieldProblem[]>([]);
  const message = ref('');
  const preset = computed(() => presetOf(presetId.value));
  const changed = computed(() => differences(preset.value.machine, machine.value));
  const problems = computed<readonly FieldProblem[]>(() => [...machineProblems(machine.value), ...refused.value]);
  const chosenMix = computed(() => mixes.value.find((one) => one.id === mix.value) ?? null);
  const canStart = computed(() => machineProblems(machine.value).length === 0 && chosenMix.value !== null && machine.value.translation === 'paging' && !session.starting);

  function load(): void {
    const kept = preferences.views[STORED];
    if (typeof kept !== 'object' || kept === null) return;
    const all = kept as Partial<Kept>;
    if (typeof all.preset === 'string' && MACHINE_PRESETS.some(({ id }) => id === all.preset)) presetId.value = all.preset;
    const { config, problems: wrong } = machineFrom(all.machine);
    machine.value = wrong.length === 0 ? config : preset.value.machine;
    if (typeof all.mix === 'string') mix.value = all.mix;
    if (typeof all.processes === 'number' && Number.isInteger(all.processes) && all.processes >= 1 && all.processes <= MOST_PROCESSES) processes.value = all.processes;
    if (typeof all.realTime === 'boolean') realTime.value = all.realTime;
  }
  load();
  watch([presetId, machine, mix, processes, realTime], () => {
    const kept: Kept = { preset: presetId.value, machine: JSON.parse(machineJson(machine.value)), mix: mix.value, processes: processes.value, realTime: realTime.value };
    preferences.views[STORED] = kept;
  });

  async function loadMixes(): Promise<void> {
    try {
      mixes.value = await invoke('workloads:list', null);
    } catch (error) {
      message.value = errorText(error);
    }
  }

  function remember(): void {
    history.value = [...history.value.slice(1 - MOST_UNDO), { presetId: presetId.value, machine: machine.value }];
  }

  function replace(next: MachineConfig): void {
    remember();
    machine.value = next;
    refused.value = [];
    message.value = '';
  }

  /** Changes one field; a running machine is told at once when that is possible. */
  async function set(path: string, value: FieldValue): Promise<void> {
    if (fieldValue(machine.value, path) === value) return;
    replace(withField(machine.value, path, value));
    if (FIELD_BY_PATH.get(path)?.live === true && isLive() && machineProblems(machine.value).length === 0) await tell([{ path, value }]);
  }

  const isLive = (): boolean => session.state === 'running' || session.state === 'paused';

  async function tell(changes: readonly { readonly path: string; readonly value: FieldValue }[]): Promise<void> {
    const accepted = await session.send({ type: 'configure', changes });
    if (!accepted.ok) refused.value = changes.map(({ path }) => ({ path, message: accepted.message }));
  }

  function choosePreset(id: string): void {
    remember();
    const chosen = presetOf(id);
    presetId.value = chosen.id;
    machine.value = chosen.machine;
    refused.value = [];
    message.value = '';
    if (chosen.mix !== '') {
      mix.value = chosen.mix;
      processes.value = chosen.processes;
    }
  }

  function undo(): void {
    const last = history.value[history.value.length - 1];
    if (!last) return;
    history.value = history.value.slice(0, -1);
    presetId.value = last.presetId;
    machine.value = last.machine;
    refused.value = [];
  }

  const reset = (): void => replace(preset.value.machine);
  const revert = (path: string): Promise<void> => set(path, fieldValue(preset.value.machine, path));

  /** The configuration of a machine that came out of a snapshot; it can be undone. */
  function adopt(config: MachineConfig): void {
    if (differences(machine.value, config).length > 0) replace(config);
  }

  /** A saved configuration; what is wrong with it, otherwise. */
  function take(text: string): string {
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch (error) {
      return `This is no JSON: ${errorText(error)}`;
    }
    const { config, problems: wrong } = machineFrom(data);
    if (wrong.length > 0) return wrong.slice(0, 3).map((problem) => problem.message).join('; ');
    replace(config);
    return '';
  }

  async function save(): Promise<void> {
    await invoke('file:export', { suggestedName: `${presetId.value}-machine.json`, text: machineJson(machine.value) });
  }

  async function start(): Promise<void> {
    message.value = '';
    refused.value = [];
    const accepted = await session.startMachine({ type: 'start-machine', machine: machine.value, mix: mix.value, processes: processes.value, pace: realTime.value ? 1 : 0 });
    if (!accepted.ok) message.value = accepted.message;
  }

  return {
    presetId, preset, machine, mix, processes, realTime, mixes, chosenMix, history, changed, problems, message, canStart,
    loadMixes, set, choosePreset, undo, reset, revert, adopt, take, save, start,
  };
});
