/** Why a file is not opened: values for whoever asked, and the exception that carries one out of the depths of a reader. */

export type SnapshotRefusalReason =
  /** Something else, or nothing at all. */
  | 'not-a-snapshot'
  | 'damaged'
  /** Of a later format than this Pagewise knows. */
  | 'newer'
  /** Of a version whose machines this one cannot run on. */
  | 'other-version';

export interface SnapshotRefusal { readonly ok: false; readonly reason: SnapshotRefusalReason; readonly message: string }

/**
 * The file cannot be used. Readers catch it and answer with the refusal; only the functions of a `Snapshot`, which read again what was
 * found sound, let it out: then the file was changed meanwhile.
 */
export class SnapshotDamage extends Error {
  constructor(readonly reason: SnapshotRefusalReason, message: string) {
    super(message);
    this.name = 'SnapshotDamage';
  }

  get refusal(): SnapshotRefusal {
    return { ok: false, reason: this.reason, message: this.message };
  }
}

/** `engineVersion`: that of the file. */
export function otherVersion(engineVersion: string, what: string): SnapshotDamage {
  return new SnapshotDamage('other-version', `This version of Pagewise cannot run the snapshot's machine: ${what}. Pagewise ${engineVersion} made it: open it with that version.`);
}

export function damaged(where: string, what: string): SnapshotDamage {
  return new SnapshotDamage('damaged', `The snapshot is damaged: ${where}: ${what}.`);
}
