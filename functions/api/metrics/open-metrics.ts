/** One number, told apart from the others of its name by labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All numbers of one name. A gauge may go up and down. */
export interface Gauge {
  readonly name: string;
  /** The unit in which the name ends, if it does. */
  readonly unit?: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * Gauges in OpenMetrics 1.0. Prometheus' older text format (0.0.4) takes the same text: for its readers the lines of
 * units and of the end are comments.
 */
export function renderOpenMetrics(gauges: readonly Gauge[]): string {
  const lines = gauges.flatMap(({ name, unit, help, samples }) => [
    `# TYPE ${name} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escape(help)}`,
    ...samples.map(({ labels, value }) => `${name}${renderLabels(labels)} ${value}`),
  ]);
  return `${[...lines, '# EOF'].join('\n')}\n`;
}

function renderLabels(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
