import { links } from '../links.ts';
import { place } from '../location.ts';
import { hrefOf } from '../place.ts';
import { adviceFor } from '../problemAdvice.ts';
import { Words } from './Words.tsx';

interface ProblemsProps {
  readonly list: string | undefined;
  readonly problems: readonly { readonly code: string; readonly detail: string }[];
}

/** Problems with what mends them. */
export function Problems({ list, problems }: ProblemsProps) {
  return (
    <>
      {problems.map(({ code, detail }) => {
        const { title, mend, at } = adviceFor(code);
        return (
          <div key={`${code} ${detail}`} class="notice bad">
            <p>
              <strong>{title}.</strong> <Words text={detail} />
            </p>
            <p>
              <span class="step">Next step</span> {mend} {at === 'holds' && <a href={links.holds}>Look at it</a>}
              {at === 'list' && list !== undefined && hrefOf(place.value.path) !== links.list(list) && (
                <a href={links.list(list)}>Go to the list</a>
              )}
              {at === undefined && list !== undefined && (
                <a href={links.list(list, 'connection')}>Test the connection</a>
              )}
            </p>
          </div>
        );
      })}
    </>
  );
}
