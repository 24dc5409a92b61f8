/** Classes of dynamic objects by the name that images have them under (classes.ts lists them). */
export class ClassRegistry {
  private readonly byName = new Map<string, object>();
  private readonly byPrototype = new Map<object, string>();
  private readonly left = new Map<string, ReadonlySet<string>>();

  /** `leaves`: fields that images do not have: caches, which the owner empties or fills again. */
  add(name: string, type: { readonly prototype: object }, leaves: readonly string[] = []): this {
    if (this.byName.has(name)) throw new Error(`image: two classes are called ${name}`);
    this.byName.set(name, type.prototype);
    this.byPrototype.set(type.prototype, name);
    if (leaves.length > 0) this.left.set(name, new Set(leaves));
    return this;
  }

  nameOf(prototype: object): string | undefined {
    return this.byPrototype.get(prototype);
  }

  prototypeOf(name: string): object | undefined {
    return this.byName.get(name);
  }

  leavesOf(name: string): ReadonlySet<string> | undefined {
    return this.left.get(name);
  }
}
