/** Writes `dist/client`: the types of the OpenAPI document of this build, and the client on top. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'

const target = new URL('../../dist/client/', import.meta.url)
const built = new URL('../../dist/src/web/openapi.json', import.meta.url)
const document = JSON.parse(readFileSync(built, 'utf8'))

/** Examples are for readers of the document, and most of it. Names of fields are no examples. */
function withoutExamples(value, isFields = false) {
  if (Array.isArray(value)) return value.map((each) => withoutExamples(each))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => isFields || !/^examples?$/.test(name))
  return Object.fromEntries(
    kept.map(([name, each]) => [name, withoutExamples(each, !isFields && name === 'properties')]),
  )
}

const blob = ts.factory.createTypeReferenceNode('Blob')
const isBytes = ({ format, contentMediaType }) =>
  format === 'binary' || contentMediaType !== undefined
const types = await openapiTS(withoutExamples(document), {
  // What has a default need not be sent.
  defaultNonNullable: false,
  transform: (schema) => (isBytes(schema) ? blob : undefined),
})

mkdirSync(target, { recursive: true })
const { title, version } = document.info
const heading = `/** ${title} ${version}, made by \`npm run client\`. */\n`
writeFileSync(new URL('kaname.d.ts', target), heading + astToString(types))
cpSync(new URL('client.ts', import.meta.url), new URL('client.ts', target))
