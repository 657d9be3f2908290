import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { storageIn } from '../../src/storage-url.ts'

const production = {
  NODE_ENV: 'production',
  AUTH_MODE: 'production',
  JWT_SECRET: 'kWq3-this-one-is-long-enough-and-made-up',
  SECRETS_KEY: Buffer.from('0123456789abcdef0123456789abcdef').toString('base64'),
}
const keys = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret/key+1' }

describe('STORAGE_URL', () => {
  test('names a folder', () => {
    expect(storageIn('file:///var/lib/kaname/%E6%89%87')).toEqual({
      kind: 'folder',
      path: '/var/lib/kaname/扇',
    })
  })

  test('names a bucket, with a prefix or without', () => {
    expect(storageIn('s3://kaname?region=ap-northeast-1')).toEqual({
      kind: 's3',
      endpoint: 'https://s3.ap-northeast-1.amazonaws.com',
      region: 'ap-northeast-1',
      bucket: 'kaname',
      prefix: '',
      forcePathStyle: false,
      insecure: false,
    })
    const url = 's3://a-b.c/one/two/?endpoint=https://store:9000/path&force_path_style=true'
    expect(storageIn(url)).toEqual({
      kind: 's3',
      endpoint: 'https://store:9000/path',
      region: 'us-east-1',
      bucket: 'a-b.c',
      prefix: 'one/two',
      forcePathStyle: true,
      insecure: false,
    })
  })

  test.each([
    'ftp://a/b',
    'file://host/path',
    'file:///',
    'file:///a?b=c',
    's3://',
    's3://kaname',
    's3://Kaname?region=r',
    's3://ka?region=',
    's3://kaname?region=r&region=s',
    's3://kaname?region=r&force_path_style=yes',
    's3://kaname?region=r&insecure=1',
    's3://kaname?region=r&unknown=1',
    's3://id:secret@kaname?region=r',
    's3://kaname:9000?region=r',
    's3://kaname/../up?region=r/..',
    's3://kaname/a//b?region=r',
    's3://kaname/.a?region=r',
    's3://kaname?endpoint=store:9000',
    's3://kaname?endpoint=ftp://store',
    's3://kaname?endpoint=https://id:secret@store',
  ])('may not be %s', (url) => {
    expect(storageIn(url)).toBeUndefined()
  })
})

describe('the storage of a configuration', () => {
  test('is a folder below DATA_DIR when nothing is said', () => {
    expect(loadConfig({ ...production, DATA_DIR: '/data' }).storage).toEqual({
      kind: 'folder',
      path: '/data/files',
    })
    expect(loadConfig({ ...production, STORAGE_URL: 'file:///files' }).storage).toEqual({
      kind: 'folder',
      path: '/files',
    })
  })

  test('has a key that may stand in files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'))
    writeFileSync(join(folder, 'id'), 'AKIA2\n')
    writeFileSync(join(folder, 'secret'), 'another\n')
    const { storage } = loadConfig({
      ...production,
      STORAGE_URL: 's3://kaname?region=r',
      AWS_ACCESS_KEY_ID_FILE: join(folder, 'id'),
      AWS_SECRET_ACCESS_KEY_FILE: join(folder, 'secret'),
    })
    expect(storage).toMatchObject({
      bucket: 'kaname',
      credentials: { accessKeyId: 'AKIA2', secretAccessKey: 'another' },
    })
  })

  test.each([
    ['s3:/kaname', keys, /STORAGE_URL: must be file:\/\//],
    ['s3://kaname', keys, /STORAGE_URL: must be .*region is a must[\s\S]*region は必須/],
    ['s3://kaname?region=r', {}, /AWS_ACCESS_KEY_ID: must be set together[\s\S]*一緒に/],
    ['s3://kaname?endpoint=http://store:9000', keys, /https endpoint[\s\S]*insecure=true/],
  ])('%s is a fault', (STORAGE_URL, more, complaint) => {
    expect(() => loadConfig({ ...production, ...more, STORAGE_URL })).toThrow(complaint)
  })

  test.each([
    'http://127.0.0.1:9000',
    'http://[::1]:9000',
    'http://store:9000&insecure=true',
    'https://store',
  ])('may be reached at %s in production', (endpoint) => {
    const STORAGE_URL = `s3://kaname?endpoint=${endpoint}`
    expect(loadConfig({ ...production, ...keys, STORAGE_URL }).storage.kind).toBe('s3')
  })

  test('may be reached over http while the service is developed', () => {
    const STORAGE_URL = 's3://kaname?endpoint=http://store:9000'
    const { storage } = loadConfig({ ...production, ...keys, NODE_ENV: 'development', STORAGE_URL })
    expect(storage.kind).toBe('s3')
  })
})
