import { describe, expect, test } from 'vitest';
import type { Reading } from '../../agent/flags.ts';
import { readReplaySettings, replayUsage } from '../../agent/replay-settings.ts';
import { agentUsage, readAgentSettings, readRecordSettings, recordUsage } from '../../agent/settings.ts';

const errorsOf = (reading: Reading<unknown>) => (reading.kind === 'errors' ? reading.errors : []);

describe("the agent's settings", () => {
  test('need a cluster only, and have defaults', () => {
    expect(readAgentSettings(['--cluster', 'lab'], {})).toEqual({
      kind: 'settings',
      settings: {
        cluster: 'lab',
        api: new URL('http://127.0.0.1:8080'),
        tokenFile: undefined,
        role: 'all',
        nodeName: undefined,
        kubernetes: undefined,
        docker: undefined,
        spoolMaxBytes: 33_554_432,
        monitor: undefined,
      },
    });
  });

  test('can all be given as flags', () => {
    const argv = [
      '--cluster=lab',
      '--api=https://podlapse.example/base',
      '--token-file=/t',
      '--api-ca-file=/ca',
      '--compression=gzip',
      '--drain-seconds=25',
      '--service-account-dir=/sa',
      '--role=node',
      '--node-name=node1',
      '--kubeconfig=/k',
      '--docker=/d.sock',
      '--cri=/run/crio/crio.sock',
      '--tracefs=/sys/kernel/tracing',
      '--spool-max-bytes=1000000',
      '--metrics-port=9090',
      '--metrics-host=0.0.0.0',
    ];

    expect(readAgentSettings(argv, {})).toEqual({
      kind: 'settings',
      settings: {
        cluster: 'lab',
        api: new URL('https://podlapse.example/base'),
        tokenFile: '/t',
        apiCaFile: '/ca',
        compression: 'gzip',
        drainSeconds: 25,
        serviceAccountDir: '/sa',
        role: 'node',
        nodeName: 'node1',
        kubernetes: { kubeconfigPath: '/k' },
        docker: { socketPath: '/d.sock' },
        cri: { socketPath: '/run/crio/crio.sock' },
        tracefs: '/sys/kernel/tracing',
        spoolMaxBytes: 1_000_000,
        monitor: { host: '0.0.0.0', port: 9090 },
      },
    });
  });

  test('can all be given as variables', () => {
    const environment = {
      PODLAPSE_CLUSTER: 'lab',
      PODLAPSE_TOKEN_FILE: '/t',
      PODLAPSE_ROLE: 'cluster',
      PODLAPSE_KUBERNETES: 'off',
      PODLAPSE_SPOOL_MAX_BYTES: '200000',
    };

    expect(readAgentSettings([], environment)).toMatchObject({
      kind: 'settings',
      settings: {
        cluster: 'lab',
        tokenFile: '/t',
        role: 'cluster',
        kubernetes: 'off',
        spoolMaxBytes: 200_000,
      },
    });
  });

  test.each<[argv: string[], logs: object | undefined]>([
    [[], undefined],
    [['--log-lines', '0'], undefined],
    [['--log-lines', '20'], { lines: 20, maxBytes: 8_192 }],
    [['--log-lines', '20', '--log-max-bytes', '1000'], { lines: 20, maxBytes: 1_000 }],
  ])('with %j, of logs are sent: %j', (argv, logs) => {
    expect(readAgentSettings(['--cluster', 'lab', ...argv], {})).toMatchObject({ settings: { logs } });
  });

  test('the help says that logs are off, and can hold secrets in spite of the rules', () => {
    const help = agentUsage().replaceAll(/\s+/g, ' ');
    expect(help).toContain('a log can hold secrets in spite of them');
    expect(help).toContain('default 0: no logs');
  });

  test('what waits is in memory unless there is a folder for it, which holds more', () => {
    expect(readAgentSettings(['--cluster', 'lab'], {})).toMatchObject({
      settings: { spoolDir: undefined, spoolMaxBytes: 32 * 1024 * 1024, stopWith: undefined },
    });
    expect(
      readAgentSettings(['--cluster', 'lab', '--spool-dir', '/s', '--stop-with', 'stdin'], {}),
    ).toMatchObject({
      settings: { spoolDir: '/s', spoolMaxBytes: 256 * 1024 * 1024, stopWith: 'stdin' },
    });
  });

  test('a flag wins over its variable, and an empty variable is none', () => {
    const environment = { PODLAPSE_CLUSTER: 'other', PODLAPSE_TOKEN_FILE: '', PODLAPSE_ROLE: '' };

    expect(readAgentSettings(['--cluster', 'lab'], environment)).toMatchObject({
      settings: { cluster: 'lab', tokenFile: undefined, role: 'all' },
    });
  });

  test.each<[argv: string[], environment: Record<string, string>, error: RegExp]>([
    [[], {}, /^--cluster \(or PODLAPSE_CLUSTER\) is missing: give the name/],
    [['--cluster', 'Lab_1'], {}, /^--cluster: "Lab_1" is no cluster name; give 1 to 63 of a-z, 0-9/],
    [[], { PODLAPSE_CLUSTER: 'Lab' }, /^PODLAPSE_CLUSTER: "Lab" is no cluster name/],
    [
      ['--cluster', 'lab', '--api', 'podlapse'],
      {},
      /^--api: "podlapse" is no address of an API; give one such as http/,
    ],
    [['--cluster', 'lab', '--api', 'ftp://x'], {}, /^--api: "ftp:\/\/x" is no address/],
    [['--cluster', 'lab', '--api', 'http://u:p@x'], {}, /^--api: .* holds a password.*--token-file/],
    [['--cluster', 'lab', '--api', 'http://x?a=b'], {}, /^--api: .* has a query/],
    [
      ['--cluster', 'lab', '--role', 'boss'],
      {},
      /^--role: "boss" is not possible here; give node or cluster or all/,
    ],
    [
      ['--cluster', 'lab', '--role', 'node'],
      {},
      /^--node-name \(or PODLAPSE_NODE_NAME\) is missing: --role node needs/,
    ],
    [['--cluster', 'lab', '--node-name', 'a,b'], {}, /^--node-name: "a,b" is no node name/],
    [['--cluster', 'lab', '--kubernetes', 'on'], {}, /^--kubernetes: "on" is not possible here; give off/],
    [['--cluster', 'lab', '--kubernetes', 'off', '--kubeconfig', '/k'], {}, /exclude each other/],
    [
      ['--cluster', 'lab', '--role', 'cluster', '--docker', '/d'],
      {},
      /^--docker does not go with --role cluster/,
    ],
    [['--cluster', 'lab', '--docker='], {}, /^--docker: "" is empty/],
    [['--cluster', 'lab', '--role', 'cluster', '--cri', '/c'], {}, /^--cri does not go with --role cluster/],
    [['--cluster', 'lab', '--cri', 'off', '--tracefs', '/t'], {}, /^--tracefs does not go with --cri off/],
    [['--cluster', 'lab', '--role', 'cluster', '--tracefs', '/t'], {}, /^--tracefs does not go with --role/],
    [
      ['--cluster', 'lab', '--spool-max-bytes', '1e9'],
      {},
      /^--spool-max-bytes: "1e9" is no number of bytes .*131072/,
    ],
    [['--cluster', 'lab', '--spool-max-bytes', '1000'], {}, /^--spool-max-bytes: "1000"/],
    [
      ['--cluster', 'lab', '--role', 'cluster', '--lease', 'agent-leader'],
      {},
      /^--lease: "agent-leader" is no lease; give its namespace and name/,
    ],
    [
      ['--cluster', 'lab', '--role', 'cluster', '--lease', 'podlapse/../secrets'],
      {},
      /^--lease: "podlapse\/\.\.\/secrets" is no lease/,
    ],
    [['--cluster', 'lab', '--lease', 'podlapse/leader'], {}, /^--lease goes with --role cluster only/],
    [['--cluster', 'lab', '--drain-seconds', '0'], {}, /^--drain-seconds: "0" .*give 1 to 600/],
    [['--cluster', 'lab', '--compression', 'br'], {}, /^--compression: "br" .*give gzip or zstd/],
    [['--cluster', 'lab', '--metrics-port', '70000'], {}, /^--metrics-port: "70000" is no port/],
    [['--cluster', 'lab', '--metrics-host', 'all'], {}, /^--metrics-host: "all" is no IP address/],
    [['--cluster', 'lab', '--log-lines', '101'], {}, /^--log-lines: "101" is no number .*give 0 to 100/],
    [['--cluster', 'lab', '--log-max-bytes', '0'], {}, /^--log-max-bytes: "0" .*give 256 to 32768/],
    [
      ['--cluster', 'lab', '--log-lines', '9', '--role', 'cluster'],
      {},
      /^--log-lines does not go with --role cluster/,
    ],
    [
      ['--cluster', 'lab', '--log-lines', '9', '--kubernetes', 'off'],
      {},
      /^--log-lines and --kubernetes off exclude each other/,
    ],
    [['--cluster', 'lab', '--verbose', '1'], {}, /'--verbose' .*--help lists the flags/],
    [['--cluster', 'lab', 'more'], {}, /more.*--help lists the flags/],
  ])('%j with %j are refused in one line', (argv, environment, error) => {
    const errors = errorsOf(readAgentSettings(argv, environment));

    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(error);
    expect(errors[0]).not.toContain('\n');
  });

  test('every bad value is told at once', () => {
    const errors = errorsOf(readAgentSettings(['--cluster', '!', '--api', '!', '--role', '!'], {}));

    expect(errors.map((error) => error.split(':')[0])).toEqual(['--cluster', '--api', '--role']);
  });
});

describe('the socket of containerd or CRI-O', () => {
  test.each([
    [[], undefined],
    [['--cri=auto'], undefined],
    [['--cri=off'], 'off'],
    [['--cri=/c.sock'], { socketPath: '/c.sock' }],
  ])('with %j is %j', (flags, cri) => {
    expect(readAgentSettings(['--cluster=lab', ...flags], {})).toMatchObject({ settings: { cri } });
  });
});

describe("the recorder's settings", () => {
  test('are where to write, and what to watch', () => {
    expect(readRecordSettings(['--out', 'r.ndjson', '--docker', 'off'], {})).toEqual({
      kind: 'settings',
      settings: { out: 'r.ndjson', role: 'all', nodeName: undefined, kubernetes: undefined, docker: 'off' },
    });
  });

  test("take an agent's command line as it is", () => {
    const argv = ['--cluster', 'lab', '--api', 'http://x', '--token-file', '/t', '--out', 'r.ndjson'];

    expect(readRecordSettings(argv, {}).kind).toBe('settings');
  });

  test('need to know where to write', () => {
    expect(errorsOf(readRecordSettings([], {}))).toEqual([
      '--out (or PODLAPSE_OUT) is missing: give the file to write the recording to',
    ]);
  });
});

describe("the player's settings", () => {
  const NEEDED = ['--recording', 'r.ndjson', '--cluster', 'lab'];

  test.each([
    [[], 1],
    [['--speed', '60'], 60],
    [['--speed', '0.5'], 0.5],
    [['--speed', 'max'], Number.POSITIVE_INFINITY],
  ])('with %j plays %d times as fast', (argv, speed) => {
    expect(readReplaySettings([...NEEDED, ...argv], {})).toMatchObject({ settings: { speed } });
  });

  test.each(['0', '-1', 'fast', '1e3', ''])('the speed "%s" is refused', (speed) => {
    const [error] = errorsOf(readReplaySettings([...NEEDED, `--speed=${speed}`], {}));

    expect(error).toMatch(/^--speed: ".*" is no speed; give a number above 0, or max$/);
  });

  test('need a recording and a cluster', () => {
    expect(errorsOf(readReplaySettings([], {}))).toHaveLength(2);
  });
});

test.each([
  ['agent', agentUsage(), readAgentSettings(['--help'], {})],
  ['record', recordUsage(), readRecordSettings(['-h'], {})],
  ['replay', replayUsage(), readReplaySettings(['--help', '--speed', 'x'], {})],
])('--help of %s prints the usage, and nothing else matters', (program, usage, reading) => {
  expect(reading).toEqual({ kind: 'help' });
  expect(usage).toMatch(new RegExp(`^Usage: npm run ${program} -- `));
  expect(usage).toContain('--cluster NAME');
});
