/**
 * The arguments of Clang's front end (`clang -cc1`).
 *
 * Called directly, not through the `clang` driver: the driver would run as a first process of its own, which doubles
 * the time of a small compilation, and the package's wrapper around it loses arguments with line breaks and stops
 * without an error when the driver prints a warning. The list is what the driver makes of
 *
 *     clang -target x86_64-linux-gnu -nostdlibinc -g -gdwarf-4 -ffp-contract=off -Wall -Wextra -emit-llvm -c -o -
 *
 * and, at -O0, -fno-builtin: calls of strlen, malloc and the like then stay calls, as reports expect.
 */
import type { CompileOptions } from '../../shared/diagnostics';
import { OVERLAY_PATH, SYSTEM_INCLUDE } from './virtual-files';

export interface FrontEndRequest {
  readonly main: string;
  readonly options: CompileOptions;
  readonly emit: 'bitcode' | 'check';
  readonly library: boolean;
  /** Absolute; where relative paths start, and the compilation directory in debug information. */
  readonly directory: string;
}

const TARGET = [
  '-triple', 'x86_64-unknown-linux-gnu', '-target-cpu', 'x86-64', '-tune-cpu', 'generic',
  '-mrelocation-model', 'pic', '-pic-level', '2', '-pic-is-pie', '-mconstructor-aliases',
  '-fgnuc-version=4.2.1', '-fmath-errno', '-fno-rounding-math', '-ffp-contract=off',
];
const DEBUG = ['-debug-info-kind=constructor', '-dwarf-version=4', '-debugger-tuning=gdb'];
const DIAGNOSTICS = ['-ferror-limit', '20', '-fdiagnostics-parseable-fixits', '-fdiagnostics-print-source-range-info'];
const OPTIMISATION: Readonly<Record<CompileOptions['optimise'], readonly string[]>> = {
  0: ['-O0', '-mframe-pointer=all', '-fno-builtin'],
  1: ['-O1', '-mframe-pointer=none'],
  2: ['-O2', '-mframe-pointer=none', '-vectorize-loops', '-vectorize-slp'],
};

/** Arguments after `clang`. */
export function frontEndArguments({ main, options, emit, library, directory }: FrontEndRequest): string[] {
  return [
    '-cc1', ...TARGET, ...DEBUG, ...DIAGNOSTICS, ...OPTIMISATION[options.optimise],
    ...(emit === 'bitcode' ? ['-emit-llvm-bc', '-discard-value-names'] : ['-fsyntax-only']),
    '-disable-free', '-clear-ast-before-backend',
    '-ivfsoverlay', OVERLAY_PATH, `-working-directory=${directory}`, `-fdebug-compilation-dir=${directory}`,
    '-main-file-name', main.slice(main.lastIndexOf('/') + 1),
    ...(options.standard === '' ? [] : [`-std=${options.standard}`]),
    ...(library ? ['-D', '__PW_LIBRARY', '-ffreestanding', '-w'] : ['-Wall', '-Wextra']),
    ...options.defines.flatMap((define) => ['-D', define]),
    ...options.undefines.flatMap((name) => ['-U', name]),
    ...options.includeDirectories.flatMap((folder) => ['-I', folder]),
    '-internal-isystem', SYSTEM_INCLUDE,
    '-o', '-', '-x', 'c', main,
  ];
}
