/** Identities that are never used again in a machine's life. Each counts from 1; 0 means "none". */
export class Identities {
  private process = 0;
  private thread = 0;
  private mapping = 0;
  private file = 0;

  readonly newProcessKey = (): number => ++this.process;
  readonly newThreadKey = (): number => ++this.thread;
  readonly newMappingId = (): number => ++this.mapping;
  readonly newFileId = (): number => ++this.file;
}
