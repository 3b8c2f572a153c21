import { describe, expect, it } from 'vitest'
import openapi from '../../../openapi.json'
import { readSetupLink, TOKEN_LENGTH } from './readSetupLink'

const TOKEN = `hpl_AZNkq-9_${'aB3_-'.repeat(14)}Aw8Q`
const LINK = `https://hallpass.test/welcome#${TOKEN}`
const half = Math.floor(TOKEN.length / 2)
const broken = (by: string): string => `${TOKEN.slice(0, half)}${by}${TOKEN.slice(half)}`

describe('the token of a one-time link', () => {
  it('has the form that the API documents', () => {
    const { pattern } = openapi.components.schemas.RedeemSetupLinkRequest.properties.token
    expect(pattern).toBe(`^hpl_[A-Za-z0-9_-]{${TOKEN_LENGTH}}$`)
    expect(TOKEN).toMatch(new RegExp(pattern))
  })

  it.each([
    ['the token alone', TOKEN],
    ['a whole address', LINK],
    ['a full stop after it', `${TOKEN}.`],
    ['a bracket and a comma after it', `${TOKEN}),`],
    ['angle brackets around it', `<${LINK}>`],
    ['quotes around it', `"${LINK}"`],
    ['typographic quotes around it', `„${LINK}“`],
    ['a Markdown link', `[Set your password](${LINK})`],
    ['white space around it', `  ${TOKEN}\t\n`],
    ['an encoded underscore', TOKEN.replace('hpl_', 'hpl%5F')],
    ['an underscore encoded twice', TOKEN.replace('hpl_', 'hpl%255F')],
    ['an incomplete token before it', `${TOKEN.slice(0, half)}\n${TOKEN}`],
    ['encoded twice', encodeURIComponent(encodeURIComponent(`#${TOKEN}.`))],
    ['an encoded number sign', `%23${TOKEN}`],
    ['a line break in it', broken('\r\n')],
    ['a line break and an indentation in it, encoded', broken('%0A%20%20')],
    ['a soft line break of quoted-printable', broken('=\r\n')],
    ['a quoted reply', broken('\n> ')],
    ['a zero-width space in it', broken('\u200b')],
    ['a zero-width space in it, encoded', broken('%E2%80%8B')],
    ['a soft hyphen in it', broken('\u00ad')],
    ['a whole message', `Hello Ada,\n\nset your password: ${LINK}\nThe link works once.\n`],
    ['a whole message that breaks the link', `Hello Ada,\n\nset your password: ${broken('\n')}\n`],
  ])('is found: %s', (_case, text) => {
    expect(readSetupLink(text)).toEqual({ kind: 'complete', token: TOKEN })
  })

  it.each([
    ['no end', TOKEN.slice(0, -1)],
    ['no beginning', TOKEN.slice(5)],
    ['only the prefix', 'hpl_'],
    ['another text', 'part'],
    ['a gap in the middle', TOKEN.slice(0, half) + TOKEN.slice(half + 4)],
    ['an ellipsis instead of the end', `${TOKEN.slice(0, 20)}…`],
  ])('is incomplete: %s', (_case, text) => {
    expect(readSetupLink(text)).toEqual({ kind: 'incomplete' })
  })

  it.each(['', ' ', '%20', '\u200b'])('is absent in %j', (text) => {
    expect(readSetupLink(text)).toEqual({ kind: 'none' })
  })
})
