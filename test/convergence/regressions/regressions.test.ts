import { orders, runRegression } from './runRegression.ts';
import { regressions } from './schedules.ts';

test.each(regressions)('$name', regression => runRegression(regression, orders.first));
