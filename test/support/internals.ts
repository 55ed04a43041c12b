/** What no answer may hold: where in our code or Node's something happened, and what the store is made of. */
export const INTERNALS = /\.[cm]?[jt]s:\d+|node:internal|node_modules|dynamo|Exception|\bpk\b/i;
