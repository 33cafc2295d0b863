import { createHmac, createSecretKey } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** What this file uses of Azurite's helpers and of the library that it matches addresses with; Azurite ships no types. */
export interface AzuriteHelpers {
  readonly utils: {
    computeHMACSHA256(text: string, key: Uint8Array): string;
    getURLQueries(url: string): Readonly<Record<string, string>>;
  };
  /** The loaded module `uri-templates`. */
  readonly uriTemplates: { exports: ParseTemplate };
}

type ParseTemplate = (template: string) => object;
type Sign = (text: string) => string;

/**
 * Keeps what Azurite 3.37 makes anew for each request: the account's key, the signature of an address in one second, and
 * the pattern of each operation's address. An address without a query is not taken apart to find that out. Keys and
 * patterns took a tenth of its processor time, the other two a twelfth. Before Azurite's services are loaded, which copy
 * what they find.
 */
export function keepWhatIsMadeAnew({ utils, uriTemplates }: AzuriteHelpers): void {
  const { getURLQueries } = utils;
  const signers = new WeakMap<Uint8Array, Sign>();
  utils.computeHMACSHA256 = (text, key) => {
    const sign = signers.get(key) ?? signWith(key);
    signers.set(key, sign);
    return sign(text);
  };
  utils.getURLQueries = url => (url.includes('?') ? getURLQueries(url) : {});

  const parse = uriTemplates.exports;
  const templates = new Map<string, object>();
  uriTemplates.exports = template => {
    const kept = templates.get(template) ?? parse(template);
    templates.set(template, kept);
    return kept;
  };
}

function signWith(bytes: Uint8Array): Sign {
  const key = createSecretKey(bytes);
  const sign: Sign = text => createHmac('sha256', key).update(text, 'utf8').digest('base64');
  const signatures = new LRUCache<string, string>({ max: 100, memoMethod: sign });
  return text => signatures.memo(text);
}
