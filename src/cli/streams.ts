/**
 * The program's standard streams on this process's own: bytes untouched, nothing buffered, nothing read ahead.
 *
 * Writing is synchronous (the program goes on when its bytes are out). Reading asks for as much as the program asks for,
 * when it asks, so that what it leaves is there for the next command of a script.
 */
import { closeSync, fstatSync, openSync, read, readSync, writeSync } from 'node:fs';

const PAUSE_MS = 2;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** The reader of a stream has gone (EPIPE): nobody will see more output. */
export class ReaderGone extends Error {}

/** Writes all bytes. Waits where a pipe set to non-blocking is full. @throws ReaderGone, or the system's error */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) {
    try {
      at += writeSync(descriptor, bytes, at, bytes.byteLength - at);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EPIPE') throw new ReaderGone('the reader of the output has gone');
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(sleeper, 0, 0, PAUSE_MS);
    }
  }
}

const STDIN = 0;

/** Standard input, read when asked. */
export class StandardInput {
  /** A read waits in the thread pool: the process cannot end before it is answered. */
  waiting = false;

  /** Up to `limit` bytes; null at the end, also when standard input is closed or a folder. */
  async read(limit: number): Promise<Uint8Array | null> {
    const buffer = new Uint8Array(Math.max(1, Math.min(limit, 1 << 20)));
    for (;;) {
      try {
        const length = this.isFile() ? readSync(STDIN, buffer, 0, buffer.byteLength, null) : await this.readLater(buffer);
        return length === 0 ? null : buffer.subarray(0, length);
      } catch (error) {
        const code = codeOf(error);
        if (code === 'EOF' || code === 'EBADF' || code === 'EISDIR' || code === 'EIO') return null;
        if (code !== 'EAGAIN') throw error;
        await new Promise((done) => { setTimeout(done, PAUSE_MS); });
      }
    }
  }

  private isFile(): boolean {
    return fstatSync(STDIN).isFile();
  }

  /** Off this thread, so that an interrupt from the keyboard is seen meanwhile. */
  private readLater(buffer: Uint8Array): Promise<number> {
    this.waiting = true;
    return new Promise<number>((resolve, reject) => {
      read(STDIN, buffer, 0, buffer.byteLength, null, (error, length) => {
        this.waiting = false;
        if (error) reject(error);
        else resolve(length);
      });
    });
  }
}

/** Opens a file for a report, so that a wrong path is known before the program runs. Throws the system's error. */
export function openReport(path: string): { write(text: string): void; close(): void } {
  const descriptor = openSync(path, 'w');
  return {
    write: (text) => { writeAll(descriptor, new TextEncoder().encode(text)); },
    close: () => { closeSync(descriptor); },
  };
}

/** "%p" is the process id, "%%" a per cent sign, "%q{NAME}" an environment variable (empty when unset), as in Valgrind. */
export function expandFileName(pattern: string, pid: number, environment: NodeJS.ProcessEnv): string {
  return pattern.replace(/%(?:p|%|q\{([^}]*)\})/g, (match, variable: string | undefined) => {
    if (match === '%p') return String(pid);
    if (match === '%%') return '%';
    return environment[variable ?? ''] ?? '';
  });
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

