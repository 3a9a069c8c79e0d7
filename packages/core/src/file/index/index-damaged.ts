/** A derived file turned out to be unusable. Whoever reads falls back on the logs; nobody else sees this. */
export class IndexDamaged extends Error {
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
  }
}
