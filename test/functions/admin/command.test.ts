import { describe, expect, it } from 'vitest';
import { readCommand, UsageError } from '../../../functions/admin/command.ts';

const read = (line: string, env: Record<string, string> = {}) =>
  readCommand(
    line.split(' ').filter((part) => part !== ''),
    env,
  );
const common = { description: '', expiresAt: null, requestsPerMinute: null };
const retention = { eventsDays: null, restartsDays: null, rollupsDays: null };

describe('the command line of an administrator', () => {
  it.each([
    ['--help', { kind: 'help' }],
    ['token mint', { kind: 'mint' }],
    ['token make --agent lab', { kind: 'make', request: { kind: 'agent', cluster: 'lab', ...common } }],
    [
      'token make --reader lab,prod --description grafana --requests-per-minute 30 --expires-at 2027-01-01T00:00:00Z',
      {
        kind: 'make',
        request: {
          kind: 'reader',
          clusters: ['lab', 'prod'],
          description: 'grafana',
          requestsPerMinute: 30,
          expiresAt: '2027-01-01T00:00:00Z',
        },
      },
    ],
    ['token make --admin', { kind: 'make', request: { kind: 'admin', ...common } }],
    ['token rotate abc', { kind: 'rotate', id: 'abc', overlapSeconds: 86_400 }],
    ['token rotate abc --overlap-seconds 60', { kind: 'rotate', id: 'abc', overlapSeconds: 60 }],
    ['token revoke abc', { kind: 'revoke', id: 'abc' }],
    ['token list', { kind: 'tokens' }],
    ['cluster list', { kind: 'clusters' }],
    [
      'cluster register lab',
      {
        kind: 'register',
        cluster: 'lab',
        request: { description: '', requestsPerMinute: null, tokenIssuer: null, retention },
      },
    ],
    [
      'cluster register lab --events-days 30 --restarts-days 400',
      {
        kind: 'register',
        cluster: 'lab',
        request: {
          description: '',
          requestsPerMinute: null,
          tokenIssuer: null,
          retention: { eventsDays: 30, restartsDays: 400, rollupsDays: null },
        },
      },
    ],
    [
      'cluster register lab --issuer https://oidc.example/id --subject system:serviceaccount:podlapse:node,system:serviceaccount:podlapse:cluster --jwks {"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"}]}',
      {
        kind: 'register',
        cluster: 'lab',
        request: {
          description: '',
          requestsPerMinute: null,
          tokenIssuer: {
            issuer: 'https://oidc.example/id',
            subjects: ['system:serviceaccount:podlapse:node', 'system:serviceaccount:podlapse:cluster'],
            jwksUri: null,
            jwks: { keys: [{ kty: 'RSA', n: 'AQ', e: 'AQAB' }] },
          },
          retention,
        },
      },
    ],
  ])('%s is understood', (line, command) => {
    expect(read(line).command).toEqual(command);
  });

  it.each([
    ['', 'no such command'],
    ['token', 'no such command'],
    ['token destroy', 'no such command'],
    ['token make', 'say one of --agent CLUSTER, --reader CLUSTERS and --admin'],
    ['token make --agent lab --admin', 'say one of'],
    ['token make --agent Lab', 'cluster: must be 1 to 63 of a-z'],
    ['token make --reader lab,', 'clusters.1'],
    ['token make --admin --expires-at tomorrow', 'expiresAt: must be an RFC 3339 time'],
    [
      'token make --admin --requests-per-minute many',
      '--requests-per-minute is "many"; it must be a whole number',
    ],
    ['token make --admin --requests-per-minute 0', 'requestsPerMinute: must be at least 1'],
    ['token rotate', 'token rotate: say which'],
    ['token rotate abc --overlap-seconds 9999999', 'overlapSeconds: must be at most 2592000'],
    ['token revoke a b', 'b: one thing at a time'],
    ['token list --colour', "Unknown option '--colour'"],
    ['cluster register', 'cluster register: say which'],
    ['cluster register lab --subject x', 'name it too'],
    ['cluster register lab --restarts-days 6', 'retention.restartsDays: must be at least 7'],
    ['cluster register lab --events-days soon', '--events-days is "soon"; it must be a whole number'],
    [
      'cluster register lab --issuer http://plain.example --subject system:serviceaccount:a:b',
      'tokenIssuer.issuer: must be an https URL',
    ],
    ['cluster register lab --issuer https://i.example', 'tokenIssuer.subjects: is missing'],
    [
      'cluster register lab --issuer https://i.example --subject me',
      'must be system:serviceaccount:NAMESPACE:NAME',
    ],
    [
      'cluster register lab --issuer https://i.example --subject system:serviceaccount:a:b --jwks {',
      '--jwks is not JSON',
    ],
    [
      'cluster register lab --issuer https://i.example --subject system:serviceaccount:a:b --jwks {"keys":[{"kty":"RSA","d":"AQ"}]}',
      'unknown field "d"',
    ],
  ])('"%s" is refused with the remedy', (line, message) => {
    expect(() => read(line)).toThrow(UsageError);
    expect(() => read(line)).toThrow(message);
  });

  it.each([
    ['token list', {}, { kind: 'folder', dataDir: '.podlapse' }],
    ['token list', { PODLAPSE_DATA_DIR: 'here' }, { kind: 'folder', dataDir: 'here' }],
    ['token list', { PODLAPSE_TABLE: 't', PODLAPSE_DATA_DIR: 'here' }, { kind: 'table', tableName: 't' }],
    ['token list --table t', {}, { kind: 'table', tableName: 't' }],
    ['token list --data-dir here', { PODLAPSE_TABLE: 't' }, { kind: 'folder', dataDir: 'here' }],
  ])('%s with %o works on the right place', (line, env, place) => {
    expect(read(line, env).place).toEqual(place);
  });
});
