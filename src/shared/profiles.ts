/**
 * The words of a system, in one place: what Linux calls a minor fault, swap and SIGSEGV is a soft fault, the page file and an
 * access violation in Windows' terms. Reports and views take their words from here; the Valgrind-style report stays Valgrind's.
 *
 * Windows' codes are those of its documentation of NTSTATUS values. A profile changes words and limits, not the machine.
 */
import type { MachineConfig, SystemProfile } from './config';
import { DEFAULT_MACHINE } from './config';

export interface ProfileWords {
  readonly system: string;
  readonly minorFault: string; readonly minorFaults: string;
  readonly majorFault: string; readonly majorFaults: string;
  readonly swapSpace: string; readonly swapIn: string; readonly swapCache: string;
  /** Frames that a process has in RAM; and how a process manager heads its columns for all of them, and for those that nobody else maps. */
  readonly residentSet: string;
  readonly residentColumn: string; readonly ownColumn: string;
  readonly demandZero: string;
  readonly copyOnWrite: string;
  readonly stackGrowth: string;
  readonly invalidFault: string; readonly invalidGloss: string;
  readonly sharedLibrary: string;
  readonly outOfMemory: string;
}

export const PROFILE_WORDS: Readonly<Record<SystemProfile, ProfileWords>> = {
  linux: {
    system: 'Linux', minorFault: 'Minor fault', minorFaults: 'minor faults', majorFault: 'Major fault', majorFaults: 'major faults',
    swapSpace: 'swap', swapIn: 'Swap in', swapCache: 'Swap cache', residentSet: 'resident set (RSS)', residentColumn: 'RSS', ownColumn: 'USS', demandZero: 'Demand zero', copyOnWrite: 'Copy on write',
    stackGrowth: 'Stack growth', invalidFault: 'Invalid', invalidGloss: 'No mapping, or no permission: SIGSEGV.', sharedLibrary: 'C library', outOfMemory: 'the out-of-memory killer',
  },
  windows: {
    system: 'Windows', minorFault: 'Soft fault', minorFaults: 'soft faults', majorFault: 'Hard fault', majorFaults: 'hard faults',
    swapSpace: 'page file', swapIn: 'Page file read', swapCache: 'Modified list', residentSet: 'working set', residentColumn: 'Working set', ownColumn: 'Private WS', demandZero: 'Demand zero', copyOnWrite: 'Copy on write',
    stackGrowth: 'Guard page', invalidFault: 'Access violation', invalidGloss: 'No mapping, or no permission: exception 0xC0000005.', sharedLibrary: 'DLL', outOfMemory: 'the commit limit',
  },
};

/** What went wrong, as far as words are concerned. */
export type FaultCause = 'no-mapping' | 'protection' | 'not-canonical' | 'stack-overflow' | 'beyond-file' | 'device-error' | 'out-of-memory' | 'divide-by-zero' | 'illegal-instruction';

const STATUS_NAMES: Readonly<Record<FaultCause, readonly [code: string, text: string]>> = {
  'no-mapping': ['0xC0000005', 'Access violation'], 'protection': ['0xC0000005', 'Access violation'], 'not-canonical': ['0xC0000005', 'Access violation'],
  'stack-overflow': ['0xC00000FD', 'Stack overflow'], 'beyond-file': ['0xC0000006', 'In-page I/O error'], 'device-error': ['0xC0000006', 'In-page I/O error'],
  'out-of-memory': ['0xC000012D', 'Commitment limit'], 'divide-by-zero': ['0xC0000094', 'Integer division by zero'], 'illegal-instruction': ['0xC000001D', 'Illegal instruction'],
};

/**
 * How a system names the end of a program by a fault, to open a sentence with: "Access violation (0xC0000005) writing location
 * 0x0000000000000010." Empty for Linux, where the signal's name stands already.
 */
export function exceptionWords(profile: SystemProfile, cause: FaultCause, access: string, address: bigint): string {
  if (profile !== 'windows') return '';
  const [code, text] = STATUS_NAMES[cause];
  if (text !== 'Access violation' && text !== 'In-page I/O error') return `${text} (${code}). `;
  const doing = access === 'write' ? 'writing' : access === 'instruction fetch' ? 'executing' : 'reading';
  // Windows reports a general-protection fault as a read of all ones: the processor gives no address.
  const place = cause === 'not-canonical' ? 0xffffffffffffffffn : address;
  return `${text} (${code}) ${doing} location 0x${place.toString(16).toUpperCase().padStart(16, '0')}. `;
}

/** Limits that belong to a profile: the stack of a Windows program is 1 MiB (linker default), of a Linux one 8 MiB (RLIMIT_STACK). */
export function withProfile(machine: MachineConfig, profile: SystemProfile): MachineConfig {
  const stackLimitBytes = profile === 'windows' ? 1024 * 1024 : DEFAULT_MACHINE.stackLimitBytes;
  return { ...machine, profile, stackLimitBytes };
}
