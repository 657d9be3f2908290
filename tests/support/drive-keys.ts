import { generateKeyPairSync } from 'node:crypto'

const made = new Map<number, { privateKey: string; publicKey: string }>()

/** Making a key takes long: one of each size does for all. */
export function rsaKeys(modulusLength = 2048) {
  const known = made.get(modulusLength)
  if (known) return known
  const keys = generateKeyPairSync('rsa', {
    modulusLength,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  made.set(modulusLength, keys)
  return keys
}

/** A key file as Google gives it, with what one should never follow in it. */
export function keyFile(changes: Record<string, unknown> = {}) {
  return {
    type: 'service_account',
    project_id: 'kaname-test',
    private_key_id: '0123456789abcdef0123456789abcdef01234567',
    private_key: rsaKeys().privateKey,
    client_email: 'kaname@kaname-test.iam.gserviceaccount.com',
    client_id: '123456789012345678901',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    universe_domain: 'googleapis.com',
    ...changes,
  }
}
