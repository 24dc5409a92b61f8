/**
 * Traces of the policy bench from files and pipes. Used by the command line and by the worker of the window. Reads in
 * pieces, so that a trace larger than memory's text limit is no problem: only its references are kept.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { createReader, guessFormat } from '../core/policy/formats';
import { TraceError, type ReferenceTrace } from '../core/policy/trace';
import type { TraceFormat, TraceReading } from '../shared/policy';

const PIECE_BYTES = 1 << 20;

/** A file that cannot be read as a trace: one message for the user, with the file's name. */
export class TraceFileError extends Error {
  override readonly name = 'TraceFileError';
}

export interface LoadedTrace {
  readonly trace: ReferenceTrace;
  /** What was found where `auto` was asked. */
  readonly format: TraceFormat;
}

/**
 * @param path "-" is standard input
 * @param progress called between pieces with the part that was read, 0 .. 1; always 0 for a pipe
 * @throws TraceFileError
 */
export function readTraceFile(path: string, reading: TraceReading, progress: (part: number) => void = () => {}): LoadedTrace {
  const name = path === '-' ? 'standard input' : basename(path);
  const descriptor = path === '-' ? 0 : openFile(path, name);
  try {
    const info = fstatSync(descriptor);
    if (info.isDirectory()) throw new TraceFileError(`${name} is a folder`);
    return readPieces(() => readPiece(descriptor, name), name, reading, (done) => { progress(info.size > 0 ? Math.min(1, done / info.size) : 0); });
  } finally {
    if (path !== '-') closeSync(descriptor);
  }
}

/** A trace that is already here as text, such as a string that the user typed. @throws TraceFileError */
export function readTraceText(text: string, reading: TraceReading): LoadedTrace {
  let rest: Uint8Array | null = new TextEncoder().encode(text);
  return readPieces(() => {
    const all = rest;
    rest = null;
    return all;
  }, '', reading, () => {});
}

function readPieces(next: () => Uint8Array | null, name: string, reading: TraceReading, progress: (bytesRead: number) => void): LoadedTrace {
  try {
    let piece = next();
    const format = reading.format === 'auto' ? guessFormat(name, piece ?? new Uint8Array(0)) : reading.format;
    const reader = createReader(format, reading);
    for (let done = 0; piece !== null; piece = next()) {
      reader.push(piece);
      progress((done += piece.length));
    }
    return { trace: reader.finish(), format };
  } catch (error) {
    if (error instanceof TraceError || error instanceof RangeError) throw new TraceFileError(name === '' ? error.message : `${name}: ${error.message}`);
    throw error;
  }
}

function openFile(path: string, name: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new TraceFileError(reasonOf(name, error));
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** The next bytes; null at the end. */
function readPiece(descriptor: number, name: string): Uint8Array | null {
  const buffer = new Uint8Array(PIECE_BYTES);
  for (;;) {
    try {
      const length = readSync(descriptor, buffer, 0, buffer.length, null);
      return length === 0 ? null : buffer.subarray(0, length);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EOF') return null;
      if (code !== 'EAGAIN') throw new TraceFileError(reasonOf(name, error));
      Atomics.wait(sleeper, 0, 0, 5); // standard input that its other owner made non-blocking
    }
  }
}

function reasonOf(name: string, error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT': return `${name}: there is no such file`;
    case 'EACCES': case 'EPERM': return `${name}: permission denied`;
    case 'EISDIR': return `${name} is a folder`;
    default: return `${name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
