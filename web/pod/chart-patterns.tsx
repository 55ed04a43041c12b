import type { BarTone } from '../../timeline/render/pod-lanes.ts';

/** The second sign beside the colour, by how a run ended. Completed and running are plain. */
export const OVERLAYS: Readonly<Partial<Record<BarTone, string>>> = {
  failed: 'failed',
  killed: 'killed',
  unknown: 'unknown',
  'back-off': 'back-off',
  unready: 'unready',
};

/** Hatchings; their ids begin with that of the chart, as a page may hold several. */
export function ChartPatterns({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={`${id}-failed`} class="hatch on-bar" width={7} height={7} patternUnits="userSpaceOnUse">
        <path d="M1.5 1.5l3 3M4.5 1.5l-3 3" />
      </pattern>
      <pattern id={`${id}-killed`} class="hatch on-bar" width={6} height={6} patternUnits="userSpaceOnUse">
        <path d="M1 0v6" />
      </pattern>
      <pattern id={`${id}-unknown`} class="hatch on-bar" width={6} height={6} patternUnits="userSpaceOnUse">
        <circle cx={2} cy={2} r={1.1} />
      </pattern>
      <pattern id={`${id}-unready`} class="hatch" width={5} height={5} patternUnits="userSpaceOnUse">
        <path d="M0 5L5 0" />
      </pattern>
      <pattern
        id={`${id}-back-off`}
        class="hatch back-off"
        width={7}
        height={7}
        patternUnits="userSpaceOnUse"
      >
        <path d="M-1 1l2 -2M0 7L7 0M6 8l2 -2" />
      </pattern>
      <pattern id={`${id}-merged`} class="hatch on-bar" width={3} height={6} patternUnits="userSpaceOnUse">
        <path d="M0.5 0v6" />
      </pattern>
      <pattern id={`${id}-blank`} class="hatch blank" width={8} height={8} patternUnits="userSpaceOnUse">
        <path d="M-1 -1l10 10M-1 7l2 2M7 -1l2 2" />
      </pattern>
    </defs>
  );
}
