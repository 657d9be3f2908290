import { readFileSync } from 'node:fs'
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

export type Source = Record<string, string | undefined>

/** A sentence on a variable, in English and Japanese. */
export type Fault = readonly [name: string, en: string, ja: string]

const duration = '^\\d{1,6}[smhd]$'

/** Addresses and networks only: neither `true` nor a number of hops says whom to believe. */
const networks = '^([\\da-fA-F]*[.:][\\da-fA-F.:]*(/\\d{1,3})?(,|$))*$'

/** `https://a.example`, or with a pattern for its subdomains `https://*.a.example`; or `*`. */
const origins = '^((\\*|https?://(\\*\\.)?[\\w.-]+(:\\d{1,5})?)(,|$))*$'

const text = (options: Parameters<typeof Type.String>[0] = {}) =>
  Type.String({ default: '', ...options })
const flag = (value: boolean) => Type.Boolean({ default: value })
const choice = (...values: [string, ...string[]]) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { default: values[0] },
  )

const Env = Type.Object({
  NODE_ENV: choice('development', 'production', 'test'),
  HOST: text({ default: '127.0.0.1' }),
  PORT: Type.Integer({ default: 8000, minimum: 0, maximum: 65_535 }),
  LISTEN_EARLY: flag(true),
  PUBLIC_URL: text({
    pattern: '^(https?://[^/]+)?$',
    description: 'an origin such as https://kaname.example.jp',
  }),
  LOG_LEVEL: choice('info', 'fatal', 'error', 'warn', 'debug', 'trace', 'silent'),
  DATA_DIR: text({ default: './data' }),
  DATABASE_URL: text({
    pattern: '^(sqlite:.+|postgres(ql)?://.+)?$',
    description: 'sqlite:<path> or postgres://user:password@host:5432/name',
  }),
  DATABASE_POOL_SIZE: Type.Integer({ default: 10, minimum: 1, maximum: 1000 }),
  DATABASE_PREPARE: Type.Boolean({ default: true }),
  REDIS_URL: text({ pattern: '^(rediss?://.+)?$', description: 'redis://host:6379' }),
  STORAGE_URL: text({
    pattern: '^((file|s3)://\\S+)?$',
    description: 'file:///path or s3://bucket/prefix?endpoint=https://…',
  }),
  AWS_ACCESS_KEY_ID: text({ pattern: '^\\S*$', description: 'an access key without spaces' }),
  AWS_SECRET_ACCESS_KEY: text({ pattern: '^\\S*$', description: 'a secret key without spaces' }),
  REDIS_PREFIX: text({
    default: 'kaname:',
    pattern: '^[\\w:.-]{1,64}$',
    description: 'a word such as kaname:',
  }),
  AUTH_MODE: choice('development', 'production'),
  ALLOW_INSECURE_DEV: flag(false),
  LOCAL_LOGIN: flag(true),
  OPEN_REGISTRATION: flag(true),
  JWT_SECRET: text(),
  SECRETS_KEY: text(),
  SECRETS_KEYS_OLD: text(),
  ACCESS_TOKEN_TTL: text({ default: '15m', pattern: duration }),
  REFRESH_TOKEN_TTL: text({ default: '7d', pattern: duration }),
  AZURE_TENANT_ID: text({ pattern: '^([\\da-fA-F-]{36})?$', description: 'a UUID' }),
  AZURE_CLIENT_ID: text({ pattern: '^([\\da-fA-F-]{36})?$', description: 'a UUID' }),
  AZURE_AUTHORITY: text({
    default: 'https://login.microsoftonline.com',
    pattern: '^https?://[^/]+$',
    description: 'an origin such as https://login.microsoftonline.com',
  }),
  UPLOAD_QUOTA_MB: Type.Integer({ default: 5120, minimum: 1, maximum: 100_000_000 }),
  CACHE_MB: Type.Integer({ default: 48, minimum: 1, maximum: 100_000 }),
  ENGINE_MEMORY_MB: Type.Integer({ default: 512, minimum: 64, maximum: 100_000 }),
  ENGINE_THREADS: Type.Integer({ default: 2, minimum: 1, maximum: 64 }),
  LLM_BASE_URL: text({
    pattern: '^(https?://\\S+)?$',
    description: 'https://api.example.com/v1, of an endpoint that speaks the protocol of OpenAI',
  }),
  LLM_API_KEY: text(),
  LLM_MODEL: text(),
  LLM_TIMEOUT: text({ default: '10m', pattern: duration }),
  LLM_MAX_VALUES: Type.Integer({ default: 50, minimum: 0, maximum: 1000 }),
  LLM_MAX_ROWS: Type.Integer({ default: 50, minimum: 0, maximum: 10_000 }),
  LLM_MAX_CHARACTERS: Type.Integer({ default: 100_000, minimum: 5000, maximum: 10_000_000 }),
  CORS_ORIGINS: text({
    pattern: origins,
    description: 'origins such as https://a.example.jp,https://*.b.example.jp',
  }),
  TRUST_PROXY: text({
    pattern: networks,
    description: 'addresses or networks such as 10.0.0.0/8,::1',
  }),
  RATE_LIMIT_PER_MINUTE: Type.Integer({ default: 100, minimum: 1 }),
  REQUEST_TIMEOUT: text({ default: '120s', pattern: duration }),
  RESUMABLE_MAX_MB: Type.Integer({ default: 1024, minimum: 1, maximum: 1_000_000 }),
  JOB_LEASE: text({ default: '60s', pattern: duration }),
  PRESENCE_LEASE: text({ default: '30s', pattern: duration }),
  WEBSOCKET_PING: text({ default: '25s', pattern: duration }),
  GOOGLE_API_ROOT_URL: text({
    pattern: '^(https?://[^/?#\\s]+)?$',
    description: 'an origin such as http://127.0.0.1:9000',
  }),
  METRICS_TOKEN: text(),
  STATIC_DIR: text(),
  SMTP_URL: text({ pattern: '^(smtps?://.+)?$', description: 'smtp://host:587' }),
  MAIL_FROM: text({ default: 'Kaname <no-reply@kaname.example>' }),
  ESTAT_APP_ID: text({ pattern: '^\\S*$', description: 'the application ID that e-Stat gave' }),
  ESTAT_BASE_URL: text({
    default: 'https://api.e-stat.go.jp',
    pattern: '^https?://[^/?#]+$',
    description: 'an origin such as https://api.e-stat.go.jp',
  }),
  ESTAT_SYNC_CRON: text({ default: '5 4 * * *' }),
  WEBHOOK_URL: text({
    pattern: '^(https?://[^/\\s]+.*)?$',
    description: 'https://hooks.example.jp/…',
  }),
  WEBHOOK_ALLOWED_HOSTS: text({
    pattern: '^\\S*$',
    description: 'places such as hooks.internal:8080,10.1.0.0/16',
  }),
  ALERT_MAIL: text({
    pattern: '^([^\\s,@]+@[^\\s,@]+(,|$))*$',
    description: 'addresses such as a@example.jp,b@example.jp',
  }),
})
export type Env = Static<typeof Env>

/** What the schema says of each variable, by the kind of fault it can have. */
export function readEnvironment(source: Source): Env {
  const named = Object.fromEntries(
    Object.keys(Env.properties).map((name) => [name, settingOf(source, name)]),
  )
  const env = Value.Convert(Env, Value.Default(Env, named))
  const wrong = new Map(
    [...Value.Errors(Env, env)].map(({ path }) => [path.slice(1), schemaOf(path.slice(1))]),
  )
  if (wrong.size === 0) return env as Env
  throw new Error(complaintOf([...wrong].map(([name, schema]) => [name, ...expectationOf(schema)])))
}

function settingOf(source: Source, name: string): string | undefined {
  const file = source[`${name}_FILE`]
  const value = file ? readFileSync(file, 'utf8').trim() : source[name]
  return value === '' ? undefined : value
}

function schemaOf(name: string): TSchema {
  return Env.properties[name as keyof Env]
}

function expectationOf(schema: TSchema): [en: string, ja: string] {
  const values = schema.anyOf?.map((each: TSchema) => each.const).join(', ')
  if (values) return [`must be one of ${values}`, `次のいずれか: ${values}`]
  if (schema.type === 'boolean') return ['must be true or false', 'true か false']
  if (schema.type === 'integer') {
    const [min, max] = [schema.minimum, schema.maximum ?? '']
    return [`must be a whole number, ${min} to ${max}`, `整数 (${min}〜${max})`]
  }
  if (schema.pattern === duration) {
    return ['must be a time such as 30s, 15m, 12h or 7d', '30s、15m、12h、7d のような時間']
  }
  return [`must be ${schema.description}`, `次の形式: ${schema.description}`]
}

/** Reads `.env` where there is one; what the environment says already stays as it is. */
export function loadEnvFile(path = '.env'): void {
  try {
    process.loadEnvFile(path)
  } catch (error) {
    if (Object(error).code !== 'ENOENT') throw error
  }
}

export function complaintOf(faults: Fault[]): string {
  const lines = faults.map(([name, en, ja]) => `  ${name}: ${en}\n    ${ja}`)
  return ['Invalid environment / 環境変数に誤りがあります:', ...lines].join('\n')
}
