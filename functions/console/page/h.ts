/** What a built page makes elements with: the build names it for each file. */
export { Fragment, h } from 'preact';
