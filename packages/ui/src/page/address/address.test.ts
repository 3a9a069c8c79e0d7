import fc from 'fast-check';
import { beforeAll, expect, it, vi } from 'vitest';

let parseAddress: typeof import('./address.ts').parseAddress;
let printAddress: typeof import('./address.ts').printAddress;

beforeAll(async () => {
  // The module reads the address of its page when it is loaded.
  vi.stubGlobal('location', { hash: '' });
  vi.stubGlobal('addEventListener', () => undefined);
  ({ parseAddress, printAddress } = await import('./address.ts'));
  return () => vi.unstubAllGlobals();
});

it('reads back every address that it prints', () => {
  const segment = fc.string({ minLength: 1, unit: 'grapheme' });
  const query = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }));
  fc.assert(
    fc.property(fc.array(segment), query, (path, parameters) => {
      expect(parseAddress(printAddress(path, parameters))).toEqual({ path, query: parameters });
    }),
  );
});

it('leaves out what has its default', () => {
  expect(printAddress(['experiments', '0'], { filter: '', order: undefined })).toBe(
    '#/experiments/0',
  );
});

it.each(['#', '', '#/', '#//'])('shows the first view for %j', (hash) => {
  expect(parseAddress(hash)).toEqual({ path: [], query: {} });
});

it('reads an address that is not encoded as it should be', () => {
  expect(parseAddress('#/models/100%/versions')).toEqual({
    path: ['models', '100%', 'versions'],
    query: {},
  });
});
