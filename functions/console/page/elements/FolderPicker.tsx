import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import type { FolderTreeView, FolderView } from '../../../../shared/api/contactFolders.ts';
import { type ApiFailure, asFailure, post, signInExpired } from '../api.ts';
import { useEditing } from '../draft/editing.ts';
import type { Entry, Path } from '../draft/entry.ts';
import { probeOfSource } from '../draft/probe.ts';
import { countOf } from '../words.ts';
import { FailureNotice, Loading } from './Notice.tsx';
import { Help } from './Setting.tsx';

/** The folders of a source to tick, those below each other shown so. */
export function FolderPicker({ source, path }: { readonly source: Entry; readonly path: Path }) {
  const { draft, entry, texts, set, faultsAt } = useEditing();
  const id = useId();
  const { folders: _, where: __, name: ___, ...place } = source;
  const { tree, failure, reload } = useTree(draft.version === undefined ? '' : String(entry.id), place);
  const chosen = texts(path);
  const missing = tree ? chosen.filter(each => !hasFolder(tree.folders, each)) : chosen;
  return (
    <fieldset class="setting" aria-describedby={`${id}-help`}>
      <legend>
        Folders <span class="hint">(required)</span>
      </legend>
      {!tree && !failure && <Loading what="the folders" />}
      {failure && <FailureNotice failure={failure} retry={reload} />}
      {tree && <Folders folders={tree.folders} chosen={chosen} toggle={toggle} />}
      {tree && !tree.complete && <p class="hint">There are more folders than are shown here.</p>}
      {missing.length > 0 && (
        <ul class="tree">
          {missing.map(each => (
            <Folder key={each} name={each} isChosen toggle={() => toggle(each)} note={tree ? 'not there' : ''} />
          ))}
        </ul>
      )}
      {(failure || tree?.complete === false) && <OtherFolder add={toggle} />}
      <Help
        id={`${id}-help`}
        help="What lies in a folder is read; a folder below it is ticked by itself."
        faults={faultsAt(path)}
      />
    </fieldset>
  );

  function toggle(folder: string): void {
    const left = chosen.includes(folder) ? chosen.filter(each => each !== folder) : [...chosen, folder];
    set(path, left.length > 0 ? left : undefined);
  }
}

interface FoldersProps {
  readonly folders: readonly FolderView[];
  readonly chosen: readonly string[];
  toggle(path: string): void;
}

function Folders({ folders, chosen, toggle }: FoldersProps) {
  return (
    <ul class="tree">
      {folders.map(folder => (
        <Folder
          key={folder.id}
          name={folder.name}
          isChosen={chosen.some(each => isSameFolder(each, folder.path))}
          note={countOf(folder.contacts, 'contact', 'contacts')}
          toggle={() => toggle(chosen.find(each => isSameFolder(each, folder.path)) ?? folder.path)}
        >
          {folder.folders.length > 0 && <Folders folders={folder.folders} chosen={chosen} toggle={toggle} />}
        </Folder>
      ))}
    </ul>
  );
}

interface FolderProps {
  readonly name: string;
  readonly isChosen: boolean;
  readonly note: string;
  readonly children?: preact.ComponentChildren;
  toggle(): void;
}

function Folder({ name, isChosen, note, children, toggle }: FolderProps) {
  return (
    <li>
      <label class="option">
        <input type="checkbox" checked={isChosen} onChange={toggle} />
        <span>
          {name} <span class="hint">{note}</span>
        </span>
      </label>
      {children}
    </li>
  );
}

function OtherFolder({ add }: { add(path: string): void }) {
  const path = useSignal('');
  const id = useId();
  return (
    <div class="ask">
      <div class="field">
        <label htmlFor={id}>A folder by its path</label>
        <input
          id={id}
          value={path}
          placeholder="Staff/Berlin"
          onInput={event => {
            path.value = event.currentTarget.value;
          }}
        />
      </div>
      <button
        type="button"
        disabled={path.value.trim() === ''}
        onClick={() => {
          add(path.value.trim());
          path.value = '';
        }}
      >
        Add
      </button>
    </div>
  );
}

function hasFolder(folders: readonly FolderView[], path: string): boolean {
  return folders.some(folder => isSameFolder(folder.path, path) || hasFolder(folder.folders, path));
}

/** Exchange tells names apart by their letters alone. */
function isSameFolder(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

interface Tree {
  readonly tree: FolderTreeView | undefined;
  readonly failure: ApiFailure | undefined;
  reload(): void;
}

function useTree(list: string, place: Entry): Tree {
  const tree = useSignal<FolderTreeView | undefined>(undefined);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const asked = useSignal(0);
  useEffect(() => {
    const ended = new AbortController();
    tree.value = undefined;
    failure.value = undefined;
    look(ended.signal);
    return () => ended.abort();
    // Also once somebody has signed in again.
  }, [list, JSON.stringify(place), asked.value, signInExpired.value]);
  return {
    tree: tree.value,
    failure: failure.value,
    reload: () => {
      asked.value += 1;
    },
  };

  async function look(signal: AbortSignal): Promise<void> {
    try {
      const found = await post<FolderTreeView>(
        'lists/try',
        { show: 'folders', definition: probeOfSource(list, place) },
        signal,
      );
      tree.value = found;
    } catch (error) {
      if (!signal.aborted) failure.value = asFailure(error);
    }
  }
}
