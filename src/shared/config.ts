/** Configuration of a machine and of a run: plain data, the same for window, terminal and snapshot. */

export type StandardOutputKind = 'tty' | 'pipe';
export type LeakCheckMode = 'no' | 'summary' | 'full';
export type LeakKind = 'definite' | 'indirect' | 'possible' | 'reachable';
export type LeakHeuristic = 'stdstring' | 'length64' | 'newarray' | 'multipleinheritance';

export interface MachineConfig {
  /** Guest RAM in 4 KiB frames. */
  readonly frameCount: number;
  readonly levels: 4 | 5;
  readonly tlb: {
    readonly l1dEntries: number; readonly l1dWays: number;
    readonly l1iEntries: number; readonly l1iWays: number;
    readonly l2Entries: number; readonly l2Ways: number;
  };
  /** Simulated costs, cycles at 3 GHz. */
  readonly costs: {
    readonly l2HitCycles: number;
    /** One table entry read by a walk. */
    readonly walkReadCycles: number;
    readonly minorFaultCycles: number;
    readonly majorFaultCycles: number;
    readonly stackFrameCycles: number;
    readonly mallocBaseCycles: number;
    readonly systemCallCycles: number;
  };
  readonly stackLimitBytes: number;
  /** Allocator used when the checker is off. */
  readonly allocator: 'first-fit';
  readonly seed: number;
}

export interface CheckConfig {
  /** memcheck: checker on, Memcheck's heap placement. none: no checking, the configured allocator. */
  readonly tool: 'memcheck' | 'none';
  readonly leakCheck: LeakCheckMode;
  readonly showLeakKinds: readonly LeakKind[];
  readonly errorsForLeakKinds: readonly LeakKind[];
  readonly leakCheckHeuristics: readonly LeakHeuristic[];
  /** How alike stacks must be for loss records to be merged: low 2, med 4, high all call frames. */
  readonly leakResolution: 'low' | 'med' | 'high';
  readonly numCallers: number;
  readonly freelistVolBytes: number;
  readonly freelistBigBlocksBytes: number;
  /** Second pass that names the line that lost the last pointer. */
  readonly explainLeaks: boolean;
}

export interface RunConfig {
  readonly machine: MachineConfig;
  readonly check: CheckConfig;
  readonly programName: string;
  readonly args: readonly string[];
  readonly environment: readonly string[];
  readonly stdout: StandardOutputKind;
  readonly pid: number;
  /** Limits of the run, simulated quantities; 0: none. */
  readonly maxInstructions: number;
  readonly maxOutputBytes: number;
  readonly maxHeapBytes: number;
}

export const CYCLES_PER_SECOND = 3_000_000_000;

export const DEFAULT_MACHINE: MachineConfig = {
  frameCount: 262_144,
  levels: 4,
  tlb: { l1dEntries: 64, l1dWays: 4, l1iEntries: 64, l1iWays: 4, l2Entries: 1536, l2Ways: 12 },
  costs: {
    l2HitCycles: 7, walkReadCycles: 20, minorFaultCycles: 3_000, majorFaultCycles: 15_000_000,
    stackFrameCycles: 3, mallocBaseCycles: 150, systemCallCycles: 300,
  },
  stackLimitBytes: 8 * 1024 * 1024,
  allocator: 'first-fit',
  seed: 1,
};

export const DEFAULT_CHECK: CheckConfig = {
  tool: 'memcheck', leakCheck: 'full',
  showLeakKinds: ['definite', 'possible'], errorsForLeakKinds: ['definite', 'possible'],
  leakCheckHeuristics: ['stdstring', 'length64', 'newarray', 'multipleinheritance'],
  leakResolution: 'high', numCallers: 12,
  freelistVolBytes: 20_000_000, freelistBigBlocksBytes: 1_000_000, explainLeaks: true,
};
