export { testConnection } from './testConnection.ts';
