import { removeProject } from '../../src/projects/removal.ts'
import { newId, now } from '../../src/values.ts'
import { insertTree } from '../support/driver-trees.ts'
import { holdings, tryUpload, uploadTo } from '../support/project-files.ts'
import { insertProject } from '../support/projects.ts'
import { type Client, expect, type Service, test } from '../support/service.ts'

const { signal } = new AbortController()

function markDeleted({ deps }: Service, id: string) {
  return deps.db.updateTable('projects').set({ deleted_at: now() }).where('id', '=', id).execute()
}

/** Files that stand in the storage and in their table, without their way through a form. */
async function addFiles({ deps }: Service, owner: Client, project_id: string, count: number) {
  for (let n = 0; n < count; n += 1) {
    const key = `projects/${newId()}`
    const name = `${n}-${newId()}.csv`
    await deps.storage.put(
      key,
      (async function* () {
        yield Buffer.from('a')
      })(),
      10,
    )
    await deps.db
      .insertInto('project_files')
      .values({
        id: newId(),
        project_id,
        original_name: name,
        name_key: name,
        version: 1,
        is_latest: 1,
        content_type: 'text/csv',
        size: 1,
        sha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
        key,
        uploaded_by: owner.id,
        created_at: now(),
      })
      .execute()
  }
}

async function isGone({ deps: { db } }: Service, id: string): Promise<boolean> {
  const left = await Promise.all([
    db.selectFrom('projects').select('id').where('id', '=', id).execute(),
    db.selectFrom('project_members').select('id').where('project_id', '=', id).execute(),
    db.selectFrom('project_files').select('id').where('project_id', '=', id).execute(),
    db.selectFrom('project_activity').select('id').where('project_id', '=', id).execute(),
    db.selectFrom('driver_trees').select('id').where('project_id', '=', id).execute(),
  ])
  return left.every((rows) => rows.length === 0)
}

test('takes 300 files, trees that use them, and members', async ({ db, service, signIn }) => {
  const ann = await signIn()
  const before = await holdings(service)
  const project = await insertProject(db, { project_manager: ann })
  const file = await uploadTo(ann, project, 'used.csv')
  await uploadTo(ann, project, 'used.csv')
  await insertTree(db, project, { 売上: { project_file_id: file.id } }, '売上')
  await insertTree(db, project, { 費用: {} })
  await addFiles(service, ann, project, 300)
  const source = newId()
  await db
    .insertInto('driver_tree_files')
    .values({
      id: source,
      owner_id: ann.id,
      project_file_id: file.id,
      original_name: 'used.csv',
      content_type: 'text/csv',
      size: 8,
      sha256: file.sha256,
      key: null,
      sheet_id: null,
      created_at: now(),
    })
    .execute()
  await markDeleted(service, project)
  await removeProject(service.deps, project, signal)
  expect(await isGone(service, project)).toBe(true)
  expect(await holdings(service)).toEqual(before)
  const kept = await db
    .selectFrom('driver_tree_files')
    .select('project_file_id')
    .where('id', '=', source)
    .execute()
  expect(kept).toEqual([{ project_file_id: null }])
  await removeProject(service.deps, project, signal)
})

test('leaves a project that is not deleted, and others, as they are', async ({
  db,
  service,
  signIn,
}) => {
  const ann = await signIn()
  const [live, gone] = [
    await insertProject(db, { member: ann }),
    await insertProject(db, { member: ann }),
  ]
  await uploadTo(ann, live, 'a.csv')
  await uploadTo(ann, gone, 'a.csv')
  const before = await holdings(service)
  await removeProject(service.deps, live, signal)
  await removeProject(service.deps, newId(), signal)
  expect(await holdings(service)).toEqual(before)
  await markDeleted(service, gone)
  await Promise.all([1, 2, 3].map(() => removeProject(service.deps, gone, signal)))
  expect(await isGone(service, gone)).toBe(true)
  expect((await ann.get(`/api/v1/projects/${live}/files`)).json().total).toBe(1)
})

test('stops when it is asked to, and goes on later', async ({ db, service, signIn }) => {
  const ann = await signIn()
  const before = await holdings(service)
  const project = await insertProject(db, { member: ann })
  await addFiles(service, ann, project, 5)
  await markDeleted(service, project)
  const stop = new AbortController()
  let removed = 0
  const storage = {
    ...service.deps.storage,
    remove: async (key: string) => {
      await service.deps.storage.remove(key)
      removed += 1
      if (removed === 3) stop.abort()
    },
  }
  await expect(removeProject({ ...service.deps, storage }, project, stop.signal)).rejects.toThrow()
  expect(removed).toBe(3)
  expect(await isGone(service, project)).toBe(false)
  await removeProject(service.deps, project, signal)
  expect(await isGone(service, project)).toBe(true)
  expect(await holdings(service)).toEqual(before)
})

test('finds what came in while it was at work', async ({ db, service, signIn }) => {
  const ann = await signIn()
  const before = await holdings(service)
  const project = await insertProject(db, { member: ann })
  await addFiles(service, ann, project, 2)
  await markDeleted(service, project)
  let rounds = 0
  const late = async () => {
    rounds += 1
    if (rounds > 1) return
    await addFiles(service, ann, project, 1)
  }
  const storage = {
    ...service.deps.storage,
    // A tree that uses a file is written while the bytes of it are removed.
    remove: async (key: string) => {
      await service.deps.storage.remove(key)
      if (rounds !== 1) return
      rounds += 1
      const { id } = await db
        .selectFrom('project_files')
        .select('id')
        .where('key', '=', key)
        .executeTakeFirstOrThrow()
      await insertTree(db, project, { 売上: { project_file_id: id } })
    },
  }
  const projectParts = {
    ...service.deps.projectParts,
    removals: [...service.deps.projectParts.removals, late],
  }
  await removeProject({ ...service.deps, storage, projectParts }, project, signal)
  expect(rounds).toBeGreaterThan(2)
  expect(await isGone(service, project)).toBe(true)
  expect(await holdings(service)).toEqual(before)
})

test('and uploads that are under way at once leave nothing', async ({ db, service, signIn }) => {
  const ann = await signIn()
  const before = await holdings(service)
  const project = await insertProject(db, { member: ann })
  const uploads = Array.from({ length: 10 }, (_, n) => tryUpload(ann, project, `${n}.csv`))
  const removal = markDeleted(service, project).then(() =>
    removeProject(service.deps, project, signal),
  )
  const answers = await Promise.all(uploads)
  await removal
  for (const { statusCode } of answers) expect([201, 404]).toContain(statusCode)
  expect(await isGone(service, project)).toBe(true)
  expect(await holdings(service)).toEqual(before)
})
