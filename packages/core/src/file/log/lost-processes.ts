import { type ProcessIdentity, processIdentity } from '../system/process-identity.ts';
import { livenessOf } from '../system/process-liveness.ts';
import { ProcessSilence } from './process-silence.ts';

/** Judges whether the processes of some writers are gone. This is judged at each read, and never stored. */
export class LostProcesses {
  readonly #silence: ProcessSilence;
  #self: ProcessIdentity | undefined;

  /** For writers of the store in this folder. */
  constructor(folder: string) {
    this.#silence = new ProcessSilence(folder);
  }

  /**
   * Why none of these writers, who opened a run, can end it any more; `undefined` while one of them lives, or when nothing is
   * known of one. A process that can be seen from here is looked for; any other has to be silent.
   */
  whyLost(
    writers: ReadonlySet<string>,
    processOf: (writer: string) => ProcessIdentity | undefined,
  ): string | undefined {
    this.#self ??= processIdentity();
    let reason: string | undefined;
    // Sorted, so that the reported reason does not depend on the order in which the logs were read.
    for (const writer of [...writers].sort()) {
      const process = processOf(writer);
      if (process === undefined) return undefined;
      const named = `The process ${process.pid} on ${process.host}, which had the run open,`;
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
