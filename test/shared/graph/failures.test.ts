import { failureOf } from '../../../shared/graph/failures.ts';
import { readRetryAfter } from '../../../shared/graph/retryAfter.ts';

const now = Date.parse('2026-11-22T12:00:00Z');

function failure(status: number, code?: string, message = '', resource?: 'mailbox' | 'directory') {
  const body = code === undefined ? undefined : { error: { code, message, innererror: {} } };
  return failureOf({ status, retryAfter: undefined, body }, now, resource);
}

describe('failureOf', () => {
  test.each([
    [404, 'ErrorItemNotFound', 'notFound'],
    [404, 'erroritemnotfound', 'notFound'],
    [404, 'ErrorSyncFolderNotFound', 'notFound'],
    [409, 'ErrorFolderExists', 'folderExists'],
    [400, 'ErrorFolderExists', 'folderExists'],
    [410, 'SyncStateNotFound', 'deltaTokenDead'],
    [400, 'syncStateNotFound', 'deltaTokenDead'],
    [410, 'ResyncRequired', 'deltaTokenDead'],
    [400, 'SyncStateInvalid', 'deltaTokenDead'],
    [410, 'Gone', 'deltaTokenDead'],
    [403, 'ErrorQuotaExceeded', 'overQuota'],
    [404, 'MailboxNotEnabledForRESTAPI', 'noMailbox'],
    [404, 'MailboxNotSupportedForRESTAPI', 'noMailbox'],
    [404, 'ResourceNotFound', 'noMailbox'],
    [404, 'ErrorInvalidUser', 'noMailbox'],
    [404, 'Request_ResourceNotFound', 'noMailbox'],
    [403, 'ErrorAccessDenied', 'accessDenied'],
    [403, 'Authorization_RequestDenied', 'accessDenied'],
    [403, 'SomethingNew', 'accessDenied'],
    [401, 'InvalidAuthenticationToken', 'accessDenied'],
    [503, 'ErrorMailboxMoveInProgress', 'mailboxMoving'],
    [400, 'ErrorMailboxMoveInProgress', 'mailboxMoving'],
    [429, 'ApplicationThrottled', 'throttled'],
    [503, 'MailboxInfoStale', 'unavailable'],
    [500, 'ErrorInternalServerTransientError', 'unavailable'],
    [500, undefined, 'unavailable'],
    [502, 'BadGateway', 'unavailable'],
    [504, undefined, 'unavailable'],
    [504, 'ErrorTimeoutExpired', 'unavailable'],
    [404, undefined, 'refused'],
    [404, 'SomethingNew', 'refused'],
    [400, 'ErrorInvalidIdMalformed', 'notFound'],
    [404, 'ErrorInvalidMailboxItemId', 'notFound'],
    [404, 'ErrorNonExistentMailbox', 'noMailbox'],
    [403, 'ErrorCannotDeleteObject', 'refused'],
    [302, undefined, 'refused'],
  ])('%i %s is %s', (status, code, kind) => {
    expect(failure(status, code)).toMatchObject({ kind, status, code: code ?? `Http${status}` });
  });

  test('a badly formed delta token is told by its message alone', () => {
    expect(failure(400, 'BadRequest', 'Badly formed token.').kind).toBe('deltaTokenDead');
    expect(failure(400, 'BadRequest', 'Something else.').kind).toBe('refused');
  });

  test('a missing directory object is a missing mailbox only below a mailbox', () => {
    expect(failure(404, 'Request_ResourceNotFound', '', 'directory').kind).toBe('notFound');
    expect(failure(404, undefined, '', 'directory').kind).toBe('refused');
  });

  test('neither the message nor an echo in the code gets into the failure', () => {
    const failed = failure(
      404,
      'Not a code: ada@contoso.example',
      "The requested user 'ada@contoso.example' is invalid.",
    );
    expect(failed.message).toBe('Graph answered 404 Http404');
    expect(JSON.stringify(failed)).not.toContain('ada');
  });
});

describe('readRetryAfter', () => {
  test.each([
    ['2', 2_000],
    ['1.5', 1_500],
    ['0.249', 1_000],
    ['0', 1_000],
    ['-3', 1_000],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 1_000],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %s as %s ms', (header, expected) => {
    expect(readRetryAfter(header, now)).toBe(expected);
  });
});
