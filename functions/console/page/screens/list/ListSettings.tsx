import type * as z from 'zod';
import type { DefinitionView, VersionView, versionsView } from '../../../../../shared/api/definition.ts';
import { change } from '../../api.ts';
import { differencesOf } from '../../draft/differences.ts';
import { type Entry, textAt } from '../../draft/entry.ts';
import { Action } from '../../elements/Action.tsx';
import { By } from '../../elements/By.tsx';
import { CopyButton } from '../../elements/CopyButton.tsx';
import { Differences } from '../../elements/Differences.tsx';
import { FailureNotice, Loading, ReadFailure } from '../../elements/Notice.tsx';
import { Time } from '../../elements/Time.tsx';
import { links } from '../../links.ts';
import { namedLists, readLists } from '../../lists.ts';
import { type Resource, useResource } from '../../resource.ts';
import { has } from '../../session.ts';
import { count, countOf } from '../../words.ts';

type Versions = z.infer<typeof versionsView>;

/** How the list is defined, in code or here, with every version of before. */
export function ListSettings({ id }: { readonly id: string }) {
  const mayRead = has('Operator', id);
  const path = `lists/${encodeURIComponent(id)}/definition`;
  const definition = useResource<DefinitionView>(mayRead ? path : undefined);
  const versions = useResource<Versions>(mayRead ? `${path}/versions` : undefined);
  if (!mayRead) return <p class="notice">To see settings takes the role Operator. Ask an Entra admin for it.</p>;
  if (definition.failure && !definition.value)
    return <FailureNotice failure={definition.failure} retry={definition.reload} />;
  if (!definition.value) return <Loading what="the settings" />;
  const reload = () => {
    definition.reload();
    versions.reload();
  };
  return (
    <>
      <Standing view={definition.value} />
      <Actions view={definition.value} reload={reload} />
      {definition.value.definition && <pre class="code">{asJson(definition.value.definition)}</pre>}
      <AllVersions view={definition.value} versions={versions} reload={reload} />
    </>
  );
}

function Standing({ view: { definedIn, current } }: { readonly view: DefinitionView }) {
  switch (definedIn) {
    case 'code':
      return (
        <p class="notice">
          The list is in code, an entry of <code>CONTACT_LISTS</code>: whoever deploys the app changes it there, not
          here.
          {current && ' What is stored here is on standby: it takes over when the id leaves CONTACT_LISTS.'}
        </p>
      );
    case 'nowhere':
      return <p class="notice warn">The list was deleted. To have it again, restore one of its versions.</p>;
    case 'console':
      return (
        <p>
          Version {current?.version}
          {current && (
            <>
              , <Time at={current.at} />, by <By by={current.by} />
            </>
          )}
          . Whoever edits it makes the next one.
        </p>
      );
  }
}

interface ActionsProps {
  readonly view: DefinitionView;
  reload(): void;
}

function Actions({ view: { id, definedIn, definition, current }, reload }: ActionsProps) {
  return (
    <div class="buttons">
      {definedIn === 'console' && has('Admin') && (
        <a class="button main" href={links.edit(id)}>
          Edit
        </a>
      )}
      {definition && <CopyButton label="Copy as JSON" text={asJson(definition)} />}
      {definedIn === 'console' && definition && (
        <Action
          label="Delete"
          needs="Admin"
          tone="danger"
          confirm={{ title: 'Delete the list?', text: consequenceOf(id, definition), button: 'Delete the list' }}
          run={async () => {
            await change('DELETE', `lists/${encodeURIComponent(id)}/definition`, { reason: '' }, current?.version);
            await readLists();
            reload();
            return 'It is deleted.';
          }}
        />
      )}
    </div>
  );
}

function consequenceOf(id: string, definition: Entry): string {
  const list = namedLists.value.find(each => each.id === id);
  const { current = 0, behind = 0, waiting = 0, failed = 0 } = list?.mailboxes ?? {};
  const targets = current + behind + waiting + failed;
  const mailboxes = countOf(targets, 'mailbox', 'mailboxes');
  const contacts = list?.contacts ?? 0;
  return textAt(definition, ['whenTargetLeaves']) === 'leave'
    ? `Its ${countOf(contacts, 'contact', 'contacts')} stay in ${mailboxes} as they are, and are kept up to date no longer.`
    : `Its ${countOf(contacts, 'contact', 'contacts')} are removed from ${mailboxes} with the next run, up to ${count(contacts * targets)} in all; of many at once, somebody has to approve that under Holds. To stop it for a while instead, set it to not running, under Policies.`;
}

interface AllVersionsProps {
  readonly view: DefinitionView;
  readonly versions: Resource<Versions>;
  reload(): void;
}

function AllVersions({ view, versions, reload }: AllVersionsProps) {
  const all = versions.value?.versions ?? [];
  if (versions.failure) return <ReadFailure {...versions} />;
  if (all.length === 0) return null;
  return (
    <section>
      <h2>Versions</h2>
      <ul class="plain">
        {all.map((version, index) => (
          <li key={version.version}>
            <details class="version">
              <summary>
                Version {version.version}, <Time at={version.at} />
                {version.reason && `: ${version.reason}`}
                {version.definition === null && ' (deleted)'}
              </summary>
              <p>
                By <By by={version.by} />.
              </p>
              <Version version={version} before={all[index + 1]} view={view} reload={reload} />
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface VersionProps {
  readonly version: VersionView;
  readonly before: VersionView | undefined;
  readonly view: DefinitionView;
  reload(): void;
}

function Version({ version: { version, definition }, before, view, reload }: VersionProps) {
  const { id, definedIn, current } = view;
  const isCurrent = version === current?.version;
  const now = current?.definition ?? {};
  return (
    <>
      <h3>What it changed</h3>
      <Differences
        caption={`What version ${version} changed`}
        differences={differencesOf(before?.definition ?? {}, definition ?? {})}
        before="Before"
        after={`Version ${version}`}
      />
      {definition && (
        <details>
          <summary>Version {version} as JSON</summary>
          <CopyButton label={`Copy version ${version}`} text={asJson(definition)} />
          <pre class="code">{asJson(definition)}</pre>
        </details>
      )}
      {!isCurrent && definition && (
        <>
          <h3>What is otherwise now</h3>
          <Differences
            caption={`Version ${version} beside the one of now`}
            differences={differencesOf(now, definition)}
            before="Now"
            after={`Version ${version}`}
          />
          {definedIn !== 'code' && (
            <Action
              label={`Restore version ${version}`}
              needs="Admin"
              confirm={{
                title: `Restore version ${version}?`,
                text: `It becomes the newest version, and the next run goes by it. ${countOf(differencesOf(now, definition).length, 'setting is', 'settings are')} changed.`,
                button: 'Restore it',
              }}
              run={async () => {
                const body = { definition, reason: `Version ${version} again` };
                await change('PUT', `lists/${encodeURIComponent(id)}/definition`, body, current?.version);
                await readLists();
                reload();
                return 'It is restored.';
              }}
            />
          )}
        </>
      )}
    </>
  );
}

function asJson(definition: Entry): string {
  return JSON.stringify(definition, null, 2);
}
