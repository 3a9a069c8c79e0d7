import { closeSync, fstatSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { openPlainFile } from '../system/plain-file.ts';
import { IndexDamaged } from './index-damaged.ts';
import {
  decodePartHeader,
  decodePartPrefix,
  type PartBuffer,
  type PartHeader,
  PREFIX_BYTES,
} from './part-format.ts';

/** The bytes of a part, wherever they are. */
export interface PartSource {
  /** The name of the part in messages. */
  readonly name: string;
  /** Reads bytes of the part. @throws IndexDamaged if the part is too short or missing */
  read(offset: number, length: number): Buffer;
}

/** Returns a part in a file. The file is opened for each read, so that you need not close it. */
export function filePart(path: string): PartSource {
  return {
    name: path,
    read: (offset, length) => {
      let fd: number | undefined;
      try {
        fd = openPlainFile(path);
        // A damaged header may ask for gigabytes.
        if (offset + length > fstatSync(fd).size) throw new IndexDamaged(path, 'is too short');
        // A separate buffer aligns the numbers of eight bytes.
        const bytes = Buffer.allocUnsafeSlow(length);
        for (let done = 0; done < length; ) {
          const count = readSync(fd, bytes, done, length - done, offset + done);
          if (count === 0) throw new IndexDamaged(path, 'is too short');
          done += count;
        }
        return bytes;
      } catch (error) {
        if (error instanceof IndexDamaged) throw error;
        throw new IndexDamaged(path, error instanceof Error ? error.message : String(error));
      } finally {
        if (fd !== undefined) closeSync(fd);
      }
    },
  };
}

/** Returns a part that is only in memory, because it could not be written. */
export function memoryPart(pieces: readonly Buffer[]): PartSource {
  const whole = Buffer.concat(pieces);
  const name = 'a part in memory';
  return {
    name,
    read: (offset, length) => {
      const bytes = Buffer.allocUnsafeSlow(length);
      if (whole.copy(bytes, 0, offset, offset + length) < length) {
        throw new IndexDamaged(name, 'is too short');
      }
      return bytes;
    },
  };
}

/** Reads and checks pieces of one part. */
export class PartReader {
  readonly header: PartHeader;
  /** The CRC-32 of the header, by which a manifest identifies the part. */
  readonly check: number;
  readonly name: string;
  readonly #source: PartSource;
  readonly #dataStart: number;

  /** @throws IndexDamaged */
  constructor(source: PartSource) {
    this.#source = source;
    this.name = source.name;
    const { length, check } = decodePartPrefix(source.read(0, PREFIX_BYTES), source.name);
    this.header = decodePartHeader(source.read(PREFIX_BYTES, length), check, source.name);
    this.check = check;
    this.#dataStart = PREFIX_BYTES + length;
  }

  /** @throws IndexDamaged */
  buffer([offset, length, check]: PartBuffer): Buffer {
    return this.checked(offset, length, check);
  }

  /** @throws IndexDamaged */
  checked(offset: number, length: number, check: number): Buffer {
    const bytes = this.#source.read(this.#dataStart + offset, length);
    if (crc32(bytes) !== check) throw new IndexDamaged(this.name, 'has a damaged column');
    return bytes;
  }

  /** @throws IndexDamaged */
  numbers(place: PartBuffer): Float64Array {
    const bytes = this.buffer(place);
    return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  }

  /** @throws IndexDamaged */
  integers(place: PartBuffer): Uint32Array {
    const bytes = this.buffer(place);
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }

  /** JSON. @throws IndexDamaged */
  json(place: PartBuffer): unknown {
    return JSON.parse(this.buffer(place).toString());
  }
}
