/** What happens to huge pages, as events and verdicts name it (huge-pages.ts does it). */

/** Why a huge page came or went: the detail of EventKind.HugePage. */
export const enum HugeCause {
  /** khugepaged put one in the place of small pages. */
  Promoted = 1,
  /** madvise(MADV_COLLAPSE) asked for that. */
  Collapsed,
  /** No free block of the size: the fault took a small page. */
  Fallback,
  SplitUnmap, SplitProtect, SplitAdvice, SplitCopy, SplitReclaim,
}

/** What a fault in memory that may be huge came to. */
export const enum HugeOutcome {
  /** Small pages will do. */
  Small,
  Mapped,
  /** The entry is still there, and may be used as it is or as small pages: look again. */
  Retry,
  /** The pool is empty: SIGBUS. */
  NoPage,
  OutOfMemory,
}
