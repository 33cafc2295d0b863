import { XMLParser } from 'fast-xml-parser';
import { ExchangeFailure } from '../ports/exchangeServer.ts';

/**
 * Every value stays a text: `007` is no number. Numeric references are resolved, since .NET writes a carriage return as
 * `&#xD;`.
 */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
});

const foreignEntity = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)/i;
const characterData = /<!\[CDATA\[[\s\S]*?\]\]>/g;

/** An element of an answer. What is asked for by name and is not there makes the answer unreadable. */
export class XmlElement {
  readonly #name: string;
  readonly #node: unknown;

  constructor(name: string, node: unknown) {
    this.#name = name;
    this.#node = node;
  }

  /** @throws ExchangeFailure `unreadable` */
  child(...path: readonly string[]): XmlElement {
    return path.reduce<XmlElement>((element, name) => {
      const found = element.find(name);
      if (!found) throw new ExchangeFailure('unreadable', `No${name}In${element.#name}`);
      return found;
    }, this);
  }

  find(...path: readonly string[]): XmlElement | undefined {
    return path.reduce<XmlElement | undefined>((element, name) => element?.children(name)[0], this);
  }

  children(name: string): XmlElement[] {
    const found = this.#property(name);
    if (found === undefined) return [];
    return (Array.isArray(found) ? found : [found]).map(node => new XmlElement(name, node));
  }

  /** All elements directly below, by name; the order of elements of different names is not kept. */
  names(): string[] {
    if (typeof this.#node !== 'object' || this.#node === null) return [];
    return Object.keys(this.#node).filter(name => !name.startsWith('@') && !name.startsWith('#'));
  }

  /** Of an element without elements. */
  text(): string {
    if (typeof this.#node === 'string') return this.#node;
    const text = this.#property('#text');
    return typeof text === 'string' ? text : '';
  }

  attribute(name: string): string | undefined {
    const value = this.#property(`@${name}`);
    return typeof value === 'string' ? value : undefined;
  }

  /** @throws ExchangeFailure `unreadable` */
  requiredAttribute(name: string): string {
    const value = this.attribute(name);
    if (value === undefined) throw new ExchangeFailure('unreadable', `No${name}Of${this.#name}`);
    return value;
  }

  #property(name: string): unknown {
    const isElement = typeof this.#node === 'object' && this.#node !== null;
    return isElement && Object.hasOwn(this.#node as object, name)
      ? (this.#node as Readonly<Record<string, unknown>>)[name]
      : undefined;
  }
}

/**
 * The body of a SOAP answer. A document that was cut, that is no SOAP, or that brings its own entities is refused.
 *
 * @throws ExchangeFailure `unreadable`
 */
export function readSoapBody(text: string): XmlElement {
  if (text.includes('<!DOCTYPE')) throw new ExchangeFailure('unreadable', 'DocumentType');
  if (foreignEntity.test(text.replace(characterData, ''))) throw new ExchangeFailure('unreadable', 'UnknownEntity');
  const root = parse(text);
  const names = root.names().filter(name => name !== '?xml');
  if (names.length !== 1 || names[0] !== 'Envelope') throw new ExchangeFailure('unreadable', 'NoEnvelope');
  return root.child('Envelope', 'Body');
}

/** Without the parser's error, which may quote the text. */
function parse(text: string): XmlElement {
  try {
    return new XmlElement('Document', parser.parse(text, true));
  } catch {
    throw new ExchangeFailure('unreadable', 'BrokenXml');
  }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For element content and attributes; what XML 1.0 forbids is left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, character => escapes[character] ?? '')
    .replaceAll('\r', '&#xD;');
}
