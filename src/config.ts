import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { hostOf, isExemption, isPublicAddress } from './address-guard.ts'
import { complaintOf, type Env, type Fault, readEnvironment, type Source } from './environment.ts'
import { nextSlot } from './schedule.ts'
import { keptSecret } from './secrets.ts'
import { storageIn } from './storage-url.ts'

/** Where Vite and its friends serve a page under development. */
const developmentOrigins = ['localhost', '127.0.0.1'].flatMap((host) =>
  [3000, 5173].map((port) => `http://${host}:${port}`),
)

export type Config = ReturnType<typeof loadConfig>

/**
 * Reads the whole environment once: a service that starts has a complete configuration, and one
 * that does not says everything that is wrong with it. A value may stand in a file instead, named
 * by the variable with `_FILE` behind it. Secrets that are missing are made and kept in DATA_DIR,
 * but not in production.
 */
export function loadConfig(source: Source = process.env) {
  const env = readEnvironment(source)
  const faults = faultsOf(env)
  if (faults.length > 0) throw new Error(complaintOf(faults))

  const development = env.AUTH_MODE === 'development'
  const origins = listIn(env.CORS_ORIGINS)
  return {
    environment: env.NODE_ENV,
    host: env.HOST,
    port: env.PORT,
    /** Whether to answer, with 503, while the service starts. */
    listenEarly: env.LISTEN_EARLY,
    publicUrl:
      env.PUBLIC_URL || `http://${isIP(env.HOST) === 6 ? `[${env.HOST}]` : env.HOST}:${env.PORT}`,
    logLevel: env.LOG_LEVEL,
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL || `sqlite:${env.DATA_DIR}/kaname.db`,
    databasePoolSize: env.DATABASE_POOL_SIZE,
    databasePrepare: env.DATABASE_PREPARE,
    redisUrl: env.REDIS_URL,
    storage: storageOf(env),
    redisPrefix: env.REDIS_PREFIX,
    cacheMegabytes: env.CACHE_MB,
    /** What the database of one session may take when it is analysed. */
    engine: { megabytes: env.ENGINE_MEMORY_MB, threads: env.ENGINE_THREADS },
    /** Without a base URL the interpreter that is built in takes part in chats. */
    llm: env.LLM_BASE_URL
      ? { baseUrl: env.LLM_BASE_URL, apiKey: env.LLM_API_KEY, model: env.LLM_MODEL }
      : undefined,
    chat: chatOf(env),
    uploadQuotaBytes: env.UPLOAD_QUOTA_MB * 1024 * 1024,
    /** Whether mock tokens are taken: in development, never in production. */
    mockUsers: development,
    localLogin: env.LOCAL_LOGIN,
    openRegistration: env.OPEN_REGISTRATION,
    jwtSecret: env.JWT_SECRET || keptSecret(env.DATA_DIR, 'jwt-secret'),
    secretsKey: Buffer.from(env.SECRETS_KEY || keptSecret(env.DATA_DIR, 'secrets-key'), 'base64'),
    /** Those that SECRETS_KEY was before: what was sealed with them still opens. */
    secretsKeysOld: listIn(env.SECRETS_KEYS_OLD).map((key) => Buffer.from(key, 'base64')),
    accessTokenTtl: secondsIn(env.ACCESS_TOKEN_TTL),
    refreshTokenTtl: secondsIn(env.REFRESH_TOKEN_TTL),
    azure: env.AZURE_TENANT_ID
      ? {
          tenantId: env.AZURE_TENANT_ID.toLowerCase(),
          clientId: env.AZURE_CLIENT_ID.toLowerCase(),
          authority: env.AZURE_AUTHORITY,
        }
      : undefined,
    corsOrigins: origins.length === 0 && development ? developmentOrigins : origins,
    trustProxy: listIn(env.TRUST_PROXY),
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    requestTimeout: secondsIn(env.REQUEST_TIMEOUT),
    resumableMaxBytes: env.RESUMABLE_MAX_MB * 1024 * 1024,
    jobLease: secondsIn(env.JOB_LEASE),
    presenceLease: Math.max(1, secondsIn(env.PRESENCE_LEASE)),
    websocketPing: secondsIn(env.WEBSOCKET_PING),
    metricsToken: env.METRICS_TOKEN,
    staticDir: env.STATIC_DIR ? resolve(env.STATIC_DIR) : undefined,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    /** Without an application ID there is no sync; the cron pattern is read in Japan's time. */
    estat: {
      appId: env.ESTAT_APP_ID,
      baseUrl: env.ESTAT_BASE_URL,
      cron: env.ESTAT_SYNC_CRON,
    },
    /** Where Google's APIs are taken to be; empty for Google. */
    googleApiRootUrl: env.GOOGLE_API_ROOT_URL,
    webhookUrl: env.WEBHOOK_URL,
    alertMail: listIn(env.ALERT_MAIL),
    /** Inner addresses that webhooks of the service desk may call all the same. */
    webhookAllowedHosts: listIn(env.WEBHOOK_ALLOWED_HOSTS),
  }
}

/** What one turn of a chat may have. Nothing leaves the service where its own interpreter takes part. */
function chatOf(env: Env) {
  const turnSeconds = secondsIn(env.LLM_TIMEOUT)
  if (!env.LLM_BASE_URL) {
    return { turnSeconds, maxValues: 5000, maxRows: 1000, maxCharacters: 10_000_000 }
  }
  const {
    LLM_MAX_VALUES: maxValues,
    LLM_MAX_ROWS: maxRows,
    LLM_MAX_CHARACTERS: maxCharacters,
  } = env
  return { turnSeconds, maxValues, maxRows, maxCharacters }
}

/** A folder below DATA_DIR where nothing else is said. */
function storageOf(env: Env) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  const place = storageIn(env.STORAGE_URL)
  if (!place) return { kind: 'folder' as const, path: join(env.DATA_DIR, 'files') }
  return place.kind === 's3' ? { ...place, credentials: { accessKeyId, secretAccessKey } } : place
}

const loopback = ['127.0.0.1', 'localhost', '::1']

/** Whether what goes to a URL can be read on its way: over http it stays on this machine at least. */
function isExposed(url: string): boolean {
  if (!url.startsWith('http:')) return false
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : ''
  return !loopback.includes(host)
}

/** Whether a URL leads to a network of one's own, as far as its host says: models are often run there. */
function isNearby(url: string): boolean {
  const host = URL.canParse(url) ? hostOf(new URL(url)) : ''
  if (isIP(host) !== 0) return !isPublicAddress(host)
  return !host.includes('.') || /\.(local|internal|intranet|home\.arpa)$/.test(host)
}

/** What the variables say together; each would start a service that is not safe, or not usable. */
function faultsOf(env: Env): Fault[] {
  const production = env.NODE_ENV === 'production'
  const development = env.AUTH_MODE === 'development'
  const isWeak = env.JWT_SECRET ? Buffer.byteLength(env.JWT_SECRET) < 32 : production
  const key = env.SECRETS_KEY && Buffer.from(env.SECRETS_KEY, 'base64')
  const storage = storageIn(env.STORAGE_URL)
  const bucket = storage?.kind === 's3' ? storage : undefined
  const isAzureHalf = (env.AZURE_TENANT_ID === '') !== (env.AZURE_CLIENT_ID === '')
  const rules: [broken: boolean, ...Fault][] = [
    [
      production && development,
      'AUTH_MODE',
      'must be production when NODE_ENV is production: development takes mock tokens',
      'NODE_ENV=production では production にしてください (development は模擬トークンを受け付けます)',
    ],
    [
      development && !loopback.includes(env.HOST) && !env.ALLOW_INSECURE_DEV,
      'HOST',
      'must be 127.0.0.1 while AUTH_MODE is development, unless ALLOW_INSECURE_DEV=true',
      'AUTH_MODE=development では 127.0.0.1 にしてください (ALLOW_INSECURE_DEV=true で解除)',
    ],
    [
      isWeak || isPlaceholder(env.JWT_SECRET),
      'JWT_SECRET',
      'must be a random text of at least 32 bytes, such as `openssl rand -base64 48` makes',
      '32 バイト以上の乱数にしてください (例: openssl rand -base64 48)',
    ],
    [
      key ? key.length !== 32 : production,
      'SECRETS_KEY',
      'must be 32 random bytes in base64, as `openssl rand -base64 32` makes them',
      '32 バイトの乱数を base64 で指定してください (openssl rand -base64 32)',
    ],
    [
      listIn(env.SECRETS_KEYS_OLD).some((each) => Buffer.from(each, 'base64').length !== 32),
      'SECRETS_KEYS_OLD',
      'must be earlier values of SECRETS_KEY, separated by commas',
      '以前の SECRETS_KEY をコンマ区切りで指定してください',
    ],
    [
      isExposed(env.GOOGLE_API_ROOT_URL),
      'GOOGLE_API_ROOT_URL',
      'must be an https origin (http only on this machine): access tokens travel with it',
      'https で始まるオリジンにしてください (http はこの機械の中だけ)。アクセストークンを送るためです',
    ],
    [
      env.LLM_BASE_URL !== '' &&
        (!URL.canParse(env.LLM_BASE_URL) ||
          (isExposed(env.LLM_BASE_URL) && !isNearby(env.LLM_BASE_URL))),
      'LLM_BASE_URL',
      'must be an https URL (http only on this machine or in a network of its own): data and the key travel with it',
      'https の URL にしてください (http はこの機械か閉じたネットワークの中だけ)。データとキーを送るためです',
    ],
    [
      env.LLM_BASE_URL !== '' && env.LLM_MODEL === '' && !/\/deployments\//.test(env.LLM_BASE_URL),
      'LLM_MODEL',
      'must be set together with LLM_BASE_URL, unless that names a deployment of Azure',
      'LLM_BASE_URL と一緒に指定してください (Azure の deployments の URL では不要です)',
    ],
    [
      secondsIn(env.LLM_TIMEOUT) < 1 || secondsIn(env.LLM_TIMEOUT) > 3600,
      'LLM_TIMEOUT',
      'must be between 1s and 1h',
      '1s から 1h の間にしてください',
    ],
    [
      production && listIn(env.CORS_ORIGINS).includes('*'),
      'CORS_ORIGINS',
      'must name the origins; * would let every page in',
      'オリジンを列挙してください。* は使えません',
    ],
    [
      env.STORAGE_URL !== '' && !storage,
      'STORAGE_URL',
      'must be file:///path or s3://bucket/prefix?endpoint=https://…&region=…&force_path_style=true; region is a must where there is no endpoint',
      'file:///path または s3://bucket/prefix?endpoint=https://…&region=…&force_path_style=true の形にしてください。endpoint がなければ region は必須です',
    ],
    [
      production && bucket !== undefined && isExposed(bucket.endpoint) && !bucket.insecure,
      'STORAGE_URL',
      'must have an https endpoint when NODE_ENV is production (http only on this machine), or insecure=true in a network of its own',
      'NODE_ENV=production では https の endpoint にしてください (http はこの機械の中だけ)。閉じたネットワークの中では insecure=true で解除できます',
    ],
    [
      bucket !== undefined && (env.AWS_ACCESS_KEY_ID === '' || env.AWS_SECRET_ACCESS_KEY === ''),
      'AWS_ACCESS_KEY_ID',
      'must be set together with AWS_SECRET_ACCESS_KEY while STORAGE_URL is s3://',
      'STORAGE_URL が s3:// のときは AWS_SECRET_ACCESS_KEY と一緒に指定してください',
    ],
    [
      isAzureHalf,
      'AZURE_CLIENT_ID',
      'must be set together with AZURE_TENANT_ID',
      'AZURE_TENANT_ID と一緒に指定してください',
    ],
    [
      !listIn(env.WEBHOOK_ALLOWED_HOSTS).every(isExemption),
      'WEBHOOK_ALLOWED_HOSTS',
      'must be places such as hooks.internal:8080 or networks such as 10.1.0.0/16, separated by commas',
      'hooks.internal:8080 のような宛先か 10.1.0.0/16 のようなネットワークをコンマ区切りで指定してください',
    ],
    [
      !env.LOCAL_LOGIN && !development && env.AZURE_TENANT_ID === '',
      'LOCAL_LOGIN',
      'must be true while no AZURE_TENANT_ID is set, or nobody could sign in',
      'AZURE_TENANT_ID がない間は true にしてください (誰もサインインできなくなります)',
    ],
    [
      isExposed(env.ESTAT_BASE_URL) || !URL.canParse(env.ESTAT_BASE_URL),
      'ESTAT_BASE_URL',
      'must be an https origin (http only on this machine): the application ID travels with it',
      'https で始まるオリジンにしてください (http はこの機械の中だけ)。アプリケーション ID を送るためです',
    ],
    [
      !nextSlot(env.ESTAT_SYNC_CRON, 'Asia/Tokyo', new Date()),
      'ESTAT_SYNC_CRON',
      'must be a cron pattern that comes round, such as 5 4 * * * for 04:05 in Japan every day',
      '実行される時刻のある cron 形式にしてください (例: 5 4 * * * は日本時間の毎日 4:05)',
    ],
    [
      env.STATIC_DIR !== '' && !existsSync(env.STATIC_DIR),
      'STATIC_DIR',
      'must be a folder that exists: the build of a web client',
      '存在するフォルダー (Web クライアントのビルド) を指定してください',
    ],
    [
      existsSync(env.STATIC_DIR) && !existsSync(join(env.STATIC_DIR, 'index.html')),
      'STATIC_DIR',
      'must have an index.html in it; build the web client first',
      'index.html がありません。先に Web クライアントをビルドしてください',
    ],
    [
      env.WEBHOOK_URL !== '' &&
        (!URL.canParse(env.WEBHOOK_URL) || (production && isExposed(env.WEBHOOK_URL))),
      'WEBHOOK_URL',
      'must be a URL and, when NODE_ENV is production, begin with https (http only on this machine)',
      'URL にしてください。NODE_ENV=production では https のみです (http はこの機械の中だけ)',
    ],
  ]
  return rules.filter(([broken]) => broken).map(([, ...fault]) => fault)
}

/** Long enough, and yet known to everybody who ever read an example, or easily guessed. */
function isPlaceholder(secret: string): boolean {
  const isPoor = secret !== '' && new Set(secret).size < 10
  return isPoor || /change.?(?:me|this)|your.?secret|placeholder|example/i.test(secret)
}

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 }

function secondsIn(text: string): number {
  const unit = text.at(-1) as keyof typeof unitSeconds
  return Number(text.slice(0, -1)) * unitSeconds[unit]
}

function listIn(text: string): string[] {
  return text.split(',').filter(Boolean)
}
