/** Texts without a quotation mark, which no format has to escape. */
export interface MadePerson {
  readonly first: string;
  readonly last: string;
  readonly name: string;
  readonly company: string;
  readonly department: string;
  readonly title: string;
  readonly city: string;
  readonly phone: string;
  readonly mobile: string;
  readonly address: string;
}

/** The first so many of the same people, in the same order. */
export function makePeople(count: number): MadePerson[] {
  return Array.from({ length: count }, (_, index) => {
    const first = `Given${index % 997}`;
    const last = `Family${index}`;
    return {
      ...{ first, last, name: `${first} ${last}`, company: `Company ${index % 200} & Partners` },
      ...{ department: `Department ${index % 40}`, title: `Engineer ${index % 12}`, city: `City ${index % 80}` },
      ...{ phone: `+49 30 ${1_000_000 + index}`, mobile: `+49 170 ${1_000_000 + index}` },
      address: `person${index}@partner.example`,
    };
  });
}
