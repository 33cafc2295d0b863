import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { signInExpired } from './api.ts';
import { EverythingHalted } from './elements/Halt.tsx';
import { FailureNotice, Loading } from './elements/Notice.tsx';
import { Screen } from './elements/Screen.tsx';
import { links } from './links.ts';
import { listProblems, lists, openHolds, totalMailboxes } from './lists.ts';
import { place } from './location.ts';
import { follow } from './resource.ts';
import { SignIn, SignInAgain } from './SignIn.tsx';
import { Audit } from './screens/Audit.tsx';
import { FindMailbox } from './screens/FindMailbox.tsx';
import { Holds } from './screens/Holds.tsx';
import { List } from './screens/List.tsx';
import { Lists } from './screens/Lists.tsx';
import { Mailbox } from './screens/Mailbox.tsx';
import { MyContacts, myTexts } from './screens/MyContacts.tsx';
import { Overview } from './screens/Overview.tsx';
import { ProblemsScreen } from './screens/Problems.tsx';
import { Run } from './screens/Run.tsx';
import { Runs } from './screens/Runs.tsx';
import { Wizard } from './screens/Wizard.tsx';
import { has, hasSomewhere, session } from './session.ts';
import { count } from './words.ts';

export function App() {
  useEffect(() => follow('session', session), []);
  const { value, failure } = session.value;
  if (!value && failure?.status === 401) return <SignIn />;
  if (!value) return <main>{failure ? <FailureNotice failure={failure} /> : <Loading what="who you are" />}</main>;
  return hasSomewhere('Reader') ? <Console /> : <OwnPage />;
}

function Console() {
  useEffect(() => follow('lists', lists, { again: () => true }), []);
  return (
    <Frame>
      <CurrentScreen />
    </Frame>
  );
}

/** All that there is for whoever has no role. */
function OwnPage() {
  return (
    <Frame>
      <MyContacts />
    </Frame>
  );
}

function CurrentScreen() {
  const {
    path: [room, id, tab],
    query,
  } = place.value;
  switch (room) {
    case undefined:
      return <Overview />;
    case 'lists':
      return id === undefined ? <Lists /> : <List id={id} tab={tab} query={query} />;
    case 'edit':
      return <Wizard key={id} id={id} step={query.step} />;
    case 'mailboxes':
      return id === undefined ? <FindMailbox /> : <Mailbox key={id} id={id} contact={query.contact} />;
    case 'problems':
      return <ProblemsScreen />;
    case 'holds':
      return <Holds />;
    case 'audit':
      return <Audit list={query.list} action={query.action} />;
    case 'runs':
      return id === undefined ? <Runs /> : <Run key={id} id={id} />;
    case 'mine':
      return <MyContacts />;
    default:
      return <NothingHere />;
  }
}

function NothingHere() {
  return (
    <Screen title="There is nothing here">
      <p>
        <a href={links.overview}>Go to the overview</a>
      </p>
    </Screen>
  );
}

function Frame({ children }: { readonly children: ComponentChildren }) {
  const here = place.value.path[0];
  const troubled = totalMailboxes.value.waiting + totalMailboxes.value.failed + listProblems.value.length;
  const { failure } = lists.value;
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <header>
        <a class="product" href={links.overview}>
          Contact Folder Sync
        </a>
        {hasSomewhere('Reader') && (
          <nav aria-label="Console">
            <NavLink name="Overview" href={links.overview} isHere={here === undefined} />
            <NavLink name="Lists" href={links.lists} isHere={here === 'lists' || here === 'edit'} />
            <NavLink name="Mailboxes" href={links.findMailbox} isHere={here === 'mailboxes'} />
            <NavLink name="Problems" href={links.problems} isHere={here === 'problems'} number={troubled} />
            <NavLink name="Holds" href={links.holds} isHere={here === 'holds'} number={openHolds.value.length} />
            <NavLink name="Runs" href={links.runs} isHere={here === 'runs'} />
            {has('Operator') && <NavLink name="Audit" href={links.audit()} isHere={here === 'audit'} />}
            <NavLink name="My contacts" href={links.mine} isHere={here === 'mine'} />
          </nav>
        )}
        <p class="person">
          <span>{session.value.value?.name}</span>{' '}
          <a href="/.auth/logout?post_logout_redirect_uri=/api/console">
            {hasSomewhere('Reader') ? 'Sign out' : myTexts.signOut}
          </a>
        </p>
      </header>
      <main>
        {signInExpired.value && <SignInAgain />}
        {failure?.status === 0 && <FailureNotice failure={failure} />}
        <EverythingHalted />
        {children}
      </main>
    </>
  );
}

interface NavLinkProps {
  readonly name: string;
  readonly href: string;
  readonly isHere: boolean;
  readonly number?: number;
}

function NavLink({ name, href, isHere, number = 0 }: NavLinkProps) {
  return (
    <a href={href} aria-current={isHere ? 'page' : undefined}>
      {name}
      {number > 0 && <span class="number-badge">{count(number)}</span>}
    </a>
  );
}

/** By hand: what stands after the `#` of the address is the screen. */
function skip(): void {
  document.querySelector('h1')?.focus();
}
