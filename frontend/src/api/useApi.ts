/** A body of the API as React state. */

import { useCallback, useEffect, useState } from 'react';
import { ApiError, get } from './client';

/** Loading until there is data or an error; data of the last answer stays while it is read again. */
export interface Loaded<Body> {
  readonly data: Body | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
  readonly reload: () => void;
}

interface State<Body> {
  readonly path: string | null;
  readonly data: Body | null;
  readonly error: ApiError | null;
}

/** Read `path` under /api/v1, again whenever it changes; null reads nothing. */
export function useApi<Body>(path: string | null): Loaded<Body> {
  const [state, setState] = useState<State<Body>>({ path: null, data: null, error: null });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((count) => count + 1), []);

  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    get<Body>(path, abort.signal).then(
      (data) => setState({ path, data, error: null }),
      (error: unknown) => {
        if (!abort.signal.aborted) setState({ path, data: null, error: asApiError(error) });
      },
    );
    return () => abort.abort();
  }, [path, turn]);

  const current = state.path === path ? state : { data: null, error: null };
  return { ...current, loading: path !== null && !current.data && !current.error, reload };
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('UNREADABLE', null);
}
