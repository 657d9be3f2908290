/** The object store of the tests in a process of its own, so that its memory is not ours. */
import { startS3 } from '../support/s3-server.ts'

const server = await startS3()
process.send?.({ place: server.place() })
process.on('disconnect', () => process.exit(0))
