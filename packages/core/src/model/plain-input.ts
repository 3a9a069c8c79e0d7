import { TidemarkError } from '../errors.ts';

/**
 * The kind of an argument or an option. `object` also accepts instances of classes, `record` only plain objects,
 * `texts` only plain objects of strings. `store` is an object with parts of the Store port, `actor` is the user or
 * program that acts, `model` is a registered model. `any` is checked elsewhere. With `?` the value may be absent.
 */
export type InputKind = Kind | `${Kind}?`;

type Kind = CheckedKind | 'any';

/** A kind that `isOfKind` can check. */
export type CheckedKind =
  | 'string'
  | 'number'
  | 'boolean'
  | 'function'
  | 'object'
  | 'record'
  | 'array'
  | 'strings'
  | 'objects'
  | 'texts'
  | 'bytes'
  | 'map'
  | 'url'
  | 'iterable'
  | 'stream'
  | 'signal'
  | 'store'
  | 'actor'
  | 'model';

/** The name and the check of each kind. No check runs code of the value, except the traps of a proxy. */
const KINDS: Readonly<
  Record<CheckedKind, readonly [called: string, isOfKind: (value: unknown) => boolean]>
> = {
  string: ['a string', (value) => typeof value === 'string'],
  number: ['a number', (value) => typeof value === 'number'],
  boolean: ['true or false', (value) => typeof value === 'boolean'],
  function: ['a function', (value) => typeof value === 'function' && isReadable(value)],
  object: ['an object', isObject],
  record: ['a plain object', isPlainObject],
  array: ['an array', (value) => isObject(value) && Array.isArray(value)],
  strings: ['an array of strings', isStrings],
  objects: ['an array of objects', isObjects],
  texts: ['a plain object of strings', isTexts],
  bytes: ['a Uint8Array', (value) => isObject(value) && value instanceof Uint8Array],
  map: ['a Map', (value) => isObject(value) && value instanceof Map],
  url: ['a string or a URL', (value) => isObject(value) && value instanceof URL],
  iterable: ['iterable', (value: unknown) => hasMember(value, Symbol.iterator)],
  stream: ['an async iterable', (value: unknown) => hasMember(value, Symbol.asyncIterator)],
  signal: ['an AbortSignal', (value: unknown) => hasMember(value, 'throwIfAborted')],
  store: ['a store', isStore],
  actor: ['who does it, as { name, authenticated }', isActor],
  model: [
    'a registered model',
    (value) => isObject(value) && Array.isArray(Reflect.get(value, 'versions')),
  ],
};

/** A kind whose `?` was parsed once, so that no call parses it again. */
interface KindCheck {
  readonly called: string;
  readonly isOfKind: (value: unknown) => boolean;
  readonly isOptional: boolean;
}

const CHECKS: ReadonlyMap<string, KindCheck> = new Map(
  Object.entries(KINDS).flatMap(([kind, [called, isOfKind]]): [string, KindCheck][] => [
    [kind, { called, isOfKind, isOptional: false }],
    [`${kind}?`, { called, isOfKind, isOptional: true }],
  ]),
);

/**
 * Checks that a value is a plain object, such as `{ lr: 0.1 }`, and not an array, a Map or another instance of a
 * class. @throws INVALID_ARGUMENT, with the name of the argument
 */
export function assertRecord(value: unknown, argument: string): void {
  if (isPlainObject(value)) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `${nameOf(argument)} ${has(argument)} to be a plain object; ${given(value, 'object')} was given. Give an object such as { name: value }.`,
    { details: { argument: nameOf(argument) } },
  );
}

/**
 * Checks that options are absent, or a plain object with only these names.
 * @throws INVALID_ARGUMENT, with the name that was probably meant
 */
export function assertOptionNames(
  options: unknown,
  argument: string,
  names: readonly string[],
): void {
  if (!isStrings(names))
    throw notOfKind('names', 'an array of strings', names, 'assertOptionNames');
  if (options === undefined) return;
  assertRecord(options, argument);
  assertKnownNames(options as object, argument, names);
}

/** `assertOptionNames` for arguments that are already checked: `options` is a plain object and `names` are strings. */
export function assertKnownNames(
  options: object,
  argument: string,
  names: readonly string[],
): void {
  for (const name in options) {
    if (names.includes(name) || !Object.hasOwn(options, name)) continue;
    const near = names.find((known) => isNear(name, known));
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `${nameOf(argument)} has no option ${JSON.stringify(name)}.${near === undefined ? '' : ` Did you mean ${near}?`} The options are ${names.join(', ')}.`,
      { details: { argument: nameOf(argument), option: name } },
    );
  }
}

/**
 * Checks the options of a function: a plain object with only these names, each of its kind.
 * @throws INVALID_ARGUMENT, with the name of the function and of the option
 */
export function assertOptions<Options extends object>(
  options: Options,
  caller: string,
  kinds: { readonly [Name in keyof Required<Options>]: InputKind },
): void {
  // The name is only built for the error.
  if (!isPlainObject(options)) assertRecord(options, `The options of ${caller}`);
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(kinds, name)) assertKnownNames(options, caller, Object.keys(kinds));
  }
  assertArguments(options, caller, kinds);
}

/**
 * Checks values by their names: the arguments of a function, as `{ store, runId }`, or members of an object.
 * @throws INVALID_ARGUMENT, with the name of the function and of the argument
 */
export function assertArguments<Values extends object>(
  values: Values,
  caller: string,
  kinds: { readonly [Name in keyof Required<Values>]?: InputKind },
): void {
  for (const name in kinds) {
    // `any` has no check.
    const check = CHECKS.get(kinds[name] as InputKind);
    if (check === undefined) continue;
    const value: unknown = values[name as keyof Values];
    if (check.isOptional && value === undefined) continue;
    if (!check.isOfKind(value)) throw notOfKind(name, check.called, value, caller);
  }
}

/** Whether a value is of a kind. It never throws, and runs no code of the value except the traps of a proxy. */
export function isOfKind<K extends CheckedKind>(
  value: unknown,
  kind: K,
): value is K extends 'object' ? object : K extends 'bytes' ? Uint8Array : unknown {
  return KINDS[kind][1](value);
}

/** @throws INVALID_ARGUMENT when the value is not a string, with the name of the argument */
export function assertString(value: unknown, argument: string): asserts value is string {
  if (typeof value === 'string') return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `${nameOf(argument)} has to be a string; ${kindOf(value)} was given.`,
    { details: { argument: nameOf(argument) } },
  );
}

/** Returns a value as text for a message. It runs no code of the value. */
export function shownInput(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}

function notOfKind(name: string, called: string, value: unknown, caller: string): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `${name} of ${caller} ${has(name)} to be ${called}; ${given(value, called)} was given.`,
    { details: { argument: name } },
  );
}

function nameOf(argument: unknown): string {
  return typeof argument === 'string' ? argument : 'The value';
}

/** Names in the plural, at the beginning of a sentence. */
const SEVERAL =
  /^(the )?(options|tags|params|metrics|files|rules|names|versions|values|columns|rows)\b/i;

function has(argument: unknown): string {
  return SEVERAL.test(nameOf(argument)) ? 'have' : 'has';
}

/** Returns the words for a value that is not of the expected kind. */
function given(value: unknown, called: string): string {
  const kind = kindOf(value);
  return kind === 'an object' && called.includes('object') ? 'another object' : kind;
}

/** Returns the kind of a value for a message, with its article: `a number`, `an array`, `undefined`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object')
    return typeof value === 'bigint' ? 'a bigint' : `a ${typeof value}`;
  if (!isReadable(value)) return 'an object that cannot be read';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Map) return 'a Map';
  return value instanceof Set ? 'a Set' : 'an object';
}

/** Whether a value can be inspected: a revoked proxy, or one whose traps throw, cannot. */
function isReadable(value: object): boolean {
  try {
    Object.getPrototypeOf(value);
    Reflect.get(value, 'constructor');
    return true;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && isReadable(value);
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  let prototype: object | null;
  try {
    prototype = Object.getPrototypeOf(value);
  } catch {
    return false;
  }
  // The prototype of a plain object of another realm (a vm context) is not Object.prototype.
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.hasOwn(prototype, 'hasOwnProperty');
}

function isStrings(value: unknown): boolean {
  return isObject(value) && Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isObjects(value: unknown): boolean {
  return isObject(value) && Array.isArray(value) && value.every(isObject);
}

function hasMember(value: unknown, member: symbol | string): boolean {
  return isObject(value) && typeof Reflect.get(value, member) === 'function';
}

function isTexts(value: unknown): boolean {
  return (
    isPlainObject(value) &&
    isReadable(value as object) &&
    Object.values(value as object).every((text) => typeof text === 'string')
  );
}

function isActor(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof Reflect.get(value, 'name') === 'string' &&
    typeof Reflect.get(value, 'authenticated') === 'boolean'
  );
}

/** Some functions need only a part of the Store port. */
function isStore(value: unknown): boolean {
  return (
    isObject(value) &&
    ('registry' in value || 'experiments' in value || 'runs' in value || 'artifacts' in value)
  );
}

/**
 * Whether a name has the same letters in another order (`setp`), or is the beginning of the known name (`timestamp`).
 */
function isNear(given: string, known: string): boolean {
  const letters = (text: string): string => [...text.toLowerCase()].toSorted().join('');
  return letters(given) === letters(known) || (given.length > 2 && known.startsWith(given));
}
