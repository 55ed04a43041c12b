/**
 * `TOKEN#hash` / `TOKEN`: one token, by the SHA-256 of its text in hexadecimal. Each has a partition of its own, so
 * that the tokens of a thousand busy clusters do not meet in one.
 */
export const tokenKey = {
  format(hash: string): string {
    return `TOKEN#${hash}`;
  },
  parse(partitionKey: string): string {
    return partitionKey.slice('TOKEN#'.length);
  },
} as const;

export const TOKEN_SORT_KEY = 'TOKEN';

/** `TOKENS` / `id`: leads from the id by which a token is named to the token. Ids begin with the time of their making. */
export const tokenIdKey = {
  partition: 'TOKENS',
  format(id: string): string {
    return id;
  },
} as const;
