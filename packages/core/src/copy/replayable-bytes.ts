import { TidemarkError } from '../errors.ts';

/** The most bytes of a stream that are kept to read it again. */
const REPLAYED_BYTES = 64 * 1024 * 1024;

/** A stream that can be read again from the start, unless it is longer than 64 MiB. */
export class ReplayableBytes implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    if (this.#heldBytes > REPLAYED_BYTES) {
      throw new TidemarkError(
        'SERVER_UNREACHABLE',
        'The artifact was not written, because the server became unreachable in the middle of it, and it is too long to repeat it for the spool. Log it again.',
      );
    }
    yield* this.#held;
    for (;;) {
      const next = await this.#source.next();
      if (next.done === true) return;
      this.#heldBytes += next.value.length;
      if (this.#heldBytes <= REPLAYED_BYTES) this.#held.push(next.value);
      else this.#held.length = 0;
      yield next.value;
    }
  }
}
