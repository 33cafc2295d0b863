/** Change notifications of source folders: kept alive, and what one asks for. */
export { type AskForCapture, createCaptureAsker } from './askForCapture.ts';
export { type FollowUpServices, followUpCapture } from './followUpCapture.ts';
export { type RenewalOutcome, type RenewalRequest, renewSubscriptions } from './renewSubscriptions.ts';
export { requestRenewal } from './requestRenewal.ts';
export { createSubscribedLists, type SubscribedLists } from './subscribedLists.ts';
export {
  readSubscriptionHealth,
  type SubscriptionHealth,
  type SubscriptionHealthServices,
} from './subscriptionHealth.ts';
export { subscriptionLife } from './subscriptionProblem.ts';
