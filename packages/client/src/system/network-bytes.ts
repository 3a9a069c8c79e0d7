import { readFileSync } from 'node:fs';

/** Bytes that the machine's network interfaces received and sent since they came up. */
export interface NetworkBytes {
  readonly received: number;
  readonly transmitted: number;
}

/** Returns the bytes of all interfaces together, like psutil, or `undefined` if the system is not Linux. */
export function networkBytes(): NetworkBytes | undefined {
  if (process.platform !== 'linux') return undefined;
  return parseNetworkBytes(readFileSync('/proc/net/dev', 'utf8'));
}

/**
 * Parses /proc/net/dev (proc_pid_net(5)): two lines of titles, then for each interface its name, a colon, eight
 * counters of received data, bytes first, and eight of sent data.
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
