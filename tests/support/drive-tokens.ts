import { randomBytes } from 'node:crypto'
import { decodeProtectedHeader, importSPKI, jwtVerify } from 'jose'
import type { Answer } from './drive-answers.ts'

const audience = 'https://oauth2.googleapis.com/token'
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

type Token = { email: string; scope: string; expires: number }

/** Google's token endpoint for service accounts: assertions of RFC 7523 against registered keys. */
export function createTokens(lifetimeSeconds: () => number) {
  const keys = new Map<string, string>()
  const tokens = new Map<string, Token>()
  const refused = (error: string, error_description: string): Answer => ({
    status: 400,
    body: { error, error_description },
  })

  async function claimsOf(assertion: string) {
    const [, payload = ''] = assertion.split('.')
    const { iss } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const key = keys.get(String(iss))
    if (!key) throw new Error('Invalid grant: account not found')
    if (decodeProtectedHeader(assertion).alg !== 'RS256') throw new Error('Invalid JWT Signature.')
    const verified = await jwtVerify(assertion, await importSPKI(key, 'RS256'), {
      algorithms: ['RS256'],
    }).catch((error) => {
      throw new Error(error.code === 'ERR_JWT_EXPIRED' ? outOfTime : 'Invalid JWT Signature.')
    })
    return verified.payload
  }

  return {
    keys,
    /** Everything that has ever been given out, so that a test may look for it elsewhere. */
    given: () => [...tokens.keys()],
    expireAll: () => {
      for (const token of tokens.values()) token.expires = 0
    },
    async answer(form: URLSearchParams): Promise<Answer> {
      if (form.get('grant_type') !== grantType) {
        return refused('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type')}`)
      }
      try {
        const { iss, aud, iat, exp, scope } = await claimsOf(form.get('assertion') ?? '')
        const at = Math.floor(Date.now() / 1000)
        if (aud !== audience) return refused('invalid_grant', 'Invalid JWT: Failed audience check.')
        const isTimely = iat !== undefined && exp !== undefined && exp - iat <= 3600
        if (!isTimely || iat > at + 60) return refused('invalid_grant', outOfTime)
        if (typeof scope !== 'string' || !scope.trim()) {
          return refused('invalid_scope', 'Invalid OAuth scope or ID token audience provided.')
        }
        const access_token = `ya29.${randomBytes(48).toString('base64url')}`
        const expires_in = lifetimeSeconds()
        const expires = Date.now() + expires_in * 1000
        tokens.set(access_token, { email: String(iss), scope, expires })
        return { status: 200, body: { access_token, expires_in, token_type: 'Bearer' } }
      } catch (error) {
        return refused('invalid_grant', (error as Error).message)
      }
    },
    /** Whose token it is; nobody's when it has ended. */
    holderOf(authorization = ''): string | undefined {
      const token = tokens.get(authorization.replace(/^Bearer /, ''))
      return token && token.expires > Date.now() ? token.email : undefined
    },
  }
}

const outOfTime =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.'
