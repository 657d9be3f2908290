import type { App } from '../fastify.ts'

/**
 * Lets no query in with a parameter that its operation does not know, since a filter that is left out
 * answers everything. `status[]=new` is taken for `status=new`, as many clients write lists.
 */
export function refuseUnknownQueries(app: App): void {
  app.addHook('onRoute', (route) => {
    const querystring = route.schema?.querystring as object | undefined
    if (!querystring) return
    route.schema = {
      ...route.schema,
      querystring: { ...querystring, additionalProperties: false },
    }
  })
  app.addHook('preValidation', async (request) => {
    const query = request.query as Record<string, unknown>
    for (const [name, value] of Object.entries(query)) {
      if (!name.endsWith('[]')) continue
      const plain = name.slice(0, -2)
      query[plain] = [query[plain] ?? [], value].flat()
      delete query[name]
    }
  })
}
