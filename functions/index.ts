import { createApp } from '../shared/app.ts';
import { parseSettings } from '../shared/settings/settings.ts';
import { connectAdapters } from './adapters.ts';
import { registerCaptureList } from './captureList.ts';
import { consoleRoutes } from './console/consoleRoutes.ts';
import { pageRoutes } from './console/pageRoutes.ts';
import { peopleRoutes } from './console/peopleRoutes.ts';
import { registerDeadLetters } from './deadLetters.ts';
import { registerForgetRuns } from './forgetRuns.ts';
import { registerFullReconcile } from './fullReconcile.ts';
import { apiRoutes } from './http/apiRoutes.ts';
import { registerChangeNotifications } from './http/changeNotifications.ts';
import { registerLifecycle } from './http/lifecycle.ts';
import { registerRoutes } from './http/route.ts';
import { createRunLog } from './logRun.ts';
import { logSettings } from './logSettings.ts';
import { createRenewalLog, registerRenewSubscriptions } from './renewSubscriptions.ts';
import { registerScheduleSync } from './scheduleSync.ts';
import { registerSyncMailbox } from './syncMailbox.ts';

const settings = parseSettings(process.env, process.env.AzureWebJobsScriptRoot ?? process.cwd());
const app = createApp(connectAdapters(settings, process.env), settings);
logSettings(settings, Date.now());

const logRun = createRunLog(app.refusedLists);
const logRenewal = createRenewalLog();
registerScheduleSync(app, logRun);
registerCaptureList(app, { logRun, logRenewal });
registerRenewSubscriptions(app, logRenewal);
if (app.webhooks) {
  registerChangeNotifications(app.webhooks);
  registerLifecycle(app.webhooks);
}
registerSyncMailbox(app);
registerFullReconcile(app, settings.schedules.FULL_RECONCILE_SCHEDULE);
registerForgetRuns(app);
registerDeadLetters(app);
const forPeople = settings.console && peopleRoutes(app);
const routes = apiRoutes(app, forPeople);
registerRoutes(routes);
if (settings.console && forPeople) {
  // The page lies beside the bundle, which is CommonJS.
  registerRoutes(pageRoutes(__dirname));
  registerRoutes(
    consoleRoutes([...routes, ...forPeople], { ...settings.console, findOperatedLists: app.findOperatedLists }),
  );
}
