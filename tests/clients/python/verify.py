"""A third party in Python: verifies access tokens with PyJWT and the published keys, over HTTP.

It knows what docs/reference/API.md says and no more: the issuer's URL, audience, type and algorithm. The keys it discovers.
"""

import base64
import json
import os
import unittest
import urllib.request

import jwt

OURS = os.environ["HALLPASS_URL"]
PREVIEW = os.environ["HALLPASS_PREVIEW_URL"]
REQUIRED = ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti", "roles"]


def sign_in(platform):
    body = {
        "email": os.environ["HALLPASS_ADMIN_EMAIL"],
        "password": os.environ["HALLPASS_ADMIN_PASSWORD"],
        "delivery": "body",
    }
    request = urllib.request.Request(
        f"{platform}/api/login",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def keys_of(issuer):
    with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", timeout=10) as answer:
        metadata = json.load(answer)
    # OpenID Connect Discovery 1.0, section 4.3.
    if metadata["issuer"] != issuer:
        raise ValueError("the metadata is of another issuer")
    return jwt.PyJWKClient(metadata["jwks_uri"], timeout=10)


def verify(token, keys, issuer=OURS, audience="hallpass"):
    key = keys.get_signing_key_from_jwt(token)
    verified = jwt.decode_complete(
        token,
        key,
        algorithms=["EdDSA"],
        issuer=issuer,
        audience=audience,
        options={"require": REQUIRED},
    )
    # PyJWT leaves the type to its caller (RFC 9068 section 4).
    if verified["header"].get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    return verified["payload"]


class ThirdParty(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokens = sign_in(OURS)
        cls.of_preview = sign_in(PREVIEW)["accessToken"]
        cls.token = cls.tokens["accessToken"]

    def test_an_access_token_is_verified_with_the_published_keys(self):
        claims = verify(self.token, keys_of(OURS))
        self.assertEqual(claims["sub"], self.tokens["user"]["id"])
        self.assertEqual(claims["roles"], self.tokens["user"]["roles"])
        self.assertEqual(claims["exp"] - claims["iat"], self.tokens["expiresIn"])

    def test_no_changed_character_of_any_part_is_overlooked(self):
        keys = keys_of(OURS)
        for at in range(0, len(self.token), 7):
            before = self.token[at]
            if before == ".":
                continue
            changed = self.token[:at] + ("B" if before == "A" else "A") + self.token[at + 1 :]
            with self.assertRaises(jwt.PyJWTError):
                verify(changed, keys)

    def test_claims_that_were_exchanged_are_refused_for_the_signature(self):
        header, payload, signature = self.token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        claims["roles"] = ["admin", "another"]
        forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        with self.assertRaises(jwt.InvalidSignatureError):
            verify(f"{header}.{forged}.{signature}", keys_of(OURS))

    def test_a_token_of_another_environment_is_refused_its_key_is_not_published_here(self):
        with self.assertRaises(jwt.PyJWKClientError):
            verify(self.of_preview, keys_of(OURS))

    def test_a_token_of_another_environment_is_refused_by_its_issuer_too(self):
        trusted = keys_of(PREVIEW)
        verify(self.of_preview, trusted, issuer=PREVIEW)
        with self.assertRaises(jwt.InvalidIssuerError):
            verify(self.of_preview, trusted)

    def test_a_token_for_somebody_else_is_refused(self):
        keys = keys_of(OURS)
        with self.assertRaises(jwt.InvalidAudienceError):
            verify(self.token, keys, audience="another")
        with self.assertRaises(jwt.InvalidIssuerError):
            verify(self.token, keys, issuer="another")
        key = keys.get_signing_key_from_jwt(self.token)
        with self.assertRaises(jwt.InvalidAlgorithmError):
            jwt.decode(self.token, key.key, algorithms=["ES256"], audience="hallpass")

    def test_a_refresh_token_is_no_access_token(self):
        with self.assertRaises(jwt.DecodeError):
            verify(self.tokens["refreshToken"], keys_of(OURS))


if __name__ == "__main__":
    unittest.main(verbosity=2)
