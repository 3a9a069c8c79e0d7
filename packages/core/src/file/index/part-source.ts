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

/** A part in a file. */
export interface FilePart extends PartSource {
  /** Reads `length` bytes, or fewer at the end of the part. @throws IndexDamaged if the part is missing */
  readUpTo(offset: number, length: number): Buffer;
}

/** Returns a part in a file. The file is opened for each read, so that you need not close it. */
export function filePart(path: string): FilePart {
  const readOpen = (read: (part: OpenPart) => Buffer): Buffer => {
    const part = new OpenPart(path);
    try {
      return read(part);
    } finally {
      part.close();
    }
  };
  return {
    name: path,
    read: (offset, length) =>
      readOpen((part) => {
        part.assertLength(offset + length);
        return part.bytes(offset, length);
      }),
    readUpTo: (offset, length) =>
      readOpen((part) => part.bytes(offset, Math.max(0, Math.min(length, part.size - offset)))),
  };
}

/** A part in a file that is open for many reads. Close it. */
export class OpenPart {
  readonly #path: string;
  readonly #fd: number;
  readonly size: number;

  /** @throws IndexDamaged */
  constructor(path: string) {
    this.#path = path;
    let fd: number | undefined;
    try {
      fd = openPlainFile(path);
      this.#fd = fd;
      this.size = fstatSync(fd).size;
    } catch (error) {
      if (fd !== undefined) closeSync(fd);
      throw damaged(path, error);
    }
  }

  /** Refuses a part that is shorter: a damaged header may ask for gigabytes. @throws IndexDamaged */
  assertLength(length: number): void {
    if (length > this.size) throw new IndexDamaged(this.#path, 'is too short');
  }

  /** Returns bytes in a separate buffer, which aligns the numbers of eight bytes. @throws IndexDamaged */
  bytes(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    this.fill(bytes, offset);
    return bytes;
  }

  /** Fills a buffer with the bytes from an offset on. @throws IndexDamaged */
  fill(bytes: Uint8Array, offset: number): void {
    try {
      for (let done = 0; done < bytes.length; ) {
        const count = readSync(this.#fd, bytes, done, bytes.length - done, offset + done);
        if (count === 0) throw new IndexDamaged(this.#path, 'is too short');
        done += count;
      }
    } catch (error) {
      throw damaged(this.#path, error);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function damaged(path: string, error: unknown): IndexDamaged {
  if (error instanceof IndexDamaged) return error;
  return new IndexDamaged(path, error instanceof Error ? error.message : String(error));
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
