export { carryOn, type Rings } from './carryOn.ts';
export { createStageReader, type StageReader, type Stages } from './stages.ts';
