/** Tries each thing that the service needs from outside, and says what to do where one fails. */
export { testConnection } from './testConnection.ts';
