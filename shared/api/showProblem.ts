import { readSetting } from '../settings/namedSetting.ts';
import type { Problem } from '../store/progress.ts';

type Shown<Some> = Omit<Some, 'setting' | 'contact'>;

/** Without what is only stored, as everybody may see it. */
export function stripStored<Some extends Problem>({ setting, contact, ...shown }: Some): Shown<Some> {
  return shown;
}

/**
 * A problem as an admin reads it: what the settings name is named, such as an address, which no row and no log holds.
 *
 * @param list the settings of the list as they are now, undefined when there are none
 */
export function showProblem<Some extends Problem>(problem: Some, list: object | undefined): Shown<Some> {
  const { setting } = problem;
  const value = setting && list && readSetting(list, setting);
  if (value === undefined) return stripStored(problem);
  const named = `${setting?.path} (${JSON.stringify(value)})`;
  return { ...stripStored(problem), detail: problem.detail.replace(setting?.path ?? '', () => named) };
}
