import { newId } from '../../src/values.ts'
import { insertPolicy, insertTree } from '../support/driver-trees.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { insertThousand, trees } from '../support/tree-calculation.ts'

describe('the picture of a tree', () => {
  test('is SVG with values and deltas that loads and runs nothing', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertThousand(db, { viewer })
    await insertPolicy(db, { tree_id, node_id: String(ids.単価) }, { value: 1.2 })
    const response = await viewer.get(`${url}/tree.svg`)
    expect(response.statusCode, response.body).toBe(200)
    expect(response.headers['content-type']).toBe('image/svg+xml; charset=utf-8')
    expect(response.headers['content-security-policy']).toBe("default-src 'none'; sandbox")
    expect(response.headers['x-content-type-options']).toBe('nosniff')
    expect(response.body).toContain('1,000 → 1,200')
    expect(response.body).toContain('▲ +200 (+20.0%)')
    expect(response.body).not.toMatch(/<script|<style|href=/)
  })

  test('is 304 for whoever has that of this version', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id } = await insertThousand(db, { viewer })
    const { etag } = (await viewer.get(`${url}/tree.svg`)).headers
    expect(etag).toBe('"1"')
    const seen = () => viewer.get(`${url}/tree.svg`, { 'if-none-match': String(etag) })
    const same = await seen()
    expect(same.statusCode).toBe(304)
    expect(same.body).toBe('')
    const change = { version: 2, name: 'A & <B>' }
    await db.updateTable('driver_trees').set(change).where('id', '=', tree_id).execute()
    const other = await seen()
    expect(other.statusCode).toBe(200)
    expect(other.headers.etag).toBe('"2"')
    expect(other.body).toContain('<title id="title">A &amp; &lt;B&gt;</title>')
  })

  test('says that a tree is empty', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { tree_id } = await insertTree(db, await insertProject(db, { viewer }))
    const response = await viewer.get(`${trees}/${tree_id}/tree.svg`)
    expect(response.body).toContain('ノードがありません。')
  })

  test('is refused to strangers and for no tree', async ({ app, db, signIn }) => {
    const [viewer, outsider] = [await signIn(), await signIn()]
    const { url } = await insertThousand(db, { viewer })
    expect((await outsider.get(`${url}/tree.svg`)).json().code).toBe('tree_not_found')
    expect((await viewer.get(`${trees}/${newId()}/tree.svg`)).statusCode).toBe(404)
    expect((await app.inject(`${url}/tree.svg`)).statusCode).toBe(401)
  })
})
