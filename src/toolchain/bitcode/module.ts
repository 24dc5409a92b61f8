/**
 * A bitcode module as data: types, values, constants, functions and instructions.
 *
 * `readBitcode` (reader.ts) makes it; the lowering consumes it. Everything is a plain object linked by reference: an
 * operand is the value itself. Names and meanings are those of the LLVM language reference. Metadata is in
 * metadata-nodes.ts. The reader fills the objects in several passes and hands them out complete; treat them as
 * read-only.
 */
import type { DebugRecord, DILocation, MetadataAttachment, MetadataNode, NamedMetadata } from './metadata-nodes';

/** The file is damaged, or it uses something that the simulated system does not support. `message` says what and where. */
export class BitcodeError extends Error {
  override readonly name = 'BitcodeError';
}

// ---- types ----

export interface IntegerType { readonly kind: 'integer'; readonly width: number }
export type FloatKind = 'half' | 'bfloat' | 'float' | 'double' | 'x86_fp80' | 'fp128' | 'ppc_fp128';
export interface FloatType { readonly kind: FloatKind }
export interface PointerType { readonly kind: 'pointer'; readonly addressSpace: number }
export interface ArrayType { readonly kind: 'array'; readonly count: number; readonly element: Type }
export interface VectorType { readonly kind: 'vector'; readonly count: number; readonly element: Type; readonly scalable: boolean }
export interface StructType {
  readonly kind: 'struct';
  /** Null for literal structs. */
  readonly name: string | null;
  readonly packed: boolean;
  readonly opaque: boolean;
  readonly elements: readonly Type[];
}
export interface FunctionType { readonly kind: 'function'; readonly varargs: boolean; readonly result: Type; readonly parameters: readonly Type[] }
export interface SimpleType { readonly kind: 'void' | 'label' | 'metadata' | 'token' | 'x86_amx' }

/** Types are unique: equal types are the same object (named structs are distinct from each other). */
export type Type = IntegerType | FloatType | PointerType | ArrayType | VectorType | StructType | FunctionType | SimpleType;

// ---- attributes ----

export interface Attribute {
  /** LLVM's keyword ("byval", "noundef"), or the key of a string attribute. */
  readonly name: string;
  /** A string attribute: `name`="`text`". */
  readonly quoted: boolean;
  readonly text: string;
  /** The integer of align, dereferenceable, memory …; null if it has none. */
  readonly value: bigint | null;
  /** The type of byval, sret, elementtype …; null if it has none. */
  readonly type: Type | null;
  /** range and initializes: bit width and [lower, upper) pairs. */
  readonly width: number;
  readonly ranges: readonly (readonly [bigint, bigint])[];
}

export interface AttributeList {
  readonly result: readonly Attribute[];
  /** By parameter index; shorter than the parameter list where the rest has none (may have holes as empty lists). */
  readonly parameters: readonly (readonly Attribute[])[];
  readonly function: readonly Attribute[];
}

// ---- global values ----

export type Linkage = 'external' | 'appending' | 'internal' | 'extern_weak' | 'common' | 'private' | 'available_externally'
  | 'weak' | 'weak_odr' | 'linkonce' | 'linkonce_odr';
export type Visibility = 'default' | 'hidden' | 'protected';
export type ThreadLocalMode = 'none' | 'general' | 'localdynamic' | 'initialexec' | 'localexec';
export type UnnamedAddress = 'none' | 'unnamed_addr' | 'local_unnamed_addr';

export interface Comdat { readonly name: string; readonly selection: number }

export interface GlobalVariable {
  readonly kind: 'global';
  /** Empty for unnamed globals. */
  readonly name: string;
  /** Pointer. */
  readonly type: PointerType;
  readonly valueType: Type;
  readonly constant: boolean;
  /** Null: a declaration (external). */
  readonly initializer: Constant | null;
  readonly linkage: Linkage;
  /** Bytes; 0: natural. */
  readonly align: number;
  readonly section: string | null;
  readonly visibility: Visibility;
  readonly threadLocal: ThreadLocalMode;
  readonly unnamed: UnnamedAddress;
  readonly externallyInitialized: boolean;
  readonly comdat: Comdat | null;
  readonly attributes: AttributeList | null;
  readonly dsoLocal: boolean;
  /** "dbg": a DIGlobalVariableExpression. */
  readonly attachments: readonly MetadataAttachment[];
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly type: PointerType;
  readonly functionType: FunctionType;
  readonly callingConvention: number;
  /** No body: `blocks` is empty. */
  readonly declaration: boolean;
  readonly linkage: Linkage;
  readonly attributes: AttributeList | null;
  readonly align: number;
  readonly section: string | null;
  readonly visibility: Visibility;
  readonly unnamed: UnnamedAddress;
  readonly comdat: Comdat | null;
  readonly dsoLocal: boolean;
  /** "dbg": its DISubprogram. */
  readonly attachments: readonly MetadataAttachment[];
  /** Empty for declarations. */
  readonly arguments: readonly Argument[];
  /** The first block is the entry. */
  readonly blocks: readonly Block[];
}

/** Another name for a global value. */
export interface Alias {
  readonly kind: 'alias';
  readonly name: string;
  readonly type: PointerType;
  readonly valueType: Type;
  readonly target: Constant;
  readonly linkage: Linkage;
  readonly visibility: Visibility;
  readonly threadLocal: ThreadLocalMode;
  readonly unnamed: UnnamedAddress;
  readonly dsoLocal: boolean;
  readonly attachments: readonly MetadataAttachment[];
}

export type GlobalValue = GlobalVariable | FunctionValue | Alias;

// ---- constants ----

/** Zero of a type that is not an integer: null, all-zero aggregate or vector, +0.0. (Integer 0 is an IntegerConstant.) */
export interface ZeroConstant { readonly kind: 'zero'; readonly type: Type }
export interface UndefConstant { readonly kind: 'undef' | 'poison'; readonly type: Type }
/** Signed value in the width of the type. A vector type means that each element has this value. */
export interface IntegerConstant { readonly kind: 'integer'; readonly type: IntegerType | VectorType; readonly value: bigint }
/** Bit pattern (x86_fp80: 80 bits). A vector type means that each element has this value. */
export interface FloatConstant { readonly kind: 'float'; readonly type: FloatType | VectorType; readonly bits: bigint }
export interface AggregateConstant { readonly kind: 'aggregate'; readonly type: ArrayType | StructType | VectorType; readonly operands: readonly Constant[] }
/** Array or vector of i8…i64, half, float or double: its bytes in memory (little-endian), `elementBytes` each. */
export interface DataConstant { readonly kind: 'data'; readonly type: ArrayType | VectorType; readonly elementBytes: 1 | 2 | 4 | 8; readonly bytes: Uint8Array }
export interface BinaryExpression { readonly kind: 'expression'; readonly op: BinaryOp; readonly type: Type; readonly flags: number; readonly operands: readonly Constant[] }
export interface UnaryExpression { readonly kind: 'expression'; readonly op: 'fneg'; readonly type: Type; readonly flags: number; readonly operands: readonly Constant[] }
export interface CastExpression { readonly kind: 'expression'; readonly op: CastOp; readonly type: Type; readonly flags: number; readonly operands: readonly Constant[] }
export interface VectorExpression {
  readonly kind: 'expression'; readonly op: 'extractelement' | 'insertelement' | 'shufflevector'; readonly type: Type;
  readonly flags: number; readonly operands: readonly Constant[];
}
/** operands: base, then indices. */
export interface GetElementPtrExpression {
  readonly kind: 'expression'; readonly op: 'getelementptr'; readonly type: Type; readonly flags: number;
  readonly source: Type; readonly inbounds: boolean; readonly nusw: boolean; readonly nuw: boolean;
  readonly range: readonly [bigint, bigint] | null; readonly operands: readonly Constant[];
}
export type ConstantExpression = BinaryExpression | UnaryExpression | CastExpression | VectorExpression | GetElementPtrExpression;
/** Address of a block (computed goto). */
export interface BlockAddress { readonly kind: 'blockaddress'; readonly type: Type; readonly function: FunctionValue; readonly block: Block }
/** dso_local_equivalent and no_cfi: the address of `target`. */
export interface FunctionAddress { readonly kind: 'dso_local_equivalent' | 'no_cfi'; readonly type: Type; readonly target: Constant }
export interface InlineAsm {
  readonly kind: 'asm'; readonly type: Type; readonly functionType: FunctionType;
  readonly sideEffect: boolean; readonly alignStack: boolean; readonly intel: boolean; readonly unwind: boolean;
  readonly template: string; readonly constraints: string;
}

export type Constant = GlobalValue | ZeroConstant | UndefConstant | IntegerConstant | FloatConstant | AggregateConstant | DataConstant
  | ConstantExpression | BlockAddress | FunctionAddress | InlineAsm;

// ---- values of a function ----

export interface Argument {
  readonly kind: 'argument';
  readonly type: Type;
  readonly index: number;
  readonly name: string | null;
}

/** Metadata as a call's argument (debug intrinsics, llvm.read_register …). */
export interface MetadataValue { readonly kind: 'metadata'; readonly type: Type; readonly node: MetadataNode }

export interface Block {
  readonly kind: 'block';
  readonly index: number;
  readonly name: string | null;
  readonly function: FunctionValue;
  /** Never empty; the last one, and only it, is a terminator. */
  readonly instructions: readonly Instruction[];
}

/** Anything that an instruction may have as operand. */
export type Value = Constant | Argument | Instruction | MetadataValue;

// ---- instructions ----

export type IntegerBinaryOp = 'add' | 'sub' | 'mul' | 'udiv' | 'sdiv' | 'urem' | 'srem' | 'shl' | 'lshr' | 'ashr' | 'and' | 'or' | 'xor';
export type FloatBinaryOp = 'fadd' | 'fsub' | 'fmul' | 'fdiv' | 'frem';
export type BinaryOp = IntegerBinaryOp | FloatBinaryOp;
export type CastOp = 'trunc' | 'zext' | 'sext' | 'fptoui' | 'fptosi' | 'uitofp' | 'sitofp' | 'fptrunc' | 'fpext'
  | 'ptrtoint' | 'inttoptr' | 'bitcast' | 'addrspacecast' | 'ptrtoaddr';
export type IntegerPredicate = 'eq' | 'ne' | 'ugt' | 'uge' | 'ult' | 'ule' | 'sgt' | 'sge' | 'slt' | 'sle';
export type FloatPredicate = 'false' | 'oeq' | 'ogt' | 'oge' | 'olt' | 'ole' | 'one' | 'ord'
  | 'uno' | 'ueq' | 'ugt' | 'uge' | 'ult' | 'ule' | 'une' | 'true';
export type AtomicOrdering = 'not_atomic' | 'unordered' | 'monotonic' | 'acquire' | 'release' | 'acq_rel' | 'seq_cst';
export type RmwOperation = 'xchg' | 'add' | 'sub' | 'and' | 'nand' | 'or' | 'xor' | 'max' | 'min' | 'umax' | 'umin'
  | 'fadd' | 'fsub' | 'fmax' | 'fmin' | 'uinc_wrap' | 'udec_wrap' | 'usub_cond' | 'usub_sat'
  | 'fmaximum' | 'fminimum' | 'fmaximumnum' | 'fminimumnum';

/** Fields of every instruction. */
export interface InstructionBase {
  readonly kind: 'instruction';
  /** Type of the result; void if it has none. */
  readonly type: Type;
  readonly name: string | null;
  readonly block: Block;
  readonly location: DILocation | null;
  readonly attachments: readonly MetadataAttachment[];
  /** Debug records that stand just before this instruction. */
  readonly records: readonly DebugRecord[];
  /**
   * Optimisation flags: nuw 1 and nsw 2 (add, sub, mul, shl, trunc), exact 1 (divisions, right shifts), disjoint 1
   * (or), samesign 1 (icmp), nneg 1 (zext, uitofp), fast-math bits (floating point).
   */
  readonly flags: number;
}

/** operands: left, right. */
export interface BinaryInstruction extends InstructionBase { readonly op: BinaryOp; readonly operands: readonly [Value, Value] }
export interface CastInstruction extends InstructionBase { readonly op: CastOp; readonly operands: readonly [Value] }
export interface UnaryInstruction extends InstructionBase { readonly op: 'fneg' | 'freeze'; readonly operands: readonly [Value] }
/** operands: base, then indices. */
export interface GetElementPtrInstruction extends InstructionBase {
  readonly op: 'getelementptr'; readonly operands: readonly Value[]; readonly source: Type;
  readonly inbounds: boolean; readonly nusw: boolean; readonly nuw: boolean;
}
/** operands: condition (i1 or vector of i1), if true, if false. */
export interface SelectInstruction extends InstructionBase { readonly op: 'select'; readonly operands: readonly [Value, Value, Value] }
/** operands: vector, index. */
export interface ExtractElementInstruction extends InstructionBase { readonly op: 'extractelement'; readonly operands: readonly [Value, Value] }
/** operands: vector, element, index. */
export interface InsertElementInstruction extends InstructionBase { readonly op: 'insertelement'; readonly operands: readonly [Value, Value, Value] }
/** operands: first vector, second vector, mask (a constant vector of i32; poison elements are "any"). */
export interface ShuffleVectorInstruction extends InstructionBase { readonly op: 'shufflevector'; readonly operands: readonly [Value, Value, Value] }
/** operands: aggregate. */
export interface ExtractValueInstruction extends InstructionBase { readonly op: 'extractvalue'; readonly operands: readonly [Value]; readonly indices: readonly number[] }
/** operands: aggregate, element. */
export interface InsertValueInstruction extends InstructionBase { readonly op: 'insertvalue'; readonly operands: readonly [Value, Value]; readonly indices: readonly number[] }
export interface IntegerCompareInstruction extends InstructionBase { readonly op: 'icmp'; readonly predicate: IntegerPredicate; readonly operands: readonly [Value, Value] }
export interface FloatCompareInstruction extends InstructionBase { readonly op: 'fcmp'; readonly predicate: FloatPredicate; readonly operands: readonly [Value, Value] }
/** blocks[i] is the predecessor that operands[i] comes from. */
export interface PhiInstruction extends InstructionBase { readonly op: 'phi'; readonly operands: readonly Value[]; readonly blocks: readonly Block[] }
/** operands: element count. Result: pointer to `allocated`. */
export interface AllocaInstruction extends InstructionBase { readonly op: 'alloca'; readonly allocated: Type; readonly operands: readonly [Value]; readonly align: number }
/** operands: pointer. */
export interface LoadInstruction extends InstructionBase {
  readonly op: 'load'; readonly operands: readonly [Value]; readonly align: number; readonly volatile: boolean;
  readonly ordering: AtomicOrdering; readonly scope: string;
}
/** operands: value, pointer. */
export interface StoreInstruction extends InstructionBase {
  readonly op: 'store'; readonly operands: readonly [Value, Value]; readonly align: number; readonly volatile: boolean;
  readonly ordering: AtomicOrdering; readonly scope: string;
}
/** operands: pointer, expected, new. Result {T, i1}. */
export interface CompareExchangeInstruction extends InstructionBase {
  readonly op: 'cmpxchg'; readonly operands: readonly [Value, Value, Value]; readonly align: number; readonly volatile: boolean;
  readonly ordering: AtomicOrdering; readonly failure: AtomicOrdering; readonly weak: boolean; readonly scope: string;
}
/** operands: pointer, value. Result: the old value. */
export interface AtomicRmwInstruction extends InstructionBase {
  readonly op: 'atomicrmw'; readonly operation: RmwOperation; readonly operands: readonly [Value, Value]; readonly align: number;
  readonly volatile: boolean; readonly ordering: AtomicOrdering; readonly scope: string;
}
export interface FenceInstruction extends InstructionBase { readonly op: 'fence'; readonly operands: readonly []; readonly ordering: AtomicOrdering; readonly scope: string }
export interface OperandBundle { readonly tag: string; readonly operands: readonly Value[] }
/** operands: the arguments, those of "…" included. */
export interface CallInstruction extends InstructionBase {
  readonly op: 'call'; readonly callee: Value; readonly operands: readonly Value[]; readonly functionType: FunctionType;
  readonly attributes: AttributeList | null; readonly callingConvention: number; readonly tail: 'none' | 'tail' | 'musttail' | 'notail';
  readonly bundles: readonly OperandBundle[];
}
/** operands: pointer to the va_list. */
export interface VaArgInstruction extends InstructionBase { readonly op: 'va_arg'; readonly operands: readonly [Value] }

export interface ReturnInstruction extends InstructionBase { readonly op: 'ret'; readonly operands: readonly Value[] }
/** operands: the condition, if conditional. targets: [if true, if false] or [target]. */
export interface BranchInstruction extends InstructionBase { readonly op: 'br'; readonly operands: readonly Value[]; readonly targets: readonly Block[] }
/** operands: the selector. targets[0] is the default, targets[i + 1] belongs to cases[i]. */
export interface SwitchInstruction extends InstructionBase {
  readonly op: 'switch'; readonly operands: readonly [Value]; readonly cases: readonly IntegerConstant[]; readonly targets: readonly Block[];
}
/** operands: the address. targets: every block it may be. */
export interface IndirectBranchInstruction extends InstructionBase { readonly op: 'indirectbr'; readonly operands: readonly [Value]; readonly targets: readonly Block[] }
export interface UnreachableInstruction extends InstructionBase { readonly op: 'unreachable'; readonly operands: readonly [] }

export type Terminator = ReturnInstruction | BranchInstruction | SwitchInstruction | IndirectBranchInstruction | UnreachableInstruction;

export type Instruction = BinaryInstruction | CastInstruction | UnaryInstruction | GetElementPtrInstruction | SelectInstruction
  | ExtractElementInstruction | InsertElementInstruction | ShuffleVectorInstruction | ExtractValueInstruction | InsertValueInstruction
  | IntegerCompareInstruction | FloatCompareInstruction | PhiInstruction | AllocaInstruction | LoadInstruction | StoreInstruction
  | CompareExchangeInstruction | AtomicRmwInstruction | FenceInstruction | CallInstruction | VaArgInstruction | Terminator;

// ---- the module ----

export interface BitcodeModule {
  /** "LLVM22.0.0git" and the like. */
  readonly producer: string;
  readonly triple: string;
  readonly dataLayout: string;
  /** Main file as given to Clang. */
  readonly sourceFile: string;
  /** Module-level assembly; empty if none. */
  readonly inlineAsm: string;
  readonly types: readonly Type[];
  readonly globals: readonly GlobalVariable[];
  readonly functions: readonly FunctionValue[];
  readonly aliases: readonly Alias[];
  /** llvm.dbg.cu, llvm.module.flags, llvm.ident … */
  readonly namedMetadata: readonly NamedMetadata[];
}

/** True for the five instructions that end a block. */
export function isTerminator(instruction: Instruction): instruction is Terminator {
  switch (instruction.op) {
    case 'ret': case 'br': case 'switch': case 'indirectbr': case 'unreachable': return true;
    default: return false;
  }
}
