import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has had, in KiB. `maxRSS` of a process that another one started begins with the memory
 * of that one on Linux, so there it is `VmHWM`.
 */
export function peakMemoryKib(): number {
  const { maxRSS } = process.resourceUsage();
  if (process.platform !== 'linux') return maxRSS;
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return found === null ? maxRSS : Number(found[1]);
}
