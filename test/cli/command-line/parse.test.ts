import { describe, expect, it } from 'vitest';
import { type Grammar, parseCommandLine } from '../../../cli/command-line/parse.ts';
import { COMMANDS, COMMON } from '../../../cli/commands/specs.ts';

const grammar: Grammar = { commands: COMMANDS, common: COMMON };
const plugIn: Grammar = { ...grammar, commandFor: (args) => (args.length === 0 ? 'restarts' : 'timeline') };
const read = (line: string, of = grammar) => parseCommandLine(line === '' ? [] : line.split(' '), of);

describe('a command line', () => {
  it.each([
    ['timeline web-0 -n shop', { namespace: 'shop' }, ['web-0']],
    ['-n shop timeline web-0', { namespace: 'shop' }, ['web-0']],
    ['timeline -nshop web-0', { namespace: 'shop' }, ['web-0']],
    ['timeline -n=shop web-0', { namespace: 'shop' }, ['web-0']],
    ['timeline --namespace=shop web-0', { namespace: 'shop' }, ['web-0']],
    ['timeline web-0 --namespace other --namespace shop', { namespace: 'shop' }, ['web-0']],
    ['timeline -w -o json web-0', { watch: true, output: 'json' }, ['web-0']],
    ['timeline -- -odd', {}, ['-odd']],
  ])('is read as kubectl reads it: %s', (line, values, args) => {
    expect(read(line)).toEqual({ command: 'timeline', values, args });
  });

  it('may name a command of two words', () => {
    expect(read('token rotate 42 --overlap-seconds 60')).toEqual({
      command: 'token rotate',
      values: { 'overlap-seconds': '60' },
      args: ['42'],
    });
  });

  it('may name none, which is for the help', () => {
    expect(read('').command).toBeUndefined();
    expect(read('--help')).toMatchObject({ command: undefined, values: { help: true } });
    expect(read('timeline --help').values).toEqual({ help: true });
  });

  it.each([
    ['', 'restarts', []],
    ['-n shop --since 1h', 'restarts', []],
    ['web-0 -n shop', 'timeline', ['web-0']],
    ['pods', 'pods', []],
  ])('of the plug-in for kubectl may leave the command out: %j', (line, command, args) => {
    expect(read(line, plugIn)).toMatchObject({ command, args });
  });

  it.each([
    ['timelin web-0', 'There is no command timelin. Did you mean timeline?'],
    ['pods --restartd', 'pods has no option --restartd. Did you mean restarted?'],
    ['pods -x', 'pods has no option -x.'],
    ['pods -o yaml', '-o yaml: it must be one of table, wide, json.'],
    ['restarts --cause oom-kill', 'Did you mean oom-killed?'],
    ['timeline', 'timeline needs POD: podlapse timeline POD'],
    ['timeline a b', 'timeline takes one thing at a time; b is one too many.'],
    ['pods web', 'pods takes no argument, and there is web.'],
    ['pods -n', '-n needs a value: -n NAME.'],
    ['pods --restarted=yes', '--restarted takes no value.'],
    ['token', 'token: say which: make, list, rotate, revoke.'],
    ['clusters --limit 5', 'clusters has no option --limit.'],
  ])('that cannot be followed says why: %s', (line, why) => {
    expect(() => read(line)).toThrow(why);
  });
});
