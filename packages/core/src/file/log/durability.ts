/** The safety of an acknowledged write. */
export type Durability =
  /**
   * In the operating system's hands when the call returns, so that the death of the process loses
   * nothing; synced at least once a second of writing, and within 100 ms of the end of a run, against a
   * power cut.
   */
  | 'os'
  /** Synced before every call returns. */
  | 'fsync'
  /**
   * Held in memory for up to 100 ms or 64 KiB, then as `os`. A process that dies loses what it held:
   * that much, or what it logged while it kept its event loop busy after its last call. Written at
   * once by the end of a run, `close`, `flush`, and before this process reads.
   */
  | 'buffered';
