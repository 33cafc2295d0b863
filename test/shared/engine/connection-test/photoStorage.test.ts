import { testPhotoStorage } from '../../../../shared/engine/connection-test/testPhotoStorage.ts';
import { FileUnavailable } from '../../../../shared/ports/sourceFiles.ts';
import { createTestClock } from '../../../memory/clock.ts';
import { createMemoryPhotos } from '../../../memory/photos.ts';

const clock = createTestClock(0);

test('photos can be kept', async () => {
  const { step } = await testPhotoStorage({}, { clock, photos: createMemoryPhotos(clock) });
  expect(step).toMatchObject({ name: 'photo storage', ok: true });
});

test.each([
  ['AuthorizationPermissionMismatch', /--role "Storage Blob Data Owner"/],
  ['ContainerNotFound', /^Deploy infra\/main.bicep/],
  ['AzureWebJobsStorage is not set', /^Check AzureWebJobsStorage/],
])('an app whose storage answers %s is told what to do', async (code, remedy) => {
  const put = () => Promise.reject(new FileUnavailable(code));
  const { step } = await testPhotoStorage({}, { clock, photos: { ...createMemoryPhotos(clock), put } });
  expect(step).toMatchObject({ ok: false, detail: expect.stringContaining(code) });
  expect(step.remedy).toMatch(remedy);
});
