import { sql } from 'kysely'
import { transact } from '../../db/transact.ts'
import { enqueue } from '../../src/jobs.ts'
import { expect, test } from '../support/service.ts'

test.for(['53200', '55P03', '57P01'])(
  'a job that is done runs once, although %s keeps it from being ticked off',
  async (code, { db, service: { queue } }) => {
    await sql`create sequence refusals`.execute(db)
    await sql
      .raw(`create function refuse() returns trigger language plpgsql as $$ begin
        if nextval('refusals') <= 5 then
          raise exception 'not now' using errcode = '${code}';
        end if;
        return new;
      end $$`)
      .execute(db)
    await sql`create trigger refuse before update of finished_at on jobs
      for each row when (new.finished_at is not null) execute function refuse()`.execute(db)
    await transact(db, (trx) => enqueue(trx, 'remove_file', { key: code }, { key: code }))
    await queue.runDue()
    const job = db.selectFrom('jobs').select(['attempts', 'finished_at']).where('key', '=', code)
    expect(await job.executeTakeFirst()).toEqual({ attempts: 1, finished_at: expect.any(String) })
    await sql`drop trigger refuse on jobs`.execute(db)
    await sql`drop function refuse`.execute(db)
    await sql`drop sequence refusals`.execute(db)
  },
)
