/**
 * The skeleton of a machine: every object and function that its construction makes. Construction is deterministic, so an
 * equal machine has an equal skeleton, and its members can be named by number, or by the way that leads to them.
 *
 * That is how the image of a machine (encode.ts) deals with what cannot be written down: closures, the kernel, the ports.
 * They belong to the skeleton, which construction makes anew; an image only fills it. What running has made (processes, areas,
 * blocks) is dynamic: written with its class, and made by the reader.
 *
 * Opaque members have a number but no content: the host's ports, the kernel's exports, the store's memory and views of it.
 */
export class Skeleton {
  /** By number. */
  readonly members: object[] = [];
  readonly numbers = new Map<object, number>();
  readonly opaque = new Set<number>();
  /** How each member was found: number of the object that holds it (-1: a root) and the key there. */
  readonly parents: number[] = [];
  readonly keys: string[] = [];

  /**
   * @param roots by name
   * @param closed objects that are members without content
   * @param storeBuffer views of this are members without content
   */
  constructor(roots: Readonly<Record<string, object>>, closed: Iterable<object>, private readonly storeBuffer: ArrayBufferLike) {
    const leaves = new Set(closed);
    for (const [name, root] of Object.entries(roots)) this.add(root, -1, name);
    for (let number = 0; number < this.members.length; number++) {
      const member = this.members[number] as object;
      if (typeof member === 'function' || leaves.has(member) || this.isStoreView(member)) this.opaque.add(number);
      else this.visit(member, number);
    }
  }

  /** The way to a member, for messages and for files: "pass.computer.system.buddy". */
  path(number: number): string {
    const parts: string[] = [];
    for (let at = number; at >= 0; at = this.parents[at] ?? -1) parts.push(this.keys[at] ?? '');
    return parts.reverse().join('.');
  }

  private isStoreView(member: object): boolean {
    return ArrayBuffer.isView(member) && member.buffer === this.storeBuffer;
  }

  private add(value: unknown, parent: number, key: string): void {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || this.numbers.has(value)) return;
    this.numbers.set(value, this.members.length);
    this.members.push(value);
    this.parents.push(parent);
    this.keys.push(key);
  }

  private visit(member: object, number: number): void {
    eachPart(member, (value, key) => { this.add(value, number, key); });
  }
}

/** Values that an object, array, map or set holds, in order, each with its place. */
export function eachPart(member: object, visit: (value: unknown, key: string) => void): void {
  if (ArrayBuffer.isView(member)) return;
  if (member instanceof Map) {
    let index = 0;
    for (const [key, value] of member) {
      visit(key, `key${String(index)}`);
      visit(value, `value${String(index++)}`);
    }
  } else if (member instanceof Set) {
    let index = 0;
    for (const value of member) visit(value, `item${String(index++)}`);
  } else {
    for (const [key, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(member))) {
      if (get !== undefined) throw new Error(`image: ${key} of ${member.constructor.name} is computed; make it a method of a class, or close its holder`);
      if (key !== 'length' || !Array.isArray(member)) visit(value, key);
    }
  }
}
