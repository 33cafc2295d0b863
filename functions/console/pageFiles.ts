import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The console's page as it is served: everything but the script is in one answer. */
export interface PageFiles {
  readonly html: string;
  /** Of the answer with the page: nothing but what comes from here, and no script in it. */
  readonly policy: string;
  readonly script: {
    /** Another one for every content. */
    readonly name: string;
    /** As every browser takes it. */
    readonly gzipped: Uint8Array;
  };
}

const scriptFolder = '/api/console/assets';

/** A drawing of its own: a browser would ask `/favicon.ico` for one. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b6bcb"/>' +
    '<circle cx="8" cy="6" r="2.5" fill="#fff"/><path d="M3 14a5 5 0 0 1 10 0z" fill="#fff"/></svg>',
)}`;

/** @param directory with `console.js` and `console.css` of the build */
export function readPageFiles(directory: string): PageFiles {
  const bytes = readFileSync(join(directory, 'console.js'));
  const style = readFileSync(join(directory, 'console.css'), 'utf8').trim();
  const name = `console-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.js`;
  return {
    html: describePage(style, `${scriptFolder}/${name}`),
    policy: policyFor(style),
    script: { name, gzipped: gzipSync(bytes, { level: 9 }) },
  };
}

function policyFor(style: string): string {
  const hash = createHash('sha256').update(style).digest('base64');
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'sha256-${hash}'`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function describePage(style: string, script: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Contact Folder Sync</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
<script type="module" src="${script}"></script>
</head>
<body>
<div id="console"></div>
<noscript>This page needs JavaScript. All that it shows can be had of the HTTP API, too.</noscript>
</body>
</html>
`;
}
