import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends bytes as they are to a port of this machine, and answers all that comes back until it is closed. */
export async function exchange(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  await once(socket, 'connect')
  const closed = once(socket, 'close')
  // Not ended here: Node leaves a request whose sender has hung up.
  socket.write(bytes)
  await closed
  return said
}
