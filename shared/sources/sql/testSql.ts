import { adviceIn, type Found, StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import { adviseOnHost, testHostName } from '../../connection-steps/hostSteps.ts';
import type { StepResult } from '../../ports/connectionStep.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import {
  type DatabaseConnection,
  DatabaseFailure,
  type DatabaseSession,
  type SqlResult,
  usualPorts,
} from '../../ports/database.ts';
import type { SourceAdapters } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { SqlSettings } from '../../settings/sqlSource.ts';
import { databaseNamed } from './databaseNamed.ts';
import { describeRights, problemOf } from './describeFailure.ts';
import { type ReadRow, takeRows } from './openSql.ts';
import { planColumns } from './rowContacts.ts';

/** Less than a step takes at most, so that a query which is too slow says so itself. */
const longestMilliseconds = 12_000;

/** The host and the database of a source, what the login may do, and the query's columns with its first rows. */
export async function testSql(
  settings: SqlSettings,
  adapters: SourceAdapters<Connections>,
): Promise<StepResult<unknown>[]> {
  const { clock, connections } = adapters;
  const { connection } = settings;
  const named = databaseNamed(connection, connections);
  const limits = { ...settings, timeLimitSeconds: Math.min(settings.timeLimitSeconds, longestMilliseconds / 1000) };

  const name = await testHostName(named.host, 'anywhere', adapters);
  const session = await tryStep(`database "${connection}"`, [name], clock, () =>
    explained(limits, () => openDatabase(named, limits.timeLimitSeconds, adapters)),
  );
  try {
    const rights = await tryStep(`read-only login "${connection}"`, [session], clock, () =>
      explained(limits, () => testRights(opened(session), named)),
    );
    const query = await tryStep(`query of "${connection}"`, [session, rights], clock, () =>
      explained(limits, async () => testResult(settings, await opened(session).query(settings.query))),
    );
    return [name, session, rights, query];
  } finally {
    await session.value?.close();
  }
}

async function openDatabase(
  named: DatabaseConnection,
  seconds: number,
  adapters: Pick<SourceAdapters<Connections>, 'openDatabase'>,
): Promise<Found<DatabaseSession>> {
  const { host, kind, port = usualPorts[kind], caSecret } = named;
  try {
    const value = await adapters.openDatabase(named, seconds * 1000);
    return { value, detail: `${host} lets the app in, over TLS, to the database "${named.database}"` };
  } catch (error) {
    const isOfHost = error instanceof DatabaseFailure && ['unreachable', 'untrusted'].includes(error.kind);
    const advice = isOfHost ? adviseOnHost(error.code, { host, port }, caSecret !== undefined) : undefined;
    if (advice) throw new StepFailed(advice);
    throw error;
  }
}

function opened({ value }: StepResult<DatabaseSession>): DatabaseSession {
  if (!value) throw new Error('A step after it was tried');
  return value;
}

async function testRights(session: DatabaseSession, { user = '' }: DatabaseConnection): Promise<Found<undefined>> {
  const rights = await session.findRightsToWrite();
  if (rights.length > 0) throw new StepFailed(adviceIn(describeRights(rights)));
  const needless = await session.findNeedlessRights();
  const found = { value: undefined, detail: 'Nothing can be written' };
  if (needless.length === 0) return found;
  return {
    ...found,
    detail: `The app writes nothing, since it reads in a transaction that only reads. But ${describeLogin(user, needless)}: whoever gets hold of its password may do that`,
    remedy:
      'Make a user for the app alone: CREATE ROLE contact_reader LOGIN PASSWORD ...; GRANT SELECT ON <what the query reads> TO contact_reader; then name it in the connection, and store its password in the key vault',
  };
}

function describeLogin(user: string, rights: readonly string[]): string {
  return rights.includes('superuser')
    ? `"${user}" is a superuser, who may change everything on the server`
    : `"${user}" may do more than read contacts (${rights.join(', ')})`;
}

/** A query may give a million rows: only the first ones are looked at. */
async function testResult(settings: SqlSettings, { columns, pages }: SqlResult): Promise<Found<undefined>> {
  const plan = planColumns(settings, columns);
  const rows = new Map<string, ReadRow>();
  for await (const page of pages) {
    takeRows(rows, page, plan, settings);
    break;
  }
  const unused = plan.unused.map(column => `"${column}"`).join(', ');
  return {
    value: undefined,
    detail: `The query gives ${rows.size === 0 ? 'no row' : 'rows'}, and ${plan.fields.length} of its columns fill a contact`,
    ...(unused !== '' && { remedy: `Columns that fill nothing, unless columns names a field for them: ${unused}` }),
  };
}

async function explained<Value>(settings: SqlSettings, work: () => Promise<Found<Value>>): Promise<Found<Value>> {
  try {
    return await work();
  } catch (error) {
    const problem = problemOf(error, settings) ?? (error instanceof SourceFailure ? error.problems[0] : undefined);
    if (problem) throw new StepFailed(adviceIn(problem));
    throw error;
  }
}
