import { isBeyondSteps } from './beyond.ts';
import type { Path } from './entry.ts';

export const steps = ['source', 'targets', 'destination', 'fields', 'rules', 'policies', 'all', 'save'] as const;
export type Step = (typeof steps)[number];

/** What the app says against a list, by the path of the setting. */
export interface Fault {
  /** Such as `source.mailbox`; empty for what is said of the whole. */
  readonly path: string;
  readonly message: string;
}

const stepOf: Readonly<Record<string, Step>> = {
  id: 'source',
  name: 'source',
  source: 'source',
  sources: 'source',
  targets: 'targets',
  destination: 'destination',
  mapping: 'fields',
  defaults: 'fields',
  phones: 'fields',
  where: 'rules',
  visibility: 'rules',
  owners: 'rules',
  privateContacts: 'rules',
  enabled: 'policies',
  userEdits: 'policies',
  removals: 'policies',
  whenTargetLeaves: 'policies',
  existing: 'policies',
  choice: 'policies',
  photos: 'policies',
  safeguards: 'policies',
  rollout: 'policies',
  operators: 'policies',
};

/** @param text such as `targets: name at least one mailbox or group` */
export function faultOf(text: string): Fault {
  const [, path = '', message = text] = /^([\w.-]+): (.*)$/s.exec(text) ?? [];
  return { path, message };
}

/** What was told already is not told twice. */
export function joinFaults(known: readonly Fault[], others: readonly Fault[]): readonly Fault[] {
  return [...known, ...others.filter(({ path }) => !known.some(fault => fault.path === path))];
}

/** Where it is mended. */
export function stepFor({ path }: Fault): Step {
  const [setting = ''] = path.split('.', 1);
  return (isBeyondSteps(path) ? undefined : stepOf[setting]) ?? 'all';
}

/** Whether it is about that setting, or something in it. */
export function isAbout({ path }: Fault, setting: Path): boolean {
  const name = setting.join('.');
  return path === name || path.startsWith(`${name}.`);
}
