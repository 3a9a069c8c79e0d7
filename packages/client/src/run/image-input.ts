import { assertArguments, assertRecord, concatenateBytes, TidemarkError } from '@tidemark/core';

/** An encoded image (PNG, JPEG, WebP or GIF), or raw pixels of 1, 3 or 4 bytes each. */
export type ImageInput = Uint8Array | PixelImage;

/** Raw pixels: rows from the top, pixels from the left. `data` has `width * height * channels` values 0…255. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

// The first bytes of each format.
const SIGNATURES: readonly (readonly (number | undefined)[])[] = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  // RIFF, four bytes of length, WEBP.
  [0x52, 0x49, 0x46, 0x46, undefined, undefined, undefined, undefined, 0x57, 0x45, 0x42, 0x50],
  [0x47, 0x49, 0x46, 0x38],
];

/** PNG colour types by the number of channels (PNG specification, section 11.2.1). */
const COLOR_TYPES: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 };

/** Returns the bytes to store for an image. @throws INVALID_ARGUMENT */
export async function imageBytes(image: ImageInput): Promise<Uint8Array> {
  assertArguments({ image }, 'logImage', { image: 'object' });
  if (!(image instanceof Uint8Array)) return encodePng(image);
  if (
    SIGNATURES.some((signature) =>
      signature.every((byte, at) => byte === undefined || image[at] === byte),
    )
  ) {
    return image;
  }
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    'The bytes are not a PNG, JPEG, WebP or GIF image. Give encoded bytes, or { width, height, data } with raw pixels.',
  );
}

/** Encodes a PNG (ISO/IEC 15948) with eight bits per channel and filter type 0 on every row. */
async function encodePng(image: PixelImage): Promise<Uint8Array> {
  assertRecord(image, 'An image');
  const { width, height, data } = image;
  if (!ArrayBuffer.isView(data)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'The data of an image has to be a Uint8Array. Give one with a byte for each channel of each pixel.',
    );
  }
  const channels = data.length / (width * height);
  const colorType = COLOR_TYPES[channels];
  if (!Number.isInteger(width) || !Number.isInteger(height) || colorType === undefined) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `An image of ${width} × ${height} pixels needs 1, 3 or 4 bytes for each, and ${data.length} bytes were given. Give data of the right length.`,
    );
  }
  const stride = width * channels;
  const rows = new Uint8Array(height * (stride + 1));
  for (let row = 0; row < height; row += 1) {
    rows.set(data.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colorType], 8);
  return concatenateBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    pngChunk('IHDR', header),
    pngChunk('IDAT', await deflate(rows)),
    pngChunk('IEND', new Uint8Array()),
  ]);
}

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const typed = concatenateBytes([new TextEncoder().encode(type), data]);
  const chunk = new Uint8Array(typed.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(typed, 4);
  view.setUint32(typed.length + 4, crc32(typed));
  return chunk;
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
