import { arch, cpus, hostname, platform, release, totalmem, userInfo } from 'node:os';
import type { HostState } from './environment.ts';

/** The machine and the user. `env` names the user when the system has no name for its id. */
export function captureHost(env: NodeJS.ProcessEnv): HostState {
  const processors = cpus();
  const cpuModel = processors[0]?.model.trim();
  const user = userName() ?? env.USER ?? env.LOGNAME ?? env.USERNAME;
  return {
    platform: platform(),
    arch: arch(),
    osRelease: release(),
    ...(cpuModel ? { cpuModel } : {}),
    cpuCount: processors.length,
    totalMemoryBytes: totalmem(),
    hostname: hostname(),
    ...(user ? { user } : {}),
  };
}

function userName(): string | undefined {
  try {
    return userInfo().username || undefined;
  } catch {
    // A container may run under an id without an entry in its /etc/passwd.
    return undefined;
  }
}
