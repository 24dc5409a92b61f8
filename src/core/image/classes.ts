/**
 * The classes of what a running machine makes: objects of these are in images by name. Whoever adds such a class lists it
 * here; the encoder refuses others. Classes whose only objects construction makes need no entry, except for caches.
 */
import { ErrorLog, FindingNumbers } from '../checker/error-log';
import { EventStream } from '../events/event-log';
import { BlockRows } from '../heap/arena-rows';
import { Slab, Slabs } from '../heap/block-slabs';
import { BlockTable } from '../heap/block-table';
import { ClientArena } from '../heap/client-arena';
import { ProcessHeap } from '../heap/heap-service';
import { HeapMemory, KernelPlacement, MemcheckPlacement } from '../heap/placement';
import { Quarantine, Queue } from '../heap/quarantine';
import { BlockTypes } from '../machine/block-types';
import { CheckerPort } from '../machine/checker-port';
import { MachineDescriptions } from '../machine/descriptions';
import { DescriptorTable } from '../machine/descriptors';
import { MemoryFile } from '../machine/file-system';
import { SegmentFile } from '../machine/loader';
import { Pipe } from '../machine/pipes';
import { Process, Thread } from '../machine/process';
import { ProcessHistory } from '../machine/process-history';
import { PriorityArray } from '../machine/run-queues';
import { SharedMemory } from '../machine/shared-memory';
import { StackTable } from '../machine/stacks';
import { WaitQueue } from '../machine/wait-queue';
import { AddressSpace, Family, FileLinks } from '../paging/address-space';
import { CachedFile, UnnamedMemory } from '../paging/cached-file';
import { CachedPages } from '../paging/cached-pages';
import { PageMap } from '../paging/page-map';
import { PageTables } from '../paging/page-tables';
import { ShadowDirectory } from '../paging/shadow-directory';
import { VmaList } from '../paging/vma';
import { LinuxEngine } from '../reclaim/linux-engine';
import { FrameList } from '../reclaim/frame-list';
import { QueueEngine } from '../reclaim/policies';
import { FlatSpace } from '../segmentation/flat-space';
import { NoTables } from '../segmentation/no-tables';
import { PagedSegmentSpace, SegmentedTables } from '../segmentation/paged-segment-space';
import { Placement } from '../segmentation/placement';
import { SegmentedSpace } from '../segmentation/segmented-space';
import { SegmentTable } from '../segmentation/segment-table';
import { LightWorkload } from '../workload/light-workload';
import { PatternFile, PatternFiles } from '../workload/pattern-files';
import { TouchOrder, WorkloadRandom } from '../workload/touch-order';
import { MachineWorkloadHost } from '../workload/workload-process';
import { ClassRegistry } from './registry';

export const MACHINE_CLASSES = new ClassRegistry()
  .add('Process', Process).add('Thread', Thread).add('ProcessHistory', ProcessHistory).add('WaitQueue', WaitQueue).add('PriorityArray', PriorityArray)
  .add('DescriptorTable', DescriptorTable).add('MachineDescriptions', MachineDescriptions).add('MemoryFile', MemoryFile).add('Pipe', Pipe).add('SharedMemory', SharedMemory)
  .add('CheckerPort', CheckerPort).add('BlockTypes', BlockTypes).add('StackTable', StackTable, ['frames', 'rows'])
  .add('AddressSpace', AddressSpace).add('Family', Family).add('FileLinks', FileLinks).add('PageTables', PageTables).add('VmaList', VmaList)
  .add('PageMap', PageMap).add('ShadowDirectory', ShadowDirectory).add('CachedFile', CachedFile).add('UnnamedMemory', UnnamedMemory).add('SegmentFile', SegmentFile).add('CachedPages', CachedPages)
  .add('FlatSpace', FlatSpace).add('NoTables', NoTables).add('PagedSegmentSpace', PagedSegmentSpace).add('SegmentedTables', SegmentedTables)
  .add('SegmentedSpace', SegmentedSpace).add('SegmentTable', SegmentTable).add('Placement', Placement)
  .add('ProcessHeap', ProcessHeap).add('BlockTable', BlockTable).add('Slabs', Slabs).add('Slab', Slab).add('Quarantine', Quarantine).add('Queue', Queue)
  .add('ClientArena', ClientArena).add('BlockRows', BlockRows).add('HeapMemory', HeapMemory).add('MemcheckPlacement', MemcheckPlacement)
  .add('KernelPlacement', KernelPlacement)
  .add('ErrorLog', ErrorLog).add('FindingNumbers', FindingNumbers).add('EventStream', EventStream)
  .add('LinuxEngine', LinuxEngine).add('QueueEngine', QueueEngine).add('FrameList', FrameList)
  .add('LightWorkload', LightWorkload).add('MachineWorkloadHost', MachineWorkloadHost).add('TouchOrder', TouchOrder).add('WorkloadRandom', WorkloadRandom)
  .add('PatternFile', PatternFile).add('PatternFiles', PatternFiles);
