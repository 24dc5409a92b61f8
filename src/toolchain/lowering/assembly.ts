/**
 * Inline assembly: refused, but for two templates that ordinary C headers use.
 *
 * - Valgrind's client requests: four rotations of %rdi that cancel out, then an exchange of %rbx with itself; the request
 *   block's address is in %rax, the default result and the result in %rdx ("valgrind.h" documents the protocol).
 * - An empty template: a barrier for the optimiser. Outputs tied to an input have its value.
 */
import { Intrinsic } from '../../core/intrinsics';
import type { CallInstruction, InlineAsm, Value } from '../bitcode/module';
import { piecesOf } from './layout';
import { inRegister, type Slot } from './operands';
import type { Selector } from './selector';

export function isAssembly(callee: Value): callee is InlineAsm {
  return callee.kind === 'asm';
}

export function lowerAssembly(selector: Selector, call: CallInstruction, assembly: InlineAsm): void {
  const template = assembly.template.trim();
  if (template === '') { lowerBarrier(selector, call, assembly.constraints); return; }
  if (isClientRequest(template)) { lowerClientRequest(selector, call, assembly.constraints); return; }
  selector.refuse('inline assembly is not supported: the simulated processor runs LIR, not x86 machine code');
}

function isClientRequest(template: string): boolean {
  const instructions = template.split(/[;\n]/).map(part => part.replace(/\s+/g, '').replace(/\$\$/g, '$')).filter(part => part !== '');
  const expected = ['rolq$3,%rdi', 'rolq$13,%rdi', 'rolq$61,%rdi', 'rolq$51,%rdi', 'xchgq%rbx,%rbx'];
  return instructions.length === expected.length && instructions.every((part, i) => part === expected[i]);
}

interface Constraints { readonly outputs: readonly string[]; readonly inputs: readonly string[] }

function parse(constraints: string): Constraints {
  const parts = constraints.split(',').filter(part => part !== '' && !part.startsWith('~'));
  return { outputs: parts.filter(part => part.startsWith('=')), inputs: parts.filter(part => !part.startsWith('=')) };
}

/** Register inputs are "{ax}" (the request block) and "{dx}" or a number tied to the output (the default). */
function lowerClientRequest(selector: Selector, call: CallInstruction, constraints: string): void {
  const { inputs } = parse(constraints);
  const block = call.operands[inputs.indexOf('{ax}')];
  const fallback = call.operands[inputs.findIndex(input => input === '{dx}' || input === '0')];
  if (block === undefined || fallback === undefined) selector.refuse('a client request of an unknown shape');
  const [result] = selector.intrinsic(Intrinsic.client_request, [selector.operand(fallback), selector.operand(block)], 1);
  if (call.type.kind !== 'void') selector.define(call, [inRegister(result)]);
}

function lowerBarrier(selector: Selector, call: CallInstruction, constraints: string): void {
  const { outputs, inputs } = parse(constraints);
  if (call.type.kind === 'void') return;
  const registerOutputs = outputs.filter(output => !output.includes('*'));
  const types = call.type.kind === 'struct' && registerOutputs.length > 1 ? call.type.elements : [call.type];
  const results: Slot[] = types.flatMap((type, i) => {
    const tied = inputs.indexOf(String(outputs.indexOf(registerOutputs[i])));
    if (tied >= 0) return [...selector.slots(call.operands[tied + outputs.length - registerOutputs.length])];
    return piecesOf(type).map((piece): Slot => ({ operand: { kind: 'undefined', bits: piece.bits } }));
  });
  selector.defineSlots(call, results);
}
