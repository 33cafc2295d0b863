import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
});

export type Node = { readonly [name: string]: unknown };

export function parseXml(text: string): Node {
  return parser.parse(text, true) as Node;
}

/** Elements of this name directly below. */
export function all(node: unknown, name: string): Node[] {
  if (typeof node !== 'object' || node === null) return [];
  const found = (node as Node)[name];
  if (found === undefined) return [];
  return (Array.isArray(found) ? found : [found]).map(each => (typeof each === 'object' ? each : { '#text': each }));
}

/** The first along a path. */
export function one(node: unknown, ...path: readonly string[]): Node | undefined {
  return path.reduce<Node | undefined>((each, name) => all(each, name)[0], node as Node | undefined);
}

export function textOf(node: Node | undefined): string {
  return typeof node?.['#text'] === 'string' ? node['#text'] : '';
}

export function attributeOf(node: Node | undefined, name: string): string | undefined {
  const value = node?.[`@${name}`];
  return typeof value === 'string' ? value : undefined;
}

/** Of what a client wrote into a document, once escaped. */
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** As .NET writes it, also what XML forbids: Exchange sends `&#x1A;` where somebody pasted it. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"\r]/g, character => escapes[character] ?? '')
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant
      /[\u0001-\u0008\u000b\u000c\u000e-\u001f]/g,
      character => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`,
    );
}

export function element(
  name: string,
  text: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
): string {
  return wrap(name, escaped(text), attributes);
}

export function wrap(
  name: string,
  content: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(value)}"`],
  );
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`;
}
