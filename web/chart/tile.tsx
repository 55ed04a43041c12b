/** A number that matters, with what it is of. */
export function Tile({
  label,
  figure,
  more,
  isAlarm = false,
}: {
  readonly label: string;
  readonly figure: string | number;
  /** What is said below it. */
  readonly more?: string | undefined;
  readonly isAlarm?: boolean;
}) {
  return (
    <div class={isAlarm ? 'tile alarm' : 'tile'}>
      <p class="label">{label}</p>
      <p class="figure">{figure}</p>
      {more !== undefined && <p class="label">{more}</p>}
    </div>
  );
}
