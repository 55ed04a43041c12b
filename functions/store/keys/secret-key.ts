/** `SECRET` / `CURSOR`: what hides in a cursor the place at which a list went on among what its reader may not see. */
export const secretKey = {
  ofCursors: { pk: { S: 'SECRET' }, sk: { S: 'CURSOR' } },
} as const;
