import { askNcrontab } from './ncrontab/askNcrontab.ts';
import { readTable } from './ncrontab/table.ts';
import { describeWithDotnet } from './withDotnet.ts';

describeWithDotnet('NCrontab 3.4.0', () => {
  test('says to each expression what the table says, which the parser of the schedules is tested with', async () => {
    expect(await askNcrontab()).toEqual(readTable());
  });
});
