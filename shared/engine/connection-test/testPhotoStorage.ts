import { adviseOnPhotoStorage } from '../../connection-steps/connectionAdvice.ts';
import { StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import type { AppIdentity } from '../../ports/connectionProbes.ts';
import type { StepResult } from '../../ports/connectionStep.ts';
import { FileUnavailable } from '../../ports/sourceFiles.ts';
import type { ConnectionServices } from './connectionServices.ts';

/** No list needs it, so that it is deleted after a day. */
const trialName = 'connection-test';
const trial = Uint8Array.from([0xff, 0xd8, 0xff]);

/** Whether photos can be kept and read again, which takes the app's storage account. */
export function testPhotoStorage(
  identity: AppIdentity,
  { clock, photos }: Pick<ConnectionServices, 'clock' | 'photos'>,
): Promise<StepResult<undefined>> {
  return tryStep('photo storage', [], clock, async () => {
    try {
      await photos.put(trialName, trial);
      await photos.read(trialName);
      return { value: undefined, detail: 'The app may keep photos in the container "photos"' };
    } catch (error) {
      if (!(error instanceof FileUnavailable)) throw error;
      throw new StepFailed(adviseOnPhotoStorage(error.code, identity));
    }
  });
}
