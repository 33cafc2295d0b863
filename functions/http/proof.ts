import type { HttpResponseInit } from '@azure/functions';
import { seesList } from '../../shared/api/caller.ts';
import { listParams } from '../../shared/api/lists.ts';
import type { ApiProblem } from '../../shared/api/problem.ts';
import {
  beingCaptured,
  noAddressIndex,
  nobodyToForget,
  nobodyToProve,
  noResult,
  stillInSource,
  unfinishedRun,
} from '../../shared/api/problems.ts';
import { addressedProof, forgetBody, forgotten, type Proof, proofBody } from '../../shared/api/proof.ts';
import { writeProof } from '../../shared/api/proofCsv.ts';
import { runParams } from '../../shared/api/runs.ts';
import type { App } from '../../shared/app.ts';
import type { Unknown } from '../../shared/engine/proof/index.ts';
import { runIdPattern } from '../../shared/store/runId.ts';
import { withAddress } from './addresses.ts';
import { answerWithRun, runAnswer } from './answerWithRun.ts';
import { decide } from './decide.ts';
import { findStoredList } from './findList.ts';
import { type AnyRoute, type RouteAnswer, route } from './route.ts';

const proofAnswer: RouteAnswer = { description: 'Every mailbox of the list', schema: addressedProof, hasCsv: true };

/** Whether a person is in the mailboxes of a list, and why or since when not. Who is meant is in the body alone. */
export function proofRoutes(app: App): AnyRoute[] {
  return [
    route({
      name: 'proveRemoval',
      method: 'POST',
      path: 'lists/{list}/proof',
      summary: 'Whether a person is, or was, in each mailbox of the list, and why',
      params: listParams,
      body: proofBody,
      answers: {
        200: proofAnswer,
        202: { ...runAnswer, description: 'With verify: a run looks into the mailboxes' },
        404: { description: 'The list knows, and knew, nobody by that: which proves nothing' },
      },
      async handle({ params, body: { contact, verify }, wantsCsv, caller }) {
        const list = await findStoredList(params.list, app);
        if (!verify) {
          const answer = await app.proveRemoval(list, contact);
          if (answer.kind === 'unknown') throw unknownPerson(answer);
          return answerProof(answer.proof, wantsCsv, app);
        }
        return decide(app, caller, 'proveRemoval', { list: list.id, details: { verify } }, async () => {
          const answer = await app.startVerification(list, contact);
          if (answer.kind === 'unknown') throw unknownPerson(answer);
          return answerWithRun(answer.run);
        });
      },
    }),
    route({
      name: 'forgetPerson',
      method: 'POST',
      path: 'lists/{list}/forget',
      summary: 'Removes at once what the list kept of a person who is gone from its source',
      params: listParams,
      body: forgetBody,
      answers: {
        200: { description: 'What was removed', schema: forgotten },
        409: { description: 'The source has the person, or a decision keeps them' },
        503: { description: 'The list is being captured' },
      },
      async handle({ params, body: { contact }, caller }) {
        const list = await findStoredList(params.list, app);
        return decide(app, caller, 'forgetPerson', { list: list.id }, async () => {
          const answer = await app.forgetPerson(list, contact);
          if (answer.kind === 'inSource') throw stillInSource(answer.removal);
          if (answer.kind === 'unknown') throw nobodyToForget();
          if (answer.kind === 'noAddressIndex') throw noAddressIndex(answer.detail);
          if (answer.kind === 'busy') throw beingCaptured();
          return { jsonBody: answer.forgotten };
        });
      },
    }),
    route({
      name: 'getRunResult',
      method: 'GET',
      path: 'runs/{id}/result',
      summary: 'What a run found that looked into mailboxes for a proof; kept for seven days',
      params: runParams,
      answers: { 200: proofAnswer, 409: { description: 'The run is not finished' } },
      async handle({ params: { id }, wantsCsv, caller }) {
        const found = runIdPattern.test(id) ? await app.readProofResult(id) : undefined;
        if (!found || !seesList(caller, found.list)) throw noResult();
        if (found.kind === 'running') throw unfinishedRun();
        return answerProof(found.proof, wantsCsv, app);
      },
    }),
  ];
}

function unknownPerson({ notes: [note] }: Unknown): ApiProblem {
  return note ? noAddressIndex(note.detail) : nobodyToProve();
}

async function answerProof(proof: Proof, asCsv: boolean, { findAddresses }: App): Promise<HttpResponseInit> {
  const addresses = await findAddresses(proof.mailboxes.map(({ id }) => id));
  const mailboxes = proof.mailboxes.map(mailbox => withAddress(mailbox, mailbox.id, addresses));
  const addressed = { ...proof, mailboxes };
  if (!asCsv) return { jsonBody: addressed };
  return { headers: { 'Content-Type': 'text/csv; charset=utf-8' }, body: writeProof(addressed) };
}
