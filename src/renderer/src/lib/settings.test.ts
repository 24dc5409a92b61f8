import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, test } from 'vitest';
import { usePreferences } from '@/stores/preferences';
import { SETTINGS, SETTING_GROUPS, isWanted, settingText, sizeFromText } from './settings';

beforeEach(() => setActivePinia(createPinia()));

test('every setting begins at its default, and what is written is read', () => {
  const preferences = usePreferences();
  for (const setting of SETTINGS) {
    expect(setting.read(preferences), setting.id).toBe(setting.standard);
    const other = setting.kind === 'choice' ? setting.choices.find(({ value }) => value !== setting.standard)?.value : setting.kind === 'switch' ? setting.standard !== true : 2 ** 30;
    setting.write(preferences, other ?? 0);
    expect(setting.read(preferences), setting.id).toBe(other);
    setting.write(preferences, setting.standard);
    expect(setting.read(preferences), setting.id).toBe(setting.standard);
  }
});

test('ids are told apart, groups are there, choices have the default', () => {
  expect(new Set(SETTINGS.map(({ id }) => id)).size).toBe(SETTINGS.length);
  for (const setting of SETTINGS) {
    expect(SETTING_GROUPS.some(({ id }) => id === setting.group), setting.id).toBe(true);
    if (setting.kind === 'choice') expect(setting.choices.map(({ value }) => value), setting.id).toContain(setting.standard);
  }
});

test.each([['512 MiB', 512 * 2 ** 20], ['2g', 2 ** 31], ['off', 0], ['0', 0], ['4096M', 2 ** 32], ['64MiB', 2 ** 26]] as const)('%s is a size of the recording', (typed, bytes) => {
  expect(sizeFromText(typed)).toBe(bytes);
});
test.each(['63 MiB', '4.1 GiB', 'much', '', '-1'])('%j is none', (typed) => {
  expect(sizeFromText(typed)).toHaveProperty('problem');
});

test('values in words, and what a search finds', () => {
  const recording = SETTINGS.find(({ id }) => id === 'recordingBytes')!, theme = SETTINGS.find(({ id }) => id === 'theme')!;
  expect([settingText(recording, 0), settingText(recording, 2 ** 30), settingText(theme, 'dark')]).toEqual(['Off', '1 GiB', 'Dark']);
  expect(SETTINGS.filter((setting) => isWanted(setting, ' Time ')).map(({ id }) => id)).toContain('recordingBytes');
  expect(SETTINGS.filter((setting) => isWanted(setting, 'light')).map(({ id }) => id)).toEqual(['theme']);
});
