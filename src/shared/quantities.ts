/** Numbers as the window and the report in HTML write them. Input units are in the parameters' names. */
import { CYCLES_PER_SECOND } from './config';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return whole.format(value);
}

/** "1 block", "3 blocks". */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}

/** Of a machine: how many processes live in it. */
export function livingProcesses(living: number): string {
  return living === 0 ? 'all processes ended' : counted(living, 'process', 'processes');
}

/** A word as it begins a label. */
export function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Bytes in binary units: "32 bytes", "4.00 KiB", "128 TiB". */
export function size(sizeBytes: number): string {
  if (sizeBytes < 1024) return counted(sizeBytes, 'byte');
  const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  let value = sizeBytes;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? count(value) : significant(value)} ${units[unit]}`;
}

/** Simulated time: "340 ns", "12.3 µs", "5.00 ms", "2.40 s". */
export function duration(seconds: number): string {
  if (seconds === 0) return '0 s';
  if (seconds < 1e-6) return `${significant(seconds * 1e9)} ns`;
  if (seconds < 1e-3) return `${significant(seconds * 1e6)} µs`;
  if (seconds < 1) return `${significant(seconds * 1e3)} ms`;
  if (seconds < 120) return `${significant(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${(seconds % 60).toFixed(0)} s`;
}

export function cyclesAsTime(cycles: number): string {
  return duration(cycles / CYCLES_PER_SECOND);
}

/** A share as per cent, with the digits that tell 99.9 from 100: never rounds up to 100 % or down to 0 %. */
export function percent(part: number, total: number): string {
  if (total === 0) return 'none yet';
  const share = (part / total) * 100;
  if (share > 99.99 && share < 100) return '> 99.99 %';
  if (share > 0 && share < 0.01) return '< 0.01 %';
  return `${share.toFixed(share >= 99 || share < 1 ? 2 : 1)} %`;
}

/** "1.2 M" for places where a long number does not fit. */
export function compact(value: number): string {
  if (value < 10_000) return count(value);
  const [scaled, unit] = value < 1e6 ? [value / 1e3, 'k'] : value < 1e9 ? [value / 1e6, 'M'] : [value / 1e9, 'G'];
  return `${significant(scaled)} ${unit}`;
}

/** File name without its folders. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
