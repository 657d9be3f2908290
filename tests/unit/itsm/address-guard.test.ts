import type { LookupAddress } from 'node:dns'
import { describe, expect, test } from 'vitest'
import {
  exemptionsOf,
  faultOf,
  guardedLookup,
  isExemption,
  isPublicAddress,
} from '../../../src/address-guard.ts'

const none = exemptionsOf([])

describe('an address', () => {
  test.for([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::8.8.8.8',
    '100::1',
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:808:808::',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'example.jp',
    '127.1',
    '',
  ])('%s is not one of the public internet', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  test.for([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '192.0.1.1',
    '198.17.255.255',
    '198.20.0.1',
    '223.255.255.255',
    '2400:4050::1',
    '2606:4700:4700::1111',
    '2a00:1450::1',
    '64:ff9b::8.8.8.8',
  ])('%s is one of it', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
})

describe('an address that is written', () => {
  test.for([
    ['', 'url_form'],
    ['hooks.example.jp', 'url_form'],
    ['https://', 'url_form'],
    ['https://1.2.3.4.5', 'url_form'],
    ['https://256.0.0.1', 'url_form'],
    ['ftp://example.jp', 'url_scheme'],
    ['file:///etc/passwd', 'url_scheme'],
    ['http://example.jp', 'url_scheme'],
    ['https://user@example.jp', 'url_user'],
    ['https://user:word@example.jp', 'url_user'],
    ['https://:@example.jp', 'url_user'],
    ['https://@example.jp', 'url_user'],
    ['https://example.jp:22', 'url_port'],
    ['https://example.jp:6379', 'url_port'],
    ['https://example.jp:25/a', 'url_port'],
    ['https://127.0.0.1', 'url_inner'],
    ['https://127.1', 'url_inner'],
    ['https://127.0.0.1.', 'url_inner'],
    ['https://2130706433', 'url_inner'],
    ['https://0x7f000001', 'url_inner'],
    ['https://0x7f.1', 'url_inner'],
    ['https://0177.0.0.1', 'url_inner'],
    ['https://017700000001', 'url_inner'],
    ['https://１２７.０.０.１', 'url_inner'],
    ['https://①②⑦.⓪.⓪.①', 'url_inner'],
    ['https://127。0。0。1', 'url_inner'],
    ['https://%31%32%37.0.0.1', 'url_inner'],
    ['https://0', 'url_inner'],
    ['https://10.1', 'url_inner'],
    ['https://169.254.169.254/latest/meta-data', 'url_inner'],
    ['https://[::1]', 'url_inner'],
    ['https://[::]', 'url_inner'],
    ['https://[0:0:0:0:0:ffff:7f00:1]', 'url_inner'],
    ['https://[::ffff:127.0.0.1]', 'url_inner'],
    ['https://[fd00:ec2::254]', 'url_inner'],
    ['https://localhost', 'url_inner'],
    ['https://LOCALHOST.', 'url_inner'],
    ['https://ｌｏｃａｌｈｏｓｔ', 'url_inner'],
    ['https://a.localhost', 'url_inner'],
    ['https://metadata.google.internal', 'url_inner'],
    ['https://printer.local', 'url_inner'],
  ])('as %s has a fault: %s', ([text, fault]) => {
    expect(faultOf(text as string, none)).toBe(fault)
  })

  test.for([
    'https://hooks.example.jp/a?b=c@d',
    'https://hooks.example.jp:8443/',
    'https://例え.jp/受信',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://notlocalhost/',
  ])('as %s has none', (text) => {
    expect(faultOf(text, none)).toBeUndefined()
  })

  test('may be an inner one where the configuration says so, and nowhere else', () => {
    const some = exemptionsOf(['Hooks.internal:8080', '10.1.0.0/16', '[fd00::1]:80', 'fd12::/32'])
    for (const text of [
      'http://hooks.internal:8080/a',
      'https://hooks.internal:8080',
      'http://10.1.2.3',
      'https://10.1.2.3:5432',
      'http://[fd00::1]/',
      'http://[fd12::5]:9000/',
    ]) {
      expect(faultOf(text, some), text).toBeUndefined()
    }
    expect(faultOf('http://hooks.internal:8081', some)).toBe('url_scheme')
    expect(faultOf('https://hooks.internal:8081', some)).toBe('url_inner')
    expect(faultOf('https://10.2.0.1', some)).toBe('url_inner')
    expect(faultOf('http://a@hooks.internal:8080', some)).toBe('url_user')
    expect(faultOf('http://[fd00::1]:81/', some)).toBe('url_scheme')
  })
})

test('what the configuration opens is a place or a network', () => {
  for (const place of ['a.b:1', '[::1]:80', '10.0.0.0/8', 'fd00::/8', '1.2.3.4/32', '::1/128']) {
    expect(isExemption(place), place).toBe(true)
  }
  for (const place of ['', 'a', 'a:b', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/', 'a/8', '*:80']) {
    expect(isExemption(place), place).toBe(false)
  }
})

describe('where a name leads', () => {
  const leading = (addresses: LookupAddress[], url: string, places: string[] = [], all = true) =>
    new Promise((resolve) => {
      const lookup = guardedLookup(new URL(url), exemptionsOf(places), (_name, _options, done) =>
        done(null, addresses),
      )
      lookup('a.example', { all }, (error, address, family) =>
        resolve(error ? error.code : all ? address : [address, family]),
      )
    })
  const inner = { address: '127.0.0.1', family: 4 }
  const open = { address: '8.8.8.8', family: 4 }

  test('is judged by every address that it has', async () => {
    const url = 'https://a.example/'
    expect(await leading([open], url)).toEqual([open])
    expect(await leading([open], url, [], false)).toEqual(['8.8.8.8', 4])
    expect(await leading([inner], url)).toBe('EACCES')
    expect(await leading([open, inner], url)).toBe('EACCES')
    expect(await leading([{ address: '::ffff:10.0.0.1', family: 6 }], url)).toBe('EACCES')
    expect(await leading([], url)).toBe('EACCES')
  })

  test('may be an inner network where the configuration says so', async () => {
    expect(await leading([inner], 'https://a.example/', ['127.0.0.0/8'])).toEqual([inner])
    expect(await leading([inner], 'http://a.example:81/', ['a.example:81'])).toEqual([inner])
    expect(await leading([inner], 'https://a.example/', ['a.example:81'])).toBe('EACCES')
  })
})
