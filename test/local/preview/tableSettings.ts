import { readSettings } from '../settings.ts';
import { type AppSettings, ownSettingsFile, type StartPlan } from '../start/plan.ts';

const names = ['TABLES_CONNECTION', 'TABLES_CONNECTION__accountName'];
const ofThisMachine = /127\.0\.0\.1|localhost|UseDevelopmentStorage/i;

/**
 * Where the state of the plan's tenant is. Storage of this machine never holds that of a real tenant that is previewed
 * before a deployment, so it counts for the sample tenant alone.
 */
export async function tableSettings(
  { settingsFile }: { readonly settingsFile: string | undefined },
  { tenant, values }: StartPlan,
  environment: NodeJS.ProcessEnv,
): Promise<AppSettings> {
  if (tenant.kind === 'sample') return values;
  const own = await readSettings(settingsFile ?? ownSettingsFile());
  const given = names.flatMap(name => {
    const value = environment[name] || own[name];
    return value && !ofThisMachine.test(value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}
