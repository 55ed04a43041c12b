import type { Route } from './route.ts';

/**
 * A route whose code is loaded when it is first asked for: a cold start of the function reads only what its first
 * request needs.
 *
 * @param load gives the route, which must have this method and path
 */
export function routeOnDemand(method: Route['method'], path: string, load: () => Promise<Route>): Route {
  let loading: Promise<Route> | undefined;
  return {
    method,
    path,
    handle: async (context) => {
      loading ??= load();
      const route = await loading;
      if (route.method !== method || route.path !== path)
        throw new Error(`what was loaded for ${method} ${path} is ${route.method} ${route.path}`);
      return route.handle(context);
    },
  };
}
