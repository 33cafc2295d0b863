/**
 * `npm run compile:infra`, after every change of the Bicep: makes `infra/main.json`, and what the deployments of
 * `test/infra/deployments` would make, which the tests hold against the code.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bicep, openBicep } from './bicep/bicep.ts';
import { hasDotnet } from './dotnet.ts';

const infraDirectory = join(import.meta.dirname, '..');
const deployments = join(infraDirectory, '../test/infra/deployments');

async function compileInfra(bicep: Bicep): Promise<void> {
  writeFileSync(join(infraDirectory, 'main.json'), await bicep.build(join(infraDirectory, 'main.bicep')));
  for (const file of readdirSync(deployments).filter(name => name.endsWith('.bicepparam'))) {
    const path = join(deployments, file);
    // The order of the outputs is another each time.
    if ((await bicep.snapshotDifferences(path)) !== '') await bicep.snapshot(path);
  }
}

async function main(): Promise<void> {
  if (!hasDotnet()) {
    process.stderr.write('The Bicep compiler comes as a NuGet package: install the .NET SDK 10 first.\n');
    process.exitCode = 1;
    return;
  }
  try {
    await compileInfra(await openBicep());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

await main();
