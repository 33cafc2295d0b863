/**
 * An answer of Graph's own error form. `headers` may hold `Retry-After` or `Location`.
 * A fault with an empty code is answered without a body, as a gateway in front of Graph does.
 */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The connection is to be dropped instead of answered. */
export class ConnectionCut extends Error {}

export function itemNotFound(): GraphError {
  return new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
}

export function malformedId(): GraphError {
  return new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
}

/** An id of an item or folder of another mailbox. */
export function foreignId(id: string): GraphError {
  return new GraphError(404, 'ErrorInvalidMailboxItemId', `Item '${id}' doesn't belong to the targeted mailbox.`);
}

export function cannotDelete(): GraphError {
  return new GraphError(403, 'ErrorCannotDeleteObject', 'Object cannot be deleted.');
}

export function nonExistentMailbox(): GraphError {
  return new GraphError(404, 'ErrorNonExistentMailbox', 'The SMTP address has no mailbox associated with it.');
}

export function invalidUser(user: string): GraphError {
  return new GraphError(404, 'ErrorInvalidUser', `The requested user '${user}' is invalid.`);
}

export function directoryObjectNotFound(id: string): GraphError {
  const text = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  return new GraphError(404, 'Request_ResourceNotFound', text);
}

/** Where the directory wants an object id, and finds no GUID. */
export function invalidObjectId(id: string): GraphError {
  return new GraphError(400, 'Request_BadRequest', `Invalid object identifier '${id}'.`);
}

export function segmentNotFound(segment: string): GraphError {
  return new GraphError(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
}

export function unparsableQuery(message: string): GraphError {
  return new GraphError(400, 'RequestBroker--ParseUri', message);
}

export function invalidFilter(): GraphError {
  return new GraphError(400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.');
}

export function unsupportedDirectoryQuery(message: string): GraphError {
  return new GraphError(400, 'Request_UnsupportedQuery', message);
}

export function undeserializableBody(detail: string): GraphError {
  return new GraphError(400, 'UnableToDeserializePostBody', `were unable to deserialize: ${detail}`);
}

export function unknownProperty(name: string, type: string): GraphError {
  const text = `The property '${name}' does not exist on type '${type}'. Make sure to only use property names that are defined by the type.`;
  return new GraphError(400, 'RequestBodyRead', text);
}

export function invalidProperty(message: string): GraphError {
  return new GraphError(400, 'ErrorInvalidProperty', message);
}

export function badlyFormedToken(): GraphError {
  return new GraphError(400, 'BadRequest', 'Badly formed token.');
}

export function throttled(message: string, retryAfterSeconds: number): GraphError {
  return new GraphError(429, 'ApplicationThrottled', message, { 'Retry-After': String(retryAfterSeconds) });
}

export function quotaExceeded(): GraphError {
  return new GraphError(403, 'ErrorQuotaExceeded', 'Mailbox has exceeded maximum mailbox size.');
}
