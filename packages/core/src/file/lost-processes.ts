import { type ProcessIdentity, processIdentity } from './process-identity.ts';
import { livenessOf } from './process-liveness.ts';
import { ProcessSilence } from './process-silence.ts';

/** Judges whether the processes behind some writers are gone. Judged anew each time, and never stored. */
export class LostProcesses {
  readonly #silence: ProcessSilence;
  #self: ProcessIdentity | undefined;

  /** For writers of the store in this folder. */
  constructor(folder: string) {
    this.#silence = new ProcessSilence(folder);
  }

  /**
   * Why none of these writers can write any more; `undefined` while one of them lives, or when nothing is
   * known of one. A process that can be seen from here is looked for; any other has to be silent.
   */
  whyLost(
    writers: ReadonlySet<string>,
    processOf: (writer: string) => ProcessIdentity | undefined,
  ): string | undefined {
    this.#self ??= processIdentity();
    let reason: string | undefined;
    for (const writer of writers) {
      const process = processOf(writer);
      if (process === undefined) return undefined;
      const named = `The process ${process.pid} on ${process.host}, which wrote the run,`;
      switch (livenessOf(process, this.#self)) {
        case 'alive':
          return undefined;
        case 'gone':
          reason = `${named} ended without ending it.`;
          break;
        case 'unknown':
          if (!this.#silence.isSilent(writer)) return undefined;
          reason ??= `${named} has given no sign of life for over a minute.`;
      }
    }
    return reason;
  }
}
