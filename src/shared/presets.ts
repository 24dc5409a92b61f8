/** Machines to begin with: from four frames on a blackboard to a server. Plain data; the Configuration view and `--machine=NAME` offer them. */
import { DEFAULT_MACHINE, type MachineConfig } from './config';

export interface MachinePreset {
  readonly id: string;
  readonly title: string;
  /** What it is for, and what to know about it. */
  readonly summary: string;
  readonly machine: MachineConfig;
  /** Mix of processes that suits it, '' for none; and how many. */
  readonly mix: string;
  readonly processes: number;
}

/** Frames of the first MiB, which firmware and kernel have, and the zero page. */
const KERNEL_FRAMES = 257;
const GIB = 262_144;
const MIB = 256;

/** Overcommit 0, as Linux is set up. */
const LINUX_MEMORY: MachineConfig['memory'] = { ...DEFAULT_MACHINE.memory, overcommit: 0 };

export const MACHINE_PRESETS: readonly MachinePreset[] = [
  {
    id: 'default', title: 'Memory debugging',
    summary: '1 GiB, no swap, nothing that blurs the picture: each page comes with the fault of its first touch.',
    machine: DEFAULT_MACHINE, mix: '', processes: 0,
  },
  {
    id: 'toy', title: 'Blackboard, 16 KiB',
    summary: 'Four frames for pages, FIFO, and no reserve, as textbooks draw it. Page tables and kernel live in a MiB of their own. Four frames are too few for a compiled program: processes here follow reference strings.',
    machine: {
      ...DEFAULT_MACHINE, frameCount: KERNEL_FRAMES + 4,
      memory: { ...DEFAULT_MACHINE.memory, policy: 'fifo', watermarkScale: 0, overcommit: 1, kernelTables: true },
      swap: { slotCount: 64, device: 'hdd', pageCluster: 0 },
      tlb: { l1dEntries: 4, l1dWays: 4, l1iEntries: 4, l1iWays: 4, l2Entries: 8, l2Ways: 8 },
    },
    mix: 'classroom', processes: 1,
  },
  {
    id: 'classroom', title: 'Classroom, 1 MiB',
    summary: '256 frames for pages and 4 MiB of swap on a hard disk: small programs run, and soon have to share. Clock chooses the victims.',
    machine: {
      ...DEFAULT_MACHINE, frameCount: KERNEL_FRAMES + 256,
      memory: { ...LINUX_MEMORY, policy: 'clock' }, swap: { slotCount: 4 * MIB, device: 'hdd', pageCluster: 0 },
      tlb: { l1dEntries: 16, l1dWays: 4, l1iEntries: 16, l1iWays: 4, l2Entries: 64, l2Ways: 4 },
    },
    mix: 'pressure', processes: 3,
  },
  {
    id: 'laptop', title: 'Laptop, 8 GiB',
    summary: 'As Linux is set up: active and inactive lists, readahead, fault-around, transparent huge pages where programs ask, swap as large as RAM on an SSD.',
    machine: {
      ...DEFAULT_MACHINE, frameCount: 8 * GIB, memory: LINUX_MEMORY,
      paging: { ...DEFAULT_MACHINE.paging, transparentHugePages: 'madvise', faultAroundPages: 16, readAheadPages: 32, fileDevice: 'nvme' },
      swap: { slotCount: 8 * GIB, device: 'nvme', pageCluster: 3 },
    },
    mix: 'desktop', processes: 40,
  },
  {
    id: 'windows', title: 'Laptop, Windows words',
    summary: 'The laptop in the words of Windows: access violations, page file, a stack of 1 MiB.',
    machine: {
      ...DEFAULT_MACHINE, frameCount: 8 * GIB, memory: LINUX_MEMORY, profile: 'windows', stackLimitBytes: 2 ** 20,
      paging: { ...DEFAULT_MACHINE.paging, faultAroundPages: 16, readAheadPages: 32, fileDevice: 'nvme' },
      swap: { slotCount: 2 * GIB, device: 'nvme', pageCluster: 3 },
    },
    mix: 'desktop', processes: 40,
  },
  {
    id: 'desktop', title: 'Desktop, 64 GiB',
    summary: '300 processes after a working day fill 64 GiB nearly whole; an applet leaks, so that swap comes into use. Swap is fast, so it is used gladly.',
    machine: {
      ...DEFAULT_MACHINE, frameCount: 64 * GIB,
      paging: { ...DEFAULT_MACHINE.paging, faultAroundPages: 16, readAheadPages: 32, fileDevice: 'nvme' },
      memory: { ...LINUX_MEMORY, swappiness: 120 }, swap: { slotCount: 16 * GIB, device: 'nvme', pageCluster: 3 },
    },
    mix: 'desktop', processes: 300,
  },
  {
    id: 'server', title: 'Server, 64 GiB',
    summary: '5,000 processes that share most of their code: workers, database sessions, containers.',
    machine: {
      ...DEFAULT_MACHINE, frameCount: 64 * GIB,
      paging: { ...DEFAULT_MACHINE.paging, faultAroundPages: 16, readAheadPages: 32, fileDevice: 'sata-ssd' },
      memory: { ...LINUX_MEMORY, swappiness: 10 }, swap: { slotCount: 16 * GIB, device: 'sata-ssd', pageCluster: 3 },
      processLimit: 10_000,
    },
    mix: 'server', processes: 5000,
  },
];
