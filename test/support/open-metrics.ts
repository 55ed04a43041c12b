// A strict reader of OpenMetrics 1.0 text (prometheus.io/docs/specs/om/open_metrics_spec), for gauges: what promtool
// and Prometheus would refuse or pass over is an error here.

export interface ReadSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReadFamily {
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly ReadSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y;
const METADATA = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.*)$`, 's');
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{(.*)\\})? ((?:[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)|[-+]?Inf|NaN)$`,
  's',
);

/** @throws Error that names the line which is not allowed */
export function readOpenMetrics(text: string): ReadonlyMap<string, ReadFamily> {
  if (!text.isWellFormed()) throw new Error('it is not well-formed Unicode');
  if (!text.endsWith('# EOF\n')) throw new Error('it does not end in "# EOF" and a line feed');
  const families = new Map<string, { type?: string; unit?: string; help?: string; samples: ReadSample[] }>();
  const seen = new Set<string>();
  let current: string | undefined;
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const refuse = (why: string): never => {
      throw new Error(`${why}: ${JSON.stringify(line)}`);
    };
    const metadata = METADATA.exec(line);
    if (metadata !== null) {
      const [, kind = '', name = '', rest = ''] = metadata;
      if (name !== current) {
        if (families.has(name)) refuse('the lines of a family are not together');
        families.set(name, { samples: [] });
        current = name;
      }
      const family = families.get(name);
      const key = kind.toLowerCase() as 'type' | 'unit' | 'help';
      if (family === undefined || family.samples.length > 0) return refuse('metadata after samples');
      if (family[key] !== undefined) refuse(`a second ${kind}`);
      if (key === 'type' && rest !== 'gauge') refuse('a type that this reader does not know');
      if (key === 'unit' && !name.endsWith(`_${rest}`)) refuse('the name does not end in its unit');
      if (key === 'help' && /(?<!\\)(?:\\\\)*\\(?![\\n"])/.test(rest)) refuse('a bad escape');
      family[key] = rest;
      continue;
    }
    const [, name = '', labelText, value = ''] = SAMPLE.exec(line) ?? refuse('neither metadata nor a sample');
    if (name !== current) refuse('a sample outside of its family');
    const labels = labelText === undefined ? {} : readLabels(labelText, refuse);
    const series = `${name}${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
    if (seen.has(series)) refuse('the same series twice');
    seen.add(series);
    families.get(name)?.samples.push({ labels, value: Number(value) });
  }
  return new Map(
    [...families].map(([name, { type, unit = '', help = '', samples }]) => {
      if (type === undefined) throw new Error(`${name} has no type`);
      if (/_(?:total|count|sum|bucket|created|info)$/.test(name))
        throw new Error(`${name} is no name of a gauge`);
      return [name, { type, unit, help, samples }];
    }),
  );
}

function readLabels(text: string, refuse: (why: string) => never): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    const [, name = '', value = '', comma] = LABEL.exec(text) ?? refuse('bad labels');
    if (Object.hasOwn(labels, name)) refuse('the same label twice');
    if (comma === ',' && LABEL.lastIndex === text.length) refuse('a comma after the last label');
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}
