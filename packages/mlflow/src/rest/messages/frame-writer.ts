/** How the numbers of a column are stored. */
export const COLUMN_FORM: Readonly<Record<'equal' | 'offsets' | 'doubles', number>> = {
  /** No bytes: each number is the base. */
  equal: 0,
  /** 32 bits for each number: what is added to the base. */
  offsets: 1,
  /** A 64-bit float for each number. The base is 0. */
  doubles: 2,
};

/** Everything begins at a multiple of eight bytes, so that typed arrays can be views of a frame. */
export const ALIGNMENT = 8;

const GREATEST_OFFSET = 0xffffffff;
const FIRST_CAPACITY = 4096;

/** Writes the parts of a frame, little-endian. */
export class FrameWriter {
  #view = new DataView(new ArrayBuffer(FIRST_CAPACITY));
  #length = 0;

  /** Appends whole numbers of 32 bits. */
  integers(numbers: readonly number[]): void {
    this.#reserve(4 * numbers.length);
    for (const number of numbers) {
      this.#view.setUint32(this.#length, number, true);
      this.#length += 4;
    }
    this.#align();
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    new Uint8Array(this.#view.buffer).set(bytes, this.#length);
    this.#length += bytes.length;
    this.#align();
  }

  /** Appends numbers in the shortest form: the form (32 bits) and four zeros, the base as a 64-bit float, and the numbers. */
  column(numbers: Float64Array): void {
    const { form, base } = formOf(numbers);
    const sizes = { [COLUMN_FORM.equal]: 0, [COLUMN_FORM.offsets]: 4, [COLUMN_FORM.doubles]: 8 };
    this.#reserve(16 + (sizes[form] as number) * numbers.length);
    const view = this.#view;
    view.setUint32(this.#length, form, true);
    view.setFloat64(this.#length + 8, base, true);
    let at = this.#length + 16;
    if (form === COLUMN_FORM.doubles) {
      for (const number of numbers) {
        view.setFloat64(at, number, true);
        at += 8;
      }
    } else if (form === COLUMN_FORM.offsets) {
      for (const number of numbers) {
        view.setUint32(at, number - base, true);
        at += 4;
      }
    }
    this.#length = at;
    this.#align();
  }

  finish(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#view.buffer, 0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count + ALIGNMENT;
    if (needed <= this.#view.byteLength) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#view.byteLength));
    larger.set(new Uint8Array(this.#view.buffer, 0, this.#length));
    this.#view = new DataView(larger.buffer);
  }

  #align(): void {
    this.#length = Math.ceil(this.#length / ALIGNMENT) * ALIGNMENT;
  }
}

function formOf(numbers: Float64Array): { readonly form: number; readonly base: number } {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of numbers) {
    // As an offset, -0 would become 0.
    if (!Number.isSafeInteger(number) || Object.is(number, -0)) {
      return { form: COLUMN_FORM.doubles, base: 0 };
    }
    if (number < lowest) lowest = number;
    if (number > highest) highest = number;
  }
  if (numbers.length === 0) return { form: COLUMN_FORM.equal, base: 0 };
  if (lowest === highest) return { form: COLUMN_FORM.equal, base: lowest };
  const areOffsets = highest - lowest <= GREATEST_OFFSET;
  return areOffsets
    ? { form: COLUMN_FORM.offsets, base: lowest }
    : { form: COLUMN_FORM.doubles, base: 0 };
}
