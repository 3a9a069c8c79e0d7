/** Limits of logs: when a log is sealed, when a run gets its own log, and how long a line may be buffered. */
export interface LogLimits {
  /** The longest line, with its newline. A call with more is split into lines or refused. Default 64 MiB. */
  readonly lineBytes: number;
  /** A log that would grow beyond this is sealed, and the writer starts the next one. Default 64 MiB. */
  readonly logBytes: number;
  /** The next write seals a log that was idle for this long. Default one hour. */
  readonly idleMs: number;
  /** After this many bytes of lines, a run gets its own log. Default 4 MiB. */
  readonly sharedRunBytes: number;
  /** The number of logs of single runs that stay open; the others are opened for each write. Default 64. */
  readonly openRunLogs: number;
  /** With durability `buffered`, lines are written when there are this many bytes. Default 64 KiB. */
  readonly bufferedBytes: number;
  /** With durability `buffered`, lines are written after this time at the latest. Default 100 ms. */
  readonly bufferedMs: number;
  /** How often a process with active runs touches one of its logs. Default 15 s; silence counts after 60 s. */
  readonly heartbeatMs: number;
}

const MEBIBYTE = 1024 * 1024;

/**
 * The longest line. Readers treat a longer line as damage, and do not load it. A power of two, because a reader
 * doubles its buffer up to it.
 */
export const LONGEST_LINE_BYTES: number = 64 * MEBIBYTE;

/** The default limits. Tests use others. */
export const LOG_LIMITS: LogLimits = {
  lineBytes: LONGEST_LINE_BYTES,
  logBytes: 64 * MEBIBYTE,
  idleMs: 3_600_000,
  sharedRunBytes: 4 * MEBIBYTE,
  openRunLogs: 64,
  bufferedBytes: 64 * 1024,
  bufferedMs: 100,
  heartbeatMs: 15_000,
};
