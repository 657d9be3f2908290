import { lookup as dnsLookup, type LookupAddress, type LookupAllOptions } from 'node:dns'
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net'

/**
 * Where the service may call that somebody else chose the address: nothing but the public internet, as
 * the special-purpose registries of IANA (RFC 6890) tell it apart, so that nobody makes it speak to its
 * own network. Whatever is not known to be public is not.
 */
const inner4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32', // what Azure's machines ask about themselves
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** All that is given out for the public internet, and what of it is not: Teredo, 6to4, documentation. */
const public6 = ['2000::/3']
const inner6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

/** Addresses of IPv4 for networks that speak IPv6 alone (RFC 6052): as public as what they hold. */
const translated = ['64:ff9b::/96']

/** What listens there speaks no HTTP, and may take a request for orders. */
const closedPorts = [
  1, 7, 9, 19, 20, 21, 22, 23, 25, 53, 69, 110, 111, 119, 135, 137, 139, 143, 161, 389, 445, 465,
  514, 587, 636, 873, 993, 995, 1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 5432, 5672, 5900,
  5984, 6379, 6443, 6667, 9042, 9200, 9300, 10250, 11211, 27017,
]

const blocked4 = listOf(inner4)
const open6 = listOf(public6)
const blocked6 = listOf(inner6)
const translated6 = listOf(translated)

/** Whether an address is one of the public internet; a text that is none is not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !blocked4.check(address, 'ipv4')
  if (isIP(address) !== 6 || address.includes('%')) return false
  if (translated6.check(address, 'ipv6')) return isPublicAddress(lastFourOf(address))
  return open6.check(address, 'ipv6') && !blocked6.check(address, 'ipv6')
}

/** Places that the configuration opens: `host:port`, or a network such as `10.1.0.0/16`. */
export type Exemptions = { hosts: ReadonlySet<string>; networks: BlockList }

export function exemptionsOf(places: readonly string[]): Exemptions {
  const networks = places.filter((each) => each.includes('/'))
  const hosts = places.filter((each) => !each.includes('/')).map((each) => each.toLowerCase())
  return { hosts: new Set(hosts), networks: listOf(networks) }
}

/** Whether `exemptionsOf` can read it. */
export function isExemption(place: string): boolean {
  const [address = '', bits, ...rest] = place.split('/')
  if (bits === undefined) return /^(\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i.test(place)
  const most = isIP(address) === 4 ? 32 : 128
  const isNetwork = isIP(address) !== 0 && rest.length === 0
  return isNetwork && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}

export type AddressFault = 'url_form' | 'url_scheme' | 'url_user' | 'url_port' | 'url_inner'

/** What is wrong with the address as it is written, if anything; where a name leads shows later. */
export function faultOf(text: string, exemptions: Exemptions): AddressFault | undefined {
  if (!URL.canParse(text)) return 'url_form'
  const url = new URL(text)
  const { protocol, username, password } = url
  if (protocol !== 'https:' && protocol !== 'http:') return 'url_scheme'
  if (username !== '' || password !== '' || /^[^/?#]*\/\/[^/?#]*@/.test(text)) return 'url_user'
  if (isExempt(url, exemptions)) return undefined
  if (protocol === 'http:') return 'url_scheme'
  if (closedPorts.includes(portOf(url))) return 'url_port'
  return isInnerHost(hostOf(url)) ? 'url_inner' : undefined
}

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Looks a name up and gives only what may be called: whoever connects, connects to the very address
 * that was checked. Fails with `EACCES` where one of the addresses is an inner one.
 */
export function guardedLookup(
  url: URL,
  exemptions: Exemptions,
  resolve: Resolve = dnsLookup,
): LookupFunction {
  const isOpen = exemptions.hosts.has(placeOf(url))
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      const isInner = ({ address }: LookupAddress) =>
        !isPublicAddress(address) && !isIn(exemptions.networks, address)
      const [first] = addresses
      if (!first || (!isOpen && addresses.some(isInner))) {
        const refusal = new Error('The address leads into an inner network.')
        return done(Object.assign(refusal, { code: 'EACCES' }), '')
      }
      if (options.all) return done(null, addresses)
      done(null, first.address, first.family)
    })
  }
}

/** The host without the brackets of IPv6 and the dot that ends a full name. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '')
}

function isExempt(url: URL, { hosts, networks }: Exemptions): boolean {
  return hosts.has(placeOf(url)) || isIn(networks, hostOf(url))
}

function placeOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`
}

function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80))
}

/** `URL` has made 127.1, 0x7f000001 and full-width digits what they are: 127.0.0.1. */
function isInnerHost(host: string): boolean {
  if (isIP(host) !== 0) return !isPublicAddress(host)
  return host === '' || /(^|\.)(localhost|local|internal|intranet|home\.arpa|onion)$/.test(host)
}

function isIn(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const each of networks) {
    const [address = '', bits] = each.split('/')
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return list
}

/** The address of IPv4 that the last 32 bits of one of IPv6 are. */
function lastFourOf(address: string): string {
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const groups = text
    .split(':')
    .slice(-2)
    .map((each) => Number.parseInt(each || '0', 16))
  return groups.flatMap((group) => [group >> 8, group & 255]).join('.')
}
