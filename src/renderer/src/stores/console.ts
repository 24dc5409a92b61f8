/**
 * The console: what the program wrote, as lines of runs of one stream, bounded. Nothing here interprets the text beyond
 * newlines, tabs and carriage returns.
 */
import { defineStore } from 'pinia';
import { ref, shallowRef, triggerRef } from 'vue';

export type ConsoleStream = 'stdout' | 'stderr' | 'stdin' | 'note';
export interface ConsoleRun { readonly stream: ConsoleStream; readonly text: string }
/** The process that wrote; null for what was typed and for notes. */
export interface ConsoleWriter { readonly pid: number; readonly name: string }
export interface ConsoleLine { readonly id: number; readonly runs: readonly ConsoleRun[]; readonly writer: ConsoleWriter | null; /** Bytes that programs had written before it. */ readonly from: number }

/** Lines kept; older ones go and are counted. */
export const SCROLLBACK_LINES = 5_000;
/** A line without end is broken here. */
export const LINE_CHARACTERS = 4_000;

export const useConsole = defineStore('console', () => {
  const lines = shallowRef<ConsoleLine[]>([]);
  const droppedLines = ref(0);
  /** Processes that have written. */
  const writers = shallowRef<readonly number[]>([]);
  let nextId = 1;
  let open = false;
  let writer: ConsoleWriter | null = null;
  /** Bytes that programs have written, those left out too. */
  let written = 0;
  const encoder = new TextEncoder();

  function pushRun(stream: ConsoleStream, text: string): void {
    const last = lines.value.at(-1);
    if (open && last) {
      const run = last.runs.at(-1);
      const runs = run && run.stream === stream ? [...last.runs.slice(0, -1), { stream, text: run.text + text }] : [...last.runs, { stream, text }];
      lines.value[lines.value.length - 1] = { id: last.id, runs, writer: last.writer, from: last.from };
    } else {
      lines.value.push({ id: nextId++, runs: text === '' ? [] : [{ stream, text }], writer, from: written });
      open = true;
    }
  }

  function lineLength(): number {
    return open ? (lines.value.at(-1)?.runs.reduce((sum, run) => sum + run.text.length, 0) ?? 0) : 0;
  }

  /** Lines of different processes are kept apart: one that is not finished is broken off when another process writes. */
  function append(stream: ConsoleStream, text: string, droppedBytes = 0, from: ConsoleWriter | null = null): void {
    if (from !== null && writer !== null && from.pid !== writer.pid) open = false;
    writer = from;
    if (from !== null && !writers.value.includes(from.pid)) writers.value = [...writers.value, from.pid];
    if (droppedBytes > 0) note(`… ${droppedBytes.toLocaleString('en-US')} bytes left out: the program writes faster than a window can show …`);
    written += droppedBytes;
    const parts = text.replaceAll('\r\n', '\n').split('\n');
    parts.forEach((part, index) => {
      let rest = part;
      for (let room = LINE_CHARACTERS - lineLength(); rest.length > room; room = LINE_CHARACTERS) {
        pushRun(stream, rest.slice(0, room));
        rest = rest.slice(room);
        open = false;
      }
      const ends = index < parts.length - 1;
      if (rest !== '' || (ends && !open)) pushRun(stream, rest);
      if (ends) open = false;
      if (stream !== 'stdin') written += encoder.encode(part).length + (ends ? 1 : 0);
    });
    if (lines.value.length > SCROLLBACK_LINES) {
      const excess = lines.value.length - SCROLLBACK_LINES;
      lines.value.splice(0, excess);
      droppedLines.value += excess;
    }
    triggerRef(lines);
  }

  /** A line of Pagewise's own, apart from the program's. */
  function note(text: string): void {
    open = false;
    writer = null;
    pushRun('note', text);
    open = false;
    triggerRef(lines);
  }

  function clear(): void {
    lines.value = [];
    droppedLines.value = 0;
    writers.value = [];
    writer = null;
    open = false;
  }

  /** A new run. */
  function begin(): void {
    clear();
    written = 0;
  }

  function plainText(): string {
    return lines.value.map((line) => line.runs.map((run) => run.text).join('')).join('\n');
  }

  return { lines, writers, droppedLines, append, note, clear, begin, plainText };
});
