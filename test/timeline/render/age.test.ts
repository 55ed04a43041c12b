import { expect, it } from 'vitest';
import { formatAge } from '../../../timeline/render/age.ts';

it.each([
  [-5, '0s'],
  [0.16, '0s'],
  [87, '87s'],
  [122, '2m2s'],
  [148, '2m28s'],
  [180, '3m'],
  [12 * 60 + 20, '12m'],
  [3 * 3600 + 20 * 60, '3h20m'],
  [30 * 3600, '30h'],
  [52 * 3600, '2d4h'],
  [9 * 86_400, '9d'],
  [(730 + 40) * 86_400, '2y40d'],
])('an age of %f s is printed as kubectl prints it: %s', (given, text) => {
  expect(formatAge(given * 1000)).toBe(text);
});
