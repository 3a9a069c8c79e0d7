/** A derived file cannot be used. The reader falls back to the logs, so this error never reaches a caller. */
export class IndexDamaged extends Error {
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
  }
}
