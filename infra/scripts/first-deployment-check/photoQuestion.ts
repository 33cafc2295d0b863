import * as z from 'zod';
import { hold } from './finding.ts';
import { immutable, type Trial } from './trial.ts';

/** A grey square of 8 by 8 points. */
const jpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/' +
    'wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z',
  'base64',
);

/** A contact has no photo, gets one, and has it then. */
export async function askOfPhotos(trial: Trial): Promise<string> {
  const { graph } = trial;
  const contact = await trial.addContact();
  const photo = trial.path('contacts', contact, 'photo', '$value');
  const before = await graph.send('GET', photo, { headers: immutable });
  hold(before.status === 404, `a contact without one is answered ${before.status}`);
  await graph.ask('PUT', photo, z.unknown(), { body: jpeg, headers: { ...immutable, 'Content-Type': 'image/jpeg' } });
  const after = await graph.send('GET', photo, { headers: immutable });
  hold(after.status === 200, `one that was put is answered ${after.status}`);
  return `put and read, as ${after.headers.get('Content-Type')}`;
}
