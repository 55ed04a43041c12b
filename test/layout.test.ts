import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Which rooms of the house a room may import from, besides itself. The house is drawn in CONTRIBUTING.md. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  timeline: [],
  agent: ['timeline'],
  functions: ['timeline'],
  web: ['timeline'],
  cli: ['timeline'],
  infra: ['functions'],
  examples: [],
  scripts: ['infra'],
  bench: ['timeline', 'agent', 'functions', 'web', 'cli', 'infra', 'scripts', 'test', 'bench'],
  test: ['timeline', 'agent', 'functions', 'web', 'cli', 'infra', 'bench', 'scripts', 'examples'],
};

/** Each program has one place that reads the environment and the command line, and ends the process. */
const COMPOSITION_ROOTS =
  /^(?:agent\/(?:main|record|replay)|cli\/main|functions\/(?:admin|archive|lambda|local|notify|silence)|infra\/app)\.ts$/;

interface Module {
  readonly path: string;
  readonly room: string;
  readonly text: string;
}

const modules: Module[] = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx', '*.mjs'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  // A file that is deleted but not committed yet is still listed.
  .filter((path) => path.includes('/') && existsSync(join(root, path)))
  .map((path) => ({ path, room: path.split('/')[0] ?? '', text: readFileSync(join(root, path), 'utf8') }));

function importsOf({ path, text }: Module): { specifier: string; target: string }[] {
  const specifiers = [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g),
  ];
  return specifiers
    .map((match) => match[1] ?? match[2] ?? '')
    .map((specifier) => ({
      specifier,
      target: specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier,
    }));
}

const relativeImports = (module: Module) =>
  importsOf(module).filter(({ specifier }) => specifier.startsWith('.'));

describe('the layout of the house', () => {
  it('has a rule for every room', () => {
    expect(modules.length).toBeGreaterThan(20);
    expect(
      [...new Set(modules.map(({ room }) => room))].filter((room) => MAY_IMPORT[room] === undefined),
    ).toEqual([]);
  });

  it('lets a room import only from those that it may know', () => {
    const broken = modules.flatMap((module) =>
      relativeImports(module)
        .filter(({ target }) => {
          const room = target.split('/')[0] ?? '';
          return (
            room !== module.room && !(MAY_IMPORT[module.room] ?? []).includes(room) && target.includes('/')
          );
        })
        .map(({ target }) => `${module.path} imports ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('keeps I/O, clocks and chance out of the timeline', () => {
    const impure = modules
      .filter(({ room }) => room === 'timeline')
      .flatMap((module) => [
        ...importsOf(module)
          .filter(({ specifier }) => specifier.startsWith('node:'))
          .map(({ specifier }) => `${module.path} imports ${specifier}`),
        ...[
          ...module.text.matchAll(/\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(|\bcrypto\./g),
        ].map(([use]) => `${module.path} uses ${use}`),
      ]);
    expect(impure).toEqual([]);
  });

  it('reads the environment, the command line and ends the process only in the composition roots', () => {
    const elsewhere = modules
      .filter(
        ({ room, path }) =>
          ['agent', 'cli', 'functions', 'infra', 'timeline', 'web'].includes(room) &&
          !COMPOSITION_ROOTS.test(path),
      )
      .filter(({ text }) => /\bprocess\.(?:env|argv|exit)\b/.test(text))
      .map(({ path }) => path);
    expect(elsewhere).toEqual([]);
  });

  it('has no import that goes round in a circle', () => {
    const graph = new Map(
      modules.map((module) => [module.path, relativeImports(module).map(({ target }) => target)]),
    );
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) {
        circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
        return;
      }
      if (done.has(path)) return;
      for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });
});
