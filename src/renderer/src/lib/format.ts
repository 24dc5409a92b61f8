/** Numbers as the window writes them: as reports do. */
import { CYCLES_PER_SECOND } from '@shared/config';

export { baseName, capital, compact, count, counted, cyclesAsTime, duration, livingProcesses, percent, size } from '@shared/quantities';

/** A moment of a run, in the unit and with the digits that suit the whole of it: "0.0123 s" of "2.4000 s", "312.4 µs" of "501.2 µs". */
export function momentText(cycle: number, wholeCycles: number): string {
  const whole = wholeCycles / CYCLES_PER_SECOND;
  const [scale, unit] = whole >= 1 ? [1, 's'] : whole >= 1e-3 ? [1e3, 'ms'] : whole >= 1e-6 ? [1e6, 'µs'] : [1e9, 'ns'];
  const digits = String(Math.floor(whole * scale)).length;
  return `${((cycle / CYCLES_PER_SECOND) * scale).toFixed(Math.max(0, (unit === 's' ? 5 : 4) - digits))} ${unit}`;
}
