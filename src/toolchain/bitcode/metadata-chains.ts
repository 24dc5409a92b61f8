/**
 * Chains that consumers walk to their end must have one: scopes outwards, call sites of inlined code, and derived types
 * down to their base. (Types as a whole may well be cyclic: a struct that points to itself.)
 */
import type { MetadataNode } from './metadata-nodes';
import { BitcodeError } from './module';

type Next = (node: MetadataNode) => MetadataNode | null;

const CHAINS: readonly (readonly [string, Next])[] = [
  ['scope', (node) => ('scope' in node ? node.scope : null)],
  ['call site', (node) => (node.kind === 'DILocation' ? node.inlinedAt : null)],
  ['base type', (node) => ('baseType' in node ? node.baseType : null)],
];

/** Nodes known to be good, one set per kind of chain. */
export type CheckedChains = readonly Set<MetadataNode>[];
export function newCheckedChains(): CheckedChains { return CHAINS.map(() => new Set<MetadataNode>()); }

/** Checks the nodes from id `first` on; throws a BitcodeError for a chain that comes back to itself. */
export function checkChains(nodes: readonly MetadataNode[], first: number, checked: CheckedChains): void {
  CHAINS.forEach(([name, next], chain) => {
    const finished = checked[chain]!;
    for (let i = first; i < nodes.length; i++) {
      const path = new Set<MetadataNode>();
      for (let node: MetadataNode | null = nodes[i]!; node && !finished.has(node); node = next(node)) {
        if (path.has(node)) throw new BitcodeError(`metadata: a ${name} chain comes back to itself`);
        path.add(node);
      }
      for (const node of path) finished.add(node);
    }
  });
}
