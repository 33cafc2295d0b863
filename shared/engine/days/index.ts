/** Figures of a list, a row a day. */
export { forgetDays } from './forgetDays.ts';
export { keepDays } from './keepDays.ts';
export { readDays } from './readDays.ts';
export type { CountedList } from './readFigures.ts';
