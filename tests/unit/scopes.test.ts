import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { createServer } from '../../src/http.ts'

test('a scope is called what its function is, or routes where that has no name', async () => {
  const app = createServer(loadConfig({ NODE_ENV: 'test' }))
  const names: string[] = []
  const named = async (scope: typeof app) => void names.push(scope.pluginName)
  app.register(named)
  app.register(async (scope) => void names.push(scope.pluginName))
  await app.ready()
  expect(names).toEqual(['named', 'routes'])
  await app.close()
})
