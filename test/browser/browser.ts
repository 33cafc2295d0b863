import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** As Debian, Ubuntu and Google install it; `CHROMIUM` names another. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine, undefined where there is none. */
export function findBrowser(): string | undefined {
  return [...(process.env.CHROMIUM ? [process.env.CHROMIUM] : []), ...places].find(existsSync);
}

export function openBrowser(executablePath: string): Promise<Browser> {
  // Its sandbox needs what a container's root does not have; it opens nothing but what runs on this machine.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
