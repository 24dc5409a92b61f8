/**
 * The stack that a new program finds (System V ABI for AMD64, 3.4.1): from SP upward argc, the argv pointers and a null,
 * the environment pointers and a null, the auxiliary vector, then random bytes and the strings themselves, the program's
 * name last below the stack's top.
 */
export interface InitialStack {
  /** Bytes from `sp` up to the top of the stack. */
  readonly content: Uint8Array;
  readonly sp: bigint;
  readonly argv: bigint;
  readonly envp: bigint;
  readonly argc: number;
}

const AT_NULL = 0n;
const AT_PAGESZ = 6n;
const AT_CLKTCK = 17n;
const AT_RANDOM = 25n;
const AT_EXECFN = 31n;

/** `top`: end of the stack area. `seed` fills the 16 bytes of AT_RANDOM. */
export function buildInitialStack(top: bigint, args: readonly string[], environment: readonly string[], execName: string, seed: number): InitialStack {
  const encode = (text: string): Uint8Array => utf8(text + '\0');
  const strings = [...args, ...environment, execName].map(encode);
  const stringBytes = strings.reduce((sum, bytes) => sum + bytes.length, 0);
  const stringsStart = (top - 8n - BigInt(stringBytes)) & ~15n;
  const randomStart = stringsStart - 16n;
  const auxiliary: bigint[] = [AT_PAGESZ, 4096n, AT_CLKTCK, 100n, AT_RANDOM, randomStart, AT_EXECFN, 0n, AT_NULL, 0n];
  const words = 1 + args.length + 1 + environment.length + 1 + auxiliary.length;
  const sp = (randomStart - BigInt(8 * words)) & ~15n;
  const content = new Uint8Array(Number(top - sp));
  const view = new DataView(content.buffer);
  const addresses: bigint[] = [];
  let at = stringsStart;
  for (const bytes of strings) {
    content.set(bytes, Number(at - sp));
    addresses.push(at);
    at += BigInt(bytes.length);
  }
  auxiliary[7] = addresses[addresses.length - 1] ?? 0n;
  let state = seed >>> 0;
  for (let i = 0; i < 16; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    content[Number(randomStart - sp) + i] = state >>> 24;
  }
  const table = [BigInt(args.length), ...addresses.slice(0, args.length), 0n, ...addresses.slice(args.length, args.length + environment.length), 0n, ...auxiliary];
  table.forEach((word, i) => { view.setBigUint64(8 * i, word, true); });
  return { content, sp, argv: sp + 8n, envp: sp + 8n + BigInt(8 * (args.length + 1)), argc: args.length };
}

/** UTF-8 bytes of a string (the core has no TextEncoder: it is built without DOM and Node types). */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(bytes);
}
