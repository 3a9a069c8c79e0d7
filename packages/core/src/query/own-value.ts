/** Returns the value of an own key of the record as a list of one, or an empty list. The key may be `__proto__`. */
export function ownValue<Value>(
  record: Readonly<Record<string, Value>>,
  key: string,
): readonly Value[] {
  return Object.hasOwn(record, key) ? [record[key] as Value] : [];
}
