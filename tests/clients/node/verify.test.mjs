// A third party that knows nothing of us but what docs/reference/API.md says: the issuer's URL, audience, type and algorithm.
// Everything else comes over HTTP, by discovery, from running platforms of two environments.

import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose'

const variable = (name) => process.env[name] ?? assert.fail(`${name} is not set`)
const ours = variable('HALLPASS_URL')
const preview = variable('HALLPASS_PREVIEW_URL')
const expected = {
  issuer: ours,
  audience: 'hallpass',
  typ: 'at+jwt',
  algorithms: ['EdDSA'],
  requiredClaims: ['sub', 'sid', 'iat', 'nbf', 'exp', 'jti', 'roles'],
}

/** The metadata of an issuer, which must name itself (OpenID Connect Discovery 1.0, section 4.3). */
async function discover(issuer, name = 'openid-configuration') {
  const answer = await fetch(`${issuer}/.well-known/${name}`)
  assert.equal(answer.status, 200)
  const metadata = await answer.json()
  assert.equal(metadata.issuer, issuer)
  return metadata
}

const keysOf = async (issuer) => createRemoteJWKSet(new URL((await discover(issuer)).jwks_uri))

async function signIn(platform) {
  const answer = await fetch(new URL('/api/login', platform), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: variable('HALLPASS_ADMIN_EMAIL'),
      password: variable('HALLPASS_ADMIN_PASSWORD'),
      delivery: 'body',
    }),
  })
  assert.equal(answer.status, 200)
  return answer.json()
}

let tokens
let ofPreview

before(async () => {
  tokens = await signIn(ours)
  ofPreview = await signIn(preview)
})

test('an access token is verified with the published keys', async () => {
  const { payload } = await jwtVerify(tokens.accessToken, await keysOf(ours), expected)
  assert.equal(payload.sub, tokens.user.id)
  assert.deepEqual(payload.roles, tokens.user.roles)
  assert.equal(payload.exp - payload.iat, tokens.expiresIn)
})

test('no changed character of any part is overlooked', async () => {
  const keys = await keysOf(ours)
  const text = tokens.accessToken
  for (let at = 0; at < text.length; at += 7) {
    if (text[at] === '.') continue
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    await assert.rejects(jwtVerify(changed, keys, expected), errors.JOSEError)
  }
})

test('claims that were exchanged are refused for the signature', async () => {
  const [header, payload, signature] = tokens.accessToken.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url'))
  claims.roles = ['admin', 'another']
  const forged = Buffer.from(JSON.stringify(claims)).toString('base64url')
  await assert.rejects(
    jwtVerify(`${header}.${forged}.${signature}`, await keysOf(ours), expected),
    errors.JWSSignatureVerificationFailed,
  )
})

test('a token of another environment is refused: its key is not published here', async () => {
  await assert.rejects(
    jwtVerify(ofPreview.accessToken, await keysOf(ours), expected),
    errors.JWKSNoMatchingKey,
  )
})

test('a token of another environment is refused by its issuer even where its keys are trusted', async () => {
  const trusted = await keysOf(preview)
  await jwtVerify(ofPreview.accessToken, trusted, { ...expected, issuer: preview })
  await assert.rejects(
    jwtVerify(ofPreview.accessToken, trusted, expected),
    errors.JWTClaimValidationFailed,
  )
})

test('a token that has run out, and one for somebody else, are refused', async () => {
  const keys = await keysOf(ours)
  const later = new Date(Date.now() + 601_000)
  await assert.rejects(
    jwtVerify(tokens.accessToken, keys, { ...expected, currentDate: later }),
    errors.JWTExpired,
  )
  for (const other of [{ audience: 'another' }, { issuer: 'another' }, { typ: 'JWT' }]) {
    await assert.rejects(
      jwtVerify(tokens.accessToken, keys, { ...expected, ...other }),
      errors.JWTClaimValidationFailed,
    )
  }
  await assert.rejects(
    jwtVerify(tokens.accessToken, keys, { ...expected, algorithms: ['ES256'] }),
    errors.JOSEAlgNotAllowed,
  )
})

test('a refresh token is no access token', async () => {
  await assert.rejects(
    jwtVerify(tokens.refreshToken, await keysOf(ours), expected),
    errors.JWSInvalid,
  )
})

test('both names of the metadata lead to the same keys, and pages of other origins may read them', async () => {
  const metadata = await discover(ours)
  assert.deepEqual(await discover(ours, 'oauth-authorization-server'), metadata)
  assert.deepEqual(metadata.id_token_signing_alg_values_supported, ['EdDSA'])
  const answer = await fetch(metadata.jwks_uri, {
    headers: { origin: 'https://elsewhere.example' },
  })
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  assert.deepEqual(await answer.json(), await (await fetch(`${ours}/.well-known/jwks.json`)).json())
})

test('the keys are as RFC 7517 and RFC 8037 want them, and one of them signed the token', async () => {
  const answer = await fetch(new URL('/.well-known/jwks.json', ours))
  assert.match(answer.headers.get('cache-control'), /max-age=\d+/)
  const { keys } = await answer.json()
  assert.equal(keys.length, 3)
  for (const key of keys) {
    assert.deepEqual(
      { ...key, kid: undefined, x: undefined },
      { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA', kid: undefined, x: undefined },
    )
  }
  const { kid } = decodeProtectedHeader(tokens.accessToken)
  assert.ok(keys.some((key) => key.kid === kid))
})
