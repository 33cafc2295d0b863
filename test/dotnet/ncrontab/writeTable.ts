/** Writes the table that the tests of the schedules read, by asking NCrontab anew: `node test/dotnet/ncrontab/writeTable.ts`. */
import { writeFile } from 'node:fs/promises';
import { askNcrontab } from './askNcrontab.ts';
import { tableFile } from './table.ts';

const answers = await askNcrontab();
await writeFile(tableFile, answers.map(answer => `${JSON.stringify(answer)}\n`).join(''));
console.log(`${answers.length} expressions`);
