/** What a seal did. */
export interface SealReport {
  /** The folder of the lake. */
  readonly folder: string;
  /** The number of the last completed seal of this lake. */
  readonly seal: number;
  /** Whether this seal changed the lake. */
  readonly isChanged: boolean;
  /** Runs that the lake did not have. */
  readonly sealedRuns: number;
  /** Runs that had changed since they were sealed. */
  readonly replacedRuns: number;
  /** Runs that were purged or resumed, and are not in the lake any more. */
  readonly removedRuns: number;
  /** New metric points, and all points of replaced runs whose points have changed. */
  readonly points: number;
  /** Bytes of new files. */
  readonly bytesWritten: number;
  readonly filesDeleted: number;
}
