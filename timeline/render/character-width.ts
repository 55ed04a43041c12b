/** An average character of 11 px text; what is a little off only ends a label early. */
export const CHARACTER_WIDTH = 6.7;
