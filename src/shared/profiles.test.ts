import { describe, expect, it } from 'vitest';
import { DEFAULT_MACHINE } from './config';
import { exceptionWords, PROFILE_WORDS, withProfile, type FaultCause } from './profiles';

describe('the Windows profile', () => {
  it.each<[FaultCause, string, bigint, string]>([
    ['no-mapping', 'read', 0n, 'Access violation (0xC0000005) reading location 0x0000000000000000. '],
    ['protection', 'write', 0x5555_5555_6010n, 'Access violation (0xC0000005) writing location 0x0000555555556010. '],
    ['no-mapping', 'instruction fetch', 0x41n, 'Access violation (0xC0000005) executing location 0x0000000000000041. '],
    ['not-canonical', 'read', 0n, 'Access violation (0xC0000005) reading location 0xFFFFFFFFFFFFFFFF. '],
    ['stack-overflow', 'write', 0x7ffff0n, 'Stack overflow (0xC00000FD). '],
    ['beyond-file', 'read', 0x1000n, 'In-page I/O error (0xC0000006) reading location 0x0000000000001000. '],
    ['divide-by-zero', 'read', 0n, 'Integer division by zero (0xC0000094). '],
  ])('%s by %s', (cause, access, address, text) => {
    expect(exceptionWords('windows', cause, access, address)).toBe(text);
    expect(exceptionWords('linux', cause, access, address)).toBe('');
  });

  it('has a stack of 1 MiB, and goes back to 8', () => {
    const windows = withProfile(DEFAULT_MACHINE, 'windows');
    expect([windows.profile, windows.stackLimitBytes]).toEqual(['windows', 1048576]);
    expect(withProfile(windows, 'linux')).toEqual(DEFAULT_MACHINE);
  });

  it('has a word of its own where the systems differ', () => {
    expect([PROFILE_WORDS.windows.majorFault, PROFILE_WORDS.windows.swapSpace, PROFILE_WORDS.windows.residentSet]).toEqual(['Hard fault', 'page file', 'working set']);
  });
});
