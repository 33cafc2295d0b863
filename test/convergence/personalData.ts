/** Stands in every value of every contact of a schedule, so that personal data is recognised wherever it turns up. */
export const personalMark = '¤';
