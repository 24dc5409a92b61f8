/** Field layouts of the debug-information records that LLVM 22 writes for C, and the kinds that references may have. */
import type { MetadataNode } from './metadata-nodes';

export type NodeKind = MetadataNode['kind'];

const TYPES: readonly NodeKind[] = ['DIBasicType', 'DIDerivedType', 'DICompositeType', 'DISubroutineType'];
const LOCAL: readonly NodeKind[] = ['DISubprogram', 'DILexicalBlock', 'DILexicalBlockFile'];

export const LOCAL_SCOPES: ReadonlySet<NodeKind> = new Set(LOCAL);

/** Kinds of reference: which nodes each may name (null: any). */
export const ACCEPTED = {
  any: null,
  string: new Set<NodeKind>(['string']),
  file: new Set<NodeKind>(['DIFile']),
  scope: new Set<NodeKind>([...LOCAL, ...TYPES, 'DIFile', 'DICompileUnit']),
  localScope: LOCAL_SCOPES,
  type: new Set<NodeKind>(TYPES),
  tuple: new Set<NodeKind>(['tuple']),
  unit: new Set<NodeKind>(['DICompileUnit']),
  subprogram: new Set<NodeKind>(['DISubprogram']),
  variable: new Set<NodeKind>(['DIGlobalVariable']),
  expression: new Set<NodeKind>(['DIExpression']),
  location: new Set<NodeKind>(['DILocation']),
  value: new Set<NodeKind>(['value']),
  size: new Set<NodeKind>(['value', 'DILocalVariable', 'DIGlobalVariable', 'DIExpression']),
} as const satisfies Readonly<Record<string, ReadonlySet<NodeKind> | null>>;

/**
 * A reference of one of the kinds above, or: number; wide (up to 64 bits, as bigint); flag; size (a number, or a
 * reference when the record's flags say so — for DIDerivedType and DICompositeType also the offset); skip.
 */
export type FieldKind = Exclude<keyof typeof ACCEPTED, 'size'> | 'number' | 'wide' | 'flag' | 'size' | 'skip';

const SPECIFICATIONS: Readonly<Record<number, readonly [NodeKind, string]>> = {
  13: ['DISubrange', 'count:any lowerBound:any upperBound:any stride:any'],
  15: ['DIBasicType', 'tag:number name:string size:size align:number encoding:number flags:number extraInhabitants:number dataSize:number'],
  16: ['DIFile', 'filename:string directory:string checksumkind:number checksum:string source:string'],
  17: ['DIDerivedType', `tag:number name:string file:file line:number scope:scope baseType:type size:size align:number offset:size flags:number
    extraData:any addressSpace:number annotations:any ptrAuth:number`],
  18: ['DICompositeType', `tag:number name:string file:file line:number scope:scope baseType:type size:size align:number offset:size flags:number
    elements:tuple runtimeLang:number vtableHolder:any templateParams:any identifier:string discriminator:any dataLocation:any associated:any
    allocated:any rank:any annotations:any extraInhabitants:number specification:any enumKind:number bitStride:any`],
  19: ['DISubroutineType', 'flags:number types:tuple cc:number'],
  20: ['DICompileUnit', `language:number file:file producer:string isOptimized:flag flags:string runtimeVersion:number splitDebugFilename:string
    emissionKind:number enums:tuple retainedTypes:tuple subprograms:skip globals:tuple imports:tuple dwoId:wide macros:tuple
    splitDebugInlining:flag debugInfoForProfiling:flag nameTableKind:number rangesBaseAddress:flag sysroot:string sdk:string languageVersion:number`],
  21: ['DISubprogram', `scope:scope name:string linkageName:string file:file line:number type:type scopeLine:number containingType:any
    spFlags:number virtualIndex:number flags:number unit:unit templateParams:any declaration:subprogram retainedNodes:tuple
    thisAdjustment:number thrownTypes:any annotations:any targetFuncName:string keyInstructions:flag`],
  22: ['DILexicalBlock', 'scope:scope file:file line:number column:number'],
  23: ['DILexicalBlockFile', 'scope:scope file:file discriminator:number'],
  27: ['DIGlobalVariable', `scope:scope name:string linkageName:string file:file line:number type:type isLocal:flag isDefinition:flag
    declaration:any templateParams:any align:number annotations:any`],
  28: ['DILocalVariable', 'scope:localScope name:string file:file line:number type:type arg:number flags:number align:number annotations:any'],
  33: ['DIMacro', 'type:number line:number name:string value:string'],
  34: ['DIMacroFile', 'type:number line:number file:file nodes:tuple'],
  37: ['DIGlobalVariableExpression', 'var:variable expr:expression'],
  // An all-ones suspend index means none.
  40: ['DILabel', 'scope:localScope name:string file:file line:number column:number coroSuspendIdx:wide'],
  47: ['DIAssignID', ''],
};

export interface Layout { readonly kind: NodeKind; readonly fields: readonly (readonly [string, FieldKind])[] }

/** By record code. */
export const LAYOUTS: Readonly<Record<number, Layout>> = Object.fromEntries(
  Object.entries(SPECIFICATIONS).map(([code, [kind, text]]) => {
    const fields = text.split(/\s+/).filter(Boolean).map((field) => field.split(':') as [string, FieldKind]);
    return [Number(code), { kind, fields }];
  }),
);
