/** What main and the thread that reads snapshot files for a comparison say to each other. */
import type { FileMoment, FileMomentProgress } from '../shared/moment-files';
import type { SystemPaths } from './paths';

/** What the thread is given at its start: it reads one file and ends. */
export interface CompareWorkerSetup { readonly paths: SystemPaths; readonly path: string }

export type FromCompareWorker =
  | { readonly type: 'progress'; readonly progress: FileMomentProgress }
  | { readonly type: 'moment'; readonly moment: FileMoment }
  /** The file gives no summary. */
  | { readonly type: 'refused'; readonly message: string }
  /** A bug of Pagewise. */
  | { readonly type: 'failed'; readonly message: string };
