import pg from 'pg'

/** A migrated, empty database of its own, on the engine this run is about. */
export async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const url = process.env.TEST_DATABASE_URL ?? 'sqlite::memory:'
  if (url.startsWith('sqlite:')) return { url, drop: async () => {} }

  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await asAdmin(url, `create database ${name} template ${process.env.TEST_POSTGRES_TEMPLATE}`)
  return {
    url: Object.assign(new URL(url), { pathname: name }).href,
    drop: () => asAdmin(url, `drop database ${name} with (force)`),
  }
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(statement)
  await client.end()
}
