/** One step of a connection test, for an admin: what was tried, what came of it, what to do. */
export interface ConnectionStep {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string | undefined;
}

/** Why a step failed, and what to do. */
export type Advice = Pick<ConnectionStep, 'detail' | 'remedy'>;

/** What a step found that others build on; undefined when it failed or was not tried. */
export interface StepResult<Value> {
  readonly step: ConnectionStep;
  readonly value: Value | undefined;
}
