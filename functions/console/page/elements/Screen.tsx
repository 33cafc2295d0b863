import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface ScreenProps {
  readonly title: string;
  readonly intro?: ComponentChildren;
  /** Where it lies below: name and address. */
  readonly above?: { readonly name: string; readonly href: string };
  readonly children: ComponentChildren;
}

/** A screen's heading gets the focus when it is opened, so that a reader of screens hears where they are. */
export function Screen({ title, intro, above, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Contact Folder Sync`;
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [title]);
  return (
    <>
      {above && (
        <p class="above">
          <a href={above.href}>‹ {above.name}</a>
        </p>
      )}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {intro && <div class="intro">{intro}</div>}
      {children}
    </>
  );
}
