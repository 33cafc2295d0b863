import { replace, takeOut } from '../../draft/drafts.ts';
import { useEditing } from '../../draft/editing.ts';
import { PeoplePicker } from '../../elements/PeoplePicker.tsx';
import { Help, PercentSetting, Select, TextSetting } from '../../elements/Setting.tsx';
import { countOf } from '../../words.ts';

const path = ['rollout'];
const rings = [...path, 'rings'];

/** Who gets a large change first, and when the others. */
export function Rollout() {
  const { list, read, text, set, faultsAt } = useEditing();
  const found = read(rings);
  const all: readonly unknown[] = Array.isArray(found) ? found : [];
  return (
    <fieldset class="setting">
      <legend>Large changes, and new settings</legend>
      <label class="option">
        <input type="radio" name="rollout" checked={all.length === 0} onChange={() => replace(list, path, undefined)} />
        <span>Go to everybody at once</span>
      </label>
      <label class="option">
        <input
          type="radio"
          name="rollout"
          checked={all.length > 0}
          onChange={() => replace(list, path, { rings: [{ share: firstShare }] })}
        />
        <span>
          Go to some first <span class="hint">in rings: to the others once those have it, and little of it failed</span>
        </span>
      </label>
      {all.map((_ring, index) => (
        <section key={index} class="card">
          <PeoplePicker
            label={`Ring ${index + 1}`}
            help="Groups and people of those who get the list."
            groups={[...rings, index, 'groups']}
            mailboxes={[...rings, index, 'mailboxes']}
          />
          <PercentSetting path={[...rings, index, 'share']} label="and this share of all mailboxes (percent)" />
          <button type="button" onClick={() => takeOutRing(index)}>
            Take out ring {index + 1}
          </button>
        </section>
      ))}
      {all.length > 0 && (
        <>
          <button type="button" onClick={() => set(rings, [...all, {}])}>
            Add a ring
          </button>
          <Select
            label="Wait before the next ring"
            value={text([...path, 'wait']) || usualWait}
            options={[...new Set([...waits, text([...path, 'wait']) || usualWait])].map(wait => ({
              value: wait,
              name: inTime(wait),
            }))}
            faults={faultsAt([...path, 'wait'])}
            change={wait => set([...path, 'wait'], wait === usualWait ? undefined : wait)}
          />
          <TextSetting
            path={[...path, 'from']}
            label="From so many changed contacts on"
            type="number"
            hint="50"
            help="Fewer go to everybody at once; new settings go in rings whatever they change."
          />
          <PercentSetting
            path={[...path, 'haltWhen', 'failedShare']}
            label="Stop when more than this failed (percent of a ring’s mailboxes)"
            hint="5"
          />
        </>
      )}
      <Help id="rollout-help" help={undefined} faults={all.length === 0 ? faultsAt(path) : []} />
    </fieldset>
  );

  /** Without any there is nothing to wait for. */
  function takeOutRing(index: number): void {
    if (all.length === 1) replace(list, path, undefined);
    else takeOut(list, rings, index);
  }
}

const firstShare = 0.1;
const usualWait = 'PT1H';
const waits = ['PT15M', usualWait, 'PT4H', 'P1D', 'P3D', 'P7D'];

/** One that is put together of several units, or is none, as it is written. */
function inTime(wait: string): string {
  const [, size, unit] = /^PT?(\d+)([DHM])$/.exec(wait) ?? [];
  const name = { D: 'day', H: 'hour', M: 'minute' }[unit ?? ''];
  return name ? countOf(Number(size), name, `${name}s`) : wait;
}
