/** The value of a key that the record itself has, as a list of one; keys may be `__proto__`. */
export function ownValue<Value>(
  record: Readonly<Record<string, Value>>,
  key: string,
): readonly Value[] {
  return Object.hasOwn(record, key) ? [record[key] as Value] : [];
}
