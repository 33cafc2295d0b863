import type { BedCase } from '../benchmarkCase.ts';
import { toFigures } from '../figures.ts';

/** Nothing changed anywhere. */
export const idle: BedCase = {
  name: 'idle',
  title: 'nothing changed',
  async run(bed) {
    await bed.fill();
    const figures = toFigures(await bed.measure(), bed.targets, bed.latencyMilliseconds);
    const { delta, directory } = figures.requestsByKind;
    return {
      figures,
      aims: [
        {
          aim: '1 Graph request a source folder, plus the pages of groups',
          figure: `${figures.graphRequests - directory} and ${directory}`,
          reached: delta === 1 && figures.graphRequests === delta + directory,
        },
        { aim: '0 messages', figure: `${figures.messages}`, reached: figures.messages === 0 },
      ],
    };
  },
};
