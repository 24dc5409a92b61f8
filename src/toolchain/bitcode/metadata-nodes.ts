/**
 * Metadata of a bitcode module as data: debug information and tuples.
 *
 * The names and meanings are those of LLVM's metadata ("Specialized Metadata Nodes" in the LLVM language reference);
 * tags, encodings and operators are DWARF's numbers. References are objects, never ids; `null` is "absent" (for a
 * type: void). The reader has checked that each reference has one of the kinds given here.
 */
import type { Type, Value } from './module';

export interface MetadataString {
  readonly kind: 'string';
  /** UTF-8 decoded text. */
  readonly value: string;
  readonly bytes: Uint8Array;
}

/** A value in metadata position (a variable's address in a debug record, a constant in a tuple). */
export interface ValueAsMetadata {
  readonly kind: 'value';
  readonly type: Type;
  readonly value: Value;
}

export interface MetadataTuple {
  readonly kind: 'tuple';
  readonly distinct: boolean;
  readonly operands: readonly (MetadataNode | null)[];
}

export interface DILocation {
  readonly kind: 'DILocation';
  readonly distinct: boolean;
  readonly line: number;
  readonly column: number;
  readonly scope: DILocalScope;
  /** The call site into which the function of `scope` was inlined. */
  readonly inlinedAt: DILocation | null;
  readonly implicit: boolean;
  readonly atomGroup: number;
  readonly atomRank: number;
}

export interface DIFile {
  readonly kind: 'DIFile';
  readonly distinct: boolean;
  readonly filename: MetadataString | null;
  readonly directory: MetadataString | null;
  readonly checksumkind: number;
  readonly checksum: MetadataString | null;
  readonly source: MetadataString | null;
}

export interface DICompileUnit {
  readonly kind: 'DICompileUnit';
  readonly distinct: boolean;
  readonly language: number;
  readonly file: DIFile | null;
  readonly producer: MetadataString | null;
  readonly isOptimized: boolean;
  readonly enums: MetadataTuple | null;
  readonly retainedTypes: MetadataTuple | null;
  readonly globals: MetadataTuple | null;
  readonly macros: MetadataTuple | null;
  readonly emissionKind: number;
  readonly splitDebugInlining: boolean;
  readonly nameTableKind: number;
}

export interface DISubprogram {
  readonly kind: 'DISubprogram';
  readonly distinct: boolean;
  readonly scope: DIScope | null;
  readonly name: MetadataString | null;
  readonly linkageName: MetadataString | null;
  readonly file: DIFile | null;
  readonly line: number;
  readonly type: DIType | null;
  readonly scopeLine: number;
  /** DISPFlags: 4 local to unit, 8 definition, 16 optimized. */
  readonly spFlags: number;
  readonly flags: number;
  readonly unit: DICompileUnit | null;
  readonly declaration: DISubprogram | null;
  readonly retainedNodes: MetadataTuple | null;
}

export interface DILexicalBlock {
  readonly kind: 'DILexicalBlock';
  readonly distinct: boolean;
  readonly scope: DIScope | null;
  readonly file: DIFile | null;
  readonly line: number;
  readonly column: number;
}

export interface DILexicalBlockFile {
  readonly kind: 'DILexicalBlockFile';
  readonly distinct: boolean;
  readonly scope: DIScope | null;
  readonly file: DIFile | null;
  readonly discriminator: number;
}

export interface DIBasicType {
  readonly kind: 'DIBasicType';
  readonly distinct: boolean;
  /** DW_TAG_base_type (0x24) or DW_TAG_unspecified_type (0x3b). */
  readonly tag: number;
  readonly name: MetadataString | null;
  /** Bits. */
  readonly size: BitSize;
  /** Bits; 0: natural. */
  readonly align: number;
  /** DW_ATE_…: 2 boolean, 4 float, 5 signed, 6 signed char, 7 unsigned, 8 unsigned char, 3 complex float. */
  readonly encoding: number;
  readonly flags: number;
}

/** Pointer (0x0f), member (0x0d), typedef (0x16), const (0x26), volatile (0x35), restrict (0x37), atomic (0x47). */
export interface DIDerivedType {
  readonly kind: 'DIDerivedType';
  readonly distinct: boolean;
  readonly tag: number;
  readonly name: MetadataString | null;
  readonly file: DIFile | null;
  readonly line: number;
  readonly scope: DIScope | null;
  readonly baseType: DIType | null;
  readonly size: BitSize;
  readonly align: number;
  /** Bits from the start of the struct, for members. */
  readonly offset: BitSize;
  /** DIFlags: 1 << 19 bit-field, 64 artificial. */
  readonly flags: number;
  /** For a bit-field: offset in bits of its storage unit (a ValueAsMetadata). */
  readonly extraData: MetadataNode | null;
}

/** Array (0x01), structure (0x13), union (0x17), enumeration (0x04). */
export interface DICompositeType {
  readonly kind: 'DICompositeType';
  readonly distinct: boolean;
  readonly tag: number;
  readonly name: MetadataString | null;
  readonly file: DIFile | null;
  readonly line: number;
  readonly scope: DIScope | null;
  readonly baseType: DIType | null;
  readonly size: BitSize;
  readonly align: number;
  readonly offset: BitSize;
  /** DIFlags: 4 forward declaration, 2048 vector. */
  readonly flags: number;
  /** Members, enumerators or subranges. */
  readonly elements: MetadataTuple | null;
  readonly runtimeLang: number;
  readonly identifier: MetadataString | null;
}

/** Operand 0 of `types` is the result (null: void); a last null after parameters means "…". */
export interface DISubroutineType {
  readonly kind: 'DISubroutineType';
  readonly distinct: boolean;
  readonly flags: number;
  readonly types: MetadataTuple | null;
  readonly cc: number;
}

export interface DISubrange {
  readonly kind: 'DISubrange';
  readonly distinct: boolean;
  /** A constant (ValueAsMetadata), the hidden variable of a VLA (DILocalVariable), an expression, or null (unknown). */
  readonly count: MetadataNode | null;
  readonly lowerBound: MetadataNode | null;
  readonly upperBound: MetadataNode | null;
  readonly stride: MetadataNode | null;
}

export interface DIEnumerator {
  readonly kind: 'DIEnumerator';
  readonly distinct: boolean;
  readonly isUnsigned: boolean;
  /** Bits, where the value was written with a width; else 0. */
  readonly width: number;
  readonly name: MetadataString | null;
  readonly value: bigint;
}

export interface DIGlobalVariable {
  readonly kind: 'DIGlobalVariable';
  readonly distinct: boolean;
  readonly scope: DIScope | null;
  readonly name: MetadataString | null;
  readonly linkageName: MetadataString | null;
  readonly file: DIFile | null;
  readonly line: number;
  readonly type: DIType | null;
  readonly isLocal: boolean;
  readonly isDefinition: boolean;
  readonly align: number;
}

export interface DIGlobalVariableExpression {
  readonly kind: 'DIGlobalVariableExpression';
  readonly distinct: boolean;
  readonly var: DIGlobalVariable | null;
  readonly expr: DIExpression | null;
}

export interface DILocalVariable {
  readonly kind: 'DILocalVariable';
  readonly distinct: boolean;
  readonly scope: DILocalScope | null;
  readonly name: MetadataString | null;
  readonly file: DIFile | null;
  readonly line: number;
  readonly type: DIType | null;
  /** 1-based parameter number; 0: a local variable. */
  readonly arg: number;
  readonly flags: number;
  readonly align: number;
}

export interface DILabel {
  readonly kind: 'DILabel';
  readonly distinct: boolean;
  readonly scope: DILocalScope | null;
  readonly name: MetadataString | null;
  readonly file: DIFile | null;
  readonly line: number;
  readonly column: number;
}

/** DWARF operators (DW_OP_…) with their operands, as one flat list. */
export interface DIExpression {
  readonly kind: 'DIExpression';
  readonly distinct: boolean;
  readonly elements: readonly bigint[];
}

export interface DIMacro {
  readonly kind: 'DIMacro';
  readonly distinct: boolean;
  readonly type: number;
  readonly line: number;
  readonly name: MetadataString | null;
  readonly value: MetadataString | null;
}

export interface DIMacroFile {
  readonly kind: 'DIMacroFile';
  readonly distinct: boolean;
  readonly type: number;
  readonly line: number;
  readonly file: DIFile | null;
  readonly nodes: MetadataTuple | null;
}

export interface DIAssignID { readonly kind: 'DIAssignID'; readonly distinct: boolean }

export interface DIArgList { readonly kind: 'DIArgList'; readonly operands: readonly MetadataNode[] }

/** Bits as a number, or the metadata of a size that is computed at run time. */
export type BitSize = number | MetadataNode;

export type DIType = DIBasicType | DIDerivedType | DICompositeType | DISubroutineType;
export type DILocalScope = DISubprogram | DILexicalBlock | DILexicalBlockFile;
export type DIScope = DILocalScope | DIFile | DICompileUnit | DIType;

export type MetadataNode =
  | MetadataString | ValueAsMetadata | MetadataTuple | DILocation | DIFile | DICompileUnit | DISubprogram
  | DILexicalBlock | DILexicalBlockFile | DIType | DISubrange | DIEnumerator | DIGlobalVariable
  | DIGlobalVariableExpression | DILocalVariable | DILabel | DIExpression | DIMacro | DIMacroFile | DIAssignID | DIArgList;

/** Metadata attached to a global or an instruction, e.g. kind "dbg" on a function: its DISubprogram. */
export interface MetadataAttachment { readonly kind: string; readonly node: MetadataNode }

export interface NamedMetadata { readonly name: string; readonly nodes: readonly MetadataNode[] }

/** Debug records stand before the instruction in whose `records` they are listed. */
export type DebugRecord =
  /** The variable lives at the address `value` from here on (all of its scope). */
  | { readonly kind: 'declare'; readonly location: DILocation; readonly variable: DILocalVariable; readonly expression: DIExpression; readonly value: MetadataNode }
  /** The variable has this value from here on. */
  | { readonly kind: 'value' | 'declare_value'; readonly location: DILocation; readonly variable: DILocalVariable; readonly expression: DIExpression; readonly value: MetadataNode }
  | {
    readonly kind: 'assign'; readonly location: DILocation; readonly variable: DILocalVariable; readonly expression: DIExpression;
    readonly value: MetadataNode; readonly assignId: DIAssignID; readonly addressExpression: DIExpression; readonly address: MetadataNode;
  }
  | { readonly kind: 'label'; readonly location: DILocation; readonly label: DILabel };
