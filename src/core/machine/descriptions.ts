/** What closing an open file description does in a machine; each table of descriptors has one (descriptors.ts). */
import type { Computer } from './computer';
import type { DescriptionKeeper } from './descriptors';
import type { OpenFile } from './file-system';
import { closeDescription } from './pipe-calls';

export class MachineDescriptions implements DescriptionKeeper {
  constructor(private readonly computer: Computer) {}

  closed(file: OpenFile): void {
    closeDescription(this.computer, file);
  }
}
