import * as z from 'zod';

/** Problem details (RFC 9457), as every route answers what it cannot do. */
export const problemDetails = z
  .object({
    title: z.string().meta({ description: 'What is wrong' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What to do' }),
    line: z.int().optional().meta({ description: 'Of a file that is refused, from 1: where the row begins' }),
    column: z.int().optional().meta({ description: 'Of that row, from 1, where the fault lies in one cell' }),
    faults: z
      .array(z.string())
      .optional()
      .meta({ description: 'Of a list that is refused, each beginning with the path of the setting' }),
  })
  .meta({ id: 'Problem' });

/** What some problems say beside: where the fault lies in what was sent. */
export type ProblemPlace = Pick<z.infer<typeof problemDetails>, 'line' | 'column' | 'faults'>;

/** What a request cannot get: what is wrong and what to do, nothing of a contact and nothing of our inside. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  /** What to do. */
  readonly detail: string;
  readonly place: ProblemPlace;

  /** @param title what is wrong */
  constructor(status: number, title: string, detail: string, place: ProblemPlace = {}) {
    super(title);
    this.status = status;
    this.detail = detail;
    this.place = place;
  }
}
