/** A number of an SVG drawing that is none: names and sentences may well read `NaN`, coordinates may not. */
export const BAD_COORDINATE =
  /\s(?:x|y|x1|x2|y1|y2|cx|cy|r|d|width|height|points|transform|viewBox)="[^"]*(?:NaN|Infinity|undefined)/;
