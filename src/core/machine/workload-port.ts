/**
 * What a light workload process runs in place of a program: something that touches memory by rule (src/core/workload),
 * through the same MMU, faults and reclaim as compiled code. The scheduler gives it its time slices.
 */
export interface Workload {
  /**
   * Runs up to `fuel` instructions in the running address space; answers how many it used (at least 1 unless it asked to
   * leave: `computer.ask`, for instance to wait for a device). It advances the machine's instruction count
   * (ST_INSTRUCTIONS) as it goes, so that events bear the right moment. What it does must not depend on how its fuel is
   * portioned.
   */
  run(fuel: number): number;
  /** What it does, for the Processes view: "touches 2,000 pages/s in 64 MiB". */
  readonly description: string;
}
