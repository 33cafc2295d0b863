import { countOf } from '../domain/countOf.ts';
import type { Halt } from '../domain/halt.ts';
import type { HoldAnswer } from '../domain/hold.ts';
import { describe, type NoTargetReason } from '../domain/reason.ts';
import type { NoRollback } from '../domain/rollback.ts';
import type { SourceRefusal } from '../domain/sourceRefusal.ts';
import { ApiProblem } from './problem.ts';
import type { Role } from './roles.ts';

/** @param message of the failure, whose code helps the admin */
export function unansweredByGraph(message: string): ApiProblem {
  const advice = 'try again later; if that does not help, ask for a connection test of the list';
  return new ApiProblem(503, 'Microsoft Graph did not answer as needed', `${message}: ${advice}`);
}

export function damagedRow(message: string): ApiProblem {
  return new ApiProblem(503, 'A stored row is damaged', `${message}: the list or the mailbox shows what comes of it`);
}

/** What it was is for the log. */
export function unexpected(invocationId: string): ApiProblem {
  return new ApiProblem(500, 'Something went wrong', `Look for the invocation ${invocationId} in the log`);
}

/** Of a webhook: Graph sends what it told again. */
export function notNow(): ApiProblem {
  return new ApiProblem(503, 'Not now', 'Send it again');
}

export function tooLongToken(): ApiProblem {
  return new ApiProblem(400, 'The token is too long', 'Send a shorter one');
}

export function notSignedIn(): ApiProblem {
  return new ApiProblem(401, 'Nobody is signed in', 'Sign in at /.auth/login/aad, or again if the sign-in has expired');
}

export function roleNeeded(role: Role): ApiProblem {
  const detail = `Ask an Entra admin for the app role ${role} of the console, and sign in again`;
  return new ApiProblem(403, `The role ${role} is needed`, detail);
}

/** A form or an image of another site can send none of its own (OWASP, Cross-Site Request Forgery: custom headers). */
export function crossSite(header: string, value: string): ApiProblem {
  return new ApiProblem(403, 'The request may come from another site', `Send the header ${header}: ${value}`);
}

/** @param faults of the path, without what it holds */
export function noSuchPath(faults: string): ApiProblem {
  return new ApiProblem(404, 'There is nothing at this path', faults);
}

export function unfitQuery(faults: string): ApiProblem {
  return new ApiProblem(400, 'The query does not fit', faults);
}

export function unfitBody(faults: string): ApiProblem {
  return new ApiProblem(400, 'The body does not fit', faults);
}

/** @param names of what holds half of a surrogate pair, or its replacement; never what it holds beside that */
export function brokenTexts(where: 'body' | 'query' | 'path', names: readonly string[]): ApiProblem {
  const shown = names.map(name => name.toWellFormed().slice(0, 80) || 'The text').join(', ');
  const detail = `${shown}: holds half of a character; send well-formed Unicode`;
  return new ApiProblem(400, `The ${where} is no text`, detail);
}

export function tooLargeBody(mostBytes: number): ApiProblem {
  return new ApiProblem(413, 'The body is too large', `Send at most ${mostBytes} bytes`);
}

export function noJsonType(): ApiProblem {
  const detail = 'Send JSON, with the header Content-Type: application/json';
  return new ApiProblem(415, 'The body is of another type', detail);
}

export function noJson(): ApiProblem {
  return new ApiProblem(400, 'The body is not JSON', 'Send a JSON object, or no body');
}

export function foreignContinuation(): ApiProblem {
  const detail = 'Repeat what the page before named, or leave it out';
  return new ApiProblem(400, 'The continuation is none of ours', detail);
}

export function noHeldMailboxes(): ApiProblem {
  const detail = 'Look at the holds of the list; which mailboxes wait is known once a run of this version found them';
  return new ApiProblem(409, 'No mailboxes are known to wait for a decision', detail);
}

export function noConfiguredList(): ApiProblem {
  return new ApiProblem(
    404,
    'There is no such list',
    'Use the id of a list in CONTACT_LISTS, or of one that is stored',
  );
}

/** Of the lists that the status pages know. */
export function noShownList(): ApiProblem {
  return new ApiProblem(404, 'There is no such list', 'Use an id that GET /api/lists names');
}

export function pausedList(): ApiProblem {
  return new ApiProblem(
    409,
    'The list is paused',
    'Set "enabled": true where it is defined; a list in CONTACT_LISTS needs a restart',
  );
}

/** @param halt why, and what releases it */
export function haltedList({ detail, reason }: Halt): ApiProblem {
  return new ApiProblem(409, 'The list is halted', reason ? `${detail}. Reason given: ${reason}` : detail);
}

export function notHalted(): ApiProblem {
  return new ApiProblem(409, 'Nothing is halted', 'It runs: there is nothing to release');
}

export function allHalted(): ApiProblem {
  return new ApiProblem(409, 'Everything is halted', 'POST /api/release lets every list go on');
}

/** @param answer why it is not possible */
export function noRollback(answer: NoRollback): ApiProblem {
  switch (answer.kind) {
    case 'unknownRun':
      return noRun();
    case 'unchangedByRun':
      return new ApiProblem(
        409,
        'The run changed nothing of the list',
        'Name another run; or a position, of a run of before this version',
      );
    case 'neverCaptured':
      return new ApiProblem(409, 'There is nothing to roll back', 'No source of the list was read yet');
    case 'notReached':
      return new ApiProblem(409, 'The list has not come to this position', `Name ${answer.newest} or an older one`);
    case 'untold':
      return new ApiProblem(
        410,
        'It is too long ago',
        `What the list was is known for 30 days: the oldest position that is possible is ${answer.oldest}`,
      );
  }
}

export function notPinned(): ApiProblem {
  return new ApiProblem(409, 'The list is not pinned', 'It was not rolled back, or somebody unpinned it before');
}

export function refusedList(faults: readonly string[]): ApiProblem {
  return new ApiProblem(409, 'The list is refused', `Mend its definition: ${faults.join('; ')}`);
}

export function noListOfTheirs(): ApiProblem {
  return new ApiProblem(404, 'There is no such list', 'Use the id of one of the lists that GET /api/me names');
}

export function notTheirChoice(): ApiProblem {
  return new ApiProblem(409, 'The list is not yours to decide', 'Ask an administrator of the list');
}

export function definedInCode(): ApiProblem {
  const detail = 'It is an entry of CONTACT_LISTS: change it there, or take it out there and make it here';
  return new ApiProblem(409, 'The list is in code', detail);
}

/** @param faults in the words of CONTACT_LISTS */
export function unfitDefinition(faults: readonly string[]): ApiProblem {
  return new ApiProblem(422, 'The list is refused', `Nothing was stored: ${faults.join('; ')}`, {
    faults: [...faults],
  });
}

export function noVersionNamed(): ApiProblem {
  const detail =
    'Send the header If-Match with the ETag that GET /api/lists/{list}/definition answered, or If-None-Match: * for a new list';
  return new ApiProblem(428, 'The request names no version', detail);
}

/**
 * @param version undefined where there is none
 * @param basedOn undefined where a list was to be made
 */
export function changedMeanwhile(version: number | undefined, basedOn: number | undefined): ApiProblem {
  if (version === undefined) {
    const detail = 'Nothing was stored. Send If-None-Match: * to make it';
    return new ApiProblem(412, 'There is no such list', detail);
  }
  if (basedOn === undefined) {
    const detail = `Nothing was stored. Take another id, or change that list with If-Match: "${version}"`;
    return new ApiProblem(412, 'There is a list with this id already', detail);
  }
  const detail = `Nothing was stored. Version ${version} is there now: read it with GET /api/lists/{list}/definition, make your change to that, and send it again`;
  return new ApiProblem(412, 'Somebody else changed the list meanwhile', detail);
}

export function refusedSource(refusal: SourceRefusal): ApiProblem {
  switch (refusal.kind) {
    case 'noSuchSource':
      return new ApiProblem(404, 'The list has no such source', `Name one of these: ${refusal.names.join(', ')}`);
    case 'noFolders':
      return new ApiProblem(
        409,
        'The source has no folders to show',
        'Only sources of the kinds contactFolder and exchangeServer have folders',
      );
    case 'noColumns':
      return new ApiProblem(409, 'The source has no columns to show', 'Only sources of the kinds csv and sql have');
    case 'unreadable':
      return new ApiProblem(503, 'Nothing was read', refusal.detail);
    case 'noFileOfOurs':
      return new ApiProblem(
        409,
        'The source has no file to replace',
        'Only a source of the kind csv with a "blob" has a file that can be sent; one with a "url" is read from there',
      );
    case 'replacedMeanwhile':
      return new ApiProblem(
        409,
        'Somebody else replaced the file meanwhile',
        'Look at the file that is there now, and send yours again if it is the right one',
      );
    case 'fileRefused':
      return new ApiProblem(
        422,
        'The file is refused',
        `${refusal.fault}. Nothing of it is used, and what was there before stays`,
        refusal.place,
      );
    case 'fileUnavailable':
      return new ApiProblem(
        503,
        'The file could not be stored',
        `The storage account did not take the file (${refusal.code}): try again later; if that does not help, ask for a connection test of the list`,
      );
  }
}

export function noNotices(): ApiProblem {
  return new ApiProblem(
    409,
    'Notices are off',
    'Set NOTIFY_SECRET: the secret in the key vault that holds their address; or NOTIFY_MAIL_FROM and NOTIFY_MAIL_TO, for mail',
  );
}

export function unsentNotice(code: string, remedy: string): ApiProblem {
  return new ApiProblem(503, `The notice could not be sent (${code})`, remedy);
}

export function emptyFile(): ApiProblem {
  return new ApiProblem(400, 'The body is empty', 'Send the file as the body (curl --data-binary @FILE)');
}

export function noFileType(types: readonly string[]): ApiProblem {
  const detail = `Send the file as it is, neither as a form nor compressed, with the header Content-Type: ${types.join(' or ')}`;
  return new ApiProblem(415, 'The body is of another type', detail);
}

export function noUser(): ApiProblem {
  const detail = 'Give the address or the object id of a user of the tenant';
  return new ApiProblem(404, 'There is no such mailbox', detail);
}

export function noMailbox(): ApiProblem {
  const detail = 'Give the object id of a user who has a mailbox in Exchange Online';
  return new ApiProblem(404, 'There is no such mailbox', detail);
}

export function unknownMailbox(): ApiProblem {
  const detail = 'It is, and was, no target: POST /api/mailboxes/find says whether the user exists';
  return new ApiProblem(404, 'No list knows this mailbox', detail);
}

export function neverReceived(): ApiProblem {
  return new ApiProblem(
    404,
    'The list never had this mailbox',
    'Give the object id that POST /api/mailboxes/find names; to keep a mailbox out from the start, name it in targets.exclude',
  );
}

export function noTarget(reason: NoTargetReason): ApiProblem {
  return new ApiProblem(409, 'The mailbox gets nothing of the list', describe(reason));
}

export function noRun(): ApiProblem {
  return new ApiProblem(404, 'There is no such run', 'Use an id that a resync or GET /api/runs named');
}

export function stillInSource(removal: 'none' | 'held' | 'rejected'): ApiProblem {
  const details = {
    none: 'Delete the contact at the source, and ask again once a run has read it',
    held: 'Its removal waits for a decision: approve it first, with POST /api/lists/{list}/hold',
    rejected: 'Its removal was rejected: approve it first, with POST /api/lists/{list}/hold and "kind": "kept"',
  };
  return new ApiProblem(409, 'The list still has the person', details[removal]);
}

export function beingCaptured(): ApiProblem {
  return new ApiProblem(503, 'The list is being captured', 'Try again in a minute');
}

export function nobodyToForget(): ApiProblem {
  const detail =
    'Give an e-mail address that a contact of the list had within the last 400 days, or its key at the source';
  return new ApiProblem(404, 'The list has not had such a person', detail);
}

export function nobodyToProve(): ApiProblem {
  const detail =
    'Give an e-mail address that a contact of the list has, or had within the last 400 days, or its key at the source. That the list does not know somebody proves nothing; for an address, the mailboxes can be looked into all the same ("verify": true)';
  return new ApiProblem(404, 'The list has not had such a person', detail);
}

export function noAddressIndex(detail: string): ApiProblem {
  return new ApiProblem(
    503,
    'The secret of the address index cannot be read',
    `${detail}: make it with infra/scripts/createSecrets.sh, or ask again later`,
  );
}

export function noResult(): ApiProblem {
  return new ApiProblem(
    404,
    'There is no such result',
    'Use the id of a run that POST /api/lists/{list}/proof with verify started within the last seven days',
  );
}

export function unfinishedRun(): ApiProblem {
  return new ApiProblem(409, 'The run is not finished', 'Look at GET /api/runs/{id}, and ask again once it is');
}

export function undecided(answer: Exclude<HoldAnswer, { kind: 'decided' }>): ApiProblem {
  switch (answer.kind) {
    case 'nothingHeld':
      return new ApiProblem(409, 'Nothing waits for a decision', 'The list is not held');
    case 'alreadyDecided':
      return new ApiProblem(409, 'It is decided', describeDecided(answer.kept));
    case 'severalHeld':
      return new ApiProblem(
        409,
        'Several holds wait',
        'Name the one that is meant: "kind": "contacts" or "mailboxes", as GET /api/lists/{list} shows them',
      );
    case 'anotherWaits':
      return new ApiProblem(
        409,
        'A hold of another kind waits',
        `Look at it, and decide on it with "kind": "${answer.waiting}"`,
      );
    case 'maybeRepeated':
      return new ApiProblem(
        409,
        'It may be decided',
        `That number was decided just before: to decide on the hold that waits now, name it with "kind": "${answer.waiting}"`,
      );
    case 'othersWait':
      return new ApiProblem(409, 'Other removals wait', 'Decide on those first, with "kind": "contacts"');
    case 'otherNumber': {
      const waiting = countOf(answer.shown, 'removal waits', 'removals wait');
      const detail = `${waiting}: look at them, and decide on that number`;
      return new ApiProblem(409, 'The number is another', detail);
    }
    case 'busy':
      return beingCaptured();
  }
}

function describeDecided(kept: number): string {
  if (kept === 0) return 'A run carries the decision out, or has done so';
  const staying = countOf(kept, 'contact stays', 'contacts stay');
  return `${staying} because the removal was rejected: to remove them after all, approve that number with "kind": "kept"`;
}
