/** Reading the API: a body, or an ApiError whose words can be shown. */

import type { Words } from './types';

const API = '/api/v1';

/** What went wrong. `messages` is null when no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly messages: Words | null,
  ) {
    super(messages?.en ?? code);
  }
}

/** The body at a path under /api/v1. */
export async function get<Body>(path: string, signal?: AbortSignal): Promise<Body> {
  return await reach<Body>(path, { headers: { Accept: 'application/json' }, ...(signal && { signal }) });
}

/** The answer to a body that is sent to a path under /api/v1. */
export async function post<Body>(path: string, body: unknown): Promise<Body> {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
  return await reach<Body>(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function reach<Body>(path: string, asked: RequestInit): Promise<Body> {
  const response = await fetched(path, asked);
  if (!response.ok) throw await errorOf(response);
  try {
    return (await response.json()) as Body;
  } catch (error) {
    if (asked.signal?.aborted) throw error;
    throw new ApiError('UNREADABLE', null);
  }
}

async function fetched(path: string, asked: RequestInit): Promise<Response> {
  try {
    return await fetch(API + path, asked);
  } catch (error) {
    if (asked.signal?.aborted) throw error;
    throw new ApiError('UNREACHABLE', null);
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => null)) as { code?: string; messages?: Words } | null;
  return new ApiError(problem?.code ?? 'UNREADABLE', problem?.messages ?? null);
}

/** A path with those of the parameters that are set. */
export function withQuery(path: string, parameters: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  return query.size ? `${path}?${query}` : path;
}
