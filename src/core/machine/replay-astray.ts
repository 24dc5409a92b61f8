/**
 * A replay differs from what was recorded. In a recording of this very process that is a bug of the simulator; in one that came
 * with a snapshot file it may be the file's fault, or that of the build that made it.
 */
export class ReplayAstray extends Error {
  constructor(message: string) {
    super(`replay went astray: ${message}`);
    this.name = 'ReplayAstray';
  }
}
