import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * The identity of a process, for the header of its logs. On the same boot and the same process-id namespace a process
 * is known by its id and start time; elsewhere only by its silence.
 */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Linux: random id of this boot of the machine. */
  readonly boot?: string;
  /** Linux: name of the process-id namespace, such as `pid:[4026531836]`. */
  readonly pidNamespace?: string;
  /** Linux: start of the process in clock ticks since the boot. */
  readonly processStart?: string;
}

/** Identifies this process. Facts that the system does not offer are left out. */
export function processIdentity(): ProcessIdentity {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const pidNamespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  const processStart = attempt(() => processStartOf(readFileSync('/proc/self/stat', 'utf8')));
  return {
    host: hostname(),
    pid: process.pid,
    ...(boot === undefined ? {} : { boot }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
    ...(processStart === undefined ? {} : { processStart }),
  };
}

/** Returns the start time from the text of `/proc/<pid>/stat`: field 22 (proc(5)), in clock ticks since the boot. */
export function processStartOf(stat: string): string | undefined {
  // The second field, the command's name, may contain spaces and parentheses: count from the last.
  return stat.split(')').at(-1)?.trim().split(' ')[19];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // No /proc here: macOS, Windows, a locked-down container.
    return undefined;
  }
}
