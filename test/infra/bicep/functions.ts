/**
 * Bicep's functions as far as a deployment's values are computed here. Of the others only the names are known.
 * https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions
 */
const computed: Readonly<Record<string, (...values: readonly never[]) => unknown>> = {
  concat: (...parts: readonly unknown[]) => (parts.every(Array.isArray) ? parts.flat() : parts.map(String).join('')),
  contains: (container: string | unknown[] | object, item: never) =>
    typeof container === 'string' || Array.isArray(container)
      ? container.includes(item)
      : Object.hasOwn(container, item),
  empty: (value: unknown) => value === null || value === undefined || Object.keys(Object(value)).length === 0,
  filter: (items: unknown[], keeps: (item: unknown) => unknown) => items.filter(item => keeps(item)),
  json: (text: string) => JSON.parse(text),
  length: (value: string | unknown[]) => value.length,
  map: (items: unknown[], change: (item: unknown) => unknown) => items.map(item => change(item)),
  // Thirteen characters, as Azure makes them.
  uniqueString: () => 'abcdefghijklm',
  range: (start: number, count: number) => Array.from({ length: count }, (_, index) => start + index),
  readEnvironmentVariable: (_name: string, standard?: string) => standard,
  replace: (text: string, old: string, next: string) => text.replaceAll(old, next),
  split: (text: string, separator: string) => text.split(separator),
  string: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
  subscriptionResourceId: (type: string, name: string) => `/subscriptions/<id>/providers/${type}/${name}`,
  take: (value: string | unknown[], count: number) => value.slice(0, count),
  toLower: (text: string) => text.toLowerCase(),
  toUpper: (text: string) => text.toUpperCase(),
  union: (...objects: readonly object[]) => objects.reduce(merge, {}),
};

const named =
  'any array base64 bool cidrHost cidrSubnet dataUri dateTimeAdd deployer deployment endsWith environment ' +
  'extensionResourceId fail first flatten format groupBy guid indexOf int intersection items join last ' +
  'loadFileAsBase64 loadJsonContent loadTextContent loadYamlContent mapValues max min objectKeys padLeft ' +
  'parseCidr pickZones reduce reference resourceGroup resourceId shallowMerge skip sort startsWith ' +
  'subscription substring tenant tenantResourceId toObject trim uri uriComponent az sys';

/**
 * The functions of Bicep that may be used. Not among them: `utcNow` and `newGuid`, with which a second deployment would
 * change something, and `listKeys` and its like, since nothing signs in with keys.
 */
export const allowedFunctions: ReadonlySet<string> = new Set([...Object.keys(computed), ...named.split(' ')]);

/** What a function gives, or undefined for one whose value only a deployment knows. */
export function callFunction(name: string, values: readonly unknown[]): unknown {
  return computed[name]?.(...(values as never[]));
}

/** As Azure merges: objects at any depth, all else is replaced. */
function merge(left: object, right: object): object {
  const merged: Record<string, unknown> = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const before = merged[name];
    merged[name] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
