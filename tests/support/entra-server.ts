import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export type EntraServer = Awaited<ReturnType<typeof startEntra>>

type Key = { kid: string; privateKey: CryptoKey; jwk: object }

/**
 * What a tenant of Azure AD shows to an API: its published keys, and access tokens that it signs
 * with them. Keys rotate when told to; faults come when told to.
 */
export async function startEntra(tenantId: string, clientId: string) {
  const published: Key[] = []
  let answer: ((response: ServerResponse) => void) | undefined
  const requests: string[] = []

  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    if (answer) return answer(response)
    if (request.url !== `/${tenantId}/discovery/v2.0/keys`) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function makeKey(): Promise<Key> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const kid = crypto.randomUUID()
    const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', kty: 'RSA' }
    return { kid, privateKey, jwk }
  }

  /** Publishes a new key beside the old ones, or instead of them. */
  async function rotate({ keepOld = true } = {}): Promise<void> {
    if (!keepOld) published.length = 0
    published.unshift(await makeKey())
  }

  /** A token as the tenant gives it to a frontend for this API; what is null is left out. */
  async function tokenFor(claims: JWTPayload & Record<string, unknown>, key = published[0]) {
    const { kid, privateKey } = key as Key
    const at = Math.floor(Date.now() / 1000)
    const payload = {
      aud: clientId,
      iss: `${authority}/${tenantId}/v2.0`,
      iat: at,
      nbf: at,
      exp: at + 3600,
      tid: tenantId,
      oid: crypto.randomUUID(),
      scp: 'access_as_user',
      uti: crypto.randomUUID(),
      ver: '2.0',
      ...claims,
    }
    for (const [name, value] of Object.entries(payload)) {
      if (value === null) delete payload[name as keyof typeof payload]
    }
    return new SignJWT(payload as JWTPayload)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .sign(privateKey)
  }

  await rotate()
  return {
    authority,
    rotate,
    tokenFor,
    makeKey,
    requests,
    publicKey: () => published[0]?.jwk,
    /** Answers every request so, until told otherwise. */
    fail: (as?: (response: ServerResponse) => void) => {
      answer = as
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
