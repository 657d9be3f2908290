import { expect, signInTo, startService, test } from '../support/service.ts'
import { eventually, openSocket, type TestSocket, tokenOf } from '../support/socket.ts'

const [people, each] = [25, 20]

test('five hundred sockets that say nothing hold no connection to the database', async () => {
  const { app, deps, close } = await startService()
  const sockets: TestSocket[] = []
  for (let person = 0; person < people; person += 1) {
    const token = tokenOf(await signInTo(app))
    const opened = Array.from({ length: each }, () => openSocket(app, 'general', { token }))
    sockets.push(...(await Promise.all(opened)))
  }
  expect(sockets).toHaveLength(people * each)
  await eventually(() => {
    const { total, idle, waiting } = deps.poolUse() ?? { total: 0, idle: 1, waiting: 0 }
    return total === idle && waiting === 0
  })
  const ann = await signInTo(app)
  expect((await ann.get('/api/v1/auth/me')).statusCode).toBe(200)
  for (const { socket } of sockets) expect(socket.readyState).toBe(socket.OPEN)
  for (const { socket } of sockets) socket.terminate()
  await close()
})
