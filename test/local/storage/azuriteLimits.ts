/** What this file uses of Azurite's table service, which ships no types. */
export interface TableService {
  readonly handler: TableHandler;
  readonly store: TableStore;
  readonly StorageError: new (
    status: number,
    code: string,
    message: string,
    requestId: string,
    details: undefined,
    context: RequestContext,
  ) => Error;
}

interface RequestContext {
  readonly contextID: string;
}

interface QueryOptions {
  readonly queryOptions?: { readonly top?: number };
}

interface TableHandler {
  query(options: QueryOptions, context: RequestContext): Promise<unknown>;
  queryEntities(table: unknown, options: QueryOptions, context: RequestContext): Promise<unknown>;
  createPersistedEntity(context: RequestContext, ...rest: unknown[]): Entity;
  checkBodyLimit(context: RequestContext, body: string | undefined): void;
  checkEntityLimit(context: RequestContext, body: string | undefined): void;
}

interface TableStore {
  getEntityCollection(...place: unknown[]): { findOne(key: object): Entity | null };
  mergeTableEntity(
    context: RequestContext,
    table: unknown,
    account: unknown,
    entity: Entity,
    ...rest: unknown[]
  ): Promise<unknown>;
}

export interface Entity {
  readonly PartitionKey: string;
  readonly RowKey: string;
  /** By name; the type of a property is in another one, `<name>@odata.type`. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes */
const messages = {
  InvalidInput: 'One of the request inputs is not valid.',
  OutOfRangeInput: 'One of the request inputs is out of range.',
  PropertyNameInvalid: 'The property name is invalid.',
  PropertyNameTooLong: 'The property name exceeds the maximum allowed length (255).',
  TooManyProperties: 'The entity contains more properties than allowed.',
  EntityTooLarge: 'The entity is larger than the maximum allowed size (1MB).',
} as const;

type Refusal = keyof typeof messages;

// https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
const maxPageSize = 1000;
const maxProperties = 252;
const maxNameLength = 255;
const maxEntityBytes = 1024 * 1024;
const firstDate = Date.UTC(1601, 0, 1);
const longestDate = '1601-01-01T00:00:00.0000000+00:00'.length;
/** An identifier of C#, which a property's name must be. */
const identifier = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Pc}\p{Mn}\p{Mc}\p{Cf}]*$/u;
const systemProperties = ['PartitionKey', 'RowKey', 'Timestamp'];
const bytesOfType: Readonly<Record<string, number>> = {
  'Edm.DateTime': 8,
  'Edm.Double': 8,
  'Edm.Guid': 16,
  'Edm.Int64': 8,
};

/**
 * Makes Azurite refuse what Azure Table Storage refuses and Azurite 3.37 takes: pages of another size than 1 to 1,000,
 * dates before 1601, names and numbers of properties, and entities of more than 1 MiB, of which Azurite measures the
 * request's UTF-8 and Azure what it stores, two bytes to a character.
 */
export function refuseAsAzure({ handler, store, StorageError }: TableService): void {
  const { query, queryEntities, createPersistedEntity } = handler;
  const { mergeTableEntity } = store;

  handler.query = async function (options, context) {
    refuse(context, faultOfPageSize(options));
    return query.call(this, options, context);
  };

  handler.queryEntities = async function (table, options, context) {
    refuse(context, faultOfPageSize(options));
    return queryEntities.call(this, table, options, context);
  };

  handler.checkEntityLimit = function (context, body) {
    this.checkBodyLimit(context, body);
  };

  handler.createPersistedEntity = function (context, ...rest) {
    const entity = createPersistedEntity.call(this, context, ...rest);
    refuse(context, faultOfEntity(entity));
    return entity;
  };

  store.mergeTableEntity = async function (context, table, account, entity, ...rest) {
    const { PartitionKey, RowKey } = entity;
    const stored = this.getEntityCollection(account, table, context).findOne({ PartitionKey, RowKey });
    // What is merged has been looked at by itself, and what is stored, too.
    if (stored && mayBeTooLarge(stored, entity)) refuse(context, faultOfEntity(merge(stored, entity)));
    return mergeTableEntity.call(this, context, table, account, entity, ...rest);
  };

  function refuse(context: RequestContext, refusal: Refusal | undefined): void {
    if (refusal === undefined) return;
    throw new StorageError(400, refusal, messages[refusal], context.contextID, undefined, context);
  }
}

function faultOfPageSize({ queryOptions }: QueryOptions): Refusal | undefined {
  const top = queryOptions?.top;
  return top === undefined || (top >= 1 && top <= maxPageSize) ? undefined : 'InvalidInput';
}

function faultOfEntity(entity: Entity): Refusal | undefined {
  const properties = Object.entries(entity.properties).filter(([name, value]) => isOwn(name) && value !== null);
  if (properties.length > maxProperties) return 'TooManyProperties';
  for (const [name, value] of properties) {
    if (!identifier.test(name)) return 'PropertyNameInvalid';
    if (name.length > maxNameLength) return 'PropertyNameTooLong';
    if (isEarly(value) && typeOf(entity, name) === 'Edm.DateTime') return 'OutOfRangeInput';
  }
  return mayBeTooLarge(entity) && entityBytes(entity, properties) > maxEntityBytes ? 'EntityTooLarge' : undefined;
}

function isEarly(value: unknown): boolean {
  return typeof value === 'string' && value.length <= longestDate && Date.parse(value) < firstDate;
}

/** Whether all of them together may be above a limit: quicker than to count, and not much too careful. */
function mayBeTooLarge(...entities: readonly Entity[]): boolean {
  let [bytes, names] = [0, 0];
  for (const { PartitionKey, RowKey, properties } of entities) {
    bytes += 4 + 2 * (PartitionKey.length + RowKey.length);
    for (const name in properties) {
      const value = properties[name];
      names += 1;
      bytes += 24 + 2 * name.length + (typeof value === 'string' ? 2 * value.length : 0);
    }
  }
  return names > maxProperties || bytes > maxEntityBytes;
}

/** Neither a key, nor what describes the entity or a property. */
function isOwn(name: string): boolean {
  return !systemProperties.includes(name) && !name.includes('odata.');
}

function merge(stored: Entity, { properties }: Entity): Entity {
  const kept = Object.entries(stored.properties).filter(
    ([name]) => !Object.hasOwn(properties, name.split('@')[0] ?? ''),
  );
  return { ...stored, properties: { ...Object.fromEntries(kept), ...properties } };
}

function typeOf({ properties }: Entity, name: string): string {
  return String(properties[`${name}@odata.type`]);
}

/** As https://learn.microsoft.com/archive/blogs/windowsazurestorage/understanding-windows-azure-storage-billing-bandwidth-transactions-and-capacity counts it. */
function entityBytes(entity: Entity, properties: readonly [string, unknown][]): number {
  const keys = 4 + 2 * (entity.PartitionKey.length + entity.RowKey.length);
  const sizes = properties.map(([name, value]) => 8 + 2 * name.length + valueBytes(value, typeOf(entity, name)));
  return sizes.reduce((total, size) => total + size, keys);
}

function valueBytes(value: unknown, type: string): number {
  if (type === 'Edm.Binary') return 4 + Buffer.byteLength(String(value), 'base64');
  const fixed = bytesOfType[type];
  if (fixed !== undefined) return fixed;
  if (typeof value === 'string') return 4 + 2 * value.length;
  if (typeof value === 'boolean') return 1;
  return Number.isInteger(value) ? 4 : 8;
}
