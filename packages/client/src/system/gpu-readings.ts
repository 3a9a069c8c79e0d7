import { type ChildProcess, execFile } from 'node:child_process';

const QUERY = 'index,memory.used,memory.total,utilization.gpu,power.draw,power.limit';
const TIMEOUT_MS = 5_000;
/** A machine whose driver is broken should not be asked for ever. */
const MAX_FAILURES = 3;
const BYTES_PER_MIB = 1024 * 1024;
const BYTES_PER_MEGABYTE = 1_000_000;

/** What NVIDIA's GPUs of this machine are doing, as far as `nvidia-smi` says. */
export class GpuReadings {
  readonly #command: string;
  readonly #timeoutMs: number;
  #failures = 0;
  #latest: Readonly<Record<string, number>> = {};

  /** `command`: where nvidia-smi lies; by default the search path says. */
  constructor(command: string = 'nvidia-smi', timeoutMs: number = TIMEOUT_MS) {
    this.#command = command;
    this.#timeoutMs = timeoutMs;
  }

  /** The last readings by MLflow's names; empty without a GPU. */
  get latest(): Readonly<Record<string, number>> {
    return this.#latest;
  }

  /** Asks again. Never fails: without nvidia-smi there are no readings. Does not keep the process alive. */
  async refresh(): Promise<void> {
    if (this.#failures >= MAX_FAILURES) return;
    const { output, isMissing } = await this.#ask();
    this.#latest = output === undefined ? {} : parseGpuReadings(output);
    if (isMissing) this.#failures = MAX_FAILURES;
    else this.#failures = output === undefined ? this.#failures + 1 : 0;
  }

  #ask(): Promise<{ output?: string; isMissing: boolean }> {
    return new Promise((resolve) => {
      const args = [`--query-gpu=${QUERY}`, '--format=csv,noheader,nounits'];
      const child = execFile(this.#command, args, { windowsHide: true }, (error, output) => {
        clearTimeout(timer);
        resolve(error === null ? { output, isMissing: false } : { isMissing: isNotThere(error) });
      });
      // Not execFile's own timeout, which would keep the process alive.
      const timer = setTimeout(() => child.kill('SIGKILL'), this.#timeoutMs);
      timer.unref();
      unref(child);
    });
  }
}

/**
 * Reads the CSV of nvidia-smi, a line for each GPU; memory in MiB, power in watts. What a GPU does not
 * tell (`[N/A]`) is left out.
 */
export function parseGpuReadings(csv: string): Record<string, number> {
  const readings: Record<string, number> = {};
  for (const line of csv.split('\n')) {
    const [index, ...rest] = line.split(',').map((field) => field.trim());
    if (index === undefined || !/^\d+$/.test(index)) continue;
    const [usedMib, totalMib, utilization, powerWatts, limitWatts] = rest.map((field) =>
      field === '' ? Number.NaN : Number(field),
    ) as [number, number, number, number, number];
    const values = {
      memory_usage_percentage: (usedMib / totalMib) * 100,
      memory_usage_megabytes: (usedMib * BYTES_PER_MIB) / BYTES_PER_MEGABYTE,
      utilization_percentage: utilization,
      power_usage_watts: powerWatts,
      power_usage_percentage: (powerWatts / limitWatts) * 100,
    };
    for (const [name, value] of Object.entries(values)) {
      if (Number.isFinite(value)) readings[`gpu_${index}_${name}`] = value;
    }
  }
  return readings;
}

function isNotThere(error: Error): boolean {
  return 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');
}

/** The pipes of a child hold the process as the child itself does; they are sockets, which can let go. */
function unref(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}
