/** Saving a machine from the terminal: `pagewise run --snapshot-file=FILE`. */
import type { Machine } from '../core/machine/machine-api';
import type { SystemPaths } from '../host/paths';
import { saveSnapshot } from '../host/snapshot-file';
import { engineVersion, readSnapshotCodec } from '../host/system-files';

/**
 * Saves a machine that stands between quanta. The file has no clock in it: equal runs give equal files.
 * @throws SnapshotFileError when the file cannot be written, CannotSave when the machine cannot
 */
export async function saveMachine(machine: Machine, file: string, paths: SystemPaths): Promise<void> {
  const parts = machine.snapshotParts({ title: machine.config.programName, savedAt: NO_TIME, engineVersion: engineVersion(paths), picture: null });
  await saveSnapshot(file, parts, new WebAssembly.Module(readSnapshotCodec(paths)));
}

/** A run in a terminal is the same whenever it is run, and so is its snapshot. */
const NO_TIME = '1970-01-01T00:00:00.000Z';
