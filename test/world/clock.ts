/**
 * Environment of a process whose clock is off by `seconds`; SIGUSR2 moves it on by `jumpSeconds` more. `Date` is all
 * that the product and the SDKs read the time from.
 */
export function shiftedClock(seconds: number, jumpSeconds = 0): Record<string, string> {
  const script = `
    const RealDate = Date;
    let offset = ${seconds * 1000};
    process.on('SIGUSR2', () => { offset += ${jumpSeconds * 1000}; });
    globalThis.Date = class Date extends RealDate {
      constructor(...parts) { super(...(parts.length > 0 ? parts : [RealDate.now() + offset])); }
      static now() { return RealDate.now() + offset; }
    };`;
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(script)}` };
}
