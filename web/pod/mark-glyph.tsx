import type { MarkShape } from './rows.ts';

/** A mark by its shape: a restart counted is round, one not counted a diamond, a warning a triangle. */
export function MarkGlyph({
  shape,
  x,
  y,
  text,
  isMany,
}: {
  readonly shape: MarkShape;
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly isMany: boolean;
}) {
  const isRestart = shape === 'missed' || shape === 'counted';
  return (
    <>
      {isMany && isRestart ? <circle class="halo" cx={x} cy={y} r={shape === 'missed' ? 15 : 12.5} /> : null}
      <path d={outline(shape, x, y)} />
      {text === '' ? null : isRestart ? (
        <text x={x} y={y + 4} text-anchor="middle">
          {text.length > 3 ? `${text.slice(0, -3)}k` : text}
        </text>
      ) : isMany ? (
        <text class="many" x={x} y={y + 14} text-anchor="middle">
          {text}
        </text>
      ) : null}
    </>
  );
}

function outline(shape: MarkShape, x: number, y: number): string {
  switch (shape) {
    case 'missed':
      return `M${x} ${y - 14}L${x + 14} ${y}L${x} ${y + 14}L${x - 14} ${y}Z`;
    case 'counted':
      return circle(x, y, 9.5);
    case 'warning':
      return `M${x} ${y - 6}L${x + 6} ${y + 5}H${x - 6}Z`;
    case 'normal':
      return circle(x, y, 3.5);
    case 'began':
      return `M${x} ${y - 4.5}L${x + 4} ${y + 3}H${x - 4}Z`;
    case 'ended':
      return `M${x - 4} ${y - 4}H${x + 4}V${y + 4}H${x - 4}Z`;
    case 'other':
      return `M${x - 1} ${y - 4}H${x + 1}V${y + 4}H${x - 1}Z`;
  }
}

function circle(x: number, y: number, r: number): string {
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}
