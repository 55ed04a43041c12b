import { setParams } from '../app/place.ts';
import { lengthOf, pan, type TimeWindow, windowParams, zoom } from '../pod/time-window.ts';

/** Zooms and pans a chart over time without a pointer; where it is stands in the URL. */
export function ZoomButtons({ shown, whole }: { readonly shown: TimeWindow; readonly whole: TimeWindow }) {
  const isWhole = lengthOf(shown) >= lengthOf(whole);
  const show = (next: TimeWindow) =>
    setParams(windowParams(lengthOf(next) >= lengthOf(whole) ? undefined : next), { keep: true });
  const around = (factor: number) => show(zoom(shown, factor, (shown.fromMs + shown.toMs) / 2, whole));
  const by = (part: number) => show(pan(shown, lengthOf(shown) * part, whole));
  return (
    <div class="segments" role="group" aria-label="What is shown of the time">
      <button type="button" disabled={isWhole} onClick={() => by(-0.5)}>
        ← <span class="visually-hidden">Earlier</span>
      </button>
      <button type="button" onClick={() => around(0.5)}>
        + <span class="visually-hidden">Zoom in</span>
      </button>
      <button type="button" disabled={isWhole} onClick={() => around(2)}>
        − <span class="visually-hidden">Zoom out</span>
      </button>
      <button type="button" disabled={isWhole} onClick={() => by(0.5)}>
        → <span class="visually-hidden">Later</span>
      </button>
      <button type="button" disabled={isWhole} onClick={() => show(whole)}>
        Whole time
      </button>
    </div>
  );
}
