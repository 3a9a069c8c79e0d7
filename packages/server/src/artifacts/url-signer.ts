import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a signed address allows. */
export interface SignedGrant {
  readonly action: 'upload' | 'download' | 'upload-part';
  /** The path of the artifact proxy; for a part the upload's id and the part's number. */
  readonly target: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/**
 * Makes addresses that carry their own permission, like presigned URLs of an object store: a client that has one may
 * do the one thing that it names until it expires. The key lives as long as the process.
 */
export class UrlSigner {
  readonly #key = randomBytes(32);

  /** The query of a signed address: `expires=…&signature=…`. */
  sign(grant: SignedGrant): string {
    return `expires=${grant.expiresAtMs}&signature=${this.#signature(grant)}`;
  }

  /** Whether the signature is for this grant, and the grant has not expired at `nowMs`. */
  verify(grant: SignedGrant, signature: string, nowMs: number): boolean {
    const expected = Buffer.from(this.#signature(grant));
    const given = Buffer.from(signature);
    const isSame = given.length === expected.length && timingSafeEqual(given, expected);
    return isSame && Number.isSafeInteger(grant.expiresAtMs) && grant.expiresAtMs >= nowMs;
  }

  #signature({ action, target, expiresAtMs }: SignedGrant): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([action, target, expiresAtMs]))
      .digest('base64url');
  }
}
