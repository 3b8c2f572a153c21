import { describe, expect, it } from 'vitest'
import { describeDevice } from './device'

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0'

describe('describeDevice', () => {
  it.each([
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`,
      'computer',
      'Chrome on Windows',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/156.0.0.0`,
      'computer',
      'Edge on Windows',
    ],
    [
      `Mozilla/5.0 (X11; CrOS x86_64 16181.61.0) ${CHROME} Safari/537.36`,
      'computer',
      'Chrome on ChromeOS',
    ],
    [
      `Mozilla/5.0 (Linux; Android 16; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/140.0.0.0 Mobile Safari/537.36`,
      'phone',
      'Samsung Internet on Android',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
      'computer',
      'Safari on macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1',
      'phone',
      'Chrome on iPhone',
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'computer',
      'Firefox on Linux',
    ],
    ['curl/8.14.1', 'program', 'Program: curl'],
    ['node', 'program', 'Program: node'],
    ['Mozilla/5.0 (compatible; Something/1.0)', 'unknown', 'Unknown device'],
    ['', 'unknown', 'Unknown device'],
    [null, 'unknown', 'Unknown device'],
  ] as const)('names the device with the user agent %s', (userAgent, kind, text) => {
    expect(describeDevice(userAgent)).toEqual({ kind, text })
  })
})
