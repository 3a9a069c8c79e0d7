import { readFileSync } from 'node:fs';

/** Bytes that the machine's network interfaces took in and gave out since they came up. */
export interface NetworkBytes {
  readonly received: number;
  readonly transmitted: number;
}

/** All interfaces together, as in psutil; `undefined` where the system is no Linux. */
export function networkBytes(): NetworkBytes | undefined {
  if (process.platform !== 'linux') return undefined;
  return parseNetworkBytes(readFileSync('/proc/net/dev', 'utf8'));
}

/**
 * Reads /proc/net/dev (proc_pid_net(5)): two lines of titles, then for each interface its name, a
 * colon, eight counters of what was received, bytes first, and eight of what was transmitted.
 */
export function parseNetworkBytes(text: string): NetworkBytes {
  let received = 0;
  let transmitted = 0;
  for (const line of text.split('\n')) {
    const counters = line
      .slice(line.lastIndexOf(':') + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    if (!line.includes(':') || counters.length < 9) continue;
    received += counters[0] as number;
    transmitted += counters[8] as number;
  }
  return { received, transmitted };
}
