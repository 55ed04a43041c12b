/** Gives the folder of the page as it is built from the sources now. @throws Error if it cannot be built */
export function ensureWebBuilt(): string;
