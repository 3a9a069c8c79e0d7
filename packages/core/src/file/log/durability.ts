/** The safety of an acknowledged write. */
export type Durability =
  /**
   * The operating system has the lines when the call returns, so `kill -9` loses nothing. Against a power cut, lines are
   * synced at least once a second of writing, and within 100 ms of the end of a run.
   */
  | 'os'
  /** Every call syncs before it returns. */
  | 'fsync'
  /**
   * Lines stay in memory for up to 100 ms or 64 KiB, and are then written like `os`. A process that dies loses the lines
   * in memory: longer than 100 ms if it kept its event loop busy after its last call. The end of a run, `close`, `flush`
   * and a read by this process write them at once.
   */
  | 'buffered';
