import { type ChildProcess, execFile } from 'node:child_process';

const QUERY = 'index,memory.used,memory.total,utilization.gpu,power.draw,power.limit';
const TIMEOUT_MS = 5_000;
/** The most failures. After them the driver counts as broken and is not asked again. */
const MAX_FAILURES = 3;
const BYTES_PER_MIB = 1024 * 1024;
const BYTES_PER_MEGABYTE = 1_000_000;

/** Readings of the NVIDIA GPUs of this machine, from `nvidia-smi`. */
export class GpuReadings {
  readonly #command: string;
  readonly #timeoutMs: number;
  #failures = 0;
  #latest: Readonly<Record<string, number>> = {};

  /** @param command the path of nvidia-smi; by default it is on the search path */
  constructor(command: string = 'nvidia-smi', timeoutMs: number = TIMEOUT_MS) {
    this.#command = command;
    this.#timeoutMs = timeoutMs;
  }

  /** The last readings under MLflow's names. Empty without a GPU. */
  get latest(): Readonly<Record<string, number>> {
    return this.#latest;
  }

  /** Reads again. It never fails: without nvidia-smi there are no readings. It does not keep the process alive. */
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
 * Parses the CSV of nvidia-smi, which has a line for each GPU, memory in MiB and power in watts. Values that a GPU
 * does not report (`[N/A]`) are left out.
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

/**
 * Lets the process end before the child. The pipes of a child also keep the process alive; they are sockets, which
 * have `unref`.
 */
function unref(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}
