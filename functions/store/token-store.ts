import type { Page } from './store.ts';

/** What a token is for. It never changes: another right is another token. */
export type TokenGrant =
  /** Adds to the history of one cluster, reads nothing. */
  | { readonly kind: 'agent'; readonly cluster: string }
  /** Reads the clusters named, or all with `*`. */
  | { readonly kind: 'reader'; readonly clusters: readonly string[] }
  /** Registers clusters, makes and revokes tokens; reads no history. */
  | { readonly kind: 'admin' };

/** What is known of a token, but for the token itself: that is known to its owner alone. */
export interface TokenRecord {
  /** Names the token where it is listed and revoked. */
  readonly id: string;
  readonly grant: TokenGrant;
  readonly description: string;
  /** Null: as many as the kind of token is given. */
  readonly requestsPerMinute: number | null;
  /** The id of the token that this one was made to take over from. */
  readonly replaces: string | null;
  readonly createdAt: string;
  /** Null: it does not expire. */
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** At most an hour behind; null if it was never used. */
  readonly lastUsedAt: string | null;
}

/** Where tokens are kept, by the hash of each. All times are RFC 3339 in UTC, to the millisecond. */
export interface TokenStore {
  /** Strongly consistent: what was revoked before is seen as revoked. */
  byHash(hash: string): Promise<TokenRecord | undefined>;
  byId(id: string): Promise<TokenRecord | undefined>;
  /** By id, and so by age. */
  list(limit: number, cursor?: string): Promise<Page<TokenRecord>>;
  add(hash: string, record: TokenRecord): Promise<void>;
  /** Lets it expire at `at`, unless it does so earlier. Undefined if there is no such token. */
  expire(id: string, at: string): Promise<TokenRecord | undefined>;
  /** Once revoked, it keeps the time of the first revocation. Undefined if there is no such token. */
  revoke(id: string, at: string): Promise<TokenRecord | undefined>;
  /** Remembers that it was used at `at`, unless it is known to have been used after `notIfAfter`. */
  used(hash: string, at: string, notIfAfter: string): Promise<void>;
}
