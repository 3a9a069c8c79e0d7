import { DataType, type Decimal, type Table } from 'apache-arrow';

/**
 * Returns the rows of an Arrow table as JSON values. Integers beyond the range of a number and decimals are text,
 * times are ISO 8601, bytes are base64, lists and structs are arrays and objects.
 */
export function arrowRows(table: Table): Record<string, unknown>[] {
  return Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(
      table.schema.fields.map(({ name, type }, column) => [
        name,
        plainValue(table.getChildAt(column)?.get(row), type),
      ]),
    ),
  );
}

function plainValue(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null;
  if (DataType.isTimestamp(type)) {
    const iso = new Date(Number(value)).toISOString();
    return type.timezone ? iso : iso.slice(0, -1);
  }
  if (DataType.isDate(type)) return new Date(Number(value)).toISOString().slice(0, 10);
  if (DataType.isDecimal(type)) return decimalText(value as Uint32Array, type);
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (DataType.isMap(type)) {
    const entries = [...(value as Iterable<[unknown, unknown]>)];
    return Object.fromEntries(
      entries.map(([key, item]) => [
        String(key),
        plainValue(
          item,
          (type.children[0]?.type.children[1] ?? type.children[0])?.type as DataType,
        ),
      ]),
    );
  }
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) {
    const item = type.children[0]?.type as DataType;
    return [...(value as Iterable<unknown>)].map((part) => plainValue(part, item));
  }
  if (DataType.isStruct(type)) {
    return Object.fromEntries(
      type.children.map(({ name, type: part }) => [
        name,
        plainValue((value as Readonly<Record<string, unknown>>)[name], part),
      ]),
    );
  }
  return value;
}

/** Formats a decimal in two's complement, in words of 32 bits, the lowest first. */
function decimalText(words: Uint32Array, { scale }: Decimal): string {
  let whole = 0n;
  for (const [index, word] of words.entries()) whole |= BigInt(word) << BigInt(32 * index);
  const signed = BigInt.asIntN(32 * words.length, whole);
  const digits = (signed < 0n ? -signed : signed).toString().padStart(scale + 1, '0');
  const sign = signed < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
