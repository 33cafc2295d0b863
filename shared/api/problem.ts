import * as z from 'zod';

/** Problem details (RFC 9457), as every route answers what it cannot do. */
export const problemDetails = z
  .object({
    title: z.string().meta({ description: 'What is wrong' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What to do' }),
  })
  .meta({ id: 'Problem' });

/** What a request cannot get: what is wrong and what to do, nothing of a contact and nothing of our inside. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  /** What to do. */
  readonly detail: string;

  /** @param title what is wrong */
  constructor(status: number, title: string, detail: string) {
    super(title);
    this.status = status;
    this.detail = detail;
  }
}
