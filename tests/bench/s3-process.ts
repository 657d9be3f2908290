/** The object store of the tests in a process of its own, so that its memory is not ours. */
import { type S3Server, startS3 } from '../support/s3-server.ts'

/** What it can be told: `['fail', 'PutObject', 'slow_down', { times: 3 }]`, `['recover']`. */
export type S3Order = ['fail', ...Parameters<S3Server['fail']>] | ['recover']

const server = await startS3()
process.send?.({ place: server.place(), url: server.url() })
process.on('message', (order: S3Order) => {
  if (order[0] === 'recover') server.recover()
  else server.fail(...(order.slice(1) as Parameters<S3Server['fail']>))
  process.send?.('done')
})
process.on('disconnect', () => process.exit(0))
