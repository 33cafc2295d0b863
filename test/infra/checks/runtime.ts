import type { Code } from '../code.ts';
import { ofType, type PlannedResource } from '../compiled.ts';

/** The app runs on the version of Node that it is built for and tested on, on a Flex Consumption plan. */
export function findRuntimeProblems(plan: readonly PlannedResource[], { nodeVersion, bundleTarget }: Code): string[] {
  const [app] = ofType(plan, 'Microsoft.Web/sites');
  const { runtime } = Object(app?.properties?.functionAppConfig);
  const [planSku] = ofType(plan, 'Microsoft.Web/serverfarms').map(({ sku }) => Object(sku).tier);
  const { name, version } = Object(runtime);
  return [
    ...(name === 'node' ? [] : [`The runtime is ${name}, not node`]),
    ...(version === nodeVersion ? [] : [`Azure runs Node ${version}, the tests Node ${nodeVersion}`]),
    ...(bundleTarget === nodeVersion ? [] : [`The bundle is built for Node ${bundleTarget}, tested on ${nodeVersion}`]),
    ...(planSku === 'FlexConsumption' ? [] : [`The plan is ${planSku}, not FlexConsumption`]),
  ];
}
