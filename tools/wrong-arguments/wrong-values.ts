class Instance {
  readonly lr = 1;
}

/** An object that refers to itself. */
function cyclic(): object {
  const value: Record<string, unknown> = {};
  value.self = value;
  return value;
}

/** A proxy whose every trap throws, like a revoked proxy. A call of it does not, because that runs the caller's code. */
function throwingProxy(target: object): object {
  const names = Object.getOwnPropertyNames(Reflect).filter((trap) => trap !== 'apply');
  const traps = names.map((trap) => [
    trap,
    () => {
      throw new RangeError(`the trap ${trap} of a proxy`);
    },
  ]);
  return new Proxy(target, Object.fromEntries(traps) as ProxyHandler<object>);
}

/** A value of every type that plain JavaScript can pass by mistake, by name. */
export const WRONG_VALUES: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  number: 7,
  fraction: -1.5,
  NaN: Number.NaN,
  bigint: 7n,
  boolean: true,
  string: 'text',
  'empty string': '',
  'lone surrogate': '\ud800',
  symbol: Symbol('x'),
  function: () => 1,
  array: [1, 2],
  'array of null': [null],
  Map: new Map([['lr', 1]]),
  Set: new Set(['relu']),
  Date: new Date(0),
  'invalid Date': new Date(Number.NaN),
  RegExp: /a+/,
  Promise: Promise.resolve(1),
  instance: new Instance(),
  'typed array': new Float32Array([1, 2]),
  ArrayBuffer: new ArrayBuffer(4),
  Proxy: throwingProxy({}),
  'function Proxy': throwingProxy(() => 1),
  'hostile keys': JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":1}}'),
  'no prototype': Object.assign(Object.create(null), { a: 1 }),
  cycle: cyclic(),
  'empty object': {},
};
