import { plainText } from './plain-text.ts';

type Attributes = Readonly<Record<string, string | number>>;

/** Foreign text for an attribute or an element: safe in XML, and what is read is what is there. */
export function escapeXml(text: string): string {
  return plainText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** An element around markup that is already safe; attribute values are escaped here. */
export function element(name: string, attributes: Attributes, markup = ''): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeXml(value)}"`)
    .join('');
  return markup === '' ? `<${name}${written}/>` : `<${name}${written}>${markup}</${name}>`;
}

/** A line of text at its baseline. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeXml(text));
}

/** A rectangle that tells `title` to those who hover over it, and to screen readers. */
export function titledRect(title: string, attributes: Attributes): string {
  return element('rect', attributes, element('title', {}, escapeXml(title)));
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
