/**
 * The settings of Pagewise itself as data: words, choices, bounds, and where each lives in the preferences. The Settings view draws
 * its form from this table. What belongs to the simulated machine is in Configuration.
 */
import { parseSizeText, sizeText } from '@shared/machine-fields';
import { AUTOSAVE_MOST_MS } from '@shared/autosave';
import { RECORDING_BYTES } from '@shared/timeline';
import { AUTOSAVE_CHOICES, ZOOM_STEPS, defaults, isRecordingBytes, type usePreferences } from '@/stores/preferences';

export type SettingValue = number | string | boolean;
export type SettingGroup = 'look' | 'runs' | 'time' | 'autosave' | 'files';
type Preferences = ReturnType<typeof usePreferences>;

export interface Setting {
  readonly id: string;
  readonly group: SettingGroup;
  readonly label: string;
  readonly help: string;
  readonly kind: 'choice' | 'switch' | 'size';
  readonly choices: readonly { readonly value: SettingValue; readonly label: string }[];
  readonly standard: SettingValue;
  readonly read: (preferences: Preferences) => SettingValue;
  readonly write: (preferences: Preferences, value: SettingValue) => void;
}

export const SETTING_GROUPS: readonly { readonly id: SettingGroup; readonly title: string; readonly about: string }[] = [
  { id: 'look', title: 'Window', about: 'How Pagewise looks.' },
  { id: 'runs', title: 'Runs', about: 'How Run (F5) compiles and starts the program. The button beside Run has the same, with arguments and standard input.' },
  { id: 'time', title: 'Time travel', about: 'The recording by which a run can be gone through backwards.' },
  { id: 'autosave', title: 'Autosave', about: 'What is typed is always kept. The machine is saved too, so that a crash loses little.' },
  { id: 'files', title: 'Files on this computer', about: 'What Pagewise keeps on the disk.' },
];

const usual = defaults();

export const SETTINGS: readonly Setting[] = [
  {
    id: 'theme', group: 'look', label: 'Theme', kind: 'choice', standard: usual.theme, help: 'Dark, light, or whatever this computer uses.',
    choices: [{ value: 'system', label: 'As the system' }, { value: 'dark', label: 'Dark' }, { value: 'light', label: 'Light' }],
    read: ({ theme }) => theme, write: (preferences, value) => { preferences.theme = value as Preferences['theme']; },
  },
  {
    id: 'zoom', group: 'look', label: 'Text size', kind: 'choice', standard: usual.zoom, help: 'Of everything in the window. Ctrl++ and Ctrl+− change it too.',
    choices: ZOOM_STEPS.map((value) => ({ value, label: `${String(Math.round(value * 100))} %` })),
    read: ({ zoom }) => zoom, write: (preferences, value) => { preferences.zoom = value as number; },
  },
  {
    id: 'tool', group: 'runs', label: 'Checker', kind: 'choice', standard: usual.run.tool, help: 'Memcheck finds leaks and bad accesses, and places blocks as Valgrind does. Without it the plain heap is used, and nothing is reported.',
    choices: [{ value: 'memcheck', label: 'Memcheck' }, { value: 'none', label: 'None' }],
    read: ({ run }) => run.tool, write: ({ run }, value) => { run.tool = value as typeof run.tool; },
  },
  {
    id: 'optimise', group: 'runs', label: 'Optimisation', kind: 'choice', standard: usual.run.optimise, help: 'What Clang does with the program. At -O0 every variable is in memory, and lines come in their order.',
    choices: [{ value: 0, label: '-O0: none' }, { value: 1, label: '-O1' }, { value: 2, label: '-O2' }],
    read: ({ run }) => run.optimise, write: ({ run }, value) => { run.optimise = value as typeof run.optimise; },
  },
  {
    id: 'pauseAtMain', group: 'runs', label: 'Pause at main', kind: 'switch', choices: [], standard: usual.run.pauseAtMain, help: 'Each run stops at the first line of main, ready to be stepped.',
    read: ({ run }) => run.pauseAtMain, write: ({ run }, value) => { run.pauseAtMain = value === true; },
  },
  {
    id: 'recordingBytes', group: 'time', label: 'Memory for the recording', kind: 'size', choices: [], standard: usual.settings.recordingBytes,
    help: `Of this computer, for checkpoints of a run: ${sizeText(RECORDING_BYTES.least)} to ${sizeText(RECORDING_BYTES.most)}, or 0 to record nothing. With more, ways through long runs are shorter. A run that is recorded takes up a change at once.`,
    read: ({ settings }) => settings.recordingBytes, write: ({ settings }, value) => { settings.recordingBytes = value as number; },
  },
  {
    id: 'autosave', group: 'autosave', label: 'Save the machine', kind: 'switch', choices: [], standard: usual.settings.autosave,
    help: `When it has paused or ended, and now and then while it runs. After a crash the next start offers it. A machine so large that this takes more than ${String(AUTOSAVE_MOST_MS.standing / 1_000)} seconds is left out.`,
    read: ({ settings }) => settings.autosave, write: ({ settings }, value) => { settings.autosave = value === true; },
  },
  {
    id: 'autosaveSeconds', group: 'autosave', label: 'While it runs', kind: 'choice', standard: usual.settings.autosaveSeconds,
    help: 'At most so often. The machine stands still while it is saved; where that takes long, it is done less often than this.',
    choices: AUTOSAVE_CHOICES.map((value) => ({ value, label: value < 60 ? `Every ${String(value)} seconds` : value === 60 ? 'Every minute' : `Every ${String(value / 60)} minutes` })),
    read: ({ settings }) => settings.autosaveSeconds, write: ({ settings }, value) => { settings.autosaveSeconds = value as number; },
  },
  {
    id: 'reopenMachine', group: 'autosave', label: 'Reopen the last machine at start', kind: 'switch', choices: [], standard: usual.settings.reopenMachine,
    help: 'The machine comes back as it was when Pagewise was closed, with its recording. Otherwise only the program does.',
    read: ({ settings }) => settings.reopenMachine, write: ({ settings }, value) => { settings.reopenMachine = value === true; },
  },
];

export function settingText(setting: Setting, value: SettingValue): string {
  if (setting.kind === 'choice') return setting.choices.find((choice) => choice.value === value)?.label ?? String(value);
  if (setting.kind === 'switch') return value === true ? 'On' : 'Off';
  return value === 0 ? 'Off' : sizeText(Number(value));
}

/** A size as it was typed; a text says what is wrong with it. */
export function sizeFromText(typed: string): number | { readonly problem: string } {
  const bytes = /^\s*off\s*$/i.test(typed) ? 0 : parseSizeText(typed);
  if (bytes === null) return { problem: 'A size such as 512 MiB or 2G, or off.' };
  return isRecordingBytes(bytes) ? bytes : { problem: `Between ${sizeText(RECORDING_BYTES.least)} and ${sizeText(RECORDING_BYTES.most)}, or off.` };
}

/** Whether a setting, or its group, is what somebody looks for. */
export function isWanted(setting: Setting, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  const group = SETTING_GROUPS.find(({ id }) => id === setting.group);
  return `${setting.label} ${setting.help} ${group?.title ?? ''} ${setting.choices.map(({ label }) => label).join(' ')}`.toLowerCase().includes(wanted);
}
