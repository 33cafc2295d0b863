import { join } from 'node:path';

export const projectDirectory = join(import.meta.dirname, '../..');
export const infraDirectory = join(projectDirectory, 'infra');
