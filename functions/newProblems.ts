/** Those of the problems that are to be told; `complete` when no other could be there, so that any other has ended. */
export type NewProblems<Problem> = (problems: readonly Problem[], complete: boolean) => Problem[];

/** Tells each problem once in this process, until it changes or comes again. */
export function createNewProblems<Problem extends object>(): NewProblems<Problem> {
  let known = new Set<string>();
  return (problems, complete) => {
    const found = new Map(problems.map(problem => [JSON.stringify(problem), problem]));
    const news = [...found].filter(([key]) => !known.has(key)).map(([, problem]) => problem);
    known = new Set([...(complete ? [] : known), ...found.keys()]);
    return news;
  };
}
