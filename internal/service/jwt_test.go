package service_test

import (
	"crypto"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// headerOf returns the header of a JWT.
func headerOf(t *testing.T, jwt string) map[string]any {
	t.Helper()
	var header map[string]any
	first, _, _ := strings.Cut(jwt, ".")
	raw, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil || json.Unmarshal(raw, &header) != nil {
		t.Fatal("the header is not JSON")
	}
	return header
}

func jwtSet(t *testing.T, key crypto.Signer, more attributes) attributes {
	t.Helper()
	return texts("private_key_pem", testkeys.PKCS8(t, key)).and(more)
}

// Of claims that the set does not have, only the times are added. The time of issue is
// when the JWT was signed.
func TestJWT(t *testing.T) {
	key := testkeys.EC(t, elliptic.P256())
	set := jwtSet(t, key, texts("key_id", "fake-key", "lifetime", "20m", "claims", `{"aud":"appstoreconnect-v1","iss":"fake-team","at":"{time}"}`, "header", `{"typ":null,"x":"{uuid}"}`))
	issued := ask(t, exchange(t, "jwt", set, nil))
	_, claims := testkeys.Verify(t, issued.AccessToken.Reveal(), "ES256", key.Public())
	const now = 1_700_000_000
	if diff := cmp.Diff(map[string]any{
		"aud": "appstoreconnect-v1", "iss": "fake-team", "at": "1700000000", "iat": float64(now - 60), "exp": float64(now - 60 + 1200),
	}, claims); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"alg": "ES256", "kid": "fake-key", "x": "30303030-3030-4030-b030-303030303030"}, headerOf(t, issued.AccessToken.Reveal())); diff != "" {
		t.Error(diff)
	}
	seconds, known := issued.LifetimeSeconds()
	if !issued.IssuedAt.Equal(time.Unix(now, 0)) || seconds != 1140 || !known || issued.Type.Use() != "Bearer" {
		t.Errorf("it is issued at %v for %d seconds", issued.IssuedAt, seconds)
	}
	if got := issued.Headers["Authorization"].Reveal(); got != "Bearer "+issued.AccessToken.Reveal() {
		t.Error("the header does not have the JWT")
	}
}

// What the claims say of the times is kept. Without exp, the expiry is not known.
func TestJWTTimes(t *testing.T) {
	key := testkeys.EC(t, elliptic.P256())
	for claims, want := range map[string]time.Time{
		`{"exp":1800000000}`:            time.Unix(1_800_000_000, 0),
		`{"exp":null}`:                  {},
		`{"exp":null,"iat":null}`:       {},
		`{"iat":1700000000}`:            time.Unix(1_700_000_300, 0),
		`{"iat":null}`:                  time.Unix(1_700_000_270, 0),
		`{"iat":1700000000,"exp":null}`: {},
	} {
		issued := ask(t, exchange(t, "jwt", jwtSet(t, key, texts("claims", claims)), nil))
		if !issued.ExpiresAt.Equal(want) {
			t.Errorf("%s: it expires at %v, want %v", claims, issued.ExpiresAt, want)
		}
	}
}

// The API may expect the JWT in its own headers, or in HTTP Basic.
func TestJWTUse(t *testing.T) {
	secret := texts("secret", "66616b652d7365637265742d6f662d65787472612d6c656e677468212121212121", "secret_encoding", "hex")
	for name, c := range map[string]struct {
		set    attributes
		header string
		want   func(jwt string) map[string]string
	}{
		"headers": {
			attributes{"headers": textMap("Authorization", "Ghost {token}", "Accept-Version", "v5.0")},
			"Authorization",
			func(jwt string) map[string]string {
				return map[string]string{"Authorization": "Ghost " + jwt, "Accept-Version": "v5.0"}
			},
		},
		"basic": {
			nested(t, "basic_auth", texts("username", "jwt", "password", "{token}")), "Authorization",
			func(jwt string) map[string]string {
				return map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("jwt:"+jwt))}
			},
		},
		"basic beside headers": {
			nested(t, "basic_auth", texts("username", "a", "password", "b")).and(attributes{"headers": textMap("x-jwt", "{token}")}), "x-jwt",
			func(jwt string) map[string]string {
				return map[string]string{"x-jwt": jwt, "Authorization": "Basic YTpi"}
			},
		},
	} {
		issued := ask(t, exchange(t, "jwt", secret.and(c.set), nil))
		testkeys.Verify(t, issued.AccessToken.Reveal(), "HS256", []byte("fake-secret-of-extra-length!!!!!!"))
		got := map[string]string{}
		for header, value := range issued.Headers {
			got[header] = value.Reveal()
		}
		if diff := cmp.Diff(c.want(issued.AccessToken.Reveal()), got); diff != "" || issued.HeaderName != c.header {
			t.Errorf("%s: %s, %s", name, issued.HeaderName, diff)
		}
	}
}

// Every secret of a set is one of the exchange, also as bytes.
func TestJWTSecrets(t *testing.T) {
	x := exchange(t, "jwt", texts("secret", "ZmFrZS1zZWNyZXQtb2YtYS1qd3Q=", "secret_encoding", "base64", "claims", `{"role":"fake-role-1"}`), nil)
	judge := x.Secrets.Judge()
	for _, text := range []string{"fake-secret-of-a-jwt", "ZmFrZS1zZWNyZXQtb2YtYS1qd3Q=", "66616b652d7365637265742d6f662d612d6a7774"} {
		if shown := judge.Own(text); strings.Contains(shown, text) {
			t.Errorf("%s is shown", text)
		}
	}
}

// One of the sets needs another token than the other: each attribute counts.
func TestJWTIdentity(t *testing.T) {
	key := testkeys.EC(t, elliptic.P256())
	seen := map[string]bool{}
	for _, more := range []attributes{
		nil, texts("claims", `{"a":"b"}`), texts("header", `{"a":"b"}`), texts("lifetime", "6m"), texts("key_id", "k"),
		{"headers": textMap("x", "{token}")},
		nested(t, "basic_auth", texts("username", "{token}", "password", "")),
		{"private_key_pem": types.StringNull(), "signer": list("fake", "signer"), "signing_algorithm": types.StringValue("ES256")},
	} {
		seen[strings.Join(exchange(t, "jwt", jwtSet(t, key, more), nil).Identity(), "")] = true
	}
	if len(seen) != 8 {
		t.Errorf("only %d differ", len(seen))
	}
}
