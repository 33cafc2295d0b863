import { signal } from '@preact/signals';
import type * as z from 'zod';
import type { problemDetails } from '../../../shared/api/problem.ts';

type ProblemDetails = z.infer<typeof problemDetails>;

/** Whose sign-in ended is asked to sign in again, beside whatever is on the screen: nothing that was typed is lost. */
export const signInExpired = signal(false);

const base = '/api/console/api/';
/** A page of another origin cannot send this header without being asked first, and is refused then. */
const ownHeader = { 'x-requested-with': 'contact-folder-sync' };

/** What the app did not do, and what to do about it. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  /** 0: no answer at all. */
  readonly status: number;
  readonly advice: string;
  /** Of a list that is refused, each beginning with the path of the setting. */
  readonly faults: readonly string[];

  constructor(status: number, title: string, advice: string, faults: readonly string[] = []) {
    super(title);
    this.status = status;
    this.advice = advice;
    this.faults = faults;
  }
}

/** @throws ApiFailure */
export function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return ask(path, { method: 'GET', ...(signal ? { signal } : {}) });
}

/** @throws ApiFailure */
export function post<Answer>(path: string, body: object = {}, signal?: AbortSignal): Promise<Answer> {
  return ask(path, {
    method: 'POST',
    headers: { ...ownHeader, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

/** @throws ApiFailure */
export function sendFile<Answer>(method: 'POST' | 'PUT', path: string, file: Blob): Promise<Answer> {
  return ask(path, { method, headers: { ...ownHeader, 'Content-Type': 'text/csv' }, body: file });
}

/**
 * Changes what others may have changed meanwhile.
 *
 * @param basedOn the version that the change is based on; undefined where there is none yet
 * @throws ApiFailure 412 where it is another by now
 */
export function change<Answer>(
  method: 'PUT' | 'DELETE',
  path: string,
  body: object,
  basedOn: number | undefined,
): Promise<Answer> {
  const condition = basedOn === undefined ? { 'If-None-Match': '*' } : { 'If-Match': `"${basedOn}"` };
  return ask(path, {
    method,
    headers: { ...ownHeader, ...condition, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure(0, 'Something went wrong in this page', 'Reload it; if that does not help, tell your admin.');
}

async function ask<Answer>(path: string, request: RequestInit): Promise<Answer> {
  const response = await send(path, request);
  if (response.ok) return (await response.json()) as Answer;
  if (response.status === 401) signInExpired.value = true;
  throw await failureOf(response);
}

async function send(path: string, request: RequestInit): Promise<Response> {
  try {
    // A sign-in page that App Service leads to is no answer of ours.
    return await fetch(base + path, { ...request, redirect: 'error', credentials: 'same-origin' });
  } catch (error) {
    if (request.signal?.aborted) throw error;
    const advice =
      request.method === 'GET'
        ? 'Check your network. This page tries again by itself.'
        : 'Check your network, and try again: what you typed is still here.';
    throw new ApiFailure(0, 'The app does not answer', advice);
  }
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const { title, detail, faults } = await readProblem(response);
  return new ApiFailure(response.status, title, detail, faults);
}

async function readProblem(response: Response): Promise<Pick<ProblemDetails, 'title' | 'detail' | 'faults'>> {
  const fallback = { title: `The app answered ${response.status}`, detail: 'Try again later.' };
  if (response.status === 401) return { title: 'Your sign-in has ended', detail: 'Sign in again, and go on here.' };
  if (!response.headers.get('content-type')?.includes('json')) return fallback;
  return { ...fallback, ...((await response.json()) as ProblemDetails) };
}
