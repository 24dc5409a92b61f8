/**
 * A small run that nobody sees, made once when the app has opened: the first run of code costs several times what later
 * ones do (the host compiles it then), and without a rehearsal the user's first Run would pay for that.
 *
 *   laboratory.ts: compiles REHEARSAL (from the cache on disk after the first time) ──▶ machine.worker.ts: rehearse
 */
import { createMachine } from '../core/machine/machine';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../shared/config';
import type { SourceFile } from '../shared/diagnostics';
import type { RunResult } from '../shared/report';
import { linkProgram, type Engine } from './engine';

/** A bit of everything that a student's program does: lists, strings, output, an error, blocks lost in several ways. */
export const REHEARSAL: SourceFile = {
  path: 'rehearsal.c',
  text: `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct node { int value; struct node *next; };
static struct node *kept;
static struct node *push(struct node *list, int value) {
  struct node *node = malloc(sizeof *node);
  if (!node) exit(1);
  node->value = value;
  node->next = list;
  return node;
}
int main(int argc, char **argv) {
  struct node *list = NULL;
  for (int i = 0; i < 20; i++) list = push(list, i * 3 % 7);
  kept = push(NULL, 1);
  char *text = strdup(argv[0]);
  printf("%s %d %zu %.2f\\n", text, argc, strlen(text), 1.5);
  char *line = malloc(16);
  memset(line, 'x', 17);
  free(line);
  list = list->next;
  text = calloc(4, 8);
  free(text);
  return list ? 0 : 1;
}
`,
};

const QUANTUM_INSTRUCTIONS = 100_000;

/** Links and runs the program to its end and reads what the window reads. Output goes nowhere; the result is returned. */
export function rehearse(engine: Engine, bitcode: readonly Uint8Array[], sources: ReadonlyMap<string, string>): RunResult | null {
  const program = linkProgram(engine, bitcode, sources);
  const machine = createMachine({
    machine: DEFAULT_MACHINE, check: DEFAULT_CHECK, programName: './rehearsal', args: [], environment: [], stdout: 'tty',
    pid: 1, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: () => undefined, input: () => null }, engine.kernel);
  const processKey = machine.load(program);
  while (machine.state !== 'exited') machine.run(QUANTUM_INSTRUCTIONS);
  const result = machine.query('result', null).value;
  const finding = result?.leaks?.records[0];
  machine.query('status', null);
  machine.query('processes', null);
  if (finding) machine.query('chain', { processKey, query: { findingId: finding.findingId } });
  return result;
}
