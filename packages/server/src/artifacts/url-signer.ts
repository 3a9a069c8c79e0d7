import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The permission in a signed address. */
export interface SignedGrant {
  readonly action: 'upload' | 'download' | 'upload-part';
  /** The path in the artifact proxy. For a part it is the id of the upload and the number of the part. */
  readonly target: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/**
 * Signs addresses that carry their own permission, like the presigned URLs of an object store. A client with
 * such an address may do the one thing it names until it expires. The key ends with the process.
 */
export class UrlSigner {
  readonly #key = randomBytes(32);

  /** Returns the query of a signed address: `expires=…&signature=…`. */
  sign(grant: SignedGrant): string {
    return `expires=${grant.expiresAtMs}&signature=${this.#signature(grant)}`;
  }

  /** Returns whether the signature belongs to this grant and the grant has not expired at `nowMs`. */
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
