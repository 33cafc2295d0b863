import * as z from 'zod';
import { noSuchPath } from '../../shared/api/problems.ts';
import { type AnyRoute, route } from '../http/route.ts';
import { type PageFiles, readPageFiles } from './pageFiles.ts';

const aYear = 31_536_000;

/** The console's page and its script; everybody may have both, since they hold nothing of anybody. */
export function pageRoutes(directory: string): AnyRoute[] {
  let read: PageFiles | undefined;
  const files = () => {
    read ??= readPageFiles(directory);
    return read;
  };
  return [
    route({
      name: 'consolePage',
      method: 'GET',
      path: 'console',
      summary: 'The console',
      anonymous: true,
      answers: { 200: { description: 'A page for a browser' } },
      async handle() {
        const { html, policy } = files();
        return {
          headers: {
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Security-Policy': policy,
            'Cache-Control': 'no-cache',
            'Referrer-Policy': 'no-referrer',
            'X-Content-Type-Options': 'nosniff',
          },
          body: html,
        };
      },
    }),
    route({
      name: 'consoleScript',
      method: 'GET',
      path: 'console/assets/{file}',
      summary: 'The script of the console',
      params: z.object({ file: z.string() }),
      anonymous: true,
      answers: { 200: { description: 'What the page names; the same for ever' } },
      async handle({ params: { file } }) {
        const { script } = files();
        // That of another version is no answer to keep for a year.
        if (file !== script.name) throw noSuchPath('Reload the console: its script is of another version by now');
        return {
          headers: {
            'Content-Type': 'text/javascript; charset=utf-8',
            'Content-Encoding': 'gzip',
            'Cache-Control': `public, max-age=${aYear}, immutable`,
            'X-Content-Type-Options': 'nosniff',
          },
          body: script.gzipped,
        };
      },
    }),
  ];
}
