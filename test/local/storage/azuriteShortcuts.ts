import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** What this file uses of Azurite's helpers and of the library that it matches addresses with; Azurite ships no types. */
export interface AzuriteHelpers {
  readonly utils: { computeHMACSHA256(text: string, key: Uint8Array): string };
  /** The loaded module `uri-templates`. */
  readonly uriTemplates: { exports: ParseTemplate };
}

type ParseTemplate = (template: string) => object;

/**
 * Keeps what Azurite 3.37 makes anew for each request: the account's key, and the pattern of each operation's address.
 * That took a tenth of its processor time. Before Azurite's services are loaded, which copy what they find.
 */
export function keepWhatIsMadeAnew({ utils, uriTemplates }: AzuriteHelpers): void {
  const keys = new WeakMap<Uint8Array, KeyObject>();
  utils.computeHMACSHA256 = (text, key) => {
    const kept = keys.get(key) ?? createSecretKey(key);
    keys.set(key, kept);
    return createHmac('sha256', kept).update(text, 'utf8').digest('base64');
  };

  const parse = uriTemplates.exports;
  const templates = new Map<string, object>();
  uriTemplates.exports = template => {
    const kept = templates.get(template) ?? parse(template);
    templates.set(template, kept);
    return kept;
  };
}
