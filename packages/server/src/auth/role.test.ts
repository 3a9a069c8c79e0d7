import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccessTarget } from '../access/access.ts';
import { type GrantedRole, type Grants, ROLES, reaches, roleFor } from './role.ts';

const granted = fc.constantFrom<GrantedRole>('none', ...ROLES);
const grants: fc.Arbitrary<Grants> = fc.record(
  {
    role: granted,
    experiments: fc.dictionary(fc.constantFrom('0', '17'), granted),
    models: fc.dictionary(fc.constantFrom('penguins', '17'), granted),
    ceiling: fc.constantFrom(...ROLES),
  },
  { requiredKeys: ['role', 'experiments', 'models'] },
) as fc.Arbitrary<Grants>;
const target = fc.constantFrom<AccessTarget>(
  { kind: 'experiment', experimentId: '17' },
  { kind: 'registered-model', name: '17' },
  { kind: 'server' },
);

test('a role includes the roles before it', () => {
  expect(ROLES.map((role) => ROLES.filter((needed) => reaches(role, needed)).length)).toEqual([
    1, 2, 3, 4,
  ]);
  expect(ROLES.some((needed) => reaches('none', needed))).toBe(false);
});

test('the role on one experiment or model replaces the role of the user, whether it is higher or lower', () => {
  const user: Grants = {
    role: 'writer',
    experiments: { '17': 'none' },
    models: { penguins: 'approver' },
  };
  expect(roleFor(user, { kind: 'experiment', experimentId: '17' })).toBe('none');
  expect(roleFor(user, { kind: 'experiment', experimentId: '18' })).toBe('writer');
  expect(roleFor(user, { kind: 'registered-model', name: 'penguins' })).toBe('approver');
  expect(roleFor(user, { kind: 'registered-model', name: 'constructor' })).toBe('writer');
  expect(roleFor(user, { kind: 'server' })).toBe('writer');
});

test('a token never exceeds its own role or that of its user', () => {
  fc.assert(
    fc.property(grants, target, fc.constantFrom(...ROLES), (user, what, ceiling) => {
      const without = roleFor({ ...user, ceiling: 'admin' }, what);
      const under = roleFor({ ...user, ceiling }, what);
      for (const needed of ROLES) {
        expect(reaches(under, needed)).toBe(reaches(without, needed) && reaches(ceiling, needed));
      }
    }),
  );
});
