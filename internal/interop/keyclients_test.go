package interop_test

import (
	"crypto"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// keyClient authenticates with private_key_jwt. Text is the key as the user has it.
func keyClient(name, algorithm string, key crypto.Signer, text string) client {
	return client{
		name: name, at: atOIDC,
		metadata: map[string]any{
			"token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": algorithm,
			"jwks": publicKeys(key, name),
		},
		set:     map[string]string{"client_auth": quote("private_key_jwt"), "private_key_pem": secret(name)},
		secrets: map[string]string{name: text},
	}
}

func keyClients(t *testing.T, k *keyring) []client {
	t.Helper()
	clients := []client{
		// The algorithm is the one that the key suggests.
		keyClient("RS256", "RS256", k.rsa, testkeys.PKCS8(t, k.rsa)),
		keyClient("ES256", "ES256", k.p256, testkeys.SEC1(t, k.p256)),
		keyClient("ES384", "ES384", k.p384, testkeys.PKCS8(t, k.p384)),
		keyClient("ES512", "ES512", k.p521, privateJWK(t, k.p521, "ES512")),
		keyClient("EdDSA", "EdDSA", k.ed25519, testkeys.PKCS8(t, k.ed25519)),
		keyClient("EdDSA_JWK", "EdDSA", k.ed25519, privateJWK(t, k.ed25519, "EdDSA_JWK")),
		// The audience of assertions is the token endpoint, by default and by name.
		keyClient("url_only", "ES256", k.p256, testkeys.PKCS8(t, k.p256)).with(map[string]string{"token_url": quote("${local.oidc}/token")}),
		keyClient("audience", "ES256", k.p256, testkeys.PKCS8(t, k.p256)).with(map[string]string{"assertion_audience": quote("${local.oidc}/token")}),
		atFositeToo(keyClient("fosite_RS256", "RS256", k.rsa, testkeys.PKCS1(k.rsa))),
		atFositeToo(keyClient("fosite_ES256", "ES256", k.p256, testkeys.PKCS8(t, k.p256))),
		atFositeToo(keyClient("fosite_PS256", "PS256", k.rsa, testkeys.PKCS8(t, k.rsa)).with(map[string]string{"signing_algorithm": quote("PS256")})),
	}
	for algorithm, text := range map[string]string{
		"RS384": testkeys.PKCS1(k.rsa), "RS512": privateJWK(t, k.rsa, "RS512"),
		"PS256": privateJWK(t, k.rsa, ""), "PS384": testkeys.PKCS8(t, k.rsa), "PS512": testkeys.PKCS1(k.rsa),
	} {
		clients = append(clients, keyClient(algorithm, algorithm, k.rsa, text).
			with(map[string]string{"signing_algorithm": quote(algorithm), "key_id": quote(algorithm)}))
	}
	return clients
}

// atFositeToo moves the client to fosite, which wants the token endpoint for
// the audience of assertions, whatever the issuer is.
func atFositeToo(c client) client {
	c.at = atFosite
	return c.with(map[string]string{"assertion_audience": quote("${local.fosite}/token"), "key_id": quote(c.name)})
}
