import createClient from 'openapi-fetch'
import type { components, paths } from './kaname'

/** Every named object of the service: `Schemas['Incident']`. */
export type Schemas = components['schemas']
export type Tokens = Pick<Schemas['SignedIn'], 'access_token' | 'refresh_token'>

/** What the service answered with where it refused: `code` for programs, `message` for people. */
export type Problem = Error & {
  problem: Schemas['ProblemDetails']
  status: number
  code: string
  /** Sentences on the fields of what was sent, by their dotted paths. */
  fields: Record<string, string>
  /** Seconds to wait before the same may be sent again. */
  retryAfter: number | undefined
}

export type KanameOptions = {
  /** The origin of the service, such as `https://kaname.example.jp`. */
  baseUrl: string
  /** An API token, or what gives an access token before each request (`acquireTokenSilent` of MSAL). */
  token?: string | (() => string | Promise<string>)
  /** Tokens of an earlier sign-in, and who keeps those that come; `undefined` where the session is over. */
  tokens?: Tokens
  onTokens?: (tokens: Tokens | undefined) => void
  /** The language of problems. */
  language?: 'ja' | 'en'
}

/**
 * A client of the service with the type of every route. It signs each request, and renews an
 * expired access token once for all requests that meet it.
 */
export function createKaname(options: KanameOptions) {
  const { baseUrl, token, onTokens, language = 'ja' } = options
  let tokens = options.tokens
  let renewal: Promise<void> | undefined

  const headers = { 'Accept-Language': language }
  const open = createClient<paths, 'application/json'>({ baseUrl, headers })
  const client = createClient<paths, 'application/json'>({
    baseUrl,
    headers,
    querySerializer: { array: { style: 'form', explode: false } },
    fetch: send,
  })

  function keep(next: Tokens | undefined): void {
    tokens = next
    onTokens?.(next)
  }

  async function send(request: Request): Promise<Response> {
    const fixed = typeof token === 'function' ? await token() : token
    const sentWith = fixed ?? tokens?.access_token
    const answer = await fetch(signed(request.clone(), sentWith))
    if (answer.status !== 401 || fixed !== undefined || tokens === undefined) return answer
    // Who failed with a token that has been replaced meanwhile needs only the new one.
    if (tokens.access_token === sentWith) await renew(tokens)
    if (tokens === undefined || tokens.access_token === sentWith) return answer
    return fetch(signed(request, tokens.access_token))
  }

  function renew({ refresh_token }: Tokens): Promise<void> {
    renewal ??= open
      .POST('/api/v1/auth/refresh', { body: { refresh_token } })
      .then(({ data, response }) => {
        if (data) keep(data)
        else if (response.status === 401) keep(undefined)
      })
      .finally(() => {
        renewal = undefined
      })
    return renewal
  }

  /** Signs in with a user name or an email, and stays signed in. */
  async function signIn(username: string, password: string): Promise<Schemas['User']> {
    const signedIn = await ok(open.POST('/api/v1/auth/login', { body: { username, password } }))
    keep(signedIn)
    return signedIn.user
  }

  async function signOut(): Promise<void> {
    await client.POST('/api/v1/auth/logout').finally(() => keep(undefined))
  }

  return { ...client, signIn, signOut }
}

export type Kaname = ReturnType<typeof createKaname>

function signed(request: Request, token: string | undefined): Request {
  if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`)
  return request
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response }

/** What a request is answered with; throws a `Problem` where it is refused. */
export async function ok<Data>(request: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await request
  if (response.ok) return data as Data
  throw problemOf(error, response)
}

/** Whether an error is a refusal of the service, and not a bug or a network that is away. */
export function isProblem(error: unknown): error is Problem {
  return error instanceof Error && 'problem' in error
}

function problemOf(body: unknown, { status, headers }: Response): Problem {
  const problem = body as Schemas['ProblemDetails']
  const { code = 'unknown', detail = `HTTP ${status}`, errors = [] } = Object(problem)
  const retryAfter = headers.get('Retry-After')
  const fields = errors.map(({ field, message }: Record<string, string>) => [field, message])
  return Object.assign(new Error(detail), {
    problem,
    status,
    code,
    fields: Object.fromEntries(fields),
    retryAfter: retryAfter === null ? undefined : Number(retryAfter),
  })
}

/** The header of a POST that may be sent again without being done again. Make one for each click. */
export function once() {
  return { 'idempotency-key': crypto.randomUUID() }
}

/** Sends a body as a form, for uploads: `bodySerializer: asForm`. Lists become repeated fields. */
export function asForm(body: Record<string, unknown>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(body)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) form.append(name, each instanceof Blob ? each : String(each))
    }
  }
  return form
}
