import { describe, expect, it } from 'vitest';
import { DEFAULT_MACHINE } from './config';
import { FIELD_GROUPS, MACHINE_FIELDS, differences, fieldText, fieldValue, machineFrom, machineJson, machineProblems, parseSizeText, sizeText, withField } from './machine-fields';
import { MACHINE_PRESETS } from './presets';

describe('fields of a machine', () => {
  it('name every number and word of a configuration, once', () => {
    const paths: string[] = [];
    const visit = (value: unknown, prefix: string): void => {
      for (const [key, inner] of Object.entries(value as object)) {
        const path = prefix === '' ? key : `${prefix}.${key}`;
        if (typeof inner === 'object') visit(inner, path); else paths.push(path);
      }
    };
    visit(DEFAULT_MACHINE, '');
    const known = MACHINE_FIELDS.map((field) => field.path);
    expect(new Set(known).size).toBe(known.length);
    expect(paths.filter((path) => !known.includes(path))).toEqual(['allocator']);
    expect(known.filter((path) => !paths.includes(path))).toEqual(['tlb.pcid']);
    const groups = FIELD_GROUPS.map((group) => group.id);
    expect(MACHINE_FIELDS.every((field) => groups.includes(field.group) && field.help !== '')).toBe(true);
  });

  it('change one at a time, and tell what differs', () => {
    const changed = withField(withField(DEFAULT_MACHINE, 'memory.swappiness', 100), 'levels', 5);
    expect(fieldValue(changed, 'memory.swappiness')).toBe(100);
    expect(fieldValue(changed, 'memory.overcommitRatio')).toBe(50);
    expect(differences(DEFAULT_MACHINE, changed).map(({ field, from, to }) => [field.path, from, to])).toEqual([['memory.swappiness', 60, 100], ['levels', 4, 5]]);
  });

  it.each([[4096, '4 KiB'], [0, '0 B'], [2 ** 30, '1 GiB'], [1.5 * 2 ** 30, '1.5 GiB'], [1044 * 1024, '1044 KiB'], [1000, '1000 B']])('%i bytes are %s, and back', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
    expect(parseSizeText(text)).toBe(bytes);
  });

  it.each([['8g', 8 * 2 ** 30], ['64 MB', 64 * 2 ** 20], ['0,5 GiB', 2 ** 29], ['12', 12], ['much', null], ['-4K', null]])('%s is %s', (text, bytes) => {
    expect(parseSizeText(text)).toBe(bytes);
  });

  it.each([
    ['frameCount', 100, 'RAM: between 1028 KiB and 64 GiB'],
    ['memory.swappiness', 300, 'Swappiness: between 0 and 200'],
    ['tlb.l1dWays', 3, '64 entries in 3 ways make 21.33 sets; the number of sets must be a power of two'],
    ['paging.reserved1GPages', 1, 'the pools of huge pages take 1 GiB of 1 GiB: at least an eighth of RAM must be left'],
    ['levels', 3, 'Page-table levels: one of 4, 5'],
  ] as const)('%s = %s is refused with words', (path, value, message) => {
    expect(machineProblems(withField(DEFAULT_MACHINE, path, value)).map((problem) => problem.message)).toContain(message);
  });

  it('go to JSON and come back; what does not fit is told', () => {
    for (const { machine } of MACHINE_PRESETS) {
      const { config, problems } = machineFrom(JSON.parse(machineJson(machine)));
      expect(problems).toEqual([]);
      expect(differences(machine, config)).toEqual([]);
    }
    expect(machineFrom({ memory: { swappiness: 'much' }, colour: 'red', tlb: 5 }).problems.map((problem) => problem.message)).toEqual([
      'Swappiness (memory.swappiness): a whole number, not "much"', '"colour" is no field of a machine', 'tlb is not an object',
    ]);
    expect(machineFrom([]).problems[0]?.message).toBe('the configuration is not an object');
    expect(machineFrom({ levels: 5 }).config.levels).toBe(5);
  });
});

describe('presets', () => {
  it.each(MACHINE_PRESETS.map((preset) => [preset.id, preset] as const))('%s is a sound machine', (_id, preset) => {
    expect(machineProblems(preset.machine)).toEqual([]);
    expect(preset.summary.length).toBeGreaterThan(40);
    expect(preset.processes > 0).toBe(preset.mix !== '');
  });

  it('show their sizes', () => {
    const ram = MACHINE_PRESETS.map(({ machine }) => fieldText(MACHINE_FIELDS[0] as (typeof MACHINE_FIELDS)[0], machine.frameCount));
    expect(ram).toEqual(['1 GiB', '1044 KiB', '2052 KiB', '8 GiB', '8 GiB', '64 GiB', '64 GiB']);
  });
});
