import { expect, test } from '../support/browser.ts'
import { newPlace, startServer } from '../support/process.ts'
import { buildWebApp } from '../support/web-app.ts'

test('a deep link of a built client opens its screen, goes on and comes back', async ({
  pages,
}) => {
  const { env, drop } = await newPlace({ withStatistics: true })
  const STATIC_DIR = await buildWebApp()
  const service = await startServer({ ...env, STATIC_DIR, LOG_LEVEL: 'silent' })
  const { page, faults, take } = await pages.visit(`${service.url}/items/1?tab=2`)
  const shown = (path: string) =>
    page.getByText(`screen ${path} / Welcome to Kaname`, { exact: true }).waitFor()
  await shown('/items/1')
  expect(await page.title()).toBe('画面')
  const colour = await page.evaluate("getComputedStyle(document.querySelector('#app')).color")
  expect(colour).toBe('rgb(0, 90, 60)')
  await page.click('#more')
  await shown('/items/2')
  await page.reload()
  await shown('/items/2')
  await page.goBack()
  await shown('/items/1')
  await take('web-client')
  expect(faults).toEqual([])

  await page.goto(`${service.url}/reset-password`)
  await page.waitForSelector('#password')
  expect(faults).toEqual([])
  await page.close()
  service.child.kill('SIGTERM')
  await service.ended
  await drop()
})
