/** One entry of a record, and the owner of the record. */
export interface KeyValue<Owner> {
  readonly owner: Owner;
  readonly key: string;
  readonly value: string;
}

/** The entries of the record of each owner: rows of a table of params or tags. */
export function* keyValues<Owner>(
  owners: Iterable<Owner>,
  record: (owner: Owner) => Readonly<Record<string, string>>,
): Generator<KeyValue<Owner>> {
  for (const owner of owners) {
    for (const [key, value] of Object.entries(record(owner))) yield { owner, key, value };
  }
}
