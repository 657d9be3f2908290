import { expect, test } from '../support/browser.ts'

test('a newcomer’s browser sees a map, cards, a forecast and a ranking of real figures', async ({
  pages,
}) => {
  const { page, faults, take } = await pages.visit('/')
  await page.waitForSelector('#map path')
  await page.waitForSelector('#ranking tr')
  await page.waitForSelector('#cards li')
  await page.waitForSelector('#forecast .ahead')
  await take('start')
  expect(faults).toEqual([])
  expect(await page.locator('#map path').count()).toBe(47)
  expect(await page.locator('#cards li').count()).toBe(8)
  expect(await page.locator('#tokyo').textContent()).toBe('14,047,594')
  expect(await page.locator('#forecast polygon').count()).toBe(2)
  const colours = await page.evaluate<string[]>(
    "[...new Set([...document.querySelectorAll('#map path')].map((shape) => getComputedStyle(shape).fill))]",
  )
  expect(colours).toHaveLength(5)
  expect(await page.locator('#ranking tr').first().textContent()).toMatch(/^1\D+[\d.]+1–\d+$/)
  expect(await page.locator('#credit').textContent()).toMatch(/^出典：.*国土数値情報/)
})

test('Swagger UI is drawn without asking another machine', async ({ pages }) => {
  const { page, faults, take } = await pages.visit('/docs')
  await page.click('#operations-tag-items')
  await page.click('#operations-items-createItem .opblock-summary-control')
  await page.waitForSelector('#operations-items-createItem .opblock-body')
  await take('swagger')
  expect(faults).toEqual([])
}, 240_000)

test('ReDoc is drawn without asking another machine', async ({ pages }) => {
  const { page, faults, take } = await pages.visit('/redoc')
  await page.waitForSelector('[id="tag/items"]')
  await page.waitForSelector('img[src^="data:image/svg"]', { state: 'attached' })
  await take('redoc')
  expect(faults).toEqual([])
}, 240_000)
