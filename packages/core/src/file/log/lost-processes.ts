import { type ProcessIdentity, processIdentity } from '../system/process-identity.ts';
import { livenessOf } from '../system/process-liveness.ts';
import { ProcessSilence } from './process-silence.ts';

/** Judges whether the processes of some writers have died. Each read judges it again; the result is never stored. */
export class LostProcesses {
  readonly #silence: ProcessSilence;
  #self: ProcessIdentity | undefined;

  /** `folder` is the folder of the store. */
  constructor(folder: string) {
    this.#silence = new ProcessSilence(folder);
  }

  /**
   * Returns why no owner of a run can end it: their processes are dead. Returns `undefined` while one of them lives or one
   * is unknown. A process of this machine is looked up; a process elsewhere counts as dead after a minute of silence.
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
      const named = `The process ${process.pid} on ${process.host}, an owner of the run,`;
      switch (livenessOf(process, this.#self)) {
        case 'alive':
          return undefined;
        case 'gone':
          reason = `${named} died before it ended the run.`;
          break;
        case 'unknown':
          if (!this.#silence.isSilent(writer)) return undefined;
          reason ??= `${named} gave no sign of life for over a minute.`;
      }
    }
    return reason;
  }
}
